package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file signs out: the server must refuse the tokens afterwards, and the program must not
// have them any more.

func TestSignOut(t *testing.T) {
	for name, w := range map[string]way{"secret in the form": byForm, "secret in Basic": byBasic, "public client": byNobody} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t, w, settings{PKCERequired: true, RotateRefreshToken: true})
			store := &memStore{}
			a.signIn(t, oauthclients.WithTokenStore(store))
			before := store.now()
			client := a.client(t, nil, oauthclients.WithTokenStore(store))
			requireWorks(t, client)
			a.wire.take()

			require.NoError(t, client.SignOut(t.Context()))
			sent := a.wire.requireSent(t, "POST "+revocationPath)
			require.Equal(t, before.RefreshToken, sent[0].Form.Get("token"))
			require.NotContains(t, sent[0].Header.Get("Authorization"), "Bearer")
			require.Empty(t, store.now().AccessToken+store.now().RefreshToken)
			requireLoginRequired(t, client)
			a.wire.requireSent(t)

			requireServerRefuses(t, a, before)
		})
	}
}

// requireServerRefuses uses both tokens as somebody would who had kept them.
func requireServerRefuses(t *testing.T, a *app, token oauth2.Token) {
	t.Helper()
	bearer, err := oauthclients.New(a.provider(), oauthclients.BearerToken(token.AccessToken), a.options()...)
	require.NoError(t, err)
	failed := failure(t, use(t, bearer))
	require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
	require.Equal(t, 401, failed.StatusCode)
	a.wire.requireSent(t, "GET /me")

	requireLoginRequired(t, a.client(t, &oauth2.Token{RefreshToken: token.RefreshToken}))
	a.wire.requireSent(t, "POST /token")
}
