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

// This file holds the ends of tokens and sessions.

func TestRevokedAccessTokensCanBeRenewed(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	got := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	server.RevokeTokens()
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, got.access))
	renewed := exchange(t, server, auth, refreshForm(auth, got.refresh))
	require.Equal(t, http.StatusOK, balanceStatus(t, server, renewed.access))

	pending, other := code(t, server, auth), server.AccessToken()
	server.EndSessions()
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, renewed.access))
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, other))
	requireRefused(t, server, refreshForm(auth, renewed.refresh), 400, "invalid_grant", "Session not active")
	requireRefused(t, server, codeForm(auth, pending), 400, "invalid_grant", "Code not valid")
	exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
}

func logOut(t *testing.T, s *sipgatetest.Server, auth oauthclients.AuthCode, refresh string) answer {
	t.Helper()
	return post(t, s, thirdParty+logoutPath, url.Values{
		"client_id": {auth.ClientID}, "client_secret": {auth.ClientSecret.Reveal()}, "refresh_token": {refresh},
	})
}

func TestLogout(t *testing.T) {
	server := sipgatetest.New()
	auth, other := server.AuthCode(callbackURL), server.AuthCode(callbackURL)
	first := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	second := exchange(t, server, auth, refreshForm(auth, first.refresh))
	bystander := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))

	refused := func(got answer, status int, text string) {
		t.Helper()
		require.Equal(t, status, got.status)
		require.JSONEq(t, text, got.body)
	}
	asks := logOut(t, server, auth, "")
	require.Equal(t, http.StatusOK, asks.status)
	require.Contains(t, asks.body, "Do you want to log out?")
	refused(logOut(t, server, auth, "made-up"), 400, `{"error":"invalid_grant","error_description":"Invalid refresh token"}`)
	refused(logOut(t, server, other, second.refresh), 400,
		`{"error":"invalid_grant","error_description":"Invalid refresh token. Token client and authorized client don't match"}`)
	wrong := auth
	wrong.ClientSecret = oauthclients.NewSecret("wrong")
	refused(logOut(t, server, wrong, second.refresh), 401,
		`{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`)
	require.Equal(t, http.StatusOK, balanceStatus(t, server, second.access))

	got := logOut(t, server, auth, second.refresh)
	require.Equal(t, http.StatusNoContent, got.status)
	require.Empty(t, got.body)
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, first.access))
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, second.access))
	requireRefused(t, server, refreshForm(auth, second.refresh), 400, "invalid_grant", "Session not active")
	require.Equal(t, http.StatusNoContent, logOut(t, server, auth, second.refresh).status, "it is over already")
	require.Equal(t, http.StatusOK, balanceStatus(t, server, bystander.access))
}

func TestLogoutWithATokenThatWasRotatedAway(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	first := exchange(t, server, auth, codeForm(auth, code(t, server, auth)))
	second := exchange(t, server, auth, refreshForm(auth, first.refresh))
	require.Equal(t, http.StatusNoContent, logOut(t, server, auth, first.refresh).status)
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, second.access))
}

// The password grant opens a session too, in the realm that it is for: its refresh token renews it and
// ends it.
func TestTheSessionOfThePasswordGrant(t *testing.T) {
	server := sipgatetest.New()
	got := object(t, grant(t, server, userForm()).body)
	own := oauthclients.AuthCode{ClientID: sipgate.DefaultPasswordClientID}
	const apps = "/auth/realms/sipgate-apps"
	renewed := object(t, post(t, server, apps+realmTokenPath, url.Values{
		"grant_type": {"refresh_token"}, "client_id": {own.ClientID}, "refresh_token": {got["refresh_token"].(string)},
	}).body)
	require.Equal(t, http.StatusOK, balanceStatus(t, server, renewed["access_token"].(string)))
	form := url.Values{"client_id": {own.ClientID}, "refresh_token": {renewed["refresh_token"].(string)}}
	require.Equal(t, http.StatusUnauthorized, post(t, server, thirdParty+logoutPath, form).status, "it is not in that realm")
	require.Equal(t, http.StatusNoContent, post(t, server, apps+logoutPath, form).status)
	require.Equal(t, http.StatusUnauthorized, balanceStatus(t, server, renewed["access_token"].(string)))
}
