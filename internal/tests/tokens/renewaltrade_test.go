package tokens

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
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
	for name, expiry := range map[string]func() time.Time{"expired": world.AnHourAgo, "refused by the trade": world.InAnHour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				r.SlowTokens(time.Second)
				store := world.LockStoreWith(world.FirstToken(expiry()))
				client := r.Client(t, world.NoSession(), store, traded)
				r.Revoked = true
				for _, err := range world.Together(100, func(int) error { return world.List(t, client) }) {
					require.NoError(t, err)
				}
				require.Equal(t, 1, r.Refreshes())
				require.Equal(t, "refresh-2", store.Held().RefreshToken)
			})
		})
	}
}

func TestATokenThatIsTradedMeansToSignInAgainWhenItIsDead(t *testing.T) {
	r := world.NewRealm()
	r.Refuses(http.StatusBadRequest, "invalid_grant")
	r.Revoked = true
	client := r.Client(t, world.SessionUntil(world.InAnHour()), nil, traded)
	for range 10 {
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	}
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1"}, r.Happened())
}
