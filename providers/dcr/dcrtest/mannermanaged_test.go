package dcrtest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file tests how the manners of real servers read, change and delete a client.

// puts is a PUT of members beside the client's id.
func puts(t *testing.T, s *dcrtest.Server, of reply, members map[string]any) reply {
	t.Helper()
	got := put(t, s, of, members)
	require.Equal(t, http.StatusOK, got.status, got.body)
	return got
}

// next has the handle that is good after an answer.
func next(of, answer reply) reply {
	for _, name := range []string{"registration_access_token", "registration_client_uri"} {
		if answer.text(name) == "" {
			answer.body[name] = of.body[name]
		}
	}
	return answer
}

func TestWhatAReadLeavesOut(t *testing.T) {
	for m, hidden := range map[dcrtest.Manner][]string{
		dcrtest.OIDCProvider:       nil,
		dcrtest.Hydra:              {"client_secret", "registration_access_token", "registration_client_uri", "metadata"},
		dcrtest.Glewlwyd:           {"application_type", "registration_access_token", "registration_client_uri", "client_id_issued_at", "client_secret_expires_at"},
		dcrtest.Keycloak:           {"client_id_issued_at"},
		dcrtest.DjangoOAuthToolkit: {"client_secret"},
		dcrtest.Spring:             {"registration_access_token"},
		dcrtest.GoOIDC:             {"client_secret", "client_secret_expires_at"},
	} {
		t.Run(m.String(), func(t *testing.T) {
			s, made := made(t, m, `{"redirect_uris":["https://app.example.com/cb"],"token_endpoint_auth_method":"client_secret_basic"}`)
			got := manage(t, s, secure(made), http.MethodGet, "")
			require.Equal(t, http.StatusOK, got.status)
			for name := range made.body {
				if _, shown := got.body[name]; !shown {
					require.Contains(t, hidden, name)
				}
			}
			for _, name := range hidden {
				require.Contains(t, made.body, name)
				require.NotContains(t, got.body, name)
			}
		})
	}
}

// secure has the https spelling of the address.
func secure(of reply) reply {
	if uri := of.text("registration_client_uri"); len(uri) > 5 && uri[:5] == "http:" {
		of.body["registration_client_uri"] = "https" + uri[4:]
	}
	return of
}

func TestGlewlwydsMethodIsAList(t *testing.T) {
	s, made := made(t, dcrtest.Glewlwyd, `{"redirect_uris":["https://app.example.com/cb"],"token_endpoint_auth_method":"client_secret_basic","scope":"openid"}`)
	require.Equal(t, "client_secret_basic", made.body["token_endpoint_auth_method"])
	require.Equal(t, "openid", made.body["scope"])
	got := manage(t, s, made, http.MethodGet, "")
	require.Equal(t, []any{"client_secret_basic"}, got.body["token_endpoint_auth_method"])
	require.Equal(t, made.body["client_secret"], got.body["client_secret"])
	require.Empty(t, got.body["description"])
	require.Contains(t, got.body, "description")

	back := map[string]any{"token_endpoint_auth_method": got.body["token_endpoint_auth_method"]}
	requireError(t, put(t, s, made, back), http.StatusBadRequest, "invalid_client_metadata", "token_endpoint_auth_method")
	updated := puts(t, s, made, map[string]any{"token_endpoint_auth_method": "client_secret_basic"})
	require.NotEmpty(t, updated.text("client_secret"))
	require.NotEqual(t, made.body["client_secret"], updated.body["client_secret"])
	public := puts(t, s, made, nil)
	require.NotContains(t, public.body, "client_secret")
	require.NotContains(t, public.body, "token_endpoint_auth_method")

	dead := call(t, s, "Bearer wrong", http.MethodGet, made.text("registration_client_uri"), "")
	require.Equal(t, http.StatusUnauthorized, dead.status)
	require.Nil(t, dead.body)
	require.Equal(t, http.StatusOK, manage(t, s, made, http.MethodDelete, "").status)
}

