package docspace

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file holds the short cut past the URL rules.

func FuzzPlainURL(f *testing.F) {
	for _, text := range []string{
		"https://example.com", "https://www.example.com/a/b-c_d~e.f/", "https://1.2.ab", "https://-.abcdef/", "https://a-.b.co",
		"https://localhost", "https://.com", "https://a..com", "https://..com", "https://a.b.", "https://a.abcdefg", "https://a.c",
		"https://a.c1", "https://127.0.0.1", "https://example.com:8443/a", "https://example.com?x=1", "https://example.com/?x=1",
		"https://example.com/a%20b", "https://example.com/a,b", "https://example.com/a\n", "https://example.com\n", "https:///example.com",
		"http://example.com", "HTTPS://example.com", "example.com", "https://exämple.com", "https://example.cöm", "https://user@example.com", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if isPlainURL(text) {
			require.Regexp(t, urlFirst, text)
			require.Regexp(t, urlSecond, text)
			parsed, err := url.Parse(text)
			require.NoError(t, err)
			require.Equal(t, "https", parsed.Scheme)
			require.NotEmpty(t, parsed.Host)
		}
	})
}

func TestMostURLsArePlain(t *testing.T) {
	for text, plain := range map[string]bool{
		"https://example.com":               true,
		"https://my-app.example.com/":       true,
		"https://example.com/terms/v1.html": true,
		"https://example.com/terms?v=1":     false,
		"https://example.com:8443/terms":    false,
		"http://example.com/terms":          false,
	} {
		require.Equal(t, plain, isPlainURL(text), text)
	}
}
