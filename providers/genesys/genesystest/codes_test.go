package genesystest_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds the token endpoint for codes and refresh tokens, and the token in use.

const tokensMe = "/api/v2/tokens/me"

type tokens struct{ access, refresh string }

func codeForm(code string) url.Values {
	return url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callbackURL}, "code_verifier": {verifier},
	}
}

func refreshForm(refresh string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}
}

func code(t *testing.T, s *genesystest.Server, auth oauthclients.AuthCode, changes ...string) string {
	t.Helper()
	callback, err := s.SignIn(loginURL(s, auth, changes...))
	require.NoError(t, err)
	require.NotEmpty(t, callback.Get("code"))
	return callback.Get("code")
}

// confidential posts a form with Basic.
func confidential(t *testing.T, s *genesystest.Server, auth oauthclients.AuthCode, form url.Values) reply {
	t.Helper()
	return signIn(t, s, auth.ClientID, auth.ClientSecret.Reveal(), form)
}

func taken(t *testing.T, got reply) tokens {
	t.Helper()
	require.Equal(t, http.StatusOK, got.status, got.body)
	refresh, _ := got.body["refresh_token"].(string)
	return tokens{got.body["access_token"].(string), refresh}
}

func exchangeCode(t *testing.T, s *genesystest.Server, auth oauthclients.AuthCode, code string) tokens {
	t.Helper()
	return taken(t, confidential(t, s, auth, codeForm(code)))
}

func requireRefused(t *testing.T, got reply, status int, code, text string) {
	t.Helper()
	full := text
	if code == "invalid_client" {
		full += ": invalid_client"
	}
	require.Equal(t, status, got.status, got.body)
	require.Equal(t, map[string]any{"error": code, "description": text, "error_description": full}, got.body)
}

func listStatus(t *testing.T, s *genesystest.Server, token string) int {
	t.Helper()
	return send(t, s, token, http.MethodGet, list, "").status
}

func TestCodeWithASecret(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	got := confidential(t, s, auth, codeForm(code(t, s, auth)))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.Equal(t, http.StatusOK, listStatus(t, s, taken(t, got).access))
	require.NotEmpty(t, taken(t, got).refresh)
	delete(got.body, "access_token")
	delete(got.body, "refresh_token")
	require.Equal(t, map[string]any{"token_type": "bearer", "expires_in": 86399.0}, got.body)

	form := codeForm(code(t, s, auth, "code_challenge", "", "code_challenge_method", ""))
	form.Del("code_verifier")
	taken(t, confidential(t, s, auth, form))
}

func TestCodeWithPKCEAlone(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	public := func(form url.Values) reply {
		form.Set("client_id", auth.ClientID)
		return signIn(t, s, "", "", form)
	}
	got := taken(t, public(codeForm(code(t, s, auth))))
	require.Equal(t, http.StatusOK, listStatus(t, s, got.access))
	require.NotEmpty(t, got.refresh)
	requireRefused(t, public(refreshForm(got.refresh)), 401, "invalid_client", "client credentials are required")
	taken(t, confidential(t, s, auth, refreshForm(got.refresh)))

	unproven := codeForm(code(t, s, auth))
	unproven.Del("code_verifier")
	requireRefused(t, public(unproven), 401, "invalid_client", "client credentials are required")
	secret := codeForm(code(t, s, auth))
	secret.Set("client_secret", auth.ClientSecret.Reveal())
	requireRefused(t, public(secret), 401, "invalid_client", "client credentials are required")
	unchallenged := codeForm(code(t, s, auth, "code_challenge", "", "code_challenge_method", ""))
	requireRefused(t, public(unchallenged), 401, "invalid_client", "client credentials are required")

	unknown := codeForm(code(t, s, auth))
	unknown.Set("client_id", "unknown")
	requireRefused(t, signIn(t, s, "", "", unknown), 400, "invalid_client", "client not found")
	machines, err := s.Add(machine)
	require.NoError(t, err)
	unknown.Set("client_id", machines)
	requireRefused(t, signIn(t, s, "", "", unknown), 400, "unauthorized_client", "the client is not authorized for this grant type")
}

