package dcrtest_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file tests how the manners of real servers treat the clients that are registered: who they
// are, what they may ask for, and how their tokens end.

// person has signed in to a client of a manner.
type person struct {
	server *dcrtest.Server
	made   reply
	path   string
	tokens reply
}

const signInBody = `{"redirect_uris":["` + callbackURL + `"],"grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"`

func signedIn(t *testing.T, m dcrtest.Manner, method string) person {
	t.Helper()
	server, made := made(t, m, signInBody+method+`"}`)
	require.Equal(t, status(m), made.status, made.body)
	p := person{server: server, made: made, path: paths()[m]}
	code, err := server.SignIn(p.login())
	require.NoError(t, err)
	require.NotEmpty(t, code.Get("code"), code)
	p.tokens = p.post(t, "/token", method, url.Values{
		"grant_type": {"authorization_code"}, "code": {code.Get("code")}, "redirect_uri": {callbackURL}, "code_verifier": {verifier},
	})
	return p
}

func (p person) login() string {
	u, _ := url.Parse(loginURL(p.server, "client_id", p.made.text("client_id")))
	u.Path = p.path + u.Path
	return u.String()
}

// post sends a form as the client, in one of the ways to prove itself; "both" is Basic with the id in
// the form.
func (p person) post(t *testing.T, at, method string, form url.Values) reply {
	t.Helper()
	id, secret := p.made.text("client_id"), p.made.text("client_secret")
	switch method {
	case "client_secret_post":
		form.Set("client_id", id)
		form.Set("client_secret", secret)
	case "none", "both":
		form.Set("client_id", id)
	}
	r := request(t, "", http.MethodPost, p.server.URL()+p.path+at, form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if method == "client_secret_basic" || method == "both" {
		r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	}
	return exchange(t, p.server, r)
}

func (p person) refresh(t *testing.T, method string) reply {
	t.Helper()
	return p.post(t, "/token", method, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {p.tokens.text("refresh_token")}})
}

func (p person) revoke(t *testing.T, at, method, token string) reply {
	t.Helper()
	return p.post(t, at, method, url.Values{"token": {token}})
}

func TestAClientProvesItselfAsItIsRegistered(t *testing.T) {
	for m, want := range map[dcrtest.Manner]struct {
		status int
		code   string
	}{
		dcrtest.Hydra: {401, "invalid_client"}, dcrtest.Glewlwyd: {401, "invalid_client"}, dcrtest.Keycloak: {401, "unauthorized_client"},
		dcrtest.BetterAuth: {401, "invalid_client"}, dcrtest.Authlib: {401, "invalid_client"}, dcrtest.Spring: {401, "invalid_client"},
		dcrtest.Canaille: {401, "invalid_client"}, dcrtest.GoOIDC: {401, "invalid_client"},
	} {
		t.Run(m.String(), func(t *testing.T) {
			p := signedIn(t, m, "client_secret_post")
			require.Equal(t, http.StatusOK, p.tokens.status, p.tokens.body)
			requireError(t, p.refresh(t, "client_secret_basic"), want.status, want.code, "")
			require.Equal(t, http.StatusOK, p.refresh(t, "client_secret_post").status)
			p = signedIn(t, m, "client_secret_basic")
			requireError(t, p.refresh(t, "client_secret_post"), want.status, want.code, "")
			require.Equal(t, http.StatusOK, p.refresh(t, "client_secret_basic").status)
		})
	}
	for _, m := range []dcrtest.Manner{dcrtest.OIDCProvider, dcrtest.LemonLDAP, dcrtest.Cloudflare, dcrtest.DjangoOAuthToolkit} {
		p := signedIn(t, m, "client_secret_basic")
		require.Equal(t, http.StatusOK, p.refresh(t, "client_secret_post").status, m)
	}
}

