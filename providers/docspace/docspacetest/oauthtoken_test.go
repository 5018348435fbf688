package docspacetest_test

import (
	"encoding/base64"
	"encoding/json"
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

// This file holds the token endpoint, the revocation, and the trade of access tokens.

const (
	oauthTokenPath  = "/oauth2/token"
	oauthRevokePath = "/oauth2/revoke"
	tradePath       = "/api/2.0/security/oauth2/token"
)

func post(t *testing.T, portal *docspacetest.Server, path string, form url.Values) reply {
	t.Helper()
	return caller{t, portal, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}.send(http.MethodPost, path, form.Encode())
}

func portalToken(t *testing.T, portal *docspacetest.Server, form url.Values) reply {
	t.Helper()
	return post(t, portal, oauthTokenPath, form)
}

func codeForm(auth oauthclients.AuthCode, code string) url.Values {
	return url.Values{
		"grant_type": {"authorization_code"}, "client_id": {auth.ClientID}, "client_secret": {auth.ClientSecret.Reveal()},
		"code": {code}, "redirect_uri": {auth.RedirectURL}, "code_verifier": {verifier},
	}
}

func refreshForm(auth oauthclients.AuthCode, refresh string) url.Values {
	return url.Values{
		"grant_type": {"refresh_token"}, "client_id": {auth.ClientID}, "client_secret": {auth.ClientSecret.Reveal()},
		"refresh_token": {refresh},
	}
}

func revokeForm(auth oauthclients.AuthCode, token string) url.Values {
	return url.Values{"client_id": {auth.ClientID}, "client_secret": {auth.ClientSecret.Reveal()}, "token": {token}}
}

func code(t *testing.T, portal *docspacetest.Server, auth oauthclients.AuthCode, changes ...string) string {
	t.Helper()
	callback, err := portal.SignIn(request(portal, auth, changes...))
	require.NoError(t, err)
	require.NotEmpty(t, callback.Get("code"))
	return callback.Get("code")
}

type tokens struct{ access, refresh string }

// exchange posts a form that must be taken.
func exchange(t *testing.T, portal *docspacetest.Server, form url.Values) tokens {
	t.Helper()
	got := portalToken(t, portal, form)
	require.Equal(t, http.StatusOK, got.status, got.body)
	document := got.json(t)
	refresh, _ := document["refresh_token"].(string)
	return tokens{document["access_token"].(string), refresh}
}

func requireRefused(t *testing.T, got reply, status int, text string) {
	t.Helper()
	require.Equal(t, status, got.status, got.body)
	require.JSONEq(t, text, got.body)
}

// traded is how the portal takes an access token.
func traded(t *testing.T, portal *docspacetest.Server, access string) reply {
	t.Helper()
	return caller{t, portal, http.Header{"Authorization": {"Bearer " + access}}}.send(http.MethodGet, tradePath, "")
}

func TestCodeExchange(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	got := portalToken(t, portal, codeForm(auth, code(t, portal, auth)))
	require.Equal(t, http.StatusOK, got.status, got.body)
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.Equal(t, "no-cache", got.header.Get("Pragma"))
	document := got.json(t)
	require.Regexp(t, `^eu:\w{32,}$`, document["refresh_token"])
	claims := claimsOf(t, document["access_token"].(string))
	require.Equal(t, portal.URL()+"/oauth2", claims["iss"])
	require.Equal(t, auth.ClientID, claims["cid"])
	require.Equal(t, portal.URL(), claims["aud"])
	require.EqualValues(t, 1, claims["tid"])
	delete(document, "refresh_token")
	delete(document, "access_token")
	require.Equal(t, map[string]any{"token_type": "Bearer", "expires_in": 3600.0, "scope": "files:read accounts:read"}, document)

	withID := portalToken(t, portal, codeForm(auth, code(t, portal, auth, "scope", "openid"))).json(t)
	require.Equal(t, auth.ClientID, claimsOf(t, withID["id_token"].(string))["aud"])
}

func claimsOf(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	require.Len(t, parts, 3)
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, json.Unmarshal(text, &claims))
	return claims
}

func TestAccessTokensAreTraded(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	got := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	signature := traded(t, portal, got.access)
	require.Equal(t, http.StatusOK, signature.status)
	header := http.Header{"X-Signature": {signature.json(t)["response"].(string)}}
	require.Equal(t, http.StatusOK, caller{t, portal, header}.send(http.MethodGet, clients+"/"+auth.ClientID, "").status)

	for _, dead := range []string{got.refresh, got.access + "x", ""} {
		require.Equal(t, http.StatusUnauthorized, traded(t, portal, dead).status)
	}
	direct := caller{t, portal, http.Header{"Authorization": {"Bearer " + got.access}}}
	require.Equal(t, http.StatusForbidden, direct.send(http.MethodGet, clients, "").status, "the clients API takes a signature only")
}

