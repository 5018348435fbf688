package docspace_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds the rules that are checked before a request. The fake has them too, written
// down on its own: what passes here must pass there.

// faultsOf lists the fields that Create refuses, each with its code. A client that is refused
// must not reach the portal, and one that is not must be accepted by it.
func faultsOf(t *testing.T, c *oauthclients.OAuthClient) map[string]string {
	t.Helper()
	portal := docspacetest.New()
	_, err := connect(t, portal, portal.Auth()).Clients.Create(t.Context(), c)
	if err == nil {
		return nil
	}
	require.Empty(t, portal.Requests(), "%v", err)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	faults := map[string]string{}
	for _, fault := range failed.Fields {
		require.NotEmpty(t, fault.Message)
		faults[fault.Field] = fault.Code
	}
	return faults
}

func TestCreateTellsAllFaultsAtOnce(t *testing.T) {
	require.Equal(t, map[string]string{
		"Name": "required", "LogoURI": "required", "ClientURI": "required", "TermsURI": "required", "PolicyURI": "required",
		"PostLogoutRedirectURIs": "required", "RedirectURIs": "required", "AllowedOrigins": "required", "Scopes": "required",
	}, faultsOf(t, &oauthclients.OAuthClient{}))
	require.Nil(t, faultsOf(t, portalSample(1)))
}

