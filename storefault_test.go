package oauthclients_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file tests stores that fail: whatever they do, no refresh token gets lost that the
// provider still takes, and nobody waits for ever.

var errDisk = errors.New("the disk is full")

func saveFails(context.Context, *oauth2.Token) error { return errDisk }

// requireStoreError checks what a failing store looks like to a caller.
func requireStoreError(t *testing.T, err, cause error) {
	t.Helper()
	require.ErrorIs(t, err, cause)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated, "signing in again would not help")
	require.Equal(t, "Token", failure(t, err).Operation)
	require.Equal(t, memName, failure(t, err).Provider)
	require.ErrorContains(t, err, "TokenStore")
	requireHidden(t, failure(t, err), "access-1", "refresh-1", "access-2", "refresh-2", realmSecret)
}

// The new refresh token is the only one that the provider still takes: it is kept, nothing is
// called with its access token before it is safe, and it is not used up by another refresh.
func TestATokenThatCannotBeSavedIsSavedBeforeTheNextCall(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(anHourAgo()))
	store.note = r.note
	client := r.client(t, noSession(), store)
	store.fails(nil, saveFails)
	for range 3 {
		requireStoreError(t, list(t, client), errDisk)
	}
	require.Equal(t, []string{"refresh_token refresh-1"}, r.happened())
	require.Equal(t, "refresh-1", store.held().RefreshToken)

	store.fails(nil, nil)
	require.NoError(t, list(t, client))
	require.NoError(t, list(t, client))
	require.Equal(t, []string{"save access-2 refresh-2", "call access-2", "call access-2"}, r.happened())
	require.Equal(t, 4, store.saves)
}

func TestATokenThatCannotBeSavedAfterARejectionIsSavedBeforeTheNextCall(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(nil)
	store.note = r.note
	client := r.client(t, sessionUntil(inAnHour()), store)
	r.revoked = true
	store.fails(nil, saveFails)
	requireStoreError(t, list(t, client), errDisk)
	store.fails(nil, nil)
	require.NoError(t, list(t, client))
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "save access-2 refresh-2", "call access-2"}, r.happened())
}

// It may have expired before the store works again.
func TestATokenThatIsSavedTooLateIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		store := lockStoreWith(firstToken(anHourAgo()))
		store.note = r.note
		client := r.client(t, noSession(), store)
		store.fails(nil, saveFails)
		requireStoreError(t, list(t, client), errDisk)
		<-time.After(2 * time.Hour)
		store.fails(nil, nil)
		require.NoError(t, list(t, client))
		require.Equal(t, []string{
			"refresh_token refresh-1", "save access-2 refresh-2", "refresh_token refresh-2", "save access-3 refresh-3", "call access-3",
		}, r.happened())
	})
}

// Somebody signed in anew, or signed out, while this token waited for the store.
func TestATokenThatWaitsToBeSavedGivesWayToAnotherInTheStore(t *testing.T) {
	other := &oauth2.Token{AccessToken: "access-7", RefreshToken: "refresh-7", Expiry: inAnHour()}
	for name, test := range map[string]struct {
		stored *oauth2.Token
		fails  error
		calls  []string
	}{
		"signed in":  {other, nil, []string{"call access-7"}},
		"signed out": {&oauth2.Token{}, oauthclients.ErrLoginRequired, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			store := lockStoreWith(firstToken(anHourAgo()))
			store.note = r.note
			client := r.client(t, noSession(), store)
			store.fails(nil, saveFails)
			requireStoreError(t, list(t, client), errDisk)
			r.happened()
			store.fails(nil, nil)
			store.put(test.stored)
			r.change(func() { r.n = 7 })
			require.ErrorIs(t, list(t, client), test.fails)
			require.Equal(t, test.calls, r.happened())
			require.Equal(t, test.stored.RefreshToken, store.held().RefreshToken)
		})
	}
}

// Some stores fail and have done it all the same.
func TestATokenThatWasSavedInSpiteOfTheFailureIsUsed(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(anHourAgo()))
	client := r.client(t, noSession(), store)
	store.fails(nil, func(_ context.Context, token *oauth2.Token) error {
		store.put(token)
		return errDisk
	})
	requireStoreError(t, list(t, client), errDisk)
	require.NoError(t, list(t, client), "it is there, so that nothing has to be saved")
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.happened())
}

func TestAStoreThatCannotBeReadFailsTheCall(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"code": sessionUntil(inAnHour()), "password": passwordGrant(), "client credentials": clientCredentials(),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			store := lockStoreWith(nil)
			client := r.client(t, auth, store)
			store.fails(func(context.Context) error { return errDisk }, nil)
			requireStoreError(t, list(t, client), errDisk)
			require.Empty(t, r.Requests(), "what it holds may be newer than all we know")
			require.Zero(t, store.saves)

			store.fails(nil, nil)
			require.NoError(t, list(t, client))
		})
	}
}