func TestAKeycloakClientWithoutAMethodHasBoth(t *testing.T) {
	for _, method := range []string{"client_secret_basic", "client_secret_post"} {
		s, made := made(t, dcrtest.Keycloak, `{"redirect_uris":["https://app.example.com/cb"],"grant_types":["client_credentials"]}`)
		p := person{server: s, made: made, path: "/realms/orders"}
		require.Equal(t, http.StatusOK, p.post(t, "/token", method, machineForm()).status)
		puts(t, s, made, map[string]any{"token_endpoint_auth_method": "client_secret_basic"})
		want := map[string]int{"client_secret_basic": 200, "client_secret_post": 401}[method]
		require.Equal(t, want, p.post(t, "/token", method, machineForm()).status)
	}
}

func TestTheFormAlone(t *testing.T) {
	p := signedIn(t, dcrtest.MCPTypeScript, "client_secret_post")
	require.Equal(t, http.StatusOK, p.tokens.status)
	requireError(t, p.refresh(t, "client_secret_basic"), http.StatusBadRequest, "invalid_request", "client_id")
	p.server.Restart()
	requireError(t, p.refresh(t, "client_secret_post"), http.StatusBadRequest, "invalid_client", "Invalid client_id")
}

func TestTheIDInTheFormToo(t *testing.T) {
	p := signedIn(t, dcrtest.MCPPython, "client_secret_basic")
	requireError(t, p.tokens, http.StatusUnauthorized, "invalid_client", "Missing client_id")
	code, err := p.server.SignIn(p.login())
	require.NoError(t, err)
	p.tokens = p.post(t, "/token", "both", url.Values{
		"grant_type": {"authorization_code"}, "code": {code.Get("code")}, "redirect_uri": {callbackURL}, "code_verifier": {verifier},
	})
	require.Equal(t, http.StatusOK, p.tokens.status, p.tokens.body)
	refused := p.revoke(t, "/revoke", "both", p.tokens.text("refresh_token"))
	requireError(t, refused, http.StatusBadRequest, "invalid_request", "client_secret: Field required")
	p.server.Restart()
	requireError(t, p.refresh(t, "both"), http.StatusUnauthorized, "invalid_client", "Invalid client_id")
}

func TestAPublicClientIsRefusedWithTheSecretThatItGot(t *testing.T) {
	p := signedIn(t, dcrtest.Authlib, "none")
	require.NotEmpty(t, p.made.text("client_secret"))
	require.Equal(t, http.StatusOK, p.tokens.status, p.tokens.body)
	for _, method := range []string{"client_secret_basic", "client_secret_post"} {
		requireError(t, p.refresh(t, method), http.StatusUnauthorized, "invalid_client", "")
	}
	require.Equal(t, http.StatusOK, p.refresh(t, "none").status)
}

func TestNoResponseTypesAreNone(t *testing.T) {
	for _, m := range []dcrtest.Manner{dcrtest.Authlib, dcrtest.Canaille} {
		s, made := made(t, m, `{"redirect_uris":["`+callbackURL+`"],"grant_types":["authorization_code"]}`)
		callback, err := s.SignIn(person{server: s, made: made}.login())
		require.NoError(t, err)
		require.Equal(t, "unauthorized_client", callback.Get("error"), m)
	}
}

func TestTheIssuerOfCallbacks(t *testing.T) {
	for m, want := range map[dcrtest.Manner][2]bool{ // in those with a code, in errors
		dcrtest.OIDCProvider: {false, false}, dcrtest.BetterAuth: {true, true}, dcrtest.Keycloak: {true, true},
		dcrtest.DjangoOAuthToolkit: {true, false}, dcrtest.Canaille: {true, false},
	} {
		t.Run(m.String(), func(t *testing.T) {
			s, made := made(t, m, signInBody+`client_secret_basic"}`)
			p := person{server: s, made: made, path: paths()[m]}
			promised := described(t, s, p.path).body["authorization_response_iss_parameter_supported"]
			require.Equal(t, want[0], promised == true)
			for i, visit := range []func(string) (url.Values, error){s.SignIn, s.Deny} {
				callback, err := visit(p.login())
				require.NoError(t, err)
				require.Equal(t, []string{"", "access_denied"}[i], callback.Get("error"))
				require.Equal(t, want[i], callback.Has("iss"))
				require.Contains(t, []string{"", s.Provider().Issuer}, callback.Get("iss"))
			}
		})
	}
}

