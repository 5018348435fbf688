package world

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file finds confidential values in text, in every form in which Go may print them.

// Verbs are all verbs of package fmt with the flags that change what they print, and one that
// does not exist.
func Verbs() []string {
	formats := make([]string, 0, 120)
	for _, verb := range "vTtbcdoOqxXUeEfFgGspwz" {
		for _, flags := range []string{"", "+", "#", " ", "-20"} {
			formats = append(formats, "%"+flags+string(verb))
		}
	}
	return formats
}

// FormsOf lists how value may show: as text, quoted, in hex, as numbers, encoded.
func FormsOf(value string) []string {
	raw := []byte(value)
	decimal := strings.Trim(fmt.Sprintf("%d", raw), "[]")
	quoted, _ := json.Marshal(value)
	return []string{
		value, strings.Trim(string(quoted), `"`), strings.Trim(fmt.Sprintf("%+q", value), `"`),
		hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)), fmt.Sprintf("% x", raw), fmt.Sprintf("% X", raw),
		decimal, strings.Trim(fmt.Sprintf("%o", raw), "[]"), strings.Trim(fmt.Sprintf("%b", raw), "[]"),
		url.QueryEscape(value), url.PathEscape(value), base64.StdEncoding.EncodeToString(raw),
	}
}

// RequireNoLeak looks for value in text, in every form of it.
func RequireNoLeak(t *testing.T, text, value string) {
	t.Helper()
	for _, form := range FormsOf(value) {
		if strings.Contains(text, form) { // require.NotContains is slow for this many texts
			require.Failf(t, "a secret shows", "%q is in %.100q", form, text[strings.Index(text, form)-min(60, strings.Index(text, form)):])
		}
	}
}

// RequireHidden prints holder in every way there is and looks for each of values.
func RequireHidden(t *testing.T, holder any, values ...string) {
	t.Helper()
	all := strings.Join(Printed(t, holder), "\n")
	for _, value := range values {
		RequireNoLeak(t, all, value)
	}
}

// Printed is holder by every verb, alone and inside structs, lists and maps of a caller, and
// in both handlers of log/slog.
func Printed(t *testing.T, holder any) []string {
	t.Helper()
	type exported struct{ Held any }
	type unexported struct{ held any }
	holders := []any{
		holder, &holder, exported{holder}, unexported{holder}, &unexported{holder},
		[]any{holder}, [1]any{holder}, map[string]any{"held": holder},
		exported{unexported{holder}}, unexported{exported{holder}}, []unexported{{holder}},
		unexported{[]any{holder}}, unexported{map[string]any{"held": holder}},
	}
	var all []string
	for _, h := range holders {
		for _, format := range Verbs() {
			all = append(all, fmt.Sprintf(format, h))
		}
		all = append(all, fmt.Sprint(h), fmt.Sprintln(h), fmt.Errorf("wrapped: %v", h).Error())
		all = append(all, Logged(h)...)
	}
	return all
}

// Logged is value as both handlers of log/slog write it.
func Logged(value any) []string {
	var text, encoded bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("logged", "value", value)
	slog.New(slog.NewJSONHandler(&encoded, nil)).Info("logged", "value", value)
	return []string{text.String(), encoded.String()}
}