func TestCodeRefusals(t *testing.T) {
	portal := docspacetest.New()
	auth, other := portal.AuthCode(callbackURL), portal.AuthCode(callbackURL)
	const badClient, badGrant = `{"error":"invalid_client"}`, `{"error":"invalid_grant"}`
	parameter := func(code, name string) string {
		return `{"error":"` + code + `","error_description":"OAuth 2.0 Parameter: ` + name + `",` +
			`"error_uri":"https://datatracker.ietf.org/doc/html/rfc6749#section-5.2"}`
	}
	for _, c := range []struct {
		field, value string // "": left out
		status       int
		body         string
	}{
		{"grant_type", "", 400, parameter("invalid_request", "grant_type")},
		{"grant_type", "client_credentials", 400, `{"error":"unauthorized_client"}`},
		{"grant_type", "password", 400, parameter("invalid_request", "grant_type")},
		{"client_id", "", 401, badClient},
		{"client_id", "unknown", 401, badClient},
		{"client_secret", "", 401, badClient}, // PKCE alone is for public clients
		{"client_secret", "wrong", 401, badClient},
		{"code", "", 400, parameter("invalid_request", "code")},
		{"code", "eu:made-up", 400, badGrant},
		{"redirect_uri", "", 400, badGrant},
		{"redirect_uri", callbackURL + "/", 400, badGrant},
		{"code_verifier", "", 400, badGrant},
		{"code_verifier", "short", 400, badGrant},
		{"code_verifier", verifier + "x", 400, badGrant},
	} {
		right := codeForm(auth, code(t, portal, auth))
		wrong := codeForm(auth, right.Get("code"))
		wrong.Set(c.field, c.value)
		if c.value == "" {
			wrong.Del(c.field)
		}
		requireRefused(t, portalToken(t, portal, wrong), c.status, c.body)
		exchange(t, portal, right) // a refused exchange leaves the code
	}
	requireRefused(t, portalToken(t, portal, codeForm(other, code(t, portal, auth))), 400, badGrant)
	twice := codeForm(auth, code(t, portal, auth))
	twice.Add("redirect_uri", callbackURL)
	requireRefused(t, portalToken(t, portal, twice), 400, parameter("invalid_request", "redirect_uri"))
	unproven := codeForm(auth, code(t, portal, auth, "code_challenge", "", "code_challenge_method", ""))
	requireRefused(t, portalToken(t, portal, unproven), 400, badGrant)
	unproven.Del("code_verifier")
	exchange(t, portal, unproven)
	elsewhere := caller{t, portal, http.Header{}}.send(http.MethodGet, oauthTokenPath, "")
	require.Equal(t, http.StatusFound, elsewhere.status)
	require.Equal(t, "/login?type=oauth2&client_id=error", elsewhere.header.Get("Location"))
}

func TestBasicIsRefused(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	whole := codeForm(auth, code(t, portal, auth))
	bare := url.Values{"grant_type": whole["grant_type"], "code": whole["code"], "redirect_uri": whole["redirect_uri"]}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(auth.ClientID+":"+auth.ClientSecret.Reveal()))
	for _, form := range []url.Values{whole, bare} {
		header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Authorization": {basic}}
		got := caller{t, portal, header}.send(http.MethodPost, oauthTokenPath, form.Encode())
		requireRefused(t, got, http.StatusUnauthorized, `{"error":"invalid_client"}`)
	}
}

func TestPublicClients(t *testing.T) {
	portal := docspacetest.New()
	made := signed(t, portal).send(http.MethodPost, clients, valid(t, map[string]any{"allow_pkce": true})).json(t)
	auth := oauthclients.AuthCode{ClientID: made["client_id"].(string), RedirectURL: callbackURL}
	form := codeForm(auth, code(t, portal, auth, "scope", "files:read"))
	form.Del("client_secret")
	got := exchange(t, portal, form)
	require.Equal(t, http.StatusOK, traded(t, portal, got.access).status)
	require.Empty(t, got.refresh)

	form = codeForm(auth, code(t, portal, auth, "scope", "files:read"))
	form.Del("client_secret")
	form.Del("code_verifier")
	requireRefused(t, portalToken(t, portal, form), http.StatusUnauthorized, `{"error":"invalid_client"}`)

	auth.ClientSecret = oauthclients.NewSecret(made["client_secret"].(string))
	got = exchange(t, portal, codeForm(auth, code(t, portal, auth, "scope", "files:read")))
	require.NotEmpty(t, got.refresh, "with its secret it is like any other")
	form = refreshForm(auth, got.refresh)
	form.Del("client_secret")
	requireRefused(t, portalToken(t, portal, form), http.StatusUnauthorized, `{"error":"invalid_client"}`)
}

func TestACodeThatComesTwiceEndsWhatItGave(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	form := codeForm(auth, code(t, portal, auth))
	got := exchange(t, portal, form)
	callback, err := portal.SignInAs(1, request(portal, auth))
	require.NoError(t, err)
	bystander := exchange(t, portal, codeForm(auth, callback.Get("code")))
	requireRefused(t, portalToken(t, portal, form), 400, `{"error":"invalid_grant"}`)
	require.Equal(t, http.StatusUnauthorized, traded(t, portal, got.access).status)
	requireRefused(t, portalToken(t, portal, refreshForm(auth, got.refresh)), 400, `{"error":"invalid_grant"}`)
	require.Equal(t, http.StatusOK, traded(t, portal, bystander.access).status)
}

