package genesystest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds the login page as a browser sees it.

const (
	callbackURL = "https://app.example.com/callback?tenant=7"
	verifier    = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B
)

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// loginURL is one without fault; changes replace its parameters, and "" takes one out.
func loginURL(s *genesystest.Server, auth oauthclients.AuthCode, changes ...string) string {
	query := url.Values{
		"client_id": {auth.ClientID}, "redirect_uri": {auth.RedirectURL}, "response_type": {"code"}, "state": {"s-1&=#"},
		"code_challenge": {challenge()}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(changes); i += 2 {
		query.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			query.Del(changes[i])
		}
	}
	return s.URL() + "/oauth/authorize?" + query.Encode()
}

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

func person() map[string]string {
	return map[string]string{"username": genesystest.Username, "password": genesystest.Password}
}

// back is the query with which a browser arrives at the program.
func back(t *testing.T, answer *signin.Answer) url.Values {
	t.Helper()
	require.Equal(t, http.StatusFound, answer.Status)
	require.True(t, strings.HasPrefix(answer.Location, callbackURL+"&"), answer.Location)
	u, err := url.Parse(answer.Location)
	require.NoError(t, err)
	return u.Query()
}

func requirePage(t *testing.T, answer *signin.Answer, title, alert string) {
	t.Helper()
	require.Equal(t, http.StatusBadRequest, answer.Status)
	require.Empty(t, answer.Location, "never a redirect")
	require.NotNil(t, answer.Page)
	require.Equal(t, title, answer.Page.Title)
	require.Equal(t, alert, answer.Page.Alert)
	require.Nil(t, answer.Page.Form)
}

func TestSignIn(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	require.Empty(t, s.Requests(), "a client that is registered directly")
	callback, err := s.SignIn(loginURL(s, auth, "org", "o", "provider", "p"))
	require.NoError(t, err)
	require.NotEmpty(t, callback.Get("code"))
	callback.Del("code")
	require.Equal(t, url.Values{"state": {"s-1&=#"}, "tenant": {"7"}}, callback)
	callback, err = s.SignIn(loginURL(s, auth, "state", ""))
	require.NoError(t, err)
	require.NotContains(t, callback, "state")
}

func TestThePage(t *testing.T) {
	s := genesystest.New()
	browser := signin.NewBrowser(s.HTTPClient())
	login := open(t, browser, loginURL(s, s.AuthCode(callbackURL)))
	require.Equal(t, "Log in to Genesys Cloud", login.Page.Title)
	require.Equal(t, []string{"login", "cancel"}, login.Page.Form.Buttons)
	require.Equal(t, "no-store", login.Header.Get("Cache-Control"))
	require.Contains(t, login.Header.Get("Content-Security-Policy"), "default-src 'none'")
	sent := press(t, browser, login, "login", person())
	for _, header := range []http.Header{login.Header, sent.Header} {
		cookie, err := http.ParseSetCookie(header.Get("Set-Cookie"))
		require.NoError(t, err)
		require.True(t, cookie.HttpOnly)
		require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
	}
}

func TestCancel(t *testing.T) {
	s := genesystest.New()
	callback, err := s.SignInDenied(loginURL(s, s.AuthCode(callbackURL)))
	require.NoError(t, err)
	require.Equal(t, url.Values{"error": {"access_denied"}, "state": {"s-1&=#"}, "tenant": {"7"}}, callback)
}

func TestWrongPasswordThenRightOne(t *testing.T) {
	s := genesystest.New()
	browser := signin.NewBrowser(s.HTTPClient())
	page := open(t, browser, loginURL(s, s.AuthCode(callbackURL)))
	for _, wrong := range []map[string]string{{"username": genesystest.Username, "password": "x"}, {"username": "<x>", "password": genesystest.Password}} {
		page = press(t, browser, page, "login", wrong)
		require.Equal(t, http.StatusOK, page.Status)
		require.Equal(t, "The email or the password is not right.", page.Page.Alert)
		require.Equal(t, wrong["username"], page.Page.Form.Values.Get("username"))
	}
	require.NotEmpty(t, back(t, press(t, browser, page, "login", person())).Get("code"))
}

func TestThePasswordIsAskedOnceUntilTheTokenEnds(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	browser := signin.NewBrowser(s.HTTPClient())
	press(t, browser, open(t, browser, loginURL(s, auth)), "login", person())
	again := back(t, open(t, browser, loginURL(s, auth)))
	got := exchangeCode(t, s, auth, again.Get("code"))
	require.Equal(t, http.StatusOK, send(t, s, got.access, http.MethodDelete, "/api/v2/tokens/me", "").status)
	require.Equal(t, "Log in to Genesys Cloud", open(t, browser, loginURL(s, auth)).Page.Title)
}

