package sipgatetest_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the token and the logout endpoint of a realm against Keycloak's table.

const (
	realmTokenPath = "/protocol/openid-connect/token"
	logoutPath     = "/protocol/openid-connect/logout"
)

func post(t *testing.T, s *sipgatetest.Server, path string, form url.Values) answer {
	t.Helper()
	return do(t, s, http.MethodPost, path, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, form.Encode())
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

// code signs in for one.
func code(t *testing.T, s *sipgatetest.Server, auth oauthclients.AuthCode, changes ...string) string {
	t.Helper()
	callback, err := s.SignIn(request(s, auth, changes...))
	require.NoError(t, err)
	require.NotEmpty(t, callback.Get("code"))
	return callback.Get("code")
}

type tokens struct {
	access, refresh string
	document        map[string]any
}

// exchange posts a form that must be taken.
func exchange(t *testing.T, s *sipgatetest.Server, auth oauthclients.AuthCode, form url.Values) tokens {
	t.Helper()
	realm := thirdParty
	if strings.HasSuffix(auth.ClientID, ":sipgate-apps") {
		realm = apps
	}
	got := post(t, s, realm+realmTokenPath, form)
	require.Equal(t, http.StatusOK, got.status, got.body)
	document := object(t, got.body)
	refresh, _ := document["refresh_token"].(string)
	return tokens{document["access_token"].(string), refresh, document}
}

// requireRefused posts a form that must be refused with exactly this.
func requireRefused(t *testing.T, s *sipgatetest.Server, form url.Values, status int, code, description string) {
	t.Helper()
	got := post(t, s, thirdParty+realmTokenPath, form)
	require.Equal(t, status, got.status, got.body)
	require.Equal(t, map[string]any{"error": code, "error_description": description}, object(t, got.body))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.Equal(t, "no-cache", got.header.Get("Pragma"))
}

// balanceStatus is how the API takes an access token.
func balanceStatus(t *testing.T, s *sipgatetest.Server, access string) int {
	t.Helper()
	return do(t, s, http.MethodGet, "/v2/balance", map[string]string{"Authorization": "Bearer " + access}, "").status
}

func TestCodeExchange(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	callback, err := server.SignIn(request(server, auth, "scope", "balance:read openid", "nonce", "n-1"))
	require.NoError(t, err)
	got := post(t, server, thirdParty+realmTokenPath, codeForm(auth, callback.Get("code")))
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.Equal(t, "no-cache", got.header.Get("Pragma"))

	document := object(t, got.body)
	for _, token := range []string{"access_token", "refresh_token", "id_token"} {
		require.Regexp(t, `^[\w-]+\.[\w-]+\.[\w-]+$`, document[token])
	}
	idToken := claims(t, document["id_token"].(string))
	require.Equal(t, server.URL()+thirdParty, idToken["iss"])
	require.Equal(t, auth.ClientID, idToken["aud"])
	require.Equal(t, "n-1", idToken["nonce"])
	require.Regexp(t, `^f:[0-9a-f-]{36}:\d+$`, idToken["sub"])
	accessToken := claims(t, document["access_token"].(string))
	require.Equal(t, auth.ClientID, accessToken["azp"])
	require.Equal(t, map[string]any{"roles": []any{"balance:read", "openid"}}, accessToken["realm_access"])

	require.Equal(t, http.StatusOK, balanceStatus(t, server, document["access_token"].(string)))
	for _, token := range []string{"access_token", "refresh_token", "id_token"} {
		delete(document, token)
	}
	require.Equal(t, map[string]any{
		"expires_in": 300.0, "refresh_expires_in": 2592000.0, "token_type": "bearer", "not-before-policy": 0.0,
		"session_state": callback.Get("session_state"), "scope": "balance:read openid",
	}, document)
}

func claims(t *testing.T, token string) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	require.NoError(t, err)
	return object(t, string(text))
}

func TestOnlyOpenIDGivesAnIDToken(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	require.NotContains(t, exchange(t, server, auth, codeForm(auth, code(t, server, auth))).document, "id_token")
}