func TestRevocationInEachManner(t *testing.T) {
	for m, c := range map[dcrtest.Manner]struct {
		method, with, at string
		endsAll          bool
		again            int
	}{
		dcrtest.Hydra:              {"client_secret_post", "client_secret_post", "/revoke", false, 200},
		dcrtest.MCPTypeScript:      {"client_secret_post", "client_secret_post", "/revoke", false, 200},
		dcrtest.MCPPython:          {"client_secret_post", "client_secret_post", "/revoke", false, 200},
		dcrtest.BetterAuth:         {"client_secret_basic", "client_secret_basic", "/revoke", false, 400},
		dcrtest.Cloudflare:         {"client_secret_basic", "client_secret_basic", "/token", false, 200},
		dcrtest.Authlib:            {"none", "none", "/revoke", true, 200},
		dcrtest.DjangoOAuthToolkit: {"client_secret_basic", "client_secret_basic", "/revoke", true, 200},
		dcrtest.Canaille:           {"client_secret_post", "client_secret_basic", "/revoke", true, 200},
		dcrtest.Spring:             {"client_secret_basic", "client_secret_basic", "/revoke", false, 200},
	} {
		t.Run(m.String(), func(t *testing.T) {
			p := signedIn(t, m, c.method)
			require.Equal(t, http.StatusOK, p.tokens.status, p.tokens.body)
			require.Equal(t, p.server.URL()+p.path+c.at, described(t, p.server, p.path).body["revocation_endpoint"])
			require.Equal(t, http.StatusOK, p.revoke(t, c.at, c.with, p.tokens.text("access_token")).status)
			require.Equal(t, c.endsAll, p.refresh(t, c.method).status != http.StatusOK)

			p = signedIn(t, m, c.method)
			require.Equal(t, http.StatusOK, p.revoke(t, c.at, c.with, p.tokens.text("refresh_token")).status)
			require.Equal(t, http.StatusBadRequest, p.refresh(t, c.method).status)
			require.Equal(t, c.again, p.revoke(t, c.at, c.with, "no-such-token").status)
		})
	}
}

func TestWhoCannotRevoke(t *testing.T) {
	for _, m := range []dcrtest.Manner{dcrtest.Spring, dcrtest.Canaille} {
		p := signedIn(t, m, "none")
		require.Equal(t, http.StatusUnauthorized, p.revoke(t, "/revoke", "none", p.tokens.text("refresh_token")).status, m)
	}
	p := signedIn(t, dcrtest.Canaille, "client_secret_post")
	require.Equal(t, []any{"client_secret_basic"}, described(t, p.server, "").body["revocation_endpoint_auth_methods_supported"])
	require.Equal(t, http.StatusUnauthorized, p.revoke(t, "/revoke", "client_secret_post", p.tokens.text("refresh_token")).status)

	p = signedIn(t, dcrtest.MCPPython, "none")
	requireError(t, p.revoke(t, "/revoke", "none", p.tokens.text("refresh_token")), http.StatusBadRequest, "invalid_request", "client_secret")
	form := url.Values{"token": {p.tokens.text("refresh_token")}, "client_secret": {""}}
	require.Equal(t, http.StatusOK, p.post(t, "/revoke", "none", form).status)
	require.Equal(t, http.StatusBadRequest, p.refresh(t, "none").status)

	p = signedIn(t, dcrtest.OIDCProvider, "client_secret_basic")
	require.Equal(t, http.StatusNotFound, p.revoke(t, "/revoke", "client_secret_basic", p.tokens.text("refresh_token")).status)
}
