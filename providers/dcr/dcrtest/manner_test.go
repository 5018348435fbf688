package dcrtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file tests what the manners of real servers answer to a registration.

const (
	oidcAt  = "/.well-known/openid-configuration"
	oauthAt = "/.well-known/oauth-authorization-server"
)

// described finds the metadata at the places where they can be, in their order.
func described(t *testing.T, s *dcrtest.Server, path string) reply {
	t.Helper()
	for _, at := range []string{path + oidcAt, oauthAt + path, path + oauthAt, oauthAt} {
		if got := call(t, s, "", http.MethodGet, s.URL()+at, ""); got.status == http.StatusOK {
			return got
		}
	}
	require.Fail(t, "no metadata")
	return reply{}
}

// paths are those of the issuers that have one.
func paths() map[dcrtest.Manner]string {
	return map[dcrtest.Manner]string{
		dcrtest.Keycloak: "/realms/orders", dcrtest.DjangoOAuthToolkit: "/o", dcrtest.BetterAuth: "/api/auth",
	}
}

// made registers a client at a server of a manner.
func made(t *testing.T, m dcrtest.Manner, body string, options ...dcrtest.Option) (*dcrtest.Server, reply) {
	t.Helper()
	s := dcrtest.New(append([]dcrtest.Option{dcrtest.WithManner(m)}, options...)...)
	return s, call(t, s, "", http.MethodPost, registrationAt(t, s, m), body)
}

func registrationAt(t *testing.T, s *dcrtest.Server, m dcrtest.Manner) string {
	t.Helper()
	if at := s.Provider().RegistrationEndpoint; at != "" {
		return at
	}
	return described(t, s, paths()[m]).text("registration_endpoint")
}

// without is an answer without what is new each time.
func without(got reply, names ...string) map[string]any {
	members := maps.Clone(got.body)
	for _, name := range names {
		delete(members, name)
	}
	return members
}

const asked = `{"redirect_uris":["https://orders.example.com"],"client_name":"x","scope":"openid profile","client_uri":"https://orders.example.com",` +
	`"grant_types":["authorization_code","refresh_token"],"jwks":{"keys":[]},"default_acr_values":["urn:a"]}`

func TestRegistrationInEachManner(t *testing.T) {
	redirect, grants := []any{"https://orders.example.com"}, []any{"authorization_code", "refresh_token"}
	base := map[string]any{
		"redirect_uris": redirect, "client_name": "x", "scope": "openid profile", "client_uri": "https://orders.example.com", "grant_types": grants,
		"jwks": map[string]any{"keys": []any{}}, "default_acr_values": []any{"urn:a"},
	}
	mcp := with(base, "default_acr_values", nil)
	python := with(mcp, "redirect_uris", []any{"https://orders.example.com/"}, "client_uri", "https://orders.example.com/", "response_types", []any{"code"},
		"token_endpoint_auth_method", "client_secret_post", "application_type", "native", "client_secret_expires_at", 0.0)
	full := with(base, "response_types", []any{"code"}, "token_endpoint_auth_method", "client_secret_basic", "application_type", "web",
		"subject_type", "public", "client_secret_expires_at", 0.0)
	for m, want := range map[dcrtest.Manner]map[string]any{
		dcrtest.OIDCProvider: with(full, "dpop_bound_access_tokens", false, "id_token_signed_response_alg", "RS256", "post_logout_redirect_uris", []any{},
			"require_auth_time", false, "require_pushed_authorization_requests", false),
		dcrtest.Glewlwyd: with(base, "response_types", []any{"code"}, "application_type", "web", "client_secret_expires_at", nil),
		dcrtest.LemonLDAP: {
			"redirect_uris": redirect, "client_name": "x", "client_id_expires_at": 0.0, "logo_uri": nil, "id_token_signed_response_alg": "RS256",
		},
		dcrtest.MCPTypeScript: mcp,
		dcrtest.MCPPython:     python, dcrtest.FastMCP: python,
		dcrtest.BetterAuth: with(full, "subject_type", nil, "scope", "openid profile email offline_access", "disabled", false,
			"dpop_bound_access_tokens", false),
		dcrtest.Cloudflare: {
			"redirect_uris": redirect, "client_name": "x", "client_uri": "https://orders.example.com", "grant_types": grants, "response_types": []any{"code"},
			"token_endpoint_auth_method": "client_secret_basic", "client_secret_expires_at": 0.0, "client_secret_issued_at": 0.0,
		},
		dcrtest.Authlib: with(mcp, "token_endpoint_auth_method", "client_secret_basic", "client_secret_expires_at", 0.0),
		dcrtest.DjangoOAuthToolkit: {
			"redirect_uris": redirect, "client_name": "x", "grant_types": grants, "token_endpoint_auth_method": "client_secret_basic",
		},
		dcrtest.Spring: {
			"redirect_uris": redirect, "client_name": "x", "grant_types": grants, "scope": "openid profile", "response_types": []any{"code"},
			"token_endpoint_auth_method": "client_secret_basic", "client_secret_expires_at": 0.0, "id_token_signed_response_alg": "RS256",
		},
		dcrtest.Canaille: with(base, "token_endpoint_auth_method", "client_secret_basic", "client_secret_expires_at", 0.0, "jwks", `{"keys":[]}`),
		dcrtest.GoOIDC:   with(full, "default_acr_values", "urn:a"),
	} {
		t.Run(m.String(), func(t *testing.T) {
			_, got := made(t, m, asked)
			require.Equal(t, status(m), got.status, got.body)
			require.Equal(t, m.Reads(), got.text("registration_access_token") != "")
			require.Equal(t, m != dcrtest.Glewlwyd, got.text("client_secret") != "")
			if m == dcrtest.MCPTypeScript {
				const life = 30 * 24 * 60 * 60
				require.InDelta(t, got.body["client_id_issued_at"], got.body["client_secret_expires_at"].(float64)-life, 0)
				delete(got.body, "client_secret_expires_at")
			}
			require.Equal(t, want, without(got, "client_id", "client_secret", "client_id_issued_at", "registration_access_token", "registration_client_uri"))
		})
	}
}

