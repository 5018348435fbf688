package oauthclients_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
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
		r := newRealm()
		store := lockStoreWith(firstToken(inAnHour()))
		client := r.client(t, noSession(), store)
		require.NoError(t, list(t, client))
		slow := true
		store.fails(func(context.Context) error { // the sign-in has the lock and takes its time
			if slow {
				slow = false
				<-time.After(10 * time.Second)
			}
			return nil
		}, nil)
		finished := make(chan error, 1)
		go func() {
			_, err := webLogin().Finish(t.Context(), r.provider(), theLogin(), comesBack("code", "c-0-d-e"),
				oauthclients.WithHTTPClient(r.HTTPClient()), oauthclients.WithTokenStore(store))
			finished <- err
		}()
		synctest.Wait()
		givesUp(t, client)
		require.NoError(t, <-finished)
		<-time.After(time.Hour / 2)
		require.Equal(t, "refresh-2", store.held().RefreshToken, "the person who has just signed in stays signed in")
		require.Equal(t, []string{"call access-1", "authorization_code", "call access-2"}, append(r.happened(), called(t, r, client)...))
	})
}

// called is what one more call leads to.
func called(t *testing.T, r *realm, client *oauthclients.Client) []string {
	t.Helper()
	require.NoError(t, list(t, client))
	return r.happened()
}

// The holder is another process, and what it does under the lock is signing in.
func TestASignOutThatGaveUpDoesNothingWhenTheLockIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		store := lockStoreWith(firstToken(inAnHour()))
		client := r.client(t, noSession(), store)
		_, unlock, err := store.Lock(t.Context())
		require.NoError(t, err)
		givesUp(t, client)
		r.change(func() { r.n = 7 })
		store.put(&oauth2.Token{AccessToken: "access-7", RefreshToken: "refresh-7", Expiry: inAnHour()})
		unlock()
		<-time.After(time.Minute)
		require.Zero(t, store.loads+store.saves)
		require.Equal(t, []string{"call access-7"}, called(t, r, client))
		require.Equal(t, "refresh-7", store.held().RefreshToken)
	})
}

// In one process the turn is what it waits for.
func TestASignOutThatGaveUpDoesNothingAfterARenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		r.slowTokens(10 * time.Second)
		client := r.client(t, sessionUntil(anHourAgo()), nil)
		renewed := make(chan error, 1)
		go func() { renewed <- list(t, client) }()
		synctest.Wait()
		givesUp(t, client)
		require.NoError(t, <-renewed)
		<-time.After(time.Minute)
		require.Equal(t, []string{"refresh_token refresh-1", "call access-2", "call access-2"}, append(r.happened(), called(t, r, client)...))
	})
}
