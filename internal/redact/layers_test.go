package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file repeats secrets the way servers do: escaped once and more often, encoded as a whole.

// escapings write single characters in another way.
func escapings() map[string]func(string) string {
	return map[string]func(string) string{
		"plain":               func(s string) string { return s },
		"JSON":                func(s string) string { return strings.Trim(string(must(json.Marshal(s))), `"`) },
		"JSON of PHP":         func(s string) string { return strings.ReplaceAll(quoted(s), "/", `\/`) },
		"JSON, every letter":  func(s string) string { return each(s, `\u%04x`) },
		"JSON, in upper case": func(s string) string { return each(s, `\u%04X`) },
		"JavaScript":          func(s string) string { return eachByte(s, `\x%02x`) },
		"query":               url.QueryEscape,
		"path":                url.PathEscape,
		"encodeURIComponent":  func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") },
		"percent, every byte": func(s string) string { return eachByte(s, "%%%02x") },
		"HTML":                html.EscapeString,
		"HTML of Java":        func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "&#34;", "&quot;") },
		"HTML, every letter":  func(s string) string { return eachRune(s, "&#%d;") },
		"HTML, hexadecimal":   func(s string) string { return eachRune(s, "&#x%X;") },
	}
}

// encodings write a text as a whole in another way.
func encodings() map[string]func(string) string {
	return map[string]func(string) string{
		"base64":        func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64 bare":   func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
		"base64 in URL": func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
		"hexadecimal":   func(s string) string { return hex.EncodeToString([]byte(s)) },
		"HEXADECIMAL":   func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	}
}

func must(text []byte, _ error) []byte { return text }

func quoted(s string) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s)
	return strings.Trim(strings.TrimSpace(out.String()), `"`)
}

func each(s, format string) string {
	var out strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&out, format, unit)
	}
	return out.String()
}

func eachRune(s, format string) string {
	var out strings.Builder
	for _, r := range s {
		fmt.Fprintf(&out, format, r)
	}
	return out.String()
}

func eachByte(s, format string) string {
	var out strings.Builder
	for _, b := range []byte(s) {
		fmt.Fprintf(&out, format, b)
	}
	return out.String()
}

// confidential are values with everything in them that escapes touch, and what looks like an
// escape itself.
func confidential() []string {
	return []string{
		`s3&cr+t/"<ü`, "t0ken-0123456789_abcdef", "correct horse battery staple", `p%26w%zz\u0041&amp;x`,
		`back\slash\\`, "a+b c%20d", "ключ-от-квартиры", "😀 emoji 😀", "a=b&c=d&e", "'single' `quotes`",
	}
}

func TestSecretsAreFoundBelowTwoLayersOfEscapes(t *testing.T) {
	for outer, second := range escapings() {
		for inner, first := range escapings() {
			for _, secret := range confidential() {
				requireFound(t, inner+" in "+outer, secret, func(s string) string { return second(first(s)) })
			}
		}
	}
}

func TestSecretsAreFoundBelowThreeLayersOfEscapes(t *testing.T) {
	for outer, third := range escapings() {
		for middle, second := range escapings() {
			for _, inner := range []string{"JSON", "query", "HTML"} {
				first := escapings()[inner]
				requireFound(t, inner+" in "+middle+" in "+outer, confidential()[0], func(s string) string { return third(second(first(s))) })
			}
		}
	}
}

func requireFound(t *testing.T, name, secret string, escaped func(string) string) {
	t.Helper()
	got := string(redact.Text([]byte(escaped("you sent: "+secret+" (refused)")), []string{secret}))
	if want := escaped("you sent: ") + redact.Mark + escaped(" (refused)"); got != want { // require is slow for this many
		require.Equal(t, want, got, "%s: %s", name, secret)
	}
}

func TestSecretsAreFoundInWhatIsEncodedAsAWhole(t *testing.T) {
	for name, encoded := range encodings() {
		for inner, escaped := range escapings() {
			for _, secret := range confidential()[:4] {
				for shift := range 4 { // base64 writes three bytes in four characters
					dump := encoded(strings.Repeat("-", shift) + "POST /token\r\n\r\nclient_id=c&x=" + escaped(secret) + "&y=z")
					for _, text := range []string{"dump: " + dump + " end", `{"dump":"the dump:\n` + dump + `","end":" end"}`, "/path/" + dump + " end"} {
						got := string(redact.Text([]byte(text), []string{secret}))
						require.NotContains(t, got, dump[3:], "%s of %s: %s", name, inner, secret)
						require.Contains(t, got, redact.Mark)
						require.Contains(t, got, " end")
						require.NotContains(t, got, redact.Mark+"=", "the padding went as well")
						require.Equal(t, strings.HasPrefix(text, "{"), json.Valid([]byte(got)), got)
					}
				}
			}
		}
	}
}

// Not every backslash begins an escape, nor does every other sign, and it may stand right before a
// secret.
func TestASecretIsFoundBehindASign(t *testing.T) {
	for _, text := range []string{`100%b0ck w\u00fcrst!`, `a&b0ck+w%C3%BCrst!;`, `C:\b0ck+w%C3%BCrst%21`, `"C:\\b0ck+w\u00fcrst!"`, `\b0ck w&uuml;rst!`, `\\b0ck w%c3%bcrst!`} {
		got := string(redact.Text([]byte(text), []string{"b0ck würst!"}))
		require.NotContains(t, got, "b0ck", text)
		require.Contains(t, got, redact.Mark, text)
	}
}

func TestAWordThatHidesNothingStays(t *testing.T) {
	for _, text := range []string{
		base64.StdEncoding.EncodeToString([]byte("nothing to see in this text at all")), "authentication/authorization", "0123456789abcdef0123456789abcdef",
		"e68ead46-a7db-46cd-8a1a-44aed1e4e372", strings.Repeat("QUJDREVG", 20),
	} {
		require.Equal(t, text, string(redact.Text([]byte(text), confidential())))
	}
}

// A text that broke off may end in the middle of a secret, and in the middle of an escape.
func TestCutLeavesNoPartOfAnEscapedValueAtTheEnd(t *testing.T) {
	for name, escaped := range escapings() {
		for _, secret := range []string{`s3&cr+t/"<ü`, "t0ken-0123456789_abcdef", "😀 emoji 😀"} {
			whole := escaped(secret)
			for n := 1; n < len(whole); n++ {
				got := string(redact.Cut([]byte("sent "+whole[:n]), []string{secret}))
				require.Equal(t, "sent ", strings.TrimSuffix(got, redact.Mark), "%s, cut after %q", name, whole[:n])
			}
		}
	}
}

func TestCutLeavesNoEncodedPartAtTheEnd(t *testing.T) {
	const secret = "t0ken-0123456789_abcdef"
	for name, encoded := range encodings() {
		whole := encoded("Authorization: Bearer " + secret)
		for n := len(whole)/2 + 4; n < len(whole); n++ { // the half is where the token begins
			got := string(redact.Cut([]byte("sent "+whole[:n]), []string{secret}))
			require.NotContains(t, got, whole[:n-4], "%s, cut after %q", name, whole[:n])
		}
	}
}