// Authlib looks at what is sent, and Keycloak replaces one kind of keys by the other.
func TestKeysAtServersThatMerge(t *testing.T) {
	const body = `{"redirect_uris":["https://app.example.com/cb"],"jwks":{"keys":[]}}`
	for m, kept := range map[dcrtest.Manner]bool{dcrtest.Authlib: true, dcrtest.Keycloak: false} {
		s, made := made(t, m, body)
		got := puts(t, s, made, map[string]any{"jwks_uri": "https://app.example.com/jwks"})
		require.Equal(t, "https://app.example.com/jwks", got.body["jwks_uri"])
		require.Equal(t, kept, got.body["jwks"] != nil, m)
		both := map[string]any{"jwks_uri": "https://app.example.com/jwks", "jwks": map[string]any{"keys": []any{}}}
		requireError(t, put(t, s, next(made, got), both), http.StatusBadRequest, "invalid_client_metadata", "jwks")
	}
}

func TestAReadsSecretIsAHash(t *testing.T) {
	s, made := made(t, dcrtest.Spring, web)
	got := manage(t, s, made, http.MethodGet, "")
	require.Regexp(t, `^\{bcrypt\}\$2a\$10\$[\w-]{53}$`, got.body["client_secret"])
	require.NotContains(t, made.text("client_secret"), "$")
}

func TestVerbsThatASpringServerDoesNotHave(t *testing.T) {
	s, made := made(t, dcrtest.Spring, web)
	s.HTTPClient().CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		r := request(t, "Bearer "+made.text("registration_access_token"), method, made.text("registration_client_uri"), "{}")
		answer, err := s.HTTPClient().Transport.RoundTrip(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusFound, answer.StatusCode)
		require.Equal(t, s.URL()+"/login", answer.Header.Get("Location"))
	}
}

func TestUpdatesThatMerge(t *testing.T) {
	for _, m := range []dcrtest.Manner{dcrtest.Keycloak, dcrtest.Authlib, dcrtest.Canaille} {
		t.Run(m.String(), func(t *testing.T) {
			s, made := made(t, m, `{"redirect_uris":["https://app.example.com/cb"],"client_name":"x","client_uri":"https://a.example","contacts":["me"]}`)
			got := puts(t, s, made, map[string]any{"client_name": nil})
			require.Equal(t, m == dcrtest.Keycloak, got.body["registration_access_token"] != made.body["registration_access_token"])
			require.Equal(t, "x", got.body["client_name"])
			require.Equal(t, "https://a.example", got.body["client_uri"])
			got = puts(t, s, next(made, got), map[string]any{"client_uri": "", "contacts": []string{}})
			require.NotContains(t, got.body, "client_uri")
			require.Empty(t, got.body["contacts"])
			require.Equal(t, "x", got.body["client_name"])
		})
	}
}

// What was asked for by nobody is answered, and binds once it is written back.
func TestKeycloakStoresWithoutShowing(t *testing.T) {
	s, made := made(t, dcrtest.Keycloak, `{"redirect_uris":["https://app.example.com/cb"],"logo_uri":"https://a.example/l","policy_uri":"https://a.example/p","tos_uri":"https://a.example/t"}`)
	for _, name := range []string{"logo_uri", "policy_uri", "tos_uri"} {
		require.NotContains(t, made.body, name)
		kept, _ := s.Metadata(made.text("client_id"))
		require.Contains(t, kept, name)
	}
	require.Equal(t, "client_secret_basic", made.body["token_endpoint_auth_method"])
	require.Equal(t, made.body["redirect_uris"], made.body["post_logout_redirect_uris"])
	kept, _ := s.Metadata(made.text("client_id"))
	require.NotContains(t, kept, "token_endpoint_auth_method")
	puts(t, s, made, map[string]any{"token_endpoint_auth_method": "client_secret_basic"})
	kept, _ = s.Metadata(made.text("client_id"))
	require.Contains(t, kept, "token_endpoint_auth_method")
}

