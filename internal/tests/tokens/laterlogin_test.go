package tokens

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests that a sign-out whose caller has given up does not end a later sign-in: what
// still waited for its turn does nothing any more.

// givesUp signs out while somebody else has the turn, until the caller's patience ends.
func givesUp(t *testing.T, client *oauthclients.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, client.SignOut(ctx), context.DeadlineExceeded)
}

func TestASignOutThatGaveUpLeavesALaterSignInAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
		client := r.Client(t, world.NoSession(), store)
		require.NoError(t, world.List(t, client))
		slow := true
		store.Fails(func(context.Context) error { // the sign-in has the lock and takes its time
			if slow {
				slow = false
				<-time.After(10 * time.Second)
			}
			return nil
		}, nil)
		finished := make(chan error, 1)
		go func() {
			_, err := world.WebLogin().Finish(t.Context(), r.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"),
				oauthclients.WithHTTPClient(r.HTTPClient()), oauthclients.WithTokenStore(store))
			finished <- err
		}()
		synctest.Wait()
		givesUp(t, client)
		require.NoError(t, <-finished)
		<-time.After(time.Hour / 2)
		require.Equal(t, "refresh-2", store.Held().RefreshToken, "the person who has just signed in stays signed in")
		require.Equal(t, []string{"call access-1", "authorization_code", "call access-2"}, append(r.Happened(), called(t, r, client)...))
	})
}

// called is what one more call leads to.
func called(t *testing.T, r *world.Realm, client *oauthclients.Client) []string {
	t.Helper()
	require.NoError(t, world.List(t, client))
	return r.Happened()
}

// The holder is another process, and what it does under the lock is signing in.
func TestASignOutThatGaveUpDoesNothingWhenTheLockIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
		client := r.Client(t, world.NoSession(), store)
		_, unlock, err := store.Lock(t.Context())
		require.NoError(t, err)
		givesUp(t, client)
		r.Change(func() { r.Newest = 7 })
		store.Put(&oauth2.Token{AccessToken: "access-7", RefreshToken: "refresh-7", Expiry: world.InAnHour()})
		unlock()
		<-time.After(time.Minute)
		require.Zero(t, store.Loads+store.Saves)
		require.Equal(t, []string{"call access-7"}, called(t, r, client))
		require.Equal(t, "refresh-7", store.Held().RefreshToken)
	})
}

// In one process the turn is what it waits for.
func TestASignOutThatGaveUpDoesNothingAfterARenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		r.SlowTokens(10 * time.Second)
		client := r.Client(t, world.SessionUntil(world.AnHourAgo()), nil)
		renewed := make(chan error, 1)
		go func() { renewed <- world.List(t, client) }()
		synctest.Wait()
		givesUp(t, client)
		require.NoError(t, <-renewed)
		<-time.After(time.Minute)
		require.Equal(t, []string{"refresh_token refresh-1", "call access-2", "call access-2"}, append(r.Happened(), called(t, r, client)...))
	})
}