func TestCodeRefusals(t *testing.T) {
	s := genesystest.New()
	auth, other := s.AuthCode(callbackURL), s.AuthCode(callbackURL)
	for _, c := range []struct{ field, value, code, text string }{
		{"grant_type", "", "unsupported_grant_type", "unsupported grant type"},
		{"grant_type", "password", "unsupported_grant_type", "unsupported grant type"},
		{"grant_type", "client_credentials", "unauthorized_client", "the client is not authorized for this grant type"},
		{"code", "", "invalid_grant", "the authorization code is not valid"},
		{"code", "made-up", "invalid_grant", "the authorization code is not valid"},
		{"redirect_uri", "", "invalid_grant", "the redirect URI does not match"},
		{"redirect_uri", "https://app.example.com/callback", "invalid_grant", "the redirect URI does not match"},
		{"code_verifier", "", "invalid_grant", "the code verifier does not match"},
		{"code_verifier", "short", "invalid_grant", "the code verifier does not match"},
		{"code_verifier", verifier + "x", "invalid_grant", "the code verifier does not match"},
	} {
		form := codeForm(code(t, s, auth))
		form.Set(c.field, c.value)
		requireRefused(t, confidential(t, s, auth, form), 400, c.code, c.text)
	}
	form := codeForm(code(t, s, auth, "code_challenge", "", "code_challenge_method", ""))
	requireRefused(t, confidential(t, s, auth, form), 400, "invalid_grant", "the code verifier does not match")
	requireRefused(t, confidential(t, s, other, codeForm(code(t, s, auth))), 400, "invalid_grant",
		"the authorization code was issued to another client")
	for _, wrong := range []oauthclients.AuthCode{
		{ClientID: auth.ClientID, ClientSecret: oauthclients.NewSecret("wrong")}, {ClientID: "unknown", ClientSecret: auth.ClientSecret},
	} {
		requireRefused(t, confidential(t, s, wrong, codeForm(code(t, s, auth))), 400, "invalid_client", "client not found")
	}
}

func TestOnlyClientsOfTheGrantCode(t *testing.T) {
	s := genesystest.New()
	id, secret := credentials(t, s)
	made := send(t, s, s.AccessToken(), http.MethodPost, list, machine).body
	saml, err := s.Add(`{"name":"n","authorizedGrantType":"SAML2-BEARER","secret":"s"}`)
	require.NoError(t, err)
	for clientID, secret := range map[string]string{id: secret, made["id"].(string): made["secret"].(string), saml: "s"} {
		for _, form := range []url.Values{codeForm("x"), refreshForm("x")} {
			requireRefused(t, signIn(t, s, clientID, secret, form), 400, "unauthorized_client", "the client is not authorized for this grant type")
		}
	}
	got := signIn(t, s, made["id"].(string), made["secret"].(string), url.Values{"grant_type": {"client_credentials"}})
	require.Equal(t, http.StatusOK, listStatus(t, s, taken(t, got).access))
	require.NotContains(t, got.body, "refresh_token")
}

func TestInactiveAndDisabledClients(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	got := exchangeCode(t, s, auth, code(t, s, auth))
	change := func(state string) {
		body := `{"name":"n","authorizedGrantType":"CODE","scope":["oauth"],"state":"` + state + `","registeredRedirectUri":["` + callbackURL + `"]}`
		require.Equal(t, http.StatusOK, send(t, s, s.AccessToken(), http.MethodPut, list+"/"+auth.ClientID, body).status)
	}
	change("inactive")
	requireRefused(t, confidential(t, s, auth, refreshForm(got.refresh)), 400, "unauthorized_client", "the client is not active")
	form := codeForm("x")
	form.Set("client_id", auth.ClientID)
	requireRefused(t, signIn(t, s, "", "", form), 400, "unauthorized_client", "the client is not authorized for this grant type")
	require.Equal(t, http.StatusOK, listStatus(t, s, got.access), "its tokens stay")
	change("disabled")
	requireError(t, send(t, s, got.access, http.MethodGet, list, ""), http.StatusUnauthorized, "bad.credentials")
	change("active")
	require.Equal(t, http.StatusOK, listStatus(t, s, got.access))
}

func TestACodeThatComesTwiceEndsWhatItGave(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	used := code(t, s, auth)
	got, bystander := exchangeCode(t, s, auth, used), exchangeCode(t, s, auth, code(t, s, auth))
	requireRefused(t, confidential(t, s, auth, codeForm(used)), 400, "invalid_grant", "the authorization code is not valid")
	requireError(t, send(t, s, got.access, http.MethodGet, list, ""), http.StatusUnauthorized, "bad.credentials")
	requireRefused(t, confidential(t, s, auth, refreshForm(got.refresh)), 400, "invalid_grant", "the refresh token is not valid")
	require.Equal(t, http.StatusOK, listStatus(t, s, bystander.access))
}

func TestRefreshRotates(t *testing.T) {
	s := genesystest.New()
	auth, other := s.AuthCode(callbackURL), s.AuthCode(callbackURL)
	first := exchangeCode(t, s, auth, code(t, s, auth))
	requireRefused(t, confidential(t, s, other, refreshForm(first.refresh)), 400, "invalid_grant", "the refresh token was issued to another client")
	requireRefused(t, confidential(t, s, auth, refreshForm("made-up")), 400, "invalid_grant", "the refresh token is not valid")
	second := taken(t, confidential(t, s, auth, refreshForm(first.refresh)))
	require.NotEqual(t, first.refresh, second.refresh)
	require.Equal(t, http.StatusOK, listStatus(t, s, second.access))

	for _, dead := range []string{first.refresh, second.refresh} {
		requireRefused(t, confidential(t, s, auth, refreshForm(dead)), 400, "invalid_grant", "the refresh token is not valid")
	}
	require.Equal(t, http.StatusUnauthorized, listStatus(t, s, second.access), "a replay ends the sign-in")
}