func TestCreateRules(t *testing.T) {
	image := func(size int) string {
		return "data:image/png;base64," + base64.StdEncoding.EncodeToString(make([]byte, size))
	}
	uris := func(count int) []string {
		list := make([]string, count)
		for i := range list {
			list[i] = fmt.Sprintf("https://app.example.com/%d", i)
		}
		return list
	}
	for name, test := range map[string]struct {
		edit  func(*oauthclients.OAuthClient)
		field string
		code  string // "" if it is fine
	}{
		"name of 2":            {func(c *oauthclients.OAuthClient) { c.Name = "ab" }, "Name", "length"},
		"name of 3":            {func(c *oauthclients.OAuthClient) { c.Name = "abc" }, "", ""},
		"name of 2 surrogates": {func(c *oauthclients.OAuthClient) { c.Name = "🔑🔑" }, "", ""},
		"name of 255":          {func(c *oauthclients.OAuthClient) { c.Name = strings.Repeat("ü", 255) }, "", ""},
		"name of 128 emoji":    {func(c *oauthclients.OAuthClient) { c.Name = strings.Repeat("😀", 128) }, "", ""},
		"name of 129 emoji":    {func(c *oauthclients.OAuthClient) { c.Name = strings.Repeat("😀", 129) }, "Name", "length"},
		"name of 256":          {func(c *oauthclients.OAuthClient) { c.Name = strings.Repeat("a", 256) }, "Name", "length"},
		"blank name":           {func(c *oauthclients.OAuthClient) { c.Name = "    " }, "Name", "required"},
		"no description":       {func(c *oauthclients.OAuthClient) { c.Description = "" }, "", ""},
		"description of 255":   {func(c *oauthclients.OAuthClient) { c.Description = strings.Repeat("a", 255) }, "", ""},
		"description of 256":   {func(c *oauthclients.OAuthClient) { c.Description = strings.Repeat("a", 256) }, "Description", "length"},

		"logo, svg":           {func(c *oauthclients.OAuthClient) { c.LogoURI = "data:image/svg+xml;base64,PHN2Zy8+" }, "", ""},
		"logo, jpeg":          {func(c *oauthclients.OAuthClient) { c.LogoURI = "data:image/jpeg;base64,AA==" }, "", ""},
		"logo, no padding":    {func(c *oauthclients.OAuthClient) { c.LogoURI = "data:image/jpg;base64,AA" }, "", ""},
		"logo, gif":           {func(c *oauthclients.OAuthClient) { c.LogoURI = "data:image/gif;base64,AA==" }, "LogoURI", "invalid"},
		"logo, a link":        {func(c *oauthclients.OAuthClient) { c.LogoURI = "https://app.example.com/logo.png" }, "LogoURI", "invalid"},
		"logo, no image":      {func(c *oauthclients.OAuthClient) { c.LogoURI = "data:image/png;base64," }, "LogoURI", "invalid"},
		"logo, no base64":     {func(c *oauthclients.OAuthClient) { c.LogoURI = "data:image/png;base64,*" }, "LogoURI", "invalid"},
		"logo, odd length":    {func(c *oauthclients.OAuthClient) { c.LogoURI = "data:image/png;base64,AAAAA" }, "LogoURI", "invalid"},
		"logo of 256000":      {func(c *oauthclients.OAuthClient) { c.LogoURI = image(256_000) }, "", ""},
		"logo of 256001":      {func(c *oauthclients.OAuthClient) { c.LogoURI = image(256_001) }, "LogoURI", "length"},
		"logo of 2000000":     {func(c *oauthclients.OAuthClient) { c.LogoURI = image(1_500_000) }, "LogoURI", "length"},
		"logo with new lines": {func(c *oauthclients.OAuthClient) { c.LogoURI = "data:image/png;base64,AA\r\nAA" }, "LogoURI", "invalid"},

		"no logout":   {func(c *oauthclients.OAuthClient) { c.PostLogoutRedirectURIs = nil }, "PostLogoutRedirectURIs", "required"},
		"two logouts": {func(c *oauthclients.OAuthClient) { c.PostLogoutRedirectURIs = uris(2) }, "PostLogoutRedirectURIs", "count"},
		"odd logout":  {func(c *oauthclients.OAuthClient) { c.PostLogoutRedirectURIs = []string{"x"} }, "PostLogoutRedirectURIs", "url"},

		"12 redirect URIs":      {func(c *oauthclients.OAuthClient) { c.RedirectURIs = uris(12) }, "", ""},
		"13 redirect URIs":      {func(c *oauthclients.OAuthClient) { c.RedirectURIs = uris(13) }, "RedirectURIs", "count"},
		"12 and a duplicate":    {func(c *oauthclients.OAuthClient) { c.RedirectURIs = append(uris(12), uris(1)...) }, "", ""},
		"13 origins":            {func(c *oauthclients.OAuthClient) { c.AllowedOrigins = uris(13) }, "AllowedOrigins", "count"},
		"a redirect URI of 255": {func(c *oauthclients.OAuthClient) { c.RedirectURIs = []string{ofBytes(255)} }, "", ""},
		"a redirect URI of 256": {func(c *oauthclients.OAuthClient) { c.RedirectURIs = []string{ofBytes(256)} }, "RedirectURIs", "length"},
		"an origin of 256":      {func(c *oauthclients.OAuthClient) { c.AllowedOrigins = []string{"https://a.example.com", ofBytes(256)} }, "AllowedOrigins", "length"},
		"a URI of 255":          {func(c *oauthclients.OAuthClient) { c.ClientURI = ofBytes(255) }, "", ""},
		"a URI of 256":          {func(c *oauthclients.OAuthClient) { c.ClientURI = ofBytes(256) }, "ClientURI", "length"},
		"terms of 256":          {func(c *oauthclients.OAuthClient) { c.TermsURI = ofBytes(256) }, "TermsURI", "length"},
		"a policy of 256":       {func(c *oauthclients.OAuthClient) { c.PolicyURI = ofBytes(256) }, "PolicyURI", "length"},
		"a logout of 256":       {func(c *oauthclients.OAuthClient) { c.PostLogoutRedirectURIs = []string{ofBytes(256)} }, "PostLogoutRedirectURIs", "length"},
		"255 bytes, not letters": {func(c *oauthclients.OAuthClient) {
			c.RedirectURIs = []string{"https://app.example.com/" + strings.Repeat("ü", 120)}
		}, "RedirectURIs", "length"},
		"an empty origin":     {func(c *oauthclients.OAuthClient) { c.AllowedOrigins = []string{""} }, "AllowedOrigins", "required"},
		"a blank scope":       {func(c *oauthclients.OAuthClient) { c.Scopes = []string{" "} }, "Scopes", "required"},
		"duplicates of a set": {func(c *oauthclients.OAuthClient) { c.Scopes = []string{"openid", "openid"} }, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := portalSample(1)
			test.edit(c)
			var want map[string]string
			if test.code != "" {
				want = map[string]string{test.field: test.code}
			}
			require.Equal(t, want, faultsOf(t, c))
		})
	}
}

// ofBytes is a URL of that length.
func ofBytes(length int) string {
	const begin = "https://app.example.com/"
	return begin + strings.Repeat("a", length-len(begin))
}

