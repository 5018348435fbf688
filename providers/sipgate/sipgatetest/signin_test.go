package sipgatetest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the pages of the login server as a browser sees them.

const (
	callbackURL = "https://app.example.com/callback?tenant=7"
	thirdParty  = "/auth/realms/third-party"
	apps        = "/auth/realms/sipgate-apps"
	authPath    = "/protocol/openid-connect/auth"
	verifier    = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B
)

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// request is a login URL without fault; changes replace its parameters, and "" takes one out.
func request(s *sipgatetest.Server, auth oauthclients.AuthCode, changes ...string) string {
	query := url.Values{
		"client_id": {auth.ClientID}, "redirect_uri": {auth.RedirectURL}, "response_type": {"code"},
		"scope": {"balance:read"}, "state": {"s-1&=#"},
		"code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(changes); i += 2 {
		query.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			query.Del(changes[i])
		}
	}
	realm := thirdParty
	if strings.HasSuffix(auth.ClientID, ":sipgate-apps") {
		realm = apps
	}
	return s.URL() + realm + authPath + "?" + query.Encode()
}

// open gets an address in a browser.
func open(t *testing.T, b *signin.Browser, address string) *signin.Answer {
	t.Helper()
	answer, err := b.Open(address)
	require.NoError(t, err)
	return answer
}

func press(t *testing.T, b *signin.Browser, on *signin.Answer, button string, fields map[string]string) *signin.Answer {
	t.Helper()
	answer, err := b.Press(on, fields, button)
	require.NoError(t, err)
	return answer
}

func credentials() map[string]string {
	return map[string]string{"username": sipgatetest.Username, "password": sipgatetest.Password}
}

// toConsent signs in and returns the consent page.
func toConsent(t *testing.T, b *signin.Browser, loginURL string) *signin.Answer {
	t.Helper()
	sent := press(t, b, open(t, b, loginURL), "login", credentials())
	require.Equal(t, http.StatusFound, sent.Status)
	return open(t, b, sent.Location)
}

// back is the query with which a browser arrives at the program.
func back(t *testing.T, answer *signin.Answer) url.Values {
	t.Helper()
	require.Equal(t, http.StatusFound, answer.Status)
	require.True(t, strings.HasPrefix(answer.Location, callbackURL+"&"), "the query of the redirect URI stays")
	u, err := url.Parse(answer.Location)
	require.NoError(t, err)
	return u.Query()
}

func requireError(t *testing.T, answer *signin.Answer, title, alert string) {
	t.Helper()
	require.Equal(t, http.StatusBadRequest, answer.Status)
	require.Empty(t, answer.Location, "never a redirect")
	require.NotNil(t, answer.Page)
	require.Equal(t, title, answer.Page.Title)
	require.Equal(t, alert, answer.Page.Alert)
	require.Nil(t, answer.Page.Form)
}

func TestSignInReturnsWhatKeycloakReturns(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	require.Empty(t, server.Requests(), "a client that is registered directly")
	callback, err := server.SignIn(request(server, auth))
	require.NoError(t, err)
	require.Equal(t, []string{"s-1&=#"}, callback["state"])
	require.Equal(t, []string{"7"}, callback["tenant"])
	require.Equal(t, []string{server.URL() + thirdParty}, callback["iss"])
	require.Regexp(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, callback.Get("session_state"))
	require.Regexp(t, `^[^.]+\.`+callback.Get("session_state")+`$`, callback.Get("code"))
	require.Len(t, callback, 5)

	callback, err = server.SignIn(request(server, auth, "state", ""))
	require.NoError(t, err)
	require.NotContains(t, callback, "state")
}

func TestEveryPageIsPrivate(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	browser := signin.NewBrowser(server.HTTPClient())
	login := open(t, browser, request(server, auth))
	wrong := press(t, browser, login, "login", map[string]string{"username": "<b>", "password": "x"})
	consent := toConsent(t, browser, request(server, auth))
	sorry := open(t, browser, request(server, auth, "client_id", "unknown"))
	for _, page := range []*signin.Answer{login, wrong, consent, sorry} {
		require.Equal(t, "text/html; charset=utf-8", page.Header.Get("Content-Type"))
		require.Equal(t, "no-store", page.Header.Get("Cache-Control"))
		require.Equal(t, "no-referrer", page.Header.Get("Referrer-Policy"))
		require.Equal(t, "DENY", page.Header.Get("X-Frame-Options"))
		policy := page.Header.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'")
		require.Contains(t, policy, "frame-ancestors 'none'")
		require.NotContains(t, policy, "script")
		require.NotContains(t, policy, "unsafe")
		require.NotContains(t, policy, "form-action", "Chromium would not go back to the program")
	}
	require.Equal(t, "Sign in to your account", login.Page.Title)
	require.Equal(t, []string{"login"}, login.Page.Form.Buttons)
	require.Equal(t, "Grant Access to Example application", consent.Page.Title)
	require.Equal(t, []string{"accept", "cancel"}, consent.Page.Form.Buttons)
	require.Equal(t, "<b>", wrong.Page.Form.Values.Get("username"), "escaped on the page")
}

