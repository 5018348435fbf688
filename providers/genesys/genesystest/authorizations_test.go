package genesystest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests scopes and authorizations.

const (
	scopesPath         = "/api/v2/oauth/scopes"
	authorizationsPath = "/api/v2/oauth/authorizations"
)

func TestScopeCatalogue(t *testing.T) {
	s := genesystest.New()
	got := send(t, s, s.AccessToken(), http.MethodGet, scopesPath, "")
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, scopesPath, got.body["selfUri"])
	entities, _ := got.body["entities"].([]any)
	require.InDelta(t, len(entities), got.body["total"], 0)
	for _, entity := range entities {
		one := send(t, s, s.AccessToken(), http.MethodGet, entity.(map[string]any)["selfUri"].(string), "")
		require.Equal(t, entity, one.body)
		require.NotEmpty(t, one.body["id"])
		require.NotEmpty(t, one.body["description"])
	}
	require.Equal(t, "users:readonly", send(t, s, s.AccessToken(), http.MethodGet, scopesPath+"/users%3Areadonly", "").body["id"])
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, scopesPath+"/users:write", ""), http.StatusNotFound, "not.found")
	requireError(t, send(t, s, "", http.MethodGet, scopesPath, ""), http.StatusUnauthorized, "authentication.required")
	requireError(t, send(t, s, s.AccessToken(), http.MethodPost, scopesPath, `{}`), http.StatusNotFound, "not.found")
}

func TestASignInAuthorizes(t *testing.T) {
	s := genesystest.New()
	require.Equal(t, []any{}, send(t, s, s.AccessToken(), http.MethodGet, authorizationsPath, "").body["entities"])
	auth := s.AuthCode(callbackURL)
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, authorizationsPath+"/"+auth.ClientID, ""), http.StatusNotFound, "not.found")
	code(t, s, auth)
	code(t, s, auth)
	all := send(t, s, s.AccessToken(), http.MethodGet, authorizationsPath, "")
	require.Len(t, all.body["entities"], 1, "once for every client")
	one := send(t, s, s.AccessToken(), http.MethodGet, authorizationsPath+"/"+auth.ClientID, "")
	require.Equal(t, all.body["entities"].([]any)[0], one.body)
	client := one.body["client"].(map[string]any)
	require.Equal(t, auth.ClientID, client["id"])
	require.NotContains(t, client, "secret")
	require.Equal(t, []any{"oauth"}, one.body["scope"])
	require.Equal(t, "Authorized", one.body["state"])
	require.Equal(t, false, one.body["pending"])
	require.NotEmpty(t, one.body["resourceOwner"].(map[string]any)["id"])

	require.NoError(t, s.AddAuthorization(auth.ClientID, "Revoked"))
	require.Equal(t, "Revoked", send(t, s, s.AccessToken(), http.MethodGet, authorizationsPath+"/"+auth.ClientID, "").body["state"])
	require.ErrorContains(t, s.AddAuthorization("no-such", "Revoked"), "no such client")
}

// Who presses Cancel authorizes nothing, and a client that is gone has no authorization.
func TestAuthorizationsThatAreNot(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	_, err := s.SignInDenied(loginURL(s, auth))
	require.NoError(t, err)
	require.Empty(t, send(t, s, s.AccessToken(), http.MethodGet, authorizationsPath, "").body["entities"])

	path := deleteOne(t, s, `{"id":"gone","name":"n","authorizedGrantType":"CODE","scope":["users"]}`)
	require.Equal(t, list+"/gone", path)
	id, err := s.Add(`{"name":"n","authorizedGrantType":"CODE","scope":["users"],"state":"inactive"}`)
	require.NoError(t, err)
	require.NoError(t, s.AddAuthorization(id, "Requested"))
	got := send(t, s, s.AccessToken(), http.MethodGet, authorizationsPath+"/"+id, "")
	require.Equal(t, true, got.body["pending"])
	require.Equal(t, http.StatusOK, send(t, s, s.AccessToken(), http.MethodDelete, list+"/"+id, "").status)
	require.Empty(t, send(t, s, s.AccessToken(), http.MethodGet, authorizationsPath, "").body["entities"])
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, authorizationsPath+"/"+id, ""), http.StatusNotFound, "not.found")
}

func TestTheTokensOrganization(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	got := exchangeCode(t, s, auth, code(t, s, auth))
	for token, scopes := range map[string][]any{got.access: {"oauth"}, s.AccessToken(): {}} {
		described := send(t, s, token, http.MethodGet, tokensMe, "")
		require.Equal(t, scopes, described.body["authorizedScope"])
		require.Equal(t, described.body["organization"], described.body["OAuthClient"].(map[string]any)["organization"])
		require.NotContains(t, described.body["OAuthClient"], "registeredRedirectUri")
		require.Equal(t, "active", described.body["OAuthClient"].(map[string]any)["state"])
	}
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, tokensMe+"?preserveIdleTTL=maybe", ""), http.StatusBadRequest, "invalid.value")
}