func TestRefreshRotates(t *testing.T) {
	portal := docspacetest.New()
	auth, other := portal.AuthCode(callbackURL), portal.AuthCode(callbackURL)
	first := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	requireRefused(t, portalToken(t, portal, refreshForm(other, first.refresh)), 400, `{"error":"invalid_grant"}`)
	requireRefused(t, portalToken(t, portal, refreshForm(auth, "eu:made-up")), 400, `{"error":"invalid_grant"}`)
	require.Equal(t, http.StatusBadRequest, portalToken(t, portal, refreshForm(auth, "")).status)

	second := exchange(t, portal, refreshForm(auth, first.refresh))
	require.NotEqual(t, first.refresh, second.refresh)
	require.Regexp(t, `^eu:`, second.refresh)
	require.Equal(t, http.StatusOK, traded(t, portal, second.access).status)
	require.Equal(t, http.StatusUnauthorized, traded(t, portal, first.access).status, "a refresh ends the access token before it")
	requireRefused(t, portalToken(t, portal, refreshForm(auth, first.refresh)), 400, `{"error":"invalid_grant"}`)
	exchange(t, portal, refreshForm(auth, second.refresh)) // the old one does not end the new one
}

// A person has one sign-in at a client. Opening the login URL is enough to end it.
func TestAPersonHasOneSignIn(t *testing.T) {
	portal := docspacetest.New()
	auth, another := portal.AuthCode(callbackURL), portal.AuthCode(callbackURL)
	elsewhere := exchange(t, portal, codeForm(another, code(t, portal, another)))
	first := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	unused := code(t, portal, auth)
	require.Equal(t, http.StatusUnauthorized, traded(t, portal, first.access).status)
	requireRefused(t, portalToken(t, portal, refreshForm(auth, first.refresh)), 400, `{"error":"invalid_grant"}`)
	second := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	requireRefused(t, portalToken(t, portal, codeForm(auth, unused)), 400, `{"error":"invalid_grant"}`)

	for person := 1; person <= 3; person++ { // others do not disturb it
		callback, err := portal.SignInAs(person, request(portal, auth))
		require.NoError(t, err)
		exchange(t, portal, codeForm(auth, callback.Get("code")))
	}
	require.Equal(t, http.StatusOK, traded(t, portal, second.access).status)

	browser := signin.NewBrowser(portal.HTTPClient())
	toConsent(t, browser, request(portal, another)) // the person, in a browser
	require.Equal(t, http.StatusOK, traded(t, portal, second.access).status)
	open(t, browser, request(portal, auth, "scope", "rooms:write"))
	require.Equal(t, http.StatusUnauthorized, traded(t, portal, second.access).status)
	require.Equal(t, http.StatusUnauthorized, traded(t, portal, elsewhere.access).status)
}

// Ten requests a minute, of whatever kind, for everybody behind an address.
func TestTheLimitOfTheTokenEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New(docspacetest.WithRateLimits())
		auth := portal.AuthCode(callbackURL)
		for i := range 10 {
			require.Equal(t, http.StatusBadRequest, portalToken(t, portal, refreshForm(auth, "eu:made-up")).status, i)
		}
		for _, path := range []string{oauthTokenPath, "/oauth2/revoke"} {
			header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
			limited := caller{t, portal, header}.send(http.MethodPost, path, "token=x")
			require.Equal(t, http.StatusTooManyRequests, limited.status)
			require.Equal(t, "6000000000", limited.header.Get("X-Ratelimit-Reset"), "nanoseconds")
			require.Empty(t, limited.header.Get("Retry-After"))
			require.Empty(t, limited.body)
		}
	})
}

func TestWithoutRotation(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithoutRotation())
	auth := portal.AuthCode(callbackURL)
	got := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	for range 2 {
		require.Empty(t, exchange(t, portal, refreshForm(auth, got.refresh)).refresh)
	}
}

func TestLifetimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New(docspacetest.WithTokenLifetime(10*time.Minute), docspacetest.WithRefreshLifetime(time.Hour))
		auth := portal.AuthCode(callbackURL)
		early := code(t, portal, auth)
		callback, err := portal.SignInAs(1, request(portal, auth))
		require.NoError(t, err)
		late := callback.Get("code")
		got := portalToken(t, portal, codeForm(auth, early)).json(t)
		require.EqualValues(t, 600, got["expires_in"])
		<-time.After(time.Minute)
		requireRefused(t, portalToken(t, portal, codeForm(auth, late)), 400, `{"error":"invalid_grant"}`)
		require.Equal(t, http.StatusOK, traded(t, portal, got["access_token"].(string)).status)
		<-time.After(9 * time.Minute)
		require.Equal(t, http.StatusUnauthorized, traded(t, portal, got["access_token"].(string)).status)
		<-time.After(50 * time.Minute)
		requireRefused(t, portalToken(t, portal, refreshForm(auth, got["refresh_token"].(string))), 400, `{"error":"invalid_grant"}`)
	})
}
