package tokens

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests locks that are not what they should be: a lock file that somebody removed, as
// programs do that clean up, and a store that gives no unlock.

// requireHeld checks that nobody can have the lock now.
func requireHeld(t *testing.T, path string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err := locks(path).Lock(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestTheNextHolderLocksTheFileThatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	_, old, err := locks(path).Lock(t.Context())
	require.NoError(t, err)
	require.NoError(t, os.Remove(path+".lock"))
	_, next, err := locks(path).Lock(t.Context())
	require.NoError(t, err)
	requireHeld(t, path)
	old() // with the file that is gone
	requireHeld(t, path)
	require.FileExists(t, path+".lock")
	next()
	_, again, err := locks(path).Lock(t.Context())
	require.NoError(t, err)
	again()
}

// Each holder removes the file when it goes. Whoever had opened it by then gets its lock, and that
// is worth nothing: others lock a new file.
func TestALockOfARemovedFileIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	var holders atomic.Int32
	hold := func() error {
		_, unlock, err := locks(path).Lock(t.Context())
		if err != nil {
			return err
		}
		defer unlock()
		defer os.Remove(path + ".lock")
		defer holders.Add(-1)
		if holders.Add(1) > 1 {
			return errors.New("two have the lock")
		}
		<-time.After(time.Millisecond)
		return nil
	}
	for _, err := range world.Together(50, func(int) (err error) {
		for range 10 {
			err = errors.Join(err, hold())
		}
		return err
	}) {
		require.NoError(t, err)
	}
}

// sometimes is a store whose lock fails every second time.
type sometimes struct {
	world.LockStore
	locks *atomic.Int32
}

func (s sometimes) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	if s.locks.Add(1)%2 == 0 {
		return nil, nil, world.ErrDisk
	}
	return s.LockStore.Lock(ctx)
}

// Whoever does not get the lock must not look at what its holder changes; under the race detector.
func TestALockThatFailsWhileOthersHaveIt(t *testing.T) {
	r := world.NewRealm()
	store := sometimes{world.LockStoreWith(nil), &atomic.Int32{}}
	store.Fails(func(context.Context) error { // another token each time
		store.Put(&oauth2.Token{AccessToken: "access-" + strconv.Itoa(int(store.locks.Load())), Expiry: world.InAnHour()})
		return nil
	}, nil)
	client := r.Client(t, world.NoSession(), store)
	failed := 0
	for _, err := range world.Together(200, func(int) error { return client.SignOut(t.Context()) }) {
		if err != nil {
			requireStoreError(t, err, world.ErrDisk)
			failed++
		}
	}
	require.Equal(t, 100, failed)
}

// noUnlock is a store with a lock that ends by itself, such as a lease.
type noUnlock struct{ *world.MemStore }

func (noUnlock) Lock(context.Context) (held context.Context, unlock func(), err error) {
	return nil, nil, nil
} //nolint:nilnil // the careless store it is about

func TestALockWithoutAnUnlock(t *testing.T) {
	r := world.NewRealm()
	store := noUnlock{world.StoreWith(world.FirstToken(world.AnHourAgo()))}
	client := r.Client(t, world.NoSession(), store)
	require.NoError(t, world.List(t, client))
	require.NoError(t, world.List(t, r.Client(t, world.NoSession(), store)))
	require.NoError(t, client.SignOut(t.Context()))
	requireSignedOut(t, r, client, store.MemStore)
	_, err := world.WebLogin().Finish(t.Context(), r.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"),
		oauthclients.WithHTTPClient(r.HTTPClient()), oauthclients.WithTokenStore(store))
	require.NoError(t, err)
	require.Equal(t, "refresh-3", store.Held().RefreshToken)
}