func status(m dcrtest.Manner) int {
	if m == dcrtest.Glewlwyd {
		return http.StatusOK
	}
	return http.StatusCreated
}

// with is a copy with other members; nil leaves one out.
func with(members map[string]any, pairs ...any) map[string]any {
	changed := maps.Clone(members)
	for i := 0; i < len(pairs); i += 2 {
		changed[pairs[i].(string)] = pairs[i+1]
		if pairs[i+1] == nil {
			delete(changed, pairs[i].(string))
		}
	}
	return changed
}

func TestWaysToWriteNothing(t *testing.T) {
	s, got := made(t, dcrtest.Hydra, web)
	require.Equal(t, http.StatusCreated, got.status)
	for name, value := range map[string]any{
		"jwks": map[string]any{}, "grant_types": nil, "contacts": nil, "logo_uri": "", "allowed_cors_origins": []any{}, "scope": "offline_access offline openid",
	} {
		require.Contains(t, got.body, name)
		require.Equal(t, value, got.body[name], name)
	}
	require.Equal(t, []any{}, manage(t, s, got, http.MethodGet, "").body["contacts"])
	_, got = made(t, dcrtest.Canaille, web)
	require.Equal(t, []any{}, got.body["scope"])
}

func TestOddIdsTimesAndAddresses(t *testing.T) {
	_, got := made(t, dcrtest.LemonLDAP, web)
	require.Regexp(t, `^/.*/slash$`, got.body["client_id"])
	require.Regexp(t, `/slash$`, got.body["client_secret"])
	require.Regexp(t, `^\d+$`, got.body["client_id_issued_at"], "a text")
	_, got = made(t, dcrtest.Cloudflare, web)
	require.Equal(t, "/register/"+got.text("client_id"), got.body["registration_client_uri"])
	s, got := made(t, dcrtest.DjangoOAuthToolkit, web)
	require.Equal(t, "http"+s.URL()[len("https"):]+"/o/register/"+got.text("client_id")+"/", got.body["registration_client_uri"])
	s, got = made(t, dcrtest.Spring, web)
	require.Equal(t, s.URL()+"/connect/register?client_id="+got.text("client_id"), got.body["registration_client_uri"])
	s, got = made(t, dcrtest.Keycloak, web)
	require.Equal(t, s.URL()+"/realms/orders/clients-registrations/openid-connect/"+got.text("client_id"), got.body["registration_client_uri"])
}

