package e2e

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file is the server of server_test.go once more, as one of the places for the strategies:
// behind a proxy that keeps what reaches it, with the person signing in over its forms instead
// of a browser.

func oidcHabits() habits {
	return habits{
		name: "oidc-provider", authorize: "/auth", token: "/token",
		tokenType: "Bearer", wayBack: http.StatusSeeOther, deadGrant: http.StatusBadRequest,
		notAllowed:      refusal{http.StatusBadRequest, "invalid_request", oauthclients.ErrInvalid},
		unknownClient:   badClient(),
		reuseEndsSignIn: true, signIn: overForms,
	}
}

func startOIDCPlace(t *testing.T, m members) *place {
	t.Helper()
	s := settings{
		PKCERequired: true, RotateRefreshToken: true, ClientCredentials: true, PasswordGrant: m.password,
	}
	for _, c := range m.clients {
		s.Clients = append(s.Clients, c.metadata(m.redirect))
	}
	running := startServer(t, s)
	behind, err := url.Parse(running.Issuer)
	require.NoError(t, err)
	p := serve(t, oidcHabits(), &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(behind)
		r.Out.Host = r.In.Host // the server's own pages lead back to where they were asked for
	}})
	p.revoke = running.revoke
	return p
}

func (c member) metadata(redirect string) metadata {
	client := metadata{
		"client_id": c.id, "token_endpoint_auth_method": c.way, "redirect_uris": []string{redirect},
		"grant_types": c.grants, "response_types": []string{"code"},
	}
	if c.secret != "" {
		client["client_secret"] = c.secret
	}
	return client
}

// overForms signs in and agrees, as a browser without scripts would.
func overForms(t *testing.T, address string) (status int, back url.Values) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := stopping(jar)
	page := get(t, browser, address)
	page = submit(t, browser, page, url.Values{"prompt": {"login"}, "login": {person}, "password": {secretText("password")}})
	page = submit(t, browser, page, url.Values{"prompt": {"consent"}})
	return arrival(t, page)
}

var action = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)

// submit sends the one form that a page has.
func submit(t *testing.T, browser *http.Client, page *http.Response, form url.Values) *http.Response {
	t.Helper()
	content, err := io.ReadAll(page.Body)
	require.NoError(t, err)
	found := action.FindSubmatch(content)
	require.NotNil(t, found, "%s: %s", page.Status, content)
	target, err := page.Request.URL.Parse(html.UnescapeString(string(found[1])))
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target.String(), strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := browser.Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}
