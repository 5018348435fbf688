package redact_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file finds secrets by their shape, and pieces of secrets.

func TestWhatIsShapedLikeASecretGoes(t *testing.T) {
	const header, payload, signature = "eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJkZXNrIn0", "c2lnbmF0dXJl"
	jwt := header + "." + payload + "." + signature
	pair := base64.StdEncoding.EncodeToString([]byte("desk:pa55w0rd"))
	for text, want := range map[string]string{
		"the token " + jwt + ".":                                          "the token M.",
		`{"response":"` + jwt + `","status":0}`:                           `{"response":"M","status":0}`,
		"five parts: " + jwt + ".x-_1.y":                                  "five parts: M",
		`{"m":"` + jwt + `\n"}`:                                           `{"m":"M\n"}`,
		"Proxy says: Basic " + pair + " is wrong":                         "Proxy says: Basic M is wrong",
		"407 basic " + strings.TrimRight(pair, "="):                       "407 basic M",
		"Bearer 0123456789abcdef is over":                                 "Bearer M is over",
		"map[Authorization:[Bearer 0123456789abcdef]":                     "map[Authorization:[Bearer M]",
		`dial http://desk:pa55w0rd@proxy.example.com:3128: refused`:       `dial http://M@proxy.example.com:3128: refused`,
		`parse "socks5://desk@proxy.example.com": no`:                     `parse "socks5://M@proxy.example.com": no`,
		`invalid proxy address "http://desk:pa/55?w#0rd@proxy:3128": no`:  `invalid proxy address "http://M@proxy:3128": no`,
		`parse "http://desk:pa55@w0rd@proxy:80": no`:                      `parse "http://M@proxy:80": no`,
		`redirect to https:\/\/desk:pa55w0rd@example.com\/x`:              `redirect to https:\/\/M@example.com\/x`,
		"location=https%3A%2F%2Fdesk%3Apa55w0rd%40example.com%2Fcallback": "location=https%3A%2F%2FM%40example.com%2Fcallback",
	} {
		require.Equal(t, strings.ReplaceAll(want, "M", redact.Mark), string(redact.Text([]byte(text), nil)))
		require.Equal(t, strings.ReplaceAll(want, "M", redact.Mark), string(redact.Text(redact.Text([]byte(text), nil), nil)), "twice")
	}
}

// A server may shorten what it repeats.
func TestPiecesOfALongValueGo(t *testing.T) {
	const secret = "0123456789-abcdefghij-KLMNOPQRST-zyxwvutsrq"
	for n := 12; n < len(secret); n++ {
		require.Equal(t, "sent "+redact.Mark+"... (refused)", string(redact.Text([]byte("sent "+secret[:n]+"... (refused)"), []string{secret})))
		require.Equal(t, "sent ..."+redact.Mark+" (refused)", string(redact.Text([]byte("sent ..."+secret[len(secret)-n:]+" (refused)"), []string{secret})))
	}
	require.Equal(t, redact.Mark+"..."+redact.Mark, string(redact.Text([]byte(secret[:15]+"..."+secret[25:]), []string{secret})))
	require.Equal(t, redact.Mark+redact.Mark, string(redact.Text([]byte(secret+secret), []string{secret})))
	require.Equal(t, "the password is wrong", string(redact.Text([]byte("the password is wrong"), []string{"password-1"})), "a piece of a short one is a word")
}

func TestOverlappingSecretsGoTogether(t *testing.T) {
	require.Equal(t, redact.Mark, string(redact.Text([]byte("abcdefghijkl"), []string{"abcdefgh", "efghijkl"})))
	for _, document := range []string{`{"token":"x t0k-1234 y"}`, `{"token":t0k-1234}`} {
		require.JSONEq(t, `{"token":"`+redact.Mark+`"}`, string(redact.Text([]byte(document), []string{"t0k-1234"})))
	}
	require.Equal(t, redact.Mark+redact.Mark, string(redact.Text([]byte("t0k-1234t0k-1234"), []string{"t0k-1234", ""})))
}
