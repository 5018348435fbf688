package docspacetest_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds what the portal tells about tokens, and about itself.

// posted sends a form without any credential.
func posted(t *testing.T, portal *docspacetest.Server, path string, form url.Values) reply {
	t.Helper()
	return caller{t, portal, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}.send(http.MethodPost, path, form.Encode())
}

func introspected(t *testing.T, portal *docspacetest.Server, token string) map[string]any {
	t.Helper()
	got := posted(t, portal, "/oauth2/introspect", url.Values{"token": {token}})
	require.Equal(t, http.StatusOK, got.status, got.body)
	return got.json(t)
}

// Anybody may ask for a token, with no credentials of a client.
func TestIntrospection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		auth := portal.AuthCode(callbackURL)
		got := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
		claims := claimsOf(t, got.access)
		require.Equal(t, map[string]any{
			"active": true, "client_id": auth.ClientID, "scope": "files:read accounts:read", "token_type": "Bearer",
			"sub": claims["sub"], "iss": claims["iss"], "aud": claims["aud"], "jti": claims["jti"], "iat": claims["iat"], "exp": claims["exp"],
		}, introspected(t, portal, got.access))
		refresh := introspected(t, portal, got.refresh)
		require.Equal(t, true, refresh["active"])
		require.Equal(t, auth.ClientID, refresh["client_id"])
		for _, none := range []string{"made-up", got.access + "x", auth.ClientSecret.Reveal()} {
			require.Equal(t, map[string]any{"active": false}, introspected(t, portal, none))
		}
		require.Equal(t, http.StatusBadRequest, posted(t, portal, "/oauth2/introspect", nil).status)
		lost := caller{t, portal, nil}.send(http.MethodGet, "/oauth2/introspect", "")
		require.Equal(t, http.StatusFound, lost.status)
		require.Equal(t, "/login?type=oauth2&client_id=error", lost.header.Get("Location"))

		<-time.After(time.Hour)
		require.Equal(t, map[string]any{"active": false}, introspected(t, portal, got.access))
		require.Equal(t, true, introspected(t, portal, got.refresh)["active"])
	})
}

// A client that is switched off has no tokens, and the same ones again when it is switched on.
func TestTokensOfADisabledClient(t *testing.T) {
	portal := docspacetest.New()
	auth, c := portal.AuthCode(callbackURL), signed(t, portal)
	got := exchange(t, portal, codeForm(auth, code(t, portal, auth, "scope", "openid files:read")))
	user := caller{t, portal, http.Header{"Authorization": {"Bearer " + got.access}}}
	info := user.send(http.MethodGet, "/oauth2/userinfo", "")
	require.Equal(t, http.StatusOK, info.status)
	require.Equal(t, claimsOf(t, got.access)["sub"], info.json(t)["sub"])
	for _, on := range []bool{false, true} {
		status := map[bool]string{true: `{"status":true}`, false: `{"status":false}`}[on]
		require.Equal(t, http.StatusOK, c.send(http.MethodPatch, clients+"/"+auth.ClientID+"/activation", status).status)
		require.Equal(t, on, introspected(t, portal, got.access)["active"])
		require.Equal(t, on, introspected(t, portal, got.refresh)["active"])
		require.Equal(t, map[bool]int{true: 200, false: 401}[on], user.send(http.MethodGet, "/oauth2/userinfo", "").status)
	}
	exchange(t, portal, refreshForm(auth, got.refresh))
	require.Equal(t, http.StatusUnauthorized, caller{t, portal, nil}.send(http.MethodGet, "/oauth2/userinfo", "").status)
}

// Introspections are counted with the requests for tokens.
func TestIntrospectionIsCounted(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithRateLimits())
	for n := range 10 {
		got := posted(t, portal, []string{"/oauth2/introspect", "/oauth2/revoke"}[n%2], url.Values{"token": {"x"}})
		require.Equal(t, 9-n, remaining(t, got))
	}
	refused := posted(t, portal, "/api/2.0/oauth2/introspect", url.Values{"token": {"x"}})
	require.Equal(t, http.StatusTooManyRequests, refused.status)
	require.Empty(t, refused.body)
}

// The metadata are the framework's: issuer and algorithm are not those of the tokens.
func TestMetadata(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	claims := claimsOf(t, exchange(t, portal, codeForm(auth, code(t, portal, auth))).access)
	for _, path := range []string{
		"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
		"/oauth2/.well-known/openid-configuration", "/oauth2/.well-known/oauth-authorization-server",
	} {
		got := caller{t, portal, nil}.send(http.MethodGet, path, "")
		require.Equal(t, http.StatusOK, got.status, path)
		require.Equal(t, "application/json", got.header.Get("Content-Type"))
		document := got.json(t)
		require.Equal(t, portal.URL(), document["issuer"])
		require.NotEqual(t, claims["iss"], document["issuer"])
		require.Equal(t, []any{"RS256"}, document["id_token_signing_alg_values_supported"])
		require.Equal(t, true, document["tls_client_certificate_bound_access_tokens"])
		require.NotEmpty(t, document["dpop_signing_alg_values_supported"])
		require.Equal(t, []any{"S256"}, document["code_challenge_methods_supported"])
		for name, endpoint := range map[string]string{
			"authorization_endpoint": "authorize", "token_endpoint": "token", "introspection_endpoint": "introspect",
			"revocation_endpoint": "revoke", "jwks_uri": "jwks", "userinfo_endpoint": "userinfo",
		} {
			require.Equal(t, portal.URL()+"/oauth2/"+endpoint, document[name])
		}
	}
	require.Equal(t, http.StatusOK, caller{t, portal, nil}.send(http.MethodGet, "/oauth2/jwks", "").status)
}

// An id token lives half an hour, whatever the access token does.
func TestIDTokensLiveHalfAnHour(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithTokenLifetime(2 * time.Hour))
	auth := portal.AuthCode(callbackURL)
	got := portalToken(t, portal, codeForm(auth, code(t, portal, auth, "scope", "openid"))).json(t)
	life := func(token string) float64 {
		claims := claimsOf(t, token)
		return claims["exp"].(float64) - claims["iat"].(float64)
	}
	require.InDelta(t, 1800, life(got["id_token"].(string)), 0)
	require.InDelta(t, 7200, life(got["access_token"].(string)), 0)
}
