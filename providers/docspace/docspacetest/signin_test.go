package docspacetest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the pages of the portal as a browser sees them.

const (
	callbackURL = "https://app.example.com/callback"
	verifier    = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B
	specURI     = "https://datatracker.ietf.org/doc/html/rfc6749#section-4.1.2.1"
)

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// request is a login URL without fault, with scope last. changes replace its parameters where
// they stand, and "" takes one out.
func request(portal *docspacetest.Server, auth oauthclients.AuthCode, changes ...string) string {
	parameters := [][2]string{
		{"client_id", auth.ClientID}, {"redirect_uri", auth.RedirectURL}, {"response_type", "code"}, {"state", "s-1"},
		{"code_challenge", challenge()}, {"code_challenge_method", "S256"}, {"scope", "files:read accounts:read"},
	}
	for i := 0; i < len(changes); i += 2 {
		at := slices.IndexFunc(parameters, func(p [2]string) bool { return p[0] == changes[i] })
		parameters[at][1] = changes[i+1]
	}
	return portal.URL() + "/oauth2/authorize?" + inOrder(parameters)
}

func inOrder(parameters [][2]string) string {
	var query []string
	for _, p := range parameters {
		if p[1] != "" {
			query = append(query, p[0]+"="+url.QueryEscape(p[1]))
		}
	}
	return strings.Join(query, "&")
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

func credentials() map[string]string {
	return map[string]string{"username": docspacetest.Username, "password": docspacetest.Password}
}

// toConsent signs in and returns the consent page.
func toConsent(t *testing.T, b *signin.Browser, loginURL string) *signin.Answer {
	t.Helper()
	return open(t, b, press(t, b, open(t, b, loginURL), "login", credentials()).Location)
}

// back is the query with which a browser arrives at the program.
func back(t *testing.T, answer *signin.Answer) url.Values {
	t.Helper()
	require.Equal(t, http.StatusFound, answer.Status)
	require.True(t, strings.HasPrefix(answer.Location, callbackURL+"?"), answer.Location)
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

func TestSignIn(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	require.Empty(t, portal.Requests(), "a client that is registered directly")
	for _, address := range []string{request(portal, auth), strings.Replace(request(portal, auth), "/oauth2/", "/api/2.0/oauth2/", 1)} {
		callback, err := portal.SignIn(address)
		require.NoError(t, err)
		require.Equal(t, []string{"s-1"}, callback["state"])
		require.Regexp(t, `^eu:\w{32,}$`, callback.Get("code"))
		require.Len(t, callback, 2)
	}
}

// The page keeps what stands before scope, and scope: the SDK's contract says to put it last.
func TestTheConsentPageDropsWhatStandsBehindScope(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	parameters := [][2]string{
		{"client_id", auth.ClientID}, {"redirect_uri", auth.RedirectURL}, {"response_type", "code"},
		{"scope", "files:read"}, {"state", "s-1"}, {"code_challenge", challenge()}, {"code_challenge_method", "S256"},
	}
	login := portal.URL() + "/oauth2/authorize?"
	callback, err := portal.SignIn(login + inOrder(parameters))
	require.NoError(t, err)
	require.NotContains(t, callback, "state")
	require.Equal(t, http.StatusBadRequest, portalToken(t, portal, codeForm(auth, callback.Get("code"))).status, "the challenge is lost too")
	_, err = portal.SignInDenied(login + inOrder(parameters))
	require.ErrorContains(t, err, "it was allowed before")

	last := append(slices.Delete(slices.Clone(parameters), 3, 4), parameters[3])
	callback, err = portal.SignIn(login + inOrder(last))
	require.NoError(t, err)
	require.Equal(t, "s-1", callback.Get("state"))
	require.Equal(t, http.StatusOK, portalToken(t, portal, codeForm(auth, callback.Get("code"))).status)

	first := [][2]string{{"scope", "files:read"}, {"client_id", auth.ClientID}, {"redirect_uri", callbackURL}, {"response_type", "code"}}
	_, err = portal.SignIn(login + inOrder(first))
	require.ErrorContains(t, err, "lost the client_id")
}

func TestPages(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	browser := signin.NewBrowser(portal.HTTPClient())
	login := open(t, browser, request(portal, auth))
	require.Equal(t, "Sign in to DocSpace", login.Page.Title)
	require.Equal(t, []string{"login"}, login.Page.Form.Buttons)
	consent := toConsent(t, browser, request(portal, auth))
	require.Equal(t, "Example application wants access to your DocSpace", consent.Page.Title)
	require.Equal(t, []string{"allow", "deny"}, consent.Page.Form.Buttons)
	for _, page := range []*signin.Answer{login, consent, open(t, browser, open(t, browser, portal.URL()+"/oauth2/authorize").Location)} {
		require.Equal(t, "no-store", page.Header.Get("Cache-Control"))
		require.Contains(t, page.Header.Get("Content-Security-Policy"), "default-src 'none'")
	}
	cookie, err := http.ParseSetCookie(login.Header.Get("Set-Cookie"))
	require.NoError(t, err)
	require.True(t, cookie.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)

	stranger := caller{t, portal, http.Header{"Cookie": {login.Header.Get("Set-Cookie")}}}
	page := stranger.send(http.MethodGet, login.Page.Form.Action, "")
	require.Equal(t, http.StatusOK, page.status)
	for _, text := range []string{"fake", docspacetest.Username, docspacetest.Password, `<label for="username">Email`} {
		require.Contains(t, page.body, text)
	}
}

func TestConsentPageSaysWhatIsAsked(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	scopes := "files:read accounts:write accounts.self:read rooms:write openid"
	browser := signin.NewBrowser(portal.HTTPClient())
	login := open(t, browser, request(portal, auth, "scope", scopes))
	sent := press(t, browser, login, "login", credentials())
	cookies := login.Header.Get("Set-Cookie") + "; " + sent.Header.Get("Set-Cookie")
	page := caller{t, portal, http.Header{"Cookie": {cookies}}}.send(http.MethodGet, strings.TrimPrefix(sent.Location, portal.URL()), "")
	for _, text := range []string{
		"Read files<code>files:read</code>", "Read and change accounts<code>accounts:write</code>",
		"Read your profile<code>accounts.self:read</code>", "Read and change rooms<code>rooms:write</code>", "Know who signs in<code>openid</code>",
	} {
		require.Contains(t, page.body, text)
	}
}

func TestWrongPasswordThenRightOne(t *testing.T) {
	portal := docspacetest.New()
	browser := signin.NewBrowser(portal.HTTPClient())
	page := open(t, browser, request(portal, portal.AuthCode(callbackURL)))
	for _, wrong := range []map[string]string{{"username": docspacetest.Username, "password": "x"}, {"username": "<x>", "password": docspacetest.Password}} {
		page = press(t, browser, page, "login", wrong)
		require.Equal(t, http.StatusOK, page.Status)
		require.Equal(t, "User authentication failed.", page.Page.Alert)
		require.Equal(t, wrong["username"], page.Page.Form.Values.Get("username"))
	}
	consent := open(t, browser, press(t, browser, page, "login", credentials()).Location)
	require.NotEmpty(t, back(t, press(t, browser, consent, "allow", nil)).Get("code"))
}

// Consent is for all the scopes that were allowed, and for openid without asking.
func TestConsentIsAskedOnce(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	browser := signin.NewBrowser(portal.HTTPClient())
	back(t, press(t, browser, toConsent(t, browser, request(portal, auth)), "allow", nil))
	for _, scopes := range []string{"files:read accounts:read", "accounts:read", "accounts:read openid"} {
		require.NotEmpty(t, back(t, open(t, browser, request(portal, auth, "scope", scopes))).Get("code"))
	}
	more := open(t, browser, open(t, browser, request(portal, auth, "scope", "files:read rooms:read")).Location)
	require.Equal(t, []string{"allow", "deny"}, more.Page.Form.Buttons)
	require.Equal(t, url.Values{"error": {"access_denied"}, "error_uri": {specURI}, "state": {"s-1"}},
		back(t, press(t, browser, more, "deny", nil)))

	portal.EndSessions()
	require.Equal(t, "Sign in to DocSpace", open(t, browser, request(portal, auth)).Page.Title)
}

// The portal puts "?code=…" behind the address, and the state as it is.
func TestWhatThePortalDoesNotEncode(t *testing.T) {
	portal := docspacetest.New()
	callback, err := portal.SignIn(request(portal, portal.AuthCode(callbackURL+"?tenant=7")))
	require.NoError(t, err)
	require.Regexp(t, `^7\?code=eu:`, callback.Get("tenant"))
	require.Empty(t, callback.Get("code"))

	callback, err = portal.SignIn(request(portal, portal.AuthCode(callbackURL), "state", "s-1&more=#"))
	require.NoError(t, err)
	require.Equal(t, "s-1", callback.Get("state"))
	require.Contains(t, callback, "more")
}