func TestWithoutAChallengeNoVerifierIsWanted(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	plain := []string{"code_challenge", "", "code_challenge_method", ""}
	form := codeForm(auth, code(t, server, auth, plain...))
	form.Del("code_verifier")
	exchange(t, server, auth, form)
	requireRefused(t, server, codeForm(auth, code(t, server, auth, plain...)), 400, "invalid_grant",
		"PKCE code verifier specified but challenge not present in authorization")
}

func TestCodeRefusals(t *testing.T) {
	server := sipgatetest.New()
	auth, other := server.AuthCode(callbackURL), server.AuthCode(callbackURL)
	for _, c := range []struct {
		field, value string // "": left out
		status       int
		code         string
		description  string
	}{
		{"grant_type", "", 400, "invalid_request", "Missing form parameter: grant_type"},
		{"grant_type", "magic", 400, "unsupported_grant_type", "Unsupported grant_type"},
		{"grant_type", "password", 400, "unauthorized_client", "Client not allowed for direct access grants"},
		{"grant_type", "client_credentials", 401, "unauthorized_client", "Client not enabled to retrieve service account"},
		{"client_id", "", 401, "invalid_client", "Missing client_id parameter"},
		{"client_id", "unknown", 401, "invalid_client", "Invalid client or Invalid client credentials"},
		{"client_id", "sipgate-app-web", 401, "invalid_client", "Invalid client or Invalid client credentials"},
		{"client_secret", "", 401, "unauthorized_client", "Invalid client or Invalid client credentials"},
		{"client_secret", "wrong", 401, "unauthorized_client", "Invalid client or Invalid client credentials"},
		{"code", "", 400, "invalid_request", "Missing parameter: code"},
		{"code", "made.up", 400, "invalid_grant", "Code not valid"},
		{"redirect_uri", "", 400, "invalid_grant", "Incorrect redirect_uri"},
		{"redirect_uri", "https://app.example.com/callback", 400, "invalid_grant", "Incorrect redirect_uri"},
		{"redirect_uri", callbackURL + "&a=b", 400, "invalid_grant", "Incorrect redirect_uri"},
		{"code_verifier", "", 400, "invalid_grant", "PKCE code verifier not specified"},
		{"code_verifier", "short", 400, "invalid_grant", "PKCE verification failed: Invalid code verifier"},
		{"code_verifier", verifier + "x", 400, "invalid_grant", "PKCE verification failed: Code mismatch"},
	} {
		form := codeForm(auth, code(t, server, auth))
		form.Set(c.field, c.value)
		if c.value == "" {
			form.Del(c.field)
		}
		requireRefused(t, server, form, c.status, c.code, c.description)
	}
	form := codeForm(other, code(t, server, auth))
	requireRefused(t, server, form, 400, "invalid_grant", "Auth error: Found different client_id in clientSession")
	form = codeForm(auth, code(t, server, auth))
	form.Add("code", "again")
	requireRefused(t, server, form, 400, "invalid_request", "duplicated parameter")
	require.Equal(t, http.StatusMethodNotAllowed, do(t, server, http.MethodGet, thirdParty+realmTokenPath, nil, "").status)
}

func TestCredentialsInAHeaderAreNotTaken(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	form := codeForm(auth, code(t, server, auth))
	form.Del("client_id")
	form.Del("client_secret")
	basic := base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(auth.ClientID) + ":" + auth.ClientSecret.Reveal()))
	got := do(t, server, http.MethodPost, thirdParty+realmTokenPath, map[string]string{
		"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic " + basic,
	}, form.Encode())
	require.Equal(t, http.StatusUnauthorized, got.status)
	require.Equal(t, "unauthorized_client", object(t, got.body)["error"])
	require.Contains(t, object(t, got.body)["error_description"], "Client requires method 'client_secret_post'")
}

func TestAFailedExchangeSpendsTheCode(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	spent := code(t, server, auth)
	form := codeForm(auth, spent)
	form.Set("code_verifier", verifier+"x")
	requireRefused(t, server, form, 400, "invalid_grant", "PKCE verification failed: Code mismatch")
	requireRefused(t, server, codeForm(auth, spent), 400, "invalid_grant", "Code not valid")
}

