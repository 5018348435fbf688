package tokens

import (
	"bytes"
	"context"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests stores that fail: whatever they do, no refresh token gets lost that the
// provider still takes, and nobody waits for ever.

// requireStoreError checks what a failing store looks like to a caller.
func requireStoreError(t *testing.T, err, cause error) {
	t.Helper()
	require.ErrorIs(t, err, cause)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated, "signing in again would not help")
	require.Equal(t, "Token", world.Failure(t, err).Operation)
	require.Equal(t, world.MemName, world.Failure(t, err).Provider)
	require.ErrorContains(t, err, "TokenStore")
	world.RequireHidden(t, world.Failure(t, err), "access-1", "refresh-1", "access-2", "refresh-2", world.RealmSecret)
}

// The new refresh token is the only one that the provider still takes: it is kept, nothing is
// called with its access token before it is safe, and it is not used up by another refresh.
func TestATokenThatCannotBeSavedIsSavedBeforeTheNextCall(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	store.Note = r.Note
	client := r.Client(t, world.NoSession(), store)
	store.Fails(nil, world.SaveFails)
	for range 3 {
		requireStoreError(t, world.List(t, client), world.ErrDisk)
	}
	require.Equal(t, []string{"refresh_token refresh-1"}, r.Happened())
	require.Equal(t, "refresh-1", store.Held().RefreshToken)

	store.Fails(nil, nil)
	require.NoError(t, world.List(t, client))
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"save access-2 refresh-2", "call access-2", "call access-2"}, r.Happened())
	require.Equal(t, 4, store.Saves)
}

func TestATokenThatCannotBeSavedAfterARejectionIsSavedBeforeTheNextCall(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(nil)
	store.Note = r.Note
	client := r.Client(t, world.SessionUntil(world.InAnHour()), store)
	r.Revoked = true
	store.Fails(nil, world.SaveFails)
	requireStoreError(t, world.List(t, client), world.ErrDisk)
	store.Fails(nil, nil)
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "save access-2 refresh-2", "call access-2"}, r.Happened())
}

// It may have expired before the store works again.
func TestATokenThatIsSavedTooLateIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
		store.Note = r.Note
		client := r.Client(t, world.NoSession(), store)
		store.Fails(nil, world.SaveFails)
		requireStoreError(t, world.List(t, client), world.ErrDisk)
		<-time.After(2 * time.Hour)
		store.Fails(nil, nil)
		require.NoError(t, world.List(t, client))
		require.Equal(t, []string{
			"refresh_token refresh-1", "save access-2 refresh-2", "refresh_token refresh-2", "save access-3 refresh-3", "call access-3",
		}, r.Happened())
	})
}

// Somebody signed in anew, or signed out, while this token waited for the store.
func TestATokenThatWaitsToBeSavedGivesWayToAnotherInTheStore(t *testing.T) {
	other := &oauth2.Token{AccessToken: "access-7", RefreshToken: "refresh-7", Expiry: world.InAnHour()}
	for name, test := range map[string]struct {
		stored *oauth2.Token
		fails  error
		calls  []string
	}{
		"signed in":  {other, nil, []string{"call access-7"}},
		"signed out": {&oauth2.Token{}, oauthclients.ErrLoginRequired, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
			store.Note = r.Note
			client := r.Client(t, world.NoSession(), store)
			store.Fails(nil, world.SaveFails)
			requireStoreError(t, world.List(t, client), world.ErrDisk)
			r.Happened()
			store.Fails(nil, nil)
			store.Put(test.stored)
			r.Change(func() { r.Newest = 7 })
			require.ErrorIs(t, world.List(t, client), test.fails)
			require.Equal(t, test.calls, r.Happened())
			require.Equal(t, test.stored.RefreshToken, store.Held().RefreshToken)
		})
	}
}

// Some stores fail and have done it all the same.
func TestATokenThatWasSavedInSpiteOfTheFailureIsUsed(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store)
	store.Fails(nil, func(_ context.Context, token *oauth2.Token) error {
		store.Put(token)
		return world.ErrDisk
	})
	requireStoreError(t, world.List(t, client), world.ErrDisk)
	require.NoError(t, world.List(t, client), "it is there, so that nothing has to be saved")
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.Happened())
}