func TestRegistrationsThatOneServerRefuses(t *testing.T) {
	long := make([]byte, 256)
	for i := range long {
		long[i] = 'a'
	}
	const redirect = `"redirect_uris":["https://orders.example.com/cb"]`
	for name, c := range map[string]struct {
		manner            dcrtest.Manner
		body              string
		status            int
		code, description string
	}{
		"unknown member": {dcrtest.Keycloak, `{` + redirect + `,"foo":1}`, 400,
			`Invalid json representation for OIDCClientRepresentation. Unrecognized field "foo" at line 1 column 631.`, ""},
		"openid as scope":       {dcrtest.Keycloak, `{` + redirect + `,"scope":"openid"}`, 403, "insufficient_scope", "Not permitted to use specified clientScope"},
		"256 characters":        {dcrtest.Keycloak, `{` + redirect + `,"client_name":"` + string(long) + `"}`, 500, "unknown_error", "For more"},
		"one grant of two":      {dcrtest.MCPPython, `{` + redirect + `,"grant_types":["authorization_code"]}`, 400, "invalid_client_metadata", "grant_types must be authorization_code and refresh_token"},
		"no redirect URI":       {dcrtest.MCPTypeScript, `{}`, 400, "invalid_client_metadata", "redirect_uris"},
		"unknown scope":         {dcrtest.BetterAuth, `{` + redirect + `,"scope":"orders"}`, 400, "invalid_scope", "cannot request scope orders"},
		"two grants":            {dcrtest.DjangoOAuthToolkit, `{` + redirect + `,"grant_types":["implicit","password"]}`, 400, "invalid_client_metadata", "DOT only supports one grant type"},
		"no response types":     {dcrtest.Spring, `{"grant_types":["client_credentials"],"response_types":[]}`, 400, "invalid_request", "OpenID Connect 1.0 Client Registration Error: An error occurred reading the OpenID Client Registration: response_types cannot be empty"},
		"empty scope":           {dcrtest.Canaille, `{` + redirect + `,"scope":""}`, 500, "server_error", ""},
		"relative redirect URI": {dcrtest.Hydra, `{"redirect_uris":["cb"]}`, 400, "invalid_redirect_uri", "The value of one or more redirect_uris is invalid."},
	} {
		t.Run(name, func(t *testing.T) {
			s, got := made(t, c.manner, c.body)
			requireError(t, got, c.status, c.code, c.description)
			require.Empty(t, s.Registered())
		})
	}
}

func TestWhoMayRegister(t *testing.T) {
	for m, want := range map[dcrtest.Manner]string{
		dcrtest.Hydra: `401 {"error":"The request could not be authorized",` +
			`"error_description":"The requested OAuth 2.0 client does not exist or you provided incorrect credentials."}`,
		dcrtest.Authlib:            `400 {"error":"access_denied","error_description":"The resource owner or authorization server denied the request."}`,
		dcrtest.BetterAuth:         `401 {"error_description":"Authentication required for client registration"}`,
		dcrtest.DjangoOAuthToolkit: `401 {"error":"access_denied","error_description":"Authentication required to register a client"}`,
		dcrtest.Spring:             `401 null`,
		dcrtest.Glewlwyd:           `401 null`,
	} {
		t.Run(m.String(), func(t *testing.T) {
			s, got := made(t, m, web, dcrtest.WithInitialAccessToken())
			text, err := json.Marshal(got.body)
			require.NoError(t, err)
			require.Equal(t, want, fmt.Sprint(got.status, " ", string(text)))
			got = call(t, s, "Bearer "+dcrtest.InitialAccessToken, http.MethodPost, registrationAt(t, s, m), web)
			require.Equal(t, status(m), got.status, got.body)
		})
	}
}