func TestDeadTokensInEachManner(t *testing.T) {
	const denied = "The resource owner or authorization server denied the request."
	for m, want := range map[dcrtest.Manner]struct {
		status            int
		code, description string
	}{
		dcrtest.Keycloak: {401, "invalid_token", "Failed decode token"},
		dcrtest.Authlib:  {400, "access_denied", denied}, dcrtest.Canaille: {400, "access_denied", denied},
		dcrtest.DjangoOAuthToolkit: {401, "invalid_token", "Invalid registration access token"},
	} {
		t.Run(m.String(), func(t *testing.T) {
			s, made := made(t, m, web)
			at := secure(made).text("registration_client_uri")
			requireError(t, call(t, s, "Bearer wrong", http.MethodGet, at, ""), want.status, want.code, want.description)
			require.Equal(t, http.StatusNoContent, manage(t, s, made, http.MethodDelete, "").status)
			gone := manage(t, s, made, http.MethodGet, "")
			requireError(t, gone, want.status, want.code, want.description)
			require.Equal(t, m == dcrtest.DjangoOAuthToolkit, gone.header.Get("WWW-Authenticate") != "")
		})
	}
	s, first := made(t, dcrtest.DjangoOAuthToolkit, web)
	second := call(t, s, "", http.MethodPost, s.URL()+"/o/register/", web)
	at := secure(first).text("registration_client_uri")
	requireError(t, call(t, s, "", http.MethodGet, at, ""), 401, "invalid_token", "Registration access token required")
	requireError(t, call(t, s, "Bearer "+second.text("registration_access_token"), http.MethodGet, at, ""), 403, "invalid_token", "Token does not match client_id")
}

func TestAClientThatWasPublicGetsNoSecret(t *testing.T) {
	s, made := made(t, dcrtest.DjangoOAuthToolkit, `{"redirect_uris":["https://app.example.com/cb"],"token_endpoint_auth_method":"none"}`)
	require.NotContains(t, made.body, "client_secret")
	got := puts(t, s, secure(made), map[string]any{"token_endpoint_auth_method": "client_secret_post"})
	require.Equal(t, "client_secret_basic", got.body["token_endpoint_auth_method"])
	require.NotContains(t, got.body, "client_secret")
}

func TestAnEmptyScopeBreaksAClientOfCanaille(t *testing.T) {
	s, made := made(t, dcrtest.Canaille, web)
	requireError(t, put(t, s, made, map[string]any{"scope": ""}), http.StatusInternalServerError, "server_error", "")
	requireError(t, manage(t, s, made, http.MethodGet, ""), http.StatusInternalServerError, "server_error", "")
	requireError(t, put(t, s, made, map[string]any{"jwks": `{"keys":[]}`}), http.StatusBadRequest, "invalid_client_metadata", "jwks")
}

func TestGoOIDCGivesANewSecret(t *testing.T) {
	s, made := made(t, dcrtest.GoOIDC, web)
	refused := put(t, s, made, map[string]any{"client_secret": made.body["client_secret"]})
	requireError(t, refused, http.StatusBadRequest, "invalid_request", "")
	got := puts(t, s, made, map[string]any{"default_acr_values": []string{"urn:a"}})
	require.NotEqual(t, made.body["client_secret"], got.body["client_secret"])
	require.NotEqual(t, made.body["registration_access_token"], got.body["registration_access_token"])
	require.Equal(t, "urn:a", got.body["default_acr_values"])
	require.True(t, s.Provider().RotateSecretOnUpdate)
}

func TestAnotherAddressInTheAnswerToAnUpdate(t *testing.T) {
	s := dcrtest.New(dcrtest.WithUpdatedURI(func(issuer, id string) string { return issuer + "/reg/" + id + "/" + id }))
	made := registered(t, s, web)
	got := puts(t, s, made, nil)
	require.Equal(t, made.text("registration_client_uri")+"/"+made.text("client_id"), got.body["registration_client_uri"])
	require.Equal(t, http.StatusNotFound, manage(t, s, got, http.MethodGet, "").status)
	require.Equal(t, http.StatusOK, manage(t, s, made, http.MethodGet, "").status)
}

func TestWhichMannersManage(t *testing.T) {
	for _, m := range dcrtest.Manners() {
		s, made := made(t, m, web)
		require.Equal(t, m.Reads(), made.text("registration_access_token") != "", m)
		if m.Manages() {
			require.Less(t, manage(t, s, secure(made), http.MethodDelete, "").status, 300, m)
		}
	}
}
