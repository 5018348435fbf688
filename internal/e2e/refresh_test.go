package e2e

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file renews tokens at the server: with a new refresh token each time, and without.

// expire makes a token look as if it ended a moment ago, to us.
func expire(t *testing.T, store *memStore) oauth2.Token {
	t.Helper()
	token := store.now()
	token.Expiry = time.Now().Add(-time.Second)
	require.NoError(t, store.Save(t.Context(), &token))
	return token
}

func TestRefreshWithRotation(t *testing.T) {
	for name, w := range map[string]way{"secret in the form": byForm, "secret in Basic": byBasic, "public client": byNobody} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t, w, settings{PKCERequired: true, RotateRefreshToken: true})
			store := &memStore{}
			a.signIn(t, oauthclients.WithTokenStore(store))
			old := expire(t, store)
			client := a.client(t, nil, oauthclients.WithTokenStore(store))

			var saved oauth2.Token // what the store had when the new token went out
			a.wire.before = func(r request) {
				if r.Line == "GET /me" {
					saved = store.now()
				}
			}
			requireWorks(t, client)
			sent := a.wire.requireSent(t, "POST /token", "GET /me")
			require.Equal(t, "refresh_token", sent[0].Form.Get("grant_type"))
			require.Equal(t, old.RefreshToken, sent[0].Form.Get("refresh_token"))
			require.Equal(t, "Bearer "+saved.AccessToken, sent[1].Header.Get("Authorization"))
			require.NotEqual(t, old.AccessToken, saved.AccessToken)
			require.NotEqual(t, old.RefreshToken, saved.RefreshToken)

			requireWorks(t, client) // with what it has
			a.wire.requireSent(t, "GET /me")
		})
	}
}

// What ends within 30 seconds is renewed first, so that it does not end on its way.
func TestRefreshBeforeTheEnd(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true, RotateRefreshToken: true})
	token := a.signIn(t)
	token.Expiry = time.Now().Add(25 * time.Second)
	requireWorks(t, a.client(t, token))
	a.wire.requireSent(t, "POST /token", "GET /me")
}

// A server may issue tokens that live no longer than that; they are used all the same.
func TestShortLivedTokens(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true, RotateRefreshToken: true, AccessTokenSeconds: 25})
	token := a.signIn(t)
	require.WithinDuration(t, time.Now().Add(25*time.Second), token.Expiry, 10*time.Second)
	requireWorks(t, a.client(t, token))
	a.wire.requireSent(t, "GET /me")
}

// The server takes a refresh token that comes a second time for stolen, and ends the sign-in.
func TestOldRefreshTokenIsRefused(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true, RotateRefreshToken: true})
	store := &memStore{}
	a.signIn(t, oauthclients.WithTokenStore(store))
	old := expire(t, store)
	client := a.client(t, nil, oauthclients.WithTokenStore(store))
	requireWorks(t, client)
	a.wire.take()

	thief := a.client(t, &oauth2.Token{RefreshToken: old.RefreshToken})
	requireLoginRequired(t, thief)
	a.wire.requireSent(t, "POST /token")
	requireLoginRequired(t, thief)
	a.wire.requireSent(t) // the answer is known

	requireLoginRequired(t, client)
	a.wire.requireSent(t, "GET /me", "POST /token")
	requireLoginRequired(t, client)
	a.wire.requireSent(t)
}

func requireLoginRequired(t *testing.T, client *oauthclients.Client) {
	t.Helper()
	failed := failure(t, use(t, client))
	require.ErrorIs(t, failed, oauthclients.ErrLoginRequired)
	require.Equal(t, "Token", failed.Operation)
}

func TestRefreshWithoutRotation(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true, RotateRefreshToken: false})
	store := &memStore{}
	a.signIn(t, oauthclients.WithTokenStore(store))
	first := store.now()
	client := a.client(t, nil, oauthclients.WithTokenStore(store))
	for range 2 { // the same refresh token each time
		a.server.advance(t, 2*time.Hour) // the server says 401, we believed in the token
		requireWorks(t, client)
		sent := a.wire.requireSent(t, "GET /me", "POST /token", "GET /me")
		require.Equal(t, first.RefreshToken, sent[1].Form.Get("refresh_token"))
		require.Equal(t, "Bearer "+store.now().AccessToken, sent[2].Header.Get("Authorization"))
		require.Equal(t, first.RefreshToken, store.now().RefreshToken)
		require.NotEqual(t, first.AccessToken, store.now().AccessToken)
	}
}

// With a second request the server would end the sign-in.
func TestManyGoroutinesRefreshOnce(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true, RotateRefreshToken: true})
	token := a.signIn(t)
	a.server.advance(t, 2*time.Hour)
	client := a.client(t, token)
	const many = 50
	var calls sync.WaitGroup
	errs := make(chan error, many)
	for range many {
		calls.Go(func() { errs <- use(t, client) })
	}
	calls.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	refreshes := 0
	for _, r := range a.wire.take() {
		if r.Line == "POST /token" {
			refreshes++
		}
	}
	require.Equal(t, 1, refreshes)
}

// Two clients share a file, as two programs would.
func TestTwoClientsShareAFile(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true, RotateRefreshToken: true})
	path := filepath.Join(t.TempDir(), "token.json")
	a.signIn(t, oauthclients.WithTokenStore(oauthclients.FileTokenStore(path)))
	one := a.client(t, nil, oauthclients.WithTokenStore(oauthclients.FileTokenStore(path)))
	two := a.client(t, nil, oauthclients.WithTokenStore(oauthclients.FileTokenStore(path)))
	requireWorks(t, one)
	requireWorks(t, two)
	a.wire.requireSent(t, "GET /me", "GET /me")

	a.server.advance(t, 2*time.Hour)
	requireWorks(t, one)
	a.wire.requireSent(t, "GET /me", "POST /token", "GET /me")
	requireWorks(t, two)
	a.wire.requireSent(t, "GET /me", "GET /me") // the second time with what the first one saved
}
