package docspacetest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds sign-ins that go wrong, and who is told.

func TestFaultsThatThePersonIsShown(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	for _, c := range []struct{ parameter, value, alert string }{
		{"client_id", "", "The client_id is not known."},
		{"client_id", "unknown", "The client_id is not known."},
		{"redirect_uri", callbackURL + "/", "The redirect_uri is not registered."},
		{"redirect_uri", callbackURL + "#fragment", "The redirect_uri is not registered."},
		{"response_type", "", "The response_type must be code."},
		{"response_type", "token", "The response_type must be code."},
	} {
		address := request(portal, auth, c.parameter, c.value)
		browser := signin.NewBrowser(portal.HTTPClient())
		sent := open(t, browser, address)
		require.Equal(t, http.StatusFound, sent.Status)
		require.True(t, strings.HasPrefix(sent.Location, portal.URL()+"/login?type=oauth2&client_id="), sent.Location)
		require.NotContains(t, sent.Location, "s-1", "nothing else of the address")
		requireError(t, open(t, browser, sent.Location), "Something went wrong", c.alert)
		_, err := portal.SignIn(address)
		require.ErrorContains(t, err, c.alert)
		require.NotContains(t, err.Error(), "s-1")
		_, err = portal.SignInDenied(address)
		require.ErrorContains(t, err, c.alert)
	}
}

func TestFaultsThatTheProgramIsTold(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	for _, c := range []struct{ parameter, value, code string }{
		{"scope", "files:read magic", "invalid_scope"},
		{"code_challenge", "", "invalid_request"},
		{"code_challenge", "short", "invalid_request"},
		{"code_challenge_method", "", "invalid_request"},
		{"code_challenge_method", "plain", "invalid_request"},
	} {
		callback := back(t, open(t, signin.NewBrowser(portal.HTTPClient()), request(portal, auth, c.parameter, c.value)))
		require.Equal(t, url.Values{"error": {c.code}, "error_uri": {specURI}, "state": {"s-1"}}, callback)
	}
	_, err := portal.SignInDenied(request(portal, auth, "scope", "magic"))
	require.NoError(t, err, "the program is told")
}

func TestScopesOfTheClient(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	made := create(t, c) // for openid and files:read
	auth := oauthclients.AuthCode{
		ClientID: made["client_id"].(string), ClientSecret: oauthclients.NewSecret(made["client_secret"].(string)), RedirectURL: callbackURL,
	}
	callback, err := portal.SignIn(request(portal, auth, "scope", "rooms:read"))
	require.NoError(t, err)
	require.Equal(t, "invalid_scope", callback.Get("error"))
	_, err = portal.SignIn(request(portal, auth, "scope", "openid", "redirect_uri", ""))
	require.ErrorContains(t, err, "redirect_uri", "which openid demands")
	callback, err = portal.SignIn(request(portal, auth, "scope", ""))
	require.NoError(t, err)
	granted := portalToken(t, portal, codeForm(auth, callback.Get("code"))).json(t)
	require.Equal(t, "files:read openid", granted["scope"], "all of the client's")

	require.Equal(t, http.StatusOK, c.send(http.MethodPatch, clients+"/"+auth.ClientID+"/activation", `{"status":false}`).status)
	_, err = portal.SignIn(request(portal, auth))
	require.ErrorContains(t, err, "The client is disabled.")
	require.Equal(t, http.StatusUnauthorized, portalToken(t, portal, refreshForm(auth, granted["refresh_token"].(string))).status)
}

func TestRedirectURIs(t *testing.T) {
	for _, c := range []struct {
		registered, redirectURI string
		taken                   bool
	}{
		{"https://app.example.com/cb?a=b", "https://app.example.com/cb?a=b", true},
		{"https://app.example.com/cb", "https://app.example.com/cb?a=b", false},
		{"https://app.example.com/*", "https://app.example.com/cb", false},
		{"http://127.0.0.1/callback", "http://127.0.0.1:49152/callback", true},
		{"http://127.0.0.1:1/callback", "http://127.0.0.1:49152/callback", true},
		{"http://127.0.0.1/callback", "http://127.0.0.1:49152/other", false},
		{"http://127.0.0.1/callback", "http://[::1]:49152/callback", false},
		{"http://[::1]/callback", "http://[::1]:49152/callback", true},
		{"http://localhost/callback", "http://localhost:49152/callback", false},
		{"", "http://127.0.0.1:49152/callback", true},
		{"https://app.example.com/cb", "", true}, // the only one that is registered
	} {
		portal := docspacetest.New()
		auth := portal.AuthCode(c.registered)
		require.Equal(t, c.registered, auth.RedirectURL)
		answer := open(t, signin.NewBrowser(portal.HTTPClient()), request(portal, auth, "redirect_uri", c.redirectURI))
		require.Equal(t, c.taken, answer.Status == http.StatusOK, "%s for %s", c.redirectURI, c.registered)
	}
}

func TestPagesExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		auth := portal.AuthCode(callbackURL)
		requireExpired := func(answer *signin.Answer) {
			t.Helper()
			requireError(t, answer, "Page has expired", "Please go back to the application and sign in again.")
		}
		browser := signin.NewBrowser(portal.HTTPClient())
		consent := toConsent(t, browser, request(portal, auth))
		press(t, browser, consent, "allow", nil)
		requireExpired(press(t, browser, consent, "allow", nil))
		login := open(t, signin.NewBrowser(portal.HTTPClient()), request(portal, auth))
		requireExpired(press(t, browser, login, "login", credentials())) // of another browser
		requireExpired(open(t, browser, portal.URL()+"/oauth2/consent?state=made-up"))
		requireExpired(open(t, browser, portal.URL()+"/login"))

		consent = open(t, browser, open(t, browser, request(portal, auth, "scope", "rooms:read")).Location)
		portal.EndSessions()
		requireExpired(press(t, browser, consent, "allow", nil))

		login = open(t, browser, request(portal, auth))
		<-time.After(30 * time.Minute)
		requireExpired(press(t, browser, login, "login", credentials()))
	})
}
