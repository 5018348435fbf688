package docspacetest_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds the ends of tokens, and what takes them.

func TestRevoke(t *testing.T) {
	portal := docspacetest.New()
	auth, other := portal.AuthCode(callbackURL), portal.AuthCode(callbackURL)
	got := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	revoke := func(form url.Values) reply { return post(t, portal, oauthRevokePath, form) }

	wrong := auth
	wrong.ClientSecret = oauthclients.NewSecret("wrong")
	requireRefused(t, revoke(revokeForm(wrong, got.refresh)), http.StatusUnauthorized, `{"error":"invalid_client"}`)
	requireRefused(t, revoke(revokeForm(other, got.refresh)), http.StatusBadRequest, `{"error":"invalid_client"}`)
	require.Equal(t, http.StatusBadRequest, revoke(revokeForm(auth, "")).status)
	require.Equal(t, http.StatusOK, traded(t, portal, got.access).status)

	for _, token := range []string{"unknown", got.access, got.access} {
		answer := revoke(revokeForm(auth, token))
		require.Equal(t, http.StatusOK, answer.status)
		require.Empty(t, answer.body)
	}
	require.Equal(t, http.StatusUnauthorized, traded(t, portal, got.access).status)
	renewed := exchange(t, portal, refreshForm(auth, got.refresh))
	require.Equal(t, http.StatusOK, revoke(revokeForm(auth, renewed.refresh)).status)
	require.Equal(t, http.StatusUnauthorized, traded(t, portal, renewed.access).status)
	requireRefused(t, portalToken(t, portal, refreshForm(auth, renewed.refresh)), 400, `{"error":"invalid_grant"}`)
}

func TestRevokedTokensCanBeRenewedUntilTheSessionsEnd(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	got := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	signature := caller{t, portal, http.Header{"X-Signature": {traded(t, portal, got.access).json(t)["response"].(string)}}}
	portal.RevokeTokens()
	require.Equal(t, http.StatusUnauthorized, traded(t, portal, got.access).status)
	require.Equal(t, http.StatusForbidden, signature.send(http.MethodGet, clients, "").status)
	renewed := exchange(t, portal, refreshForm(auth, got.refresh))
	signature = caller{t, portal, http.Header{"X-Signature": {traded(t, portal, renewed.access).json(t)["response"].(string)}}}

	portal.EndSessions()
	require.Equal(t, http.StatusUnauthorized, traded(t, portal, renewed.access).status)
	require.Equal(t, http.StatusForbidden, signature.send(http.MethodGet, clients, "").status)
	requireRefused(t, portalToken(t, portal, refreshForm(auth, renewed.refresh)), 400, `{"error":"invalid_grant"}`)
}

func TestTheGuideTakesTheAccessTokenItself(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithGuideWire())
	auth := portal.AuthCode(callbackURL)
	callback, err := portal.SignIn(request(portal, auth, "scope", ""))
	require.NoError(t, err)
	require.Equal(t, "s-1", callback.Get("state"))
	got := exchange(t, portal, codeForm(auth, callback.Get("code")))
	list := func() int {
		return caller{t, portal, http.Header{"Authorization": {"Bearer " + got.access}}}.send(http.MethodGet, clients, "").status
	}
	require.Equal(t, http.StatusOK, list())
	require.Equal(t, http.StatusNotFound, traded(t, portal, got.access).status, "there is no trade")
	portal.RevokeTokens()
	require.Equal(t, http.StatusUnauthorized, list())

	custom, err := portal.SignIn(request(portal, auth, "scope", "anything"))
	require.NoError(t, err)
	require.NotEmpty(t, custom.Get("code"), "the guide names no scopes")
}
