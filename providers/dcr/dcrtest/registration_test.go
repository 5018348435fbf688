package dcrtest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file tests discovery and registration.

func TestDiscovery(t *testing.T) {
	const oidc, oauth = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
	for name, c := range map[string]struct {
		options        []dcrtest.Option
		at, not        string
		issuer, regist string
	}{
		"OpenID Connect": {nil, oidc, oauth, "", "/reg"},
		"OAuth":          {[]dcrtest.Option{dcrtest.WithOAuthMetadataOnly()}, oauth, oidc, "", "/reg"},
		"below a path":   {[]dcrtest.Option{dcrtest.WithIssuerPath("/realms/a")}, "/realms/a" + oidc, oidc, "/realms/a", "/realms/a/reg"},
		"both": {
			[]dcrtest.Option{dcrtest.WithIssuerPath("/realms/a"), dcrtest.WithOAuthMetadataOnly()},
			oauth + "/realms/a", "/realms/a" + oidc, "/realms/a", "/realms/a/reg",
		},
		"Hydra": {[]dcrtest.Option{dcrtest.WithHydraManners()}, oidc, oauth, "", "/oauth2/register"},
	} {
		t.Run(name, func(t *testing.T) {
			s := dcrtest.New(c.options...)
			got := call(t, s, "", http.MethodGet, s.URL()+c.at, "")
			require.Equal(t, http.StatusOK, got.status)
			require.Equal(t, s.URL()+c.issuer, got.body["issuer"])
			require.Equal(t, s.URL()+c.issuer+"/auth", got.body["authorization_endpoint"])
			require.Equal(t, s.URL()+c.issuer+"/token", got.body["token_endpoint"])
			require.Equal(t, s.URL()+c.regist, got.body["registration_endpoint"])
			require.Contains(t, got.body["token_endpoint_auth_methods_supported"], "client_secret_basic")
			require.Equal(t, http.StatusNotFound, call(t, s, "", http.MethodGet, s.URL()+c.not, "").status)
			require.Equal(t, s.URL()+c.issuer, s.Provider().Issuer)
			made := call(t, s, "", http.MethodPost, s.URL()+c.regist, web)
			require.Equal(t, http.StatusCreated, made.status)
			require.Equal(t, s.URL()+c.regist+"/"+made.text("client_id"), made.body["registration_client_uri"])
		})
	}
}

func TestRegister(t *testing.T) {
	s := dcrtest.New()
	got := registered(t, s, web)
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.Regexp(t, `^[A-Za-z0-9_-]{20,}$`, got.text("client_id"))
	require.NotEmpty(t, got.text("client_secret"))
	require.NotEmpty(t, got.text("registration_access_token"))
	require.Positive(t, got.body["client_id_issued_at"])
	require.InDelta(t, 0, got.body["client_secret_expires_at"], 0)
	for _, name := range []string{"client_id", "client_secret", "registration_access_token", "client_id_issued_at", "client_secret_expires_at"} {
		delete(got.body, name)
	}
	delete(got.body, "registration_client_uri") // TestDiscovery has it
	require.Equal(t, map[string]any{
		"client_name": "Order desk", "redirect_uris": []any{"https://app.example.com/cb"},
		"grant_types": []any{"authorization_code"}, "response_types": []any{"code"},
		"token_endpoint_auth_method": "client_secret_basic", "application_type": "web", "subject_type": "public",
		"id_token_signed_response_alg": "RS256", "post_logout_redirect_uris": []any{}, "dpop_bound_access_tokens": false,
		"require_auth_time": false, "require_pushed_authorization_requests": false,
	}, got.body)
}

func TestAPublicClientHasNoSecret(t *testing.T) {
	got := registered(t, dcrtest.New(), `{"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"none"}`)
	require.NotContains(t, got.body, "client_secret")
	require.NotContains(t, got.body, "client_secret_expires_at")
}

