package sipgatetest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds sign-ins that go wrong, and who is told.

func TestFaultsThatThePersonIsShown(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	for _, c := range []struct {
		changes []string
		alert   string
	}{
		{[]string{"client_id", ""}, "Missing parameters: client_id"},
		{[]string{"client_id", "unknown"}, "Client not found."},
		{[]string{"redirect_uri", ""}, "Invalid parameter: redirect_uri"},
		{[]string{"redirect_uri", "https://evil.example.com/callback"}, "Invalid parameter: redirect_uri"},
		{[]string{"redirect_uri", callbackURL + "#fragment"}, "Invalid parameter: redirect_uri"},
		{[]string{"redirect_uri", "https://evil.example.com/", "response_type", "token"}, "Invalid parameter: redirect_uri"},
	} {
		requireError(t, open(t, signin.NewBrowser(server.HTTPClient()), request(server, auth, c.changes...)), "We are sorry...", c.alert)
		_, err := server.SignIn(request(server, auth, c.changes...))
		require.ErrorContains(t, err, c.alert)
		require.ErrorContains(t, err, "We are sorry...")
		require.NotContains(t, err.Error(), "s-1")
	}
}

func TestFaultsThatTheProgramIsTold(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	for _, c := range []struct {
		changes           []string
		code, description string
	}{
		{[]string{"response_type", ""}, "invalid_request", "Missing parameter: response_type"},
		{[]string{"response_type", "token"}, "unsupported_response_type", ""},
		{[]string{"response_type", "code token"}, "unsupported_response_type", ""},
		{[]string{"scope", "balance:read magic"}, "invalid_scope", "Invalid scopes: balance:read magic"},
		{[]string{"code_challenge", ""}, "invalid_request", "Missing parameter: code_challenge"},
		{[]string{"code_challenge_method", ""}, "invalid_request", "Invalid parameter: code_challenge_method"},
		{[]string{"code_challenge_method", "plain"}, "invalid_request", "Invalid parameter: code_challenge_method"},
		{[]string{"code_challenge", "short"}, "invalid_request", "Invalid parameter: code_challenge"},
		{[]string{"code_challenge", challenge() + "="}, "invalid_request", "Invalid parameter: code_challenge"},
	} {
		callback := back(t, open(t, signin.NewBrowser(server.HTTPClient()), request(server, auth, c.changes...)))
		require.Equal(t, c.code, callback.Get("error"), c.changes)
		require.Equal(t, c.description, callback.Get("error_description"))
		require.Equal(t, c.description != "", callback.Has("error_description"))
		require.Equal(t, "s-1&=#", callback.Get("state"))
		require.NotContains(t, callback, "code")
	}
	twice := back(t, open(t, signin.NewBrowser(server.HTTPClient()), request(server, auth)+"&state=again"))
	require.Equal(t, "duplicated parameter", twice.Get("error_description"))
	callback, err := server.SignIn(request(server, auth, "response_type", "token"))
	require.NoError(t, err, "the program is told")
	require.Equal(t, "unsupported_response_type", callback.Get("error"))
}

func TestEachClientExistsInOneRealm(t *testing.T) {
	third, inApps := sipgatetest.New(), sipgatetest.New(sipgatetest.WithAppsRealm())
	for server, home := range map[*sipgatetest.Server]string{third: thirdParty, inApps: apps} {
		auth := server.AuthCode(callbackURL)
		require.Equal(t, home == apps, strings.HasSuffix(auth.ClientID, ":sipgate-apps"))
		callback, err := server.SignIn(request(server, auth))
		require.NoError(t, err)
		require.Equal(t, server.URL()+home, callback.Get("iss"))

		elsewhere := map[string]string{thirdParty: apps, apps: thirdParty}[home]
		wrong := strings.Replace(request(server, auth), home, elsewhere, 1)
		requireError(t, open(t, signin.NewBrowser(server.HTTPClient()), wrong), "We are sorry...", "Client not found.")

		form := codeForm(auth, callback.Get("code"))
		refused := post(t, server, elsewhere+realmTokenPath, form)
		require.Equal(t, http.StatusUnauthorized, refused.status)
		require.Equal(t, "invalid_client", object(t, refused.body)["error"])
		require.Equal(t, http.StatusOK, post(t, server, home+realmTokenPath, form).status, "the code was not spent")
	}
	for _, path := range []string{authPath, "/login-actions/consent"} {
		got := do(t, third, http.MethodGet, "/auth/realms/master"+path, nil, "")
		require.Equal(t, http.StatusNotFound, got.status)
		require.JSONEq(t, `{"error":"Realm does not exist"}`, got.body)
	}
	require.Equal(t, http.StatusNotFound, post(t, third, "/auth/realms/master"+realmTokenPath, url.Values{}).status)
}

func TestPagesExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sipgatetest.New()
		auth := server.AuthCode(callbackURL)
		requireExpired := func(answer *signin.Answer) {
			t.Helper()
			requireError(t, answer, "Page has expired", "Please go back to the application and sign in again.")
		}
		browser := signin.NewBrowser(server.HTTPClient())
		login := open(t, browser, request(server, auth))
		consent := toConsent(t, browser, request(server, auth))
		press(t, browser, consent, "accept", nil)
		requireExpired(press(t, browser, consent, "accept", nil)) // answered twice

		browser = signin.NewBrowser(server.HTTPClient())
		requireExpired(press(t, browser, login, "login", credentials())) // of another browser
		requireExpired(open(t, browser, server.URL()+thirdParty+"/login-actions/authenticate?session_code=made-up"))
		requireExpired(open(t, browser, server.URL()+thirdParty+"/login-actions/consent"))

		consent = toConsent(t, browser, request(server, auth, "scope", "account:read"))
		server.EndSessions()
		requireExpired(press(t, browser, consent, "accept", nil)) // nobody is signed in

		login = open(t, browser, request(server, auth))
		<-time.After(30 * time.Minute)
		requireExpired(press(t, browser, login, "login", credentials()))
	})
}

func TestLoginFormOfAnotherRealmIsNotTaken(t *testing.T) {
	server := sipgatetest.New()
	login := open(t, signin.NewBrowser(server.HTTPClient()), request(server, server.AuthCode(callbackURL)))
	moved := strings.Replace(login.Page.Form.Action, thirdParty, apps, 1)
	got := do(t, server, http.MethodGet, moved, map[string]string{"Cookie": login.Header.Get("Set-Cookie")}, "")
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Contains(t, got.body, "Page has expired")
}

func TestSignInErrorsNameThePath(t *testing.T) {
	server := sipgatetest.New()
	_, err := server.SignIn(server.URL() + "/nothing?state=s-1")
	require.EqualError(t, err, "signin: /nothing answered with status 404 and no page")
	_, err = server.SignIn("://")
	require.Error(t, err)
}
