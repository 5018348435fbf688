package printing

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file tests that no tool shows a secret, or that SECURITY.md says so.

// The sentences of SECURITY.md by which a tool may show one.
const (
	readsPastMethods = "Tools that read values past their methods show secrets"
	plainLogin       = "The `Login` of a sign-in is plain data."
	plainToken       = "a struct with an `AuthCode` in an unexported field by `%s`"
	plainHiddenLogin = "a struct with a `Login` in an unexported field"
	// plainMembers stands where authors of providers are told, in package providertest.
	plainMembers = "the types with plain members in an unexported field of another struct"
)

// documented is the sentence by which this tool may show this value, "" where it must not.
func documented(tool tool, v value, unexported bool) string {
	switch {
	case tool.past:
		return readsPastMethods
	case v.plain && tool.encodes:
		return plainLogin
	case v.plain && unexported:
		return plainHiddenLogin
	case v.name == "AuthCode" && unexported:
		return plainToken
	case v.driver && unexported:
		return plainMembers
	}
	return ""
}

func TestNoToolShowsASecret(t *testing.T) {
	t.Parallel()
	held := values(t)
	for _, tool := range slices.Concat(standard(), experimental(), encoders(), loggers(), dumpers()) {
		t.Run(tool.name, func(t *testing.T) {
			t.Parallel()
			for _, v := range held {
				if !tool.past {
					requireHidden(t, tool, v, holders(v.value), false)
					requireHidden(t, tool, v, unexported(v.value), true)
				} else if !v.graph {
					requireHidden(t, tool, v, map[string]any{"alone": v.value}, false)
				}
			}
		})
	}
}

func requireHidden(t *testing.T, tool tool, v value, holders map[string]any, unexported bool) {
	t.Helper()
	for name, holder := range holders {
		text := strings.ToLower(written(tool, holder))
		for _, needle := range v.needles() {
			form := needle.In(text)
			if form == "" {
				continue
			}
			sentence := documented(tool, v, unexported)
			if sentence == "" {
				at := strings.Index(text, form)
				t.Errorf("%s shows %s, %s: %q in %q", tool.name, v.name, name, form, text[max(0, at-40):min(len(text), at+len(form)+20)])
				return // once is enough
			}
			require.Contains(t, promises(t), sentence, "%s shows %s, %s", tool.name, v.name, name)
		}
	}
}

// written is what a tool writes. One that refuses, in whatever way, shows no more than it says.
func written(tool tool, v any) (text string) {
	defer func() {
		if refusal := recover(); refusal != nil {
			text += fmt.Sprint(refusal)
		}
	}()
	text, err := tool.write(v)
	if err != nil {
		text += err.Error()
	}
	return text
}

// promises are what the library says of itself, on one line.
func promises(t *testing.T) string {
	t.Helper()
	var all []string
	for _, name := range []string{"SECURITY.md", "providers/providertest/hidden.go"} {
		text, err := os.ReadFile("../../../" + name)
		require.NoError(t, err)
		all = append(all, strings.Fields(strings.ReplaceAll(string(text), "\n// ", " "))...)
	}
	return strings.Join(all, " ")
}

func TestEveryExceptionIsDocumented(t *testing.T) {
	t.Parallel()
	for _, sentence := range []string{readsPastMethods, plainLogin, plainToken, plainHiddenLogin, plainMembers} {
		require.Contains(t, promises(t), sentence)
	}
}