// The examples of the contract's URL rule A, and what the two patterns of the portal make of
// more.
func TestURLRuleA(t *testing.T) {
	for url, fine := range map[string]bool{
		"https://example.com":               true,
		"https://example.com/terms":         true,
		"http://127.0.0.1:8080/x":           true,
		"https://www.example.com:8443/a/b":  true,
		"https://example.com/a?b=c#d":       true,
		"https://my.app.technology/x":       true, // it has a short label somewhere
		"http://localhost:8080":             false,
		"not-a-url":                         false,
		"https://example.com?x=1":           false,
		"https://example.com/a%20b":         false,
		"example.com":                       false,
		"https://app.technology":            false,
		"https://example.com/a,b":           false,
		"https://example.com/a!":            false,
		"https://example.com/a;b":           false,
		"https://example.com/a'b":           false,
		"ftp://example.com":                 false,
		"127.0.0.1":                         false,
		"https://example.com\nhttps://x.io": false,
	} {
		for _, field := range []string{"ClientURI", "TermsURI", "PolicyURI", "PostLogoutRedirectURIs"} {
			c := portalSample(1)
			switch field {
			case "ClientURI":
				c.ClientURI = url
			case "TermsURI":
				c.TermsURI = url
			case "PolicyURI":
				c.PolicyURI = url
			default:
				c.PostLogoutRedirectURIs = []string{url}
			}
			var want map[string]string
			if !fine {
				want = map[string]string{field: "url"}
			}
			require.Equal(t, want, faultsOf(t, c), "%s: %q", field, url)
		}
	}
}

func TestURLRuleB(t *testing.T) {
	for uri, fine := range map[string]bool{
		"http://localhost:3000/cb":         true,
		"https://app.example.com/cb?x=%20": true,
		"claude://callback":                true,
		"HTTPS://app.example.com":          true,
		"myapp://callback":                 false,
		"ftp://app.example.com":            false,
		"/callback":                        false,
		"app.example.com":                  false,
		"https://app.example.com/a b":      false,
		"https://app.example.com/{id}":     false,
		"https://app.example.com/%zz":      false,
		"https:":                           false,
		"https://":                         false,
		"https:x":                          true,
		"https://app.example.com/cb?x=%zz": false,
		"https://app.example.com/cb#%zz":   false,
	} {
		c := portalSample(1)
		c.RedirectURIs = []string{"https://app.example.com/callback", uri}
		var want map[string]string
		if !fine {
			want = map[string]string{"RedirectURIs": "url"}
		}
		require.Equal(t, want, faultsOf(t, c), uri)
	}
}

// A redirect URI may have a secret in its query, and errors end in logs.
func TestFaultsDoNotRepeatURIs(t *testing.T) {
	c := portalSample(1)
	c.RedirectURIs = []string{"https://app.example.com", "myapp://callback?key=hunter2"}
	portal := docspacetest.New()
	_, err := connect(t, portal, portal.Auth()).Clients.Create(t.Context(), c)
	require.ErrorContains(t, err, "RedirectURIs: entry 2")
	require.NotContains(t, err.Error(), "hunter2")
}

// An update sends the five members that the portal demands, so that all of them are checked,
// and the others where they were edited. Nothing is written then.
func TestUpdateRules(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	created, err := client.Clients.Create(t.Context(), portalSample(1))
	require.NoError(t, err)
	_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
		*c = oauthclients.OAuthClient{
			ID: c.ID, Secret: c.Secret, Status: c.Status, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
			Description: strings.Repeat("a", 256), GrantTypes: c.GrantTypes, Extra: c.Extra,
		}
	})
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	var fields []string
	for _, fault := range failed.Fields {
		fields = append(fields, fault.Field)
	}
	require.ElementsMatch(t, []string{
		"Name", "Description", "LogoURI", "AllowedOrigins", "ClientURI", "TermsURI", "PolicyURI",
		"PostLogoutRedirectURIs", "RedirectURIs", "Scopes",
	}, fields)
	require.Zero(t, portal.Count(http.MethodPut, ""))
}

// Updates have no limit for the size of the logo.
func TestUpdateTakesALargeLogo(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	created, err := client.Clients.Create(t.Context(), portalSample(1))
	require.NoError(t, err)
	large := "data:image/png;base64," + strings.Repeat("A", 400_000)
	updated, err := client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.LogoURI = large })
	require.NoError(t, err)
	require.Equal(t, large, updated.LogoURI)
	require.True(t, docspace.ExtraOf(updated).AllowPKCE, "what was not edited stays")
}
