package sipgatetest_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the revocation of single tokens, what a realm says of itself, and what is left after a replay.

func revoke(t *testing.T, s *sipgatetest.Server, auth oauthclients.AuthCode, token string) answer {
	t.Helper()
	return post(t, s, thirdParty+"/protocol/openid-connect/revoke", url.Values{
		"client_id": {auth.ClientID}, "client_secret": {auth.ClientSecret.Reveal()}, "token": {token},
	})
}

// A refresh token takes the access token along; what is no token, or none any more, is told in a success.
func TestRevocation(t *testing.T) {
	const none = `{"error":"invalid_token","error_description":"Invalid token"}`
	server := sipgatetest.New()
	auth, other := server.AuthCode(callbackURL), server.AuthCode(callbackURL)
	got := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	untouched := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	for _, token := range []string{got.access, got.refresh} {
		refused := revoke(t, server, other, token)
		require.Equal(t, http.StatusBadRequest, refused.status)
		require.Contains(t, refused.body, "Unmatching clients")
	}
	done := revoke(t, server, auth, got.refresh)
	require.Equal(t, http.StatusOK, done.status)
	require.Empty(t, done.body)
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, got.access))
	for _, token := range []string{got.refresh, got.access, "made-up"} {
		again := revoke(t, server, auth, token)
		require.Equal(t, http.StatusOK, again.status)
		require.JSONEq(t, none, again.body)
	}
	require.Equal(t, http.StatusOK, revoke(t, server, auth, untouched.access).status)
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, untouched.access))
	exchange(t, server, auth, refreshForm(auth, untouched.refresh))

	wrong := auth
	wrong.ClientSecret = oauthclients.NewSecret("wrong")
	require.Equal(t, http.StatusUnauthorized, revoke(t, server, wrong, untouched.refresh).status)
	require.Equal(t, http.StatusBadRequest, revoke(t, server, auth, "").status)
}

// The issuer comes with every callback, and the metadata promise it.
func TestMetadataOfARealm(t *testing.T) {
	server := sipgatetest.New()
	for _, realm := range []string{sipgate.RealmThirdParty, sipgate.RealmApps} {
		base := "/auth/realms/" + realm
		document := object(t, get(t, server, base+"/.well-known/openid-configuration").body)
		require.Equal(t, server.URL()+base, document["issuer"])
		require.Equal(t, true, document["authorization_response_iss_parameter_supported"])
		for name, endpoint := range map[string]string{
			"authorization_endpoint": "auth", "token_endpoint": "token", "revocation_endpoint": "revoke", "end_session_endpoint": "logout",
		} {
			require.Equal(t, server.URL()+base+"/protocol/openid-connect/"+endpoint, document[name])
		}
	}
	require.Equal(t, http.StatusNotFound, get(t, server, "/auth/realms/other/.well-known/openid-configuration").status)
}

// A replay ends what the client has in the session, and the session goes on. After a logout there is none.
func TestTheRefreshAfterAReplay(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	first := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	second := exchange(t, server, auth, refreshForm(auth, first.refresh))
	requireRefused(t, server, refreshForm(auth, first.refresh), 400, "invalid_grant", "Maximum allowed refresh token reuse exceeded")
	for _, token := range []string{second.refresh, first.refresh} {
		requireRefused(t, server, refreshForm(auth, token), 400, "invalid_grant", "Session doesn't have required client")
	}
	require.Equal(t, http.StatusNoContent, logOut(t, server, auth, second.refresh).status)
	requireRefused(t, server, refreshForm(auth, second.refresh), 400, "invalid_grant", "Session not active")
}

func get(t *testing.T, s *sipgatetest.Server, path string) answer {
	t.Helper()
	return do(t, s, http.MethodGet, path, nil, "")
}
