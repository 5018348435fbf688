package oauthclients_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file tests sessions at a provider that trades their tokens for others.

// traded makes every token worth something only after a call with it.
func traded(c *oauthclients.Connection) {
	c.Trade = func(ctx context.Context, anon *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
		_, err := anon.Call(ctx, &oauthclients.Call{
			Operation: "Token", Method: http.MethodGet, Path: "/clients", Credential: oauthclients.BearerCredential(held),
		})
		if err != nil {
			return nil, err
		}
		return &oauth2.Token{AccessToken: held.Reveal(), Expiry: time.Now().Add(5 * time.Minute)}, nil
	}
}

func TestATokenThatIsTradedIsRenewedToo(t *testing.T) {
	for name, expiry := range map[string]func() time.Time{"expired": anHourAgo, "refused by the trade": inAnHour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRealm()
				r.slowTokens(time.Second)
				store := lockStoreWith(firstToken(expiry()))
				client := r.client(t, noSession(), store, traded)
				r.revoked = true
				for _, err := range together(100, func(int) error { return list(t, client) }) {
					require.NoError(t, err)
				}
				require.Equal(t, 1, r.refreshes())
				require.Equal(t, "refresh-2", store.held().RefreshToken)
			})
		})
	}
}

func TestATokenThatIsTradedMeansToSignInAgainWhenItIsDead(t *testing.T) {
	r := newRealm()
	r.refuses(http.StatusBadRequest, "invalid_grant")
	r.revoked = true
	client := r.client(t, sessionUntil(inAnHour()), nil, traded)
	for range 10 {
		require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
	}
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1"}, r.happened())
}