func TestFaultsThatThePersonIsShown(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	const mismatch = "The redirect URI does not match a registered one."
	for _, c := range []struct{ parameter, value, alert string }{
		{"client_id", "", "client not found"},
		{"client_id", "unknown", "client not found"},
		{"redirect_uri", "", mismatch},
		{"redirect_uri", "https://app.example.com/callback", mismatch},
		{"redirect_uri", callbackURL + "#fragment", mismatch},
	} {
		address := loginURL(s, auth, c.parameter, c.value)
		requirePage(t, open(t, signin.NewBrowser(s.HTTPClient()), address), "Login failed", c.alert)
		_, err := s.SignIn(address)
		require.ErrorContains(t, err, c.alert)
		require.NotContains(t, err.Error(), "s-1")
	}
	id, err := s.Add(`{"name":"n","authorizedGrantType":"CODE","state":"inactive","registeredRedirectUri":["` + callbackURL + `"]}`)
	require.NoError(t, err)
	requirePage(t, open(t, signin.NewBrowser(s.HTTPClient()), loginURL(s, auth, "client_id", id)), "Login failed", "client not found")
	requirePage(t, open(t, signin.NewBrowser(s.HTTPClient()), loginURL(s, s.AuthCode("http://127.0.0.1/cb"), "redirect_uri", "http://127.0.0.1:1/cb")),
		"Login failed", mismatch)
}

func TestFaultsThatTheProgramIsTold(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	implicit, err := s.Add(`{"name":"n","authorizedGrantType":"TOKEN","registeredRedirectUri":["` + callbackURL + `"]}`)
	require.NoError(t, err)
	for _, c := range []struct{ parameter, value, code string }{
		{"response_type", "", "invalid_request"},
		{"response_type", "token", "unsupported_response_type"},
		{"client_id", implicit, "unauthorized_client"},
		{"scope", "oauth users", "invalid_scope"},
		{"code_challenge", "", "invalid_pkce_package"},
		{"code_challenge", "short", "invalid_pkce_package"},
		{"code_challenge_method", "", "invalid_pkce_package"},
		{"code_challenge_method", "plain", "invalid_pkce_package"},
	} {
		callback := back(t, open(t, signin.NewBrowser(s.HTTPClient()), loginURL(s, auth, c.parameter, c.value)))
		require.Equal(t, url.Values{"error": {c.code}, "state": {"s-1&=#"}, "tenant": {"7"}}, callback, c.value)
	}
	callback, err := s.SignIn(loginURL(s, auth, "scope", "oauth"))
	require.NoError(t, err)
	require.NotEmpty(t, callback.Get("code"))
}

func TestPagesExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New()
		auth := s.AuthCode(callbackURL)
		requireExpired := func(answer *signin.Answer) {
			t.Helper()
			requirePage(t, answer, "Page has expired", "Please go back to the application and log in again.")
		}
		browser := signin.NewBrowser(s.HTTPClient())
		login := open(t, browser, loginURL(s, auth))
		require.Equal(t, login.Page, open(t, browser, s.URL()+login.Page.Form.Action).Page, "it can be loaded again")
		requireExpired(press(t, signin.NewBrowser(s.HTTPClient()), login, "login", person()))
		requireExpired(open(t, browser, s.URL()+"/login"))
		press(t, browser, login, "cancel", nil)
		requireExpired(press(t, browser, login, "login", person()))

		login = open(t, browser, loginURL(s, auth))
		<-time.After(30 * time.Minute)
		requireExpired(press(t, browser, login, "login", person()))
	})
}

func TestAClientThatGoesDuringTheSignIn(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	browser := signin.NewBrowser(s.HTTPClient())
	login := open(t, browser, loginURL(s, auth))
	token := s.AccessToken()
	body := `{"name":"n","authorizedGrantType":"CODE","state":"inactive","scope":["oauth"]}`
	require.Equal(t, http.StatusOK, send(t, s, token, http.MethodPut, list+"/"+auth.ClientID, body).status)
	require.Equal(t, http.StatusOK, send(t, s, token, http.MethodDelete, list+"/"+auth.ClientID, "").status)
	requirePage(t, press(t, browser, login, "login", person()), "Login failed", "client not found")
}
