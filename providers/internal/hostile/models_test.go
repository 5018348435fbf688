package hostile

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file writes what nobody should: a value arrives as it is, or is refused with the name of
// its field before anything is sent.

func oddTexts() []string {
	return []string{
		"\x00", "a\x00b", "a\nb", "a\r\nX-Header: y", "\t", " a ", "\x1b[2J", "\x7f", `"`, `\`, `\u0041`, "</script><!--", "{{.}}", "${x}", "' OR 1=1 --", "%00", "&#0;",
		"\u2028\u2029", "\u202e", "\ufeff", "\ufffd", "\u0000", "e\u0301", "ﬀ", "💥", "\U0010ffff", "null", "true", "0", strings.Repeat("x", 1<<16), strings.Repeat("ü\n", 1<<10),
		"\xff", "a\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "ok\xfe",
	}
}

// fields set one text of a client.
func fields() map[string]func(c *oauthclients.OAuthClient, text string) {
	return map[string]func(c *oauthclients.OAuthClient, text string){
		"Name":        func(c *oauthclients.OAuthClient, text string) { c.Name = text },
		"Description": func(c *oauthclients.OAuthClient, text string) { c.Description = text },
		"RedirectURIs": func(c *oauthclients.OAuthClient, text string) {
			c.RedirectURIs = []string{"https://app.example.com", text}
		},
		"PostLogoutRedirectURIs": func(c *oauthclients.OAuthClient, text string) { c.PostLogoutRedirectURIs = []string{text} },
		"AllowedOrigins":         func(c *oauthclients.OAuthClient, text string) { c.AllowedOrigins = []string{text} },
		"GrantTypes": func(c *oauthclients.OAuthClient, text string) {
			c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantType(text)}
		},
		"Scopes":    func(c *oauthclients.OAuthClient, text string) { c.Scopes = []string{text} },
		"ClientURI": func(c *oauthclients.OAuthClient, text string) { c.ClientURI = text },
		"LogoURI":   func(c *oauthclients.OAuthClient, text string) { c.LogoURI = text },
		"PolicyURI": func(c *oauthclients.OAuthClient, text string) { c.PolicyURI = text },
		"TermsURI":  func(c *oauthclients.OAuthClient, text string) { c.TermsURI = text },
		"Extra.RoleDivisions": func(c *oauthclients.OAuthClient, text string) {
			genesys.ExtraOf(c).RoleDivisions = []genesys.RoleDivision{{RoleID: "r", DivisionID: text}}
		},
	}
}

func TestOddTextsInAModel(t *testing.T) {
	for _, v := range vendors() {
		takes := v.provider.Capabilities()
		for field, set := range fields() {
			if field == "Extra.RoleDivisions" && v.name != "genesys" {
				continue
			}
			for _, text := range oddTexts() {
				w := &wire{vendor: &v}
				client := v.connect(t, w)
				want := v.asked()
				set(want, text)
				_, err := client.Clients.Create(t.Context(), want)
				requireWrittenOrRefused(t, w, stepCreate, field, text, slices.Contains(takes.Create, field), err)
				_, err = client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { set(c, text) })
				requireWrittenOrRefused(t, w, stepWrite, field, text, slices.Contains(takes.Update, field), err)
			}
		}
	}
}

func requireWrittenOrRefused(t *testing.T, w *wire, s step, field, text string, taken bool, err error) {
	t.Helper()
	what := w.vendor.name + ": " + field + ": " + text[:min(len(text), 40)]
	var sent []request
	for _, r := range w.forget() {
		require.NotEqual(t, stepOther, r.step, what)
		if r.step == s {
			sent = append(sent, r)
		}
	}
	if len(sent) == 0 {
		requireRefusal(t, field, taken, err, what)
		return
	}
	require.True(t, taken, what)
	require.True(t, utf8.ValidString(text), "something else would have been written: %s", what)
	var body any
	require.NoError(t, json.Unmarshal([]byte(sent[0].body), &body))
	require.True(t, holds(body, text), "%s: %.200s", what, sent[0].body)
}

// requireRefusal: the error names the field and the rule, and does not repeat the text.
func requireRefusal(t *testing.T, field string, taken bool, err error, what string) {
	t.Helper()
	var unsupported *oauthclients.UnsupportedError
	if errors.As(err, &unsupported) {
		require.True(t, !taken || field == "GrantTypes", what)
		require.Equal(t, []string{field}, unsupported.Fields, what)
		require.NotContains(t, err.Error(), "\n")
		return
	}
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed, what)
	require.Equal(t, oauthclients.ErrInvalid, failed.Kind, what)
	require.NotEmpty(t, failed.Fields, what)
	require.Equal(t, field, failed.Fields[0].Field, what)
	require.NotEmpty(t, failed.Fields[0].Code+failed.Fields[0].Message, what)
	requireTame(t, &outcome{what: what}, err.Error())
}

// holds looks for a text in a decoded document.
func holds(value any, text string) bool {
	switch value := value.(type) {
	case string:
		return value == text
	case []any:
		return slices.ContainsFunc(value, func(entry any) bool { return holds(entry, text) })
	case map[string]any:
		for _, member := range value {
			if holds(member, text) {
				return true
			}
		}
	}
	return false
}
