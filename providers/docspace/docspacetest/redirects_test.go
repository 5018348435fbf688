package docspacetest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the consent as the portal's page gives it, and the redirects of it.

// signedIn is a browser whose person has signed in, as the cookies that it sends.
func signedIn(t *testing.T, portal *docspacetest.Server, loginURL string) (caller, *url.URL) {
	t.Helper()
	browser := signin.NewBrowser(portal.HTTPClient())
	login := open(t, browser, loginURL)
	sent := press(t, browser, login, "login", credentials())
	consent, err := url.Parse(sent.Location)
	require.NoError(t, err)
	cookies := login.Header.Get("Set-Cookie") + "; " + sent.Header.Get("Set-Cookie")
	return caller{t, portal, http.Header{"Cookie": {cookies}, "Content-Type": {"application/x-www-form-urlencoded"}}}, consent
}

// The consent is a form with the client, the state of the redirect to the page, and each scope.
func TestConsentIsGivenAtAuthorize(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	person, consent := signedIn(t, portal, request(portal, auth, "scope", "files:read rooms:read openid"))
	require.Equal(t, "/oauth2/consent", consent.Path)
	require.Equal(t, auth.ClientID, consent.Query().Get("client_id"))
	state := consent.Query().Get("state")
	require.NotEmpty(t, state)
	require.NotEqual(t, "s-1", state)

	form := url.Values{"client_id": {auth.ClientID}, "state": {state}, "scope": {"files:read"}}
	stranger := caller{t, portal, http.Header{"Content-Type": person.header["Content-Type"]}}
	require.Equal(t, http.StatusBadRequest, stranger.send(http.MethodPost, "/oauth2/authorize", form.Encode()).status, "another browser")
	given := person.send(http.MethodPost, "/oauth2/authorize", form.Encode())
	require.Equal(t, http.StatusFound, given.status)
	back, err := url.Parse(given.header.Get("Location"))
	require.NoError(t, err)
	require.Equal(t, "s-1", back.Query().Get("state"))
	got := portalToken(t, portal, codeForm(auth, back.Query().Get("code"))).json(t)
	require.Equal(t, "files:read openid", got["scope"], "what was allowed, and openid, which nobody is asked for")
	require.Equal(t, http.StatusBadRequest, person.send(http.MethodPost, "/oauth2/authorize", form.Encode()).status, "once")
}

func TestConsentToNothingIsADenial(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	for scope, wrong := range map[string]string{"": "access_denied", "accounts:write": "invalid_scope"} {
		person, consent := signedIn(t, portal, request(portal, auth))
		form := url.Values{"client_id": {auth.ClientID}, "state": {consent.Query().Get("state")}}
		if scope != "" {
			form.Set("scope", scope)
		}
		denied := person.send(http.MethodPost, "/oauth2/authorize", form.Encode())
		require.Equal(t, http.StatusFound, denied.status)
		back, err := url.Parse(denied.header.Get("Location"))
		require.NoError(t, err)
		require.Equal(t, url.Values{"error": {wrong}, "error_uri": {specURI}, "state": {"s-1"}}, back.Query())
	}
}

// X-Disable-Redirect turns the redirects to the program into an answer, and no others.
func TestDisabledRedirects(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	person, consent := signedIn(t, portal, request(portal, auth))
	person.header.Set("X-Disable-Redirect", "true")
	path := func(loginURL string) string { return strings.TrimPrefix(loginURL, portal.URL()) }

	again := person.send(http.MethodGet, path(request(portal, auth)), "")
	require.Equal(t, http.StatusFound, again.status, "to the consent")
	require.Contains(t, again.header.Get("Location"), "/oauth2/consent?")
	state := consent.Query().Get("state")
	form := url.Values{"client_id": {auth.ClientID}, "state": {state}, "scope": {"files:read", "accounts:read"}}
	require.Equal(t, http.StatusOK, person.send(http.MethodPost, "/oauth2/authorize", form.Encode()).status)

	for query, member := range map[string]string{request(portal, auth): "code", request(portal, auth, "scope", "magic"): "error"} {
		got := person.send(http.MethodGet, path(query), "")
		require.Equal(t, http.StatusOK, got.status)
		require.Empty(t, got.header.Get("Location"))
		require.Empty(t, got.body)
		back, err := url.Parse(got.header.Get("X-Redirect-URI"))
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(back.String(), callbackURL+"?"))
		require.NotEmpty(t, back.Query().Get(member))
		require.Equal(t, "s-1", back.Query().Get("state"))
	}
	wrong := person.send(http.MethodGet, path(request(portal, auth, "client_id", "unknown")), "")
	require.Equal(t, http.StatusFound, wrong.status, "to the page for errors")
	require.True(t, strings.HasPrefix(wrong.header.Get("Location"), "/login?type=oauth2&client_id=unknown&error="), wrong.header.Get("Location"))
	person.header.Set("X-Disable-Redirect", "false")
	require.Equal(t, http.StatusFound, person.send(http.MethodGet, path(request(portal, auth)), "").status)
}

func TestAuthorizeOfADisabledClient(t *testing.T) {
	portal := docspacetest.New()
	auth, c := portal.AuthCode(callbackURL), signed(t, portal)
	require.Equal(t, http.StatusOK, c.send(http.MethodPatch, clients+"/"+auth.ClientID+"/activation", `{"status":false}`).status)
	answer := open(t, signin.NewBrowser(portal.HTTPClient()), request(portal, auth))
	require.Equal(t, http.StatusFound, answer.Status)
	require.Equal(t, portal.URL()+"/login?type=oauth2&client_id="+auth.ClientID+"&error=client_disabled_error", answer.Location)
	_, err := portal.SignIn(request(portal, auth))
	require.ErrorContains(t, err, "The client is disabled.")
}
