package redact_test

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file throws texts and secrets at the redaction. What it must hold: no known value is left
// in a form in which it travels, JSON stays JSON, and nothing is left in it under the name of a
// secret.

// travels lists forms of a value, written down without the code under test.
func travels(value string) map[string]string {
	quoted, _ := json.Marshal(value)
	return map[string]string{
		"plain": value, "form": url.Values{"": {value}}.Encode()[1:], "path": url.PathEscape(value),
		"JSON": string(quoted[1 : len(quoted)-1]), "HTML": html.EscapeString(value),
	}
}

// shortest is the length from which on a value goes wherever it stands.
const shortest = 8

// tellable leaves out what is part of the mark, or could come to be at its edge, and what is
// so short that it could be in any text. An escape in a value is not a form of something else.
func tellable(value string) bool {
	mark := redact.Mark
	return len(value) >= shortest && !strings.ContainsAny(value, `[]"\%&`) && !strings.Contains(mark, value)
}

func FuzzKnownValues(f *testing.F) {
	for _, value := range []string{
		"s3cr3t-1", "pass!word", "it's (quite) *new*~", `s3&cr+t/"<ü`, "a b\tc\nd e\n", "\x00\xff\x00\xff\x00\xff\x00\xff", "p\xe4ssw\xf6rd", "12345678", "token-12", "\u017fecret-1", "💥💥", "a - - - - - - - - - b", "                  ",
	} {
		f.Add(`{"error":"x","client_secret":"other"}`, value)
		f.Add("<html>", value)
	}
	f.Add("1000000000000", "000A000000000000") // a piece of it is a number
	f.Fuzz(func(t *testing.T, around, value string) {
		if !tellable(value) {
			return
		}
		half := len(around) / 2
		for name, form := range travels(value) {
			text := []byte(around[:half] + " " + form + " " + around[half:])
			require.NotContains(t, string(redact.Text(text, []string{"another", value})), form, name)
			require.NotContains(t, string(redact.Cut(text, []string{value})), form, name)
		}
		if json.Valid([]byte(around)) && onlyInStrings(value, around) {
			require.True(t, json.Valid(redact.Text([]byte(around), []string{value})))
		}
	})
}

// onlyInStrings: such a value, and a piece of it, cannot be part of JSON's own syntax: not of a
// number, a literal, an escape or what is between two strings.
func onlyInStrings(value, document string) bool {
	if strings.ContainsAny(value, `"\`) || strings.Contains(document, `\`) {
		return false
	}
	run := strings.FieldsFunc(value, func(r rune) bool { return !strings.ContainsRune("{}[]:, \t\r\n0123456789+-.eEtrufalsnTRUFALSN", r) })
	return !slices.ContainsFunc(run, func(part string) bool { return len(part) >= shortest })
}

// Where a text breaks off inside a value no part of the value is left at its end.
func FuzzBrokenOff(f *testing.F) {
	for _, value := range []string{"t0ken-abcdef", "aaaaaaab", "ü/+ü!ü", "a b c d e", "p\xe4ssw\xf6rd"} {
		f.Add("you sent ", value, 3)
		f.Add(`{"error":"`, value, 5)
	}
	f.Fuzz(func(t *testing.T, before, value string, length int) {
		if !tellable(value) || strings.ContainsAny(before, `%\&`) { // the value's first character would be part of an escape
			return
		}
		for name, form := range travels(value) {
			part := form[:max(0, length)%len(form)]
			if len(part) < 8 && strings.IndexAny(part, `%\&`) == 0 {
				continue // half an escape tells nothing
			}
			got := string(redact.Cut([]byte(before+part), []string{value}))
			for n := 1; n <= len(part) && !shareAByte(before, form); n++ {
				require.False(t, strings.HasSuffix(got, form[:n]), "%s: %q is left of %q in %q", name, form[:n], form, got)
			}
		}
	})
}

func shareAByte(a, b string) bool {
	return slices.ContainsFunc([]byte(a), func(c byte) bool { return strings.IndexByte(b, c) >= 0 })
}

// hostileDocuments have what reads like a member in names and in texts.
func hostileDocuments() []string {
	return []string{
		`{"secret":"v"}`, `{"a":{"clientSecret":["v",{"x":"v"}]},"b":1}`, `[{"token":null,"x":"\"token\":1"}]`, `{"\"secret":1}":"a"}`,
		`{"client\u0053ecret":"v"}`, `{"password":"a\\","b":"c"}`, `{"a":"secret","b":":"}`, `"secret"`, `{"a\\":"secret\":1"}`, `{"ends\\":{"token":"\\"}}`,
		`{"id_token" : "a\"b" ,"secret":{},"x_secret":[[]]}`, "{\"\xffsecret\":\"\xff\"}", `{"secret":-1.5e3,"tokens":true}`, `null`, ` 1e400 `,
		`{"z":"<&>","clientSecret":"v","big":12345678901234567890,"list":[{"secret":{"x":1},"b":null},true],"a":{}}`,
		`{"secret":1,"secret":2}`, `{"clientSecret":"v","Client_Secret":1,"ACCESS_TOKEN":"v","old password":"v"}`, `{"\ud800":"\udc00"}`, `{"a":1}x`, `[1,]`, `{"a" 1}`, "\ufeff{}",
		strings.Repeat("[", 10_000), strings.Repeat(`{"a":`, 9_999) + "1" + strings.Repeat("}", 9_999),
	}
}

// In a valid document a text or a number under the name of a secret is marked, and the document
// stays one. Below escapes more may go than has to, also a quote.
func FuzzMembersOfADocument(f *testing.F) {
	for _, document := range hostileDocuments() {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		got := redact.Text([]byte(document), nil)
		if !json.Valid([]byte(document)) || strings.Contains(document, `\`) {
			return
		}
		require.True(t, json.Valid(got), "%s", got)
		requireMarked(t, decoded(t, string(got)))
	})
}

func requireMarked(t *testing.T, value any) {
	t.Helper()
	switch value := value.(type) {
	case []any:
		for _, entry := range value {
			requireMarked(t, entry)
		}
	case map[string]any:
		for name, member := range value {
			requireMarked(t, member)
			switch member.(type) {
			case string, json.Number:
				require.True(t, member == redact.Mark || !isNamed(name), "%s: %v", name, member)
			}
		}
	}
}

// isNamed is the list of SECURITY.md, as a vendor would write it.
func isNamed(name string) bool {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "").Replace(name))
	return slices.ContainsFunc([]string{
		"secret", "token", "password", "passwd", "passphrase", "apikey", "privatekey", "signature", "assertion", "verifier",
	}, func(word string) bool { return strings.HasSuffix(name, word) })
}

// What a client's Raw is made with: everything else stays as it is, and nothing is left that is
// named like a secret.
func FuzzWithoutSecrets(f *testing.F) {
	for _, document := range hostileDocuments() {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		got := redact.WithoutSecrets(json.RawMessage(document))
		if !json.Valid([]byte(document)) {
			require.Nil(t, got)
			return
		}
		require.True(t, json.Valid(got), "%s", got)
		require.Equal(t, without(decoded(t, document)), decoded(t, string(got)))
	})
}

// without is a decoded document without what is named like a secret.
func without(value any) any {
	switch value := value.(type) {
	case []any:
		for i := range value {
			value[i] = without(value[i])
		}
	case map[string]any:
		for name := range value {
			if isNamed(name) {
				delete(value, name)
				continue
			}
			value[name] = without(value[name])
		}
	}
	return value
}

// decoded keeps numbers as they are.
func decoded(t *testing.T, document string) (value any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader([]byte(document)))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&value))
	return value
}