func TestWithoutRotation(t *testing.T) {
	s := genesystest.New(genesystest.WithoutRotation())
	auth := s.AuthCode(callbackURL)
	got := exchangeCode(t, s, auth, code(t, s, auth))
	for range 2 {
		require.Empty(t, taken(t, confidential(t, s, auth, refreshForm(got.refresh))).refresh)
	}
}

func TestLifetimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New(genesystest.WithTokenLifetime(10*time.Minute), genesystest.WithRefreshLifetime(time.Hour))
		auth := s.AuthCode(callbackURL)
		early, late := code(t, s, auth), code(t, s, auth)
		got := confidential(t, s, auth, codeForm(early))
		require.InDelta(t, 600, got.body["expires_in"], 0)
		machines := s.AccessToken()
		<-time.After(time.Minute)
		requireRefused(t, confidential(t, s, auth, codeForm(late)), 400, "invalid_grant", "the authorization code is not valid")
		<-time.After(9 * time.Minute)
		for _, token := range []string{taken(t, got).access, machines} {
			requireError(t, send(t, s, token, http.MethodGet, list, ""), http.StatusUnauthorized, "credentials.expired")
		}
		<-time.After(50 * time.Minute)
		requireRefused(t, confidential(t, s, auth, refreshForm(taken(t, got).refresh)), 400, "invalid_grant", "the refresh token is not valid")
	})
}

func TestTokensLiveAsLongAsTheirClientSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New()
		id, err := s.Add(`{"name":"n","authorizedGrantType":"CODE","secret":"s","accessTokenValiditySeconds":300,"registeredRedirectUri":["` + callbackURL + `"]}`)
		require.NoError(t, err)
		auth := oauthclients.AuthCode{ClientID: id, ClientSecret: oauthclients.NewSecret("s"), RedirectURL: callbackURL}
		got := confidential(t, s, auth, codeForm(code(t, s, auth)))
		require.InDelta(t, 299, got.body["expires_in"], 0)
		<-time.After(299 * time.Second)
		require.Equal(t, http.StatusUnauthorized, listStatus(t, s, taken(t, got).access))
		taken(t, confidential(t, s, auth, refreshForm(taken(t, got).refresh))) // no source gives it an end
	})
}

func TestTheTokenInUse(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	got := exchangeCode(t, s, auth, code(t, s, auth))
	described := send(t, s, got.access, http.MethodGet, tokensMe+"?preserveIdleTTL=true", "")
	require.Equal(t, http.StatusOK, described.status)
	client := described.body["OAuthClient"].(map[string]any)
	require.Equal(t, auth.ClientID, client["id"])
	require.Equal(t, "Example application", client["name"])
	require.NotContains(t, client, "secret")
	id, _ := credentials(t, s)
	require.Equal(t, id, send(t, s, s.AccessToken(), http.MethodGet, tokensMe, "").body["OAuthClient"].(map[string]any)["id"])

	bystander := exchangeCode(t, s, auth, code(t, s, auth))
	ended := send(t, s, got.access, http.MethodDelete, tokensMe, "")
	require.Equal(t, http.StatusOK, ended.status)
	require.Empty(t, ended.body)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		requireError(t, send(t, s, got.access, method, tokensMe, ""), http.StatusUnauthorized, "bad.credentials")
	}
	requireRefused(t, confidential(t, s, auth, refreshForm(got.refresh)), 400, "invalid_grant", "the refresh token is not valid")
	require.Equal(t, http.StatusOK, listStatus(t, s, bystander.access))

	machines, others := s.AccessToken(), s.AccessToken()
	require.Equal(t, http.StatusOK, send(t, s, machines, http.MethodDelete, tokensMe, "").status)
	require.Equal(t, http.StatusUnauthorized, listStatus(t, s, machines))
	require.Equal(t, http.StatusOK, listStatus(t, s, others))
}

func TestRevokedTokensCanBeRenewedUntilTheSessionsEnd(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	got := exchangeCode(t, s, auth, code(t, s, auth))
	s.RevokeTokens()
	require.Equal(t, http.StatusUnauthorized, listStatus(t, s, got.access))
	got = taken(t, confidential(t, s, auth, refreshForm(got.refresh)))
	require.Equal(t, http.StatusOK, listStatus(t, s, got.access))
	s.EndSessions()
	require.Equal(t, http.StatusUnauthorized, listStatus(t, s, got.access))
	requireRefused(t, confidential(t, s, auth, refreshForm(got.refresh)), 400, "invalid_grant", "the refresh token is not valid")
}