func TestPagesNameTheFakeAndItsScopesInWords(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	browser := signin.NewBrowser(server.HTTPClient())
	login := open(t, browser, request(server, auth))
	cookie := login.Header.Get("Set-Cookie")
	page := do(t, server, http.MethodGet, login.Page.Form.Action, map[string]string{"Cookie": cookie}, "")
	require.Equal(t, http.StatusOK, page.status)
	for _, text := range []string{
		"fake", sipgatetest.Username, sipgatetest.Password, "Example application",
		`<label for="username">`, `<input id="username" name="username"`, `<label for="password">`,
		`<input id="password" name="password" type="password"`, `id="kc-login"`,
	} {
		require.Contains(t, page.body, text)
	}
	require.NotContains(t, page.body, "<script")

	sent := press(t, browser, login, "login", credentials())
	cookies := []string{cookie, sent.Header.Get("Set-Cookie")}
	page = do(t, server, http.MethodGet, strings.TrimPrefix(sent.Location, server.URL()),
		map[string]string{"Cookie": strings.Join(cookies, "; ")}, "")
	require.Contains(t, page.body, "Read the account balance<code>balance:read</code>")
	require.Contains(t, page.body, "Do you grant these access privileges?")
}

func TestWrongPasswordThenRightOne(t *testing.T) {
	server := sipgatetest.New()
	browser := signin.NewBrowser(server.HTTPClient())
	page := open(t, browser, request(server, server.AuthCode(callbackURL)))
	for _, wrong := range []map[string]string{
		{"username": sipgatetest.Username, "password": "wrong"}, {"username": "other", "password": sipgatetest.Password}, {},
	} {
		page = press(t, browser, page, "login", wrong)
		require.Equal(t, http.StatusOK, page.Status)
		require.Equal(t, "Sign in to your account", page.Page.Title)
		require.Equal(t, "Invalid username or password.", page.Page.Alert)
	}
	consent := open(t, browser, press(t, browser, page, "login", credentials()).Location)
	require.NotEmpty(t, back(t, press(t, browser, consent, "accept", nil)).Get("code"))
}

func TestConsentIsAskedOncePerScope(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	asks := func(scope string) bool {
		browser := signin.NewBrowser(server.HTTPClient())
		answer := press(t, browser, open(t, browser, request(server, auth, "scope", scope)), "login", credentials())
		if strings.HasPrefix(answer.Location, callbackURL) {
			return false
		}
		press(t, browser, open(t, browser, answer.Location), "accept", nil)
		return true
	}
	require.True(t, asks("balance:read"))
	require.False(t, asks("balance:read"))
	require.True(t, asks("balance:read account:read"))
	require.False(t, asks("account:read"))

	_, err := server.SignInDenied(request(server, auth))
	require.ErrorContains(t, err, "not asked")
	other := server.AuthCode(callbackURL)
	_, err = server.SignInDenied(request(server, other))
	require.NoError(t, err, "another client is asked for again")
}

func TestDeniedConsent(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	callback, err := server.SignInDenied(request(server, auth))
	require.NoError(t, err)
	require.Equal(t, url.Values{
		"error": {"access_denied"}, "state": {"s-1&=#"}, "iss": {server.URL() + thirdParty}, "tenant": {"7"},
	}, callback)
	callback, err = server.SignIn(request(server, auth))
	require.NoError(t, err, "a refusal is not kept")
	require.NotEmpty(t, callback.Get("code"))
}

func TestASecondSignInNeedsNoPasswordUntilTheSessionEnds(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	browser := signin.NewBrowser(server.HTTPClient())
	first := back(t, press(t, browser, toConsent(t, browser, request(server, auth)), "accept", nil))
	second := back(t, open(t, browser, request(server, auth)))
	require.Equal(t, first.Get("session_state"), second.Get("session_state"))
	require.NotEqual(t, first.Get("code"), second.Get("code"))

	asked := open(t, signin.NewBrowser(server.HTTPClient()), request(server, auth))
	require.NotNil(t, asked.Page.Form, "another browser has no session")

	tokens := exchange(t, server, auth, codeForm(auth, second.Get("code")))
	require.Equal(t, http.StatusNoContent, logOut(t, server, auth, tokens.refresh).status)
	again := open(t, browser, request(server, auth))
	require.Equal(t, "Sign in to your account", again.Page.Title)
	third := back(t, press(t, browser, again, "login", credentials()))
	require.NotEqual(t, first.Get("session_state"), third.Get("session_state"))
}

func TestCookiesAreOutOfReach(t *testing.T) {
	server := sipgatetest.New()
	browser := signin.NewBrowser(server.HTTPClient())
	login := open(t, browser, request(server, server.AuthCode(callbackURL)))
	signedIn := press(t, browser, login, "login", credentials())
	for name, header := range map[string]http.Header{"AUTH_SESSION_ID": login.Header, "KEYCLOAK_IDENTITY": signedIn.Header} {
		cookie, err := http.ParseSetCookie(header.Get("Set-Cookie"))
		require.NoError(t, err)
		require.Equal(t, name, cookie.Name)
		require.True(t, cookie.HttpOnly)
		require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
		require.Equal(t, thirdParty+"/", cookie.Path)
	}
}