func TestATokenInUseDoesNotDependOnTheStore(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(inAnHour()))
	client := r.client(t, noSession(), store)
	require.NoError(t, list(t, client))
	store.fails(func(context.Context) error { return errDisk }, saveFails)
	for range 10 {
		require.NoError(t, list(t, client))
	}
	require.Equal(t, 1, store.loads)
}

// brokenLock is a store whose lock cannot be had.
type brokenLock struct {
	*memStore
	lock func(context.Context) error
}

func (s brokenLock) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	return nil, nil, s.lock(ctx)
}

func TestAStoreThatCannotBeLockedFailsTheCall(t *testing.T) {
	r := newRealm()
	store := brokenLock{storeWith(firstToken(anHourAgo())), func(context.Context) error { return errDisk }}
	client := r.client(t, noSession(), store)
	for range 2 { // the turn inside the process is free again
		requireStoreError(t, list(t, client), errDisk)
		requireStoreError(t, client.SignOut(t.Context()), errDisk)
	}
	require.Empty(t, r.Requests())
	require.Zero(t, store.loads+store.saves, "not without the lock")
}

func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// A store may be a service far away. With a context that never ends the call ends all the same.
func TestAStoreThatHangsDoesNotHangTheCallForEver(t *testing.T) {
	for name, test := range map[string]struct {
		hang func(*memStore) oauthclients.TokenStore
		wait time.Duration
	}{
		"Load": {func(s *memStore) oauthclients.TokenStore { s.fails(hangs, nil); return s }, 30 * time.Second},
		"Save": {func(s *memStore) oauthclients.TokenStore {
			s.fails(nil, func(ctx context.Context, _ *oauth2.Token) error { return hangs(ctx) })
			return s
		}, 30 * time.Second},
		"Lock": {func(s *memStore) oauthclients.TokenStore { return brokenLock{s, hangs} }, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRealm()
				client := r.client(t, noSession(), test.hang(storeWith(firstToken(anHourAgo()))))
				begin := time.Now()
				requireStoreError(t, list(t, client), context.DeadlineExceeded)
				require.Equal(t, test.wait, time.Since(begin))

				begin = time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				defer cancel()
				_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Equal(t, 50*time.Millisecond, time.Since(begin), "a caller leaves when it wants")
				<-time.After(time.Hour)
			})
		})
	}
}

func TestAStoredTokenThatNoHeaderCanCarryIsNotSent(t *testing.T) {
	for name, value := range map[string]string{"newline": "h1dden\n", "blank": "h1d den", "line": "h1dden\r\nX-Injected: 1", "umlaut": "h1ddenü"} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			store := storeWith(&oauth2.Token{AccessToken: value, RefreshToken: "refresh-1", Expiry: inAnHour()})
			err := list(t, r.client(t, noSession(), store))
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
			require.Equal(t, "Token", failure(t, err).Operation)
			require.NotContains(t, err.Error(), "h1d")
			require.Empty(t, r.Requests())
			require.Zero(t, store.saves)
		})
	}
}

func TestATokenOfTheProgramThatNoHeaderCanCarryIsRefusedByNew(t *testing.T) {
	auth := noSession()
	auth.Token = &oauth2.Token{AccessToken: "h1dden\n"}
	_, err := oauthclients.New(newRealm().provider(), auth)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, "AuthCode.Token", failure(t, err).Fields[0].Field)
	require.NotContains(t, err.Error(), "h1dden")
}

// Through a client: the file is named, kept, and nothing of it is told.
func TestACorruptFileFailsTheCallAndStays(t *testing.T) {
	path := fileWith(t, firstToken(inAnHour()))
	const content = `{"access_token":"h1dden","refresh_token":"h1dden`
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	r := newRealm()
	client := r.client(t, sessionUntil(inAnHour()), oauthclients.FileTokenStore(path))
	for _, err := range []error{list(t, client), client.SignOut(t.Context()), list(t, client)} {
		require.ErrorIs(t, err, oauthclients.ErrInvalid, "trying again does not help")
		require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.ErrorContains(t, err, path)
		requireHidden(t, failure(t, err), "h1dden")
	}
	require.Empty(t, r.Requests())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal([]byte(content), text), "the file was changed")

	require.NoError(t, oauthclients.FileTokenStore(path).Save(t.Context(), firstToken(inAnHour())))
	require.NoError(t, list(t, client), "as soon as it is mended")
}