func TestInitialAccessToken(t *testing.T) {
	s := dcrtest.New(dcrtest.WithInitialAccessToken())
	at := s.URL() + "/reg"
	none := call(t, s, "", http.MethodPost, at, web)
	requireError(t, none, http.StatusUnauthorized, "invalid_token", "no access token provided")
	require.Contains(t, none.header.Get("WWW-Authenticate"), `Bearer realm="`)
	requireDead(t, call(t, s, "Bearer wrong", http.MethodPost, at, web))
	require.Equal(t, http.StatusUnauthorized, call(t, s, dcrtest.InitialAccessToken, http.MethodPost, at, web).status, "without the scheme")
	require.Empty(t, s.Registered())
	made := call(t, s, "Bearer "+dcrtest.InitialAccessToken, http.MethodPost, at, web)
	require.Equal(t, http.StatusCreated, made.status)
	require.Equal(t, []string{made.text("client_id")}, s.Registered())
	require.Equal(t, oauthclients.BearerToken(dcrtest.InitialAccessToken), s.Auth())
	require.Equal(t, oauthclients.NoAuth{}, dcrtest.New().Auth())
}

func TestRefusedMetadata(t *testing.T) {
	s := dcrtest.New()
	with := func(members string) string { return `{"redirect_uris":["https://a.example/cb"],` + members + `}` }
	for body, want := range map[string][2]string{
		`{}`: {"invalid_redirect_uri", ""},
		`{"redirect_uris":["https://a.example/cb#x"]}`:      {"invalid_redirect_uri", "redirect_uris must not contain fragments"},
		`{"redirect_uris":["javascript:alert(1)"]}`:         {"invalid_redirect_uri", ""},
		`{"redirect_uris":"https://a.example/cb"}`:          {"invalid_client_metadata", "redirect_uris"},
		`{"grant_types":["implicit"]}`:                      {"invalid_redirect_uri", ""},
		with(`"grant_types":["magic"]`):                     {"invalid_client_metadata", "grant_types"},
		with(`"grant_types":["client_credentials"]`):        {"invalid_client_metadata", "response_types"},
		with(`"client_name":7`):                             {"invalid_client_metadata", "client_name"},
		with(`"client_name#de":7`):                          {"invalid_client_metadata", "client_name#de"},
		with(`"contacts":"me"`):                             {"invalid_client_metadata", "contacts"},
		with(`"require_auth_time":"yes"`):                   {"invalid_client_metadata", "require_auth_time"},
		with(`"default_max_age":"1"`):                       {"invalid_client_metadata", "default_max_age"},
		with(`"jwks":"keys"`):                               {"invalid_client_metadata", "jwks"},
		with(`"jwks":{"keys":[]},"jwks_uri":"https://a/k"`): {"invalid_client_metadata", "jwks"},
		with(`"software_statement":"` + bad + `"`):          {"invalid_software_statement", ""},
		with(`"software_statement":"` + unapproved + `"`):   {"unapproved_software_statement", ""},
		`[]`: {"invalid_request", ""}, `null`: {"invalid_request", ""}, `{`: {"invalid_request", ""},
	} {
		t.Run(body, func(t *testing.T) { requireError(t, post(t, s, body), http.StatusBadRequest, want[0], want[1]) })
	}
	require.Empty(t, s.Registered())
}

const (
	bad        = dcrtest.BadSoftwareStatement
	unapproved = dcrtest.UnapprovedSoftwareStatement
)

func TestGrantTypesThatAreTaken(t *testing.T) {
	s := dcrtest.New()
	for _, grant := range []string{
		"password", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:saml2-bearer",
		"urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:device_code",
		"urn:ietf:params:oauth:grant-type:token-exchange", "urn:openid:params:grant-type:ciba",
	} {
		got := registered(t, s, `{"grant_types":["`+grant+`"],"response_types":[]}`)
		require.Equal(t, []any{grant}, got.body["grant_types"])
		require.Equal(t, []any{}, got.body["response_types"])
	}
	got := registered(t, s, `{"grant_types":["implicit"],"redirect_uris":["https://a.example/cb"]}`)
	require.Equal(t, []any{"id_token"}, got.body["response_types"])
	got = registered(t, s, `{"grant_types":["implicit"],"response_types":["token"],"redirect_uris":["https://a.example/cb"]}`)
	require.Equal(t, []any{"token"}, got.body["response_types"])
}