func TestACodeThatComesTwiceEndsWhatItGave(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	used := code(t, server, auth)
	got, untouched := exchange(t, server, auth, codeForm(auth, used)), exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	requireRefused(t, server, codeForm(auth, used), 400, "invalid_grant", "Code not valid")
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, got.access))
	requireRefused(t, server, refreshForm(auth, got.refresh), 400, "invalid_grant", "Session doesn't have required client")
	require.Equal(t, http.StatusOK, balanceStatus(t, server, untouched.access), "another sign-in goes on")
}

func TestACodeLivesAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sipgatetest.New()
		auth := server.AuthCode(callbackURL)
		early, late := code(t, server, auth), code(t, server, auth)
		<-time.After(time.Minute - time.Second)
		exchange(t, server, auth, codeForm(auth, early))
		<-time.After(time.Second)
		requireRefused(t, server, codeForm(auth, late), 400, "invalid_grant", "Code is expired")
	})
}

func TestRefreshRotates(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	first := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	second := exchange(t, server, auth, refreshForm(auth, first.refresh))
	require.NotEqual(t, first.access, second.access)
	require.NotEqual(t, first.refresh, second.refresh)
	require.Equal(t, first.document["session_state"], second.document["session_state"])
	require.Equal(t, "balance:read", second.document["scope"])
	third := exchange(t, server, auth, refreshForm(auth, second.refresh))
	require.Equal(t, http.StatusOK, balanceStatus(t, server, third.access))

	requireRefused(t, server, refreshForm(auth, first.refresh), 400, "invalid_grant", "Maximum allowed refresh token reuse exceeded")
	requireRefused(t, server, refreshForm(auth, third.refresh), 400, "invalid_grant", "Session doesn't have required client")
	for _, got := range []tokens{first, second, third} {
		require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, got.access), "a replay ends the sign-in")
	}
}

func TestRefreshRefusals(t *testing.T) {
	server := sipgatetest.New()
	auth, other := server.AuthCode(callbackURL), server.AuthCode(callbackURL)
	got := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	requireRefused(t, server, refreshForm(auth, ""), 400, "invalid_request", "No refresh token")
	requireRefused(t, server, refreshForm(auth, "made-up"), 400, "invalid_grant", "Invalid refresh token")
	requireRefused(t, server, refreshForm(auth, got.access), 400, "invalid_grant", "Invalid refresh token")
	requireRefused(t, server, refreshForm(other, got.refresh), 400, "invalid_grant",
		"Invalid refresh token. Token client and authorized client don't match")
	wrong := refreshForm(auth, got.refresh)
	wrong.Set("client_secret", "wrong")
	requireRefused(t, server, wrong, 401, "unauthorized_client", "Invalid client or Invalid client credentials")
	exchange(t, server, auth, refreshForm(auth, got.refresh)) // none of them used it
}

func TestLifetimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sipgatetest.New(sipgatetest.WithTokenLifetime(time.Minute), sipgatetest.WithRefreshLifetime(time.Hour))
		auth := server.AuthCode(callbackURL)
		got := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
		require.EqualValues(t, 60, got.document["expires_in"])
		require.EqualValues(t, 3600, got.document["refresh_expires_in"])
		<-time.After(time.Minute)
		require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, got.access))
		<-time.After(time.Hour - time.Minute)
		requireRefused(t, server, refreshForm(auth, got.refresh), 400, "invalid_grant", "Token is not active")
	})
}

func TestWithoutRotation(t *testing.T) {
	server := sipgatetest.New(sipgatetest.WithoutRotation())
	auth := server.AuthCode(callbackURL)
	got := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	for range 3 {
		renewed := exchange(t, server, auth, refreshForm(auth, got.refresh))
		require.NotContains(t, renewed.document, "refresh_token")
		require.NotContains(t, renewed.document, "refresh_expires_in")
		require.Equal(t, http.StatusOK, balanceStatus(t, server, renewed.access))
	}
}