func TestAStoreThatCannotBeReadFailsTheCall(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"code": world.SessionUntil(world.InAnHour()), "password": world.PasswordGrant(), "client credentials": world.ClientCredentials(),
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			store := world.LockStoreWith(nil)
			client := r.Client(t, auth, store)
			store.Fails(func(context.Context) error { return world.ErrDisk }, nil)
			requireStoreError(t, world.List(t, client), world.ErrDisk)
			require.Empty(t, r.Requests(), "what it holds may be newer than all we know")
			require.Zero(t, store.Saves)

			store.Fails(nil, nil)
			require.NoError(t, world.List(t, client))
		})
	}
}

func TestATokenInUseDoesNotDependOnTheStore(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
	client := r.Client(t, world.NoSession(), store)
	require.NoError(t, world.List(t, client))
	store.Fails(func(context.Context) error { return world.ErrDisk }, world.SaveFails)
	for range 10 {
		require.NoError(t, world.List(t, client))
	}
	require.Equal(t, 1, store.Loads)
}

// brokenLock is a store whose lock cannot be had.
type brokenLock struct {
	*world.MemStore
	lock func(context.Context) error
}

func (s brokenLock) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	return nil, nil, s.lock(ctx)
}

func TestAStoreThatCannotBeLockedFailsTheCall(t *testing.T) {
	r := world.NewRealm()
	store := brokenLock{world.StoreWith(world.FirstToken(world.AnHourAgo())), func(context.Context) error { return world.ErrDisk }}
	client := r.Client(t, world.NoSession(), store)
	for range 2 { // the turn inside the process is free again
		requireStoreError(t, world.List(t, client), world.ErrDisk)
		requireStoreError(t, client.SignOut(t.Context()), world.ErrDisk)
	}
	require.Empty(t, r.Requests())
	require.Zero(t, store.Loads+store.Saves, "not without the lock")
}

func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// A store may be a service far away. With a context that never ends the call ends all the same.
func TestAStoreThatHangsDoesNotHangTheCallForEver(t *testing.T) {
	for name, test := range map[string]struct {
		hang func(*world.MemStore) oauthclients.TokenStore
		wait time.Duration
	}{
		"Load": {func(s *world.MemStore) oauthclients.TokenStore { s.Fails(hangs, nil); return s }, 30 * time.Second},
		"Save": {func(s *world.MemStore) oauthclients.TokenStore {
			s.Fails(nil, func(ctx context.Context, _ *oauth2.Token) error { return hangs(ctx) })
			return s
		}, 30 * time.Second},
		"Lock": {func(s *world.MemStore) oauthclients.TokenStore { return brokenLock{s, hangs} }, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				client := r.Client(t, world.NoSession(), test.hang(world.StoreWith(world.FirstToken(world.AnHourAgo()))))
				begin := time.Now()
				requireStoreError(t, world.List(t, client), context.DeadlineExceeded)
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
			r := world.NewRealm()
			store := world.StoreWith(&oauth2.Token{AccessToken: value, RefreshToken: "refresh-1", Expiry: world.InAnHour()})
			err := world.List(t, r.Client(t, world.NoSession(), store))
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
			require.Equal(t, "Token", world.Failure(t, err).Operation)
			require.NotContains(t, err.Error(), "h1d")
			require.Empty(t, r.Requests())
			require.Zero(t, store.Saves)
		})
	}
}

func TestATokenOfTheProgramThatNoHeaderCanCarryIsRefusedByNew(t *testing.T) {
	auth := world.NoSession()
	auth.Token = &oauth2.Token{AccessToken: "h1dden\n"}
	_, err := oauthclients.New(world.NewRealm().Provider(), auth)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, "AuthCode.Token", world.Failure(t, err).Fields[0].Field)
	require.NotContains(t, err.Error(), "h1dden")
}

// Through a client: the file is named, kept, and nothing of it is told.
func TestACorruptFileFailsTheCallAndStays(t *testing.T) {
	path := world.FileWith(t, world.FirstToken(world.InAnHour()))
	const content = `{"access_token":"h1dden","refresh_token":"h1dden`
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	r := world.NewRealm()
	client := r.Client(t, world.SessionUntil(world.InAnHour()), oauthclients.FileTokenStore(path))
	for _, err := range []error{world.List(t, client), client.SignOut(t.Context()), world.List(t, client)} {
		require.ErrorIs(t, err, oauthclients.ErrInvalid, "trying again does not help")
		require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.ErrorContains(t, err, path)
		world.RequireHidden(t, world.Failure(t, err), "h1dden")
	}
	require.Empty(t, r.Requests())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal([]byte(content), text), "the file was changed")

	require.NoError(t, oauthclients.FileTokenStore(path).Save(t.Context(), world.FirstToken(world.InAnHour())))
	require.NoError(t, world.List(t, client), "as soon as it is mended")
}