func TestWhereTheMetadataAre(t *testing.T) {
	for m, at := range map[dcrtest.Manner][]string{
		dcrtest.OIDCProvider: {oidcAt}, dcrtest.Hydra: {oidcAt}, dcrtest.LemonLDAP: {oidcAt}, dcrtest.Authlib: {oauthAt}, dcrtest.MCPPython: {oauthAt},
		dcrtest.MCPTypeScript: {oauthAt}, dcrtest.Cloudflare: {oauthAt}, dcrtest.Spring: {oidcAt, oauthAt},
		dcrtest.BetterAuth:         {"/api/auth" + oidcAt, oauthAt + "/api/auth"},
		dcrtest.DjangoOAuthToolkit: {"/o" + oauthAt},
		dcrtest.Keycloak:           {"/realms/orders" + oidcAt, "/realms/orders" + oauthAt},
	} {
		t.Run(m.String(), func(t *testing.T) {
			s := dcrtest.New(dcrtest.WithManner(m))
			for _, at := range at {
				got := call(t, s, "", http.MethodGet, s.URL()+at, "")
				require.Equal(t, http.StatusOK, got.status, at)
				require.Equal(t, s.Provider().Issuer, got.body["issuer"])
				require.Equal(t, m == dcrtest.Hydra, got.body["registration_endpoint"] == nil)
			}
		})
	}
	require.Equal(t, "/", dcrtest.New(dcrtest.WithManner(dcrtest.MCPPython)).Provider().Issuer[len(dcrtest.New().URL()):])
	root := dcrtest.New(dcrtest.WithManner(dcrtest.MCPTypeScript), dcrtest.WithIssuerPath("/mcp"))
	got := call(t, root, "", http.MethodGet, root.URL()+oauthAt, "")
	require.Equal(t, root.URL()+"/mcp/", got.body["issuer"], "at the host's root, whatever the path")
}

func TestTwoRegistrationEndpoints(t *testing.T) {
	s := dcrtest.New(dcrtest.WithManner(dcrtest.Spring))
	other := call(t, s, "", http.MethodGet, s.URL()+oauthAt, "").text("registration_endpoint")
	require.Equal(t, s.URL()+"/oauth2/register", other)
	got := call(t, s, "", http.MethodPost, other, web)
	require.Equal(t, http.StatusCreated, got.status)
	require.NotContains(t, got.body, "registration_client_uri")
}

func TestRestart(t *testing.T) {
	forgetful := []dcrtest.Manner{dcrtest.MCPTypeScript, dcrtest.MCPPython, dcrtest.FastMCP}
	for _, m := range dcrtest.Manners() {
		s, got := made(t, m, asked)
		if m == dcrtest.Keycloak {
			s, got = made(t, m, web)
		}
		require.Less(t, got.status, 300, m)
		require.Len(t, s.Registered(), 1)
		s.Restart()
		require.Equal(t, slices.Contains(forgetful, m), len(s.Registered()) == 0, m)
	}
}

// A registration token that ends is the only one there is.
func TestARegistrationTokenThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, got := made(t, dcrtest.Spring, web)
		require.Regexp(t, `^[\w-]+\.[\w-]+\.\w+$`, got.body["registration_access_token"])
		<-time.After(5*time.Minute - time.Second)
		require.Equal(t, http.StatusOK, manage(t, s, got, http.MethodGet, "").status)
		<-time.After(time.Second)
		dead := manage(t, s, got, http.MethodGet, "")
		require.Equal(t, http.StatusUnauthorized, dead.status)
		require.Nil(t, dead.body)
		require.NotEmpty(t, dead.header.Get("WWW-Authenticate"))

		s = dcrtest.New(dcrtest.WithRegistrationTokenLifetime(time.Hour))
		got = registered(t, s, web)
		<-time.After(time.Hour)
		requireDead(t, manage(t, s, got, http.MethodGet, ""))
	})
}

func TestAnswersOfProxies(t *testing.T) {
	s, got := made(t, dcrtest.OIDCProvider, web)
	s.Inject(dcrtest.ProxyText(http.StatusNotFound))
	dead := manage(t, s, got, http.MethodGet, "")
	require.Equal(t, http.StatusNotFound, dead.status)
	require.Equal(t, "text/plain; charset=utf-8", dead.header.Get("Content-Type"))
	s.Heal()
	s.Inject(dcrtest.ProxyPage(http.StatusUnauthorized))
	dead = manage(t, s, got, http.MethodGet, "")
	require.Equal(t, http.StatusUnauthorized, dead.status)
	require.Equal(t, "text/html", dead.header.Get("Content-Type"))
}
