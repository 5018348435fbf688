package tokens

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests stores that take no notice of a context: a database driver without one, a disk of
// the network that is gone. Nobody waits for them longer than he wants.

// deafStore is a LockStore with one step that stays until the test lets it go, whatever its context
// says.
type deafStore struct {
	world.LockStore
	stays  string // "Load", "Save", "Lock" or "unlock"; "" for none
	let    chan struct{}
	inside atomic.Int32
	met    atomic.Bool // two were in the store at the same time
}

func deafStoreWith(token *oauth2.Token, stays string) *deafStore {
	return &deafStore{LockStore: world.LockStoreWith(token), stays: stays, let: make(chan struct{})}
}

func (s *deafStore) step(name string) (leave func()) {
	if s.inside.Add(1) > 1 {
		s.met.Store(true)
	}
	if s.stays == name {
		<-s.let
	}
	return func() { s.inside.Add(-1) }
}

func (s *deafStore) Load(context.Context) (*oauth2.Token, error) {
	defer s.step("Load")()
	return s.Held(), nil
}

func (s *deafStore) Save(_ context.Context, t *oauth2.Token) error {
	defer s.step("Save")()
	s.Put(t)
	return nil
}

func (s *deafStore) Lock(context.Context) (held context.Context, unlock func(), err error) {
	s.Turn <- struct{}{}
	if s.stays == "Lock" {
		<-s.let
	}
	return nil, func() {
		defer s.step("unlock")()
		<-s.Turn
	}, nil
}

var _ oauthclients.TokenLocker = (*deafStore)(nil)

// inTime asserts that call ends in the same instant as its context, after 50 ms.
func inTime(t *testing.T, call func(context.Context) error) error {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, world.ErrLeft)
	defer cancel()
	begin := time.Now()
	err := call(ctx)
	require.LessOrEqual(t, time.Since(begin), 50*time.Millisecond, "a caller leaves when it wants")
	return err
}

func lists(client *oauthclients.Client) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
		return err
	}
}

func TestACallLeavesAStoreThatTakesNoNoticeOfItsContext(t *testing.T) {
	for _, stays := range []string{"Load", "Save", "Lock"} {
		for name, verb := range map[string]func(*oauthclients.Client) func(context.Context) error{
			"List": lists, "SignOut": func(c *oauthclients.Client) func(context.Context) error { return c.SignOut },
		} {
			t.Run(stays+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := world.NewRealm()
					store := deafStoreWith(world.FirstToken(world.AnHourAgo()), stays)
					client := r.Client(t, world.NoSession(), store)
					for range 3 { // those who come next get their error in their own time
						err := inTime(t, verb(client))
						require.ErrorIs(t, err, world.ErrLeft)
						require.ErrorIs(t, err, context.DeadlineExceeded)
					}
					close(store.let)
					synctest.Wait()
					require.NoError(t, client.SignOut(t.Context()), "the lock is free again")
					require.True(t, store.Held().AccessToken == "" && store.Held().RefreshToken == "")
					require.False(t, store.met.Load(), "two were in the store")
				})
			})
		}
	}
}

// With a context that never ends the calls end all the same, and the token that could not be saved is
// not lost.
func TestAStoreThatNeverComesBackEndsTheCallAllTheSame(t *testing.T) {
	for stays, first := range map[string]time.Duration{"Load": 30 * time.Second, "Save": 30 * time.Second, "Lock": 5 * time.Minute} {
		t.Run(stays, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				store := deafStoreWith(world.FirstToken(world.AnHourAgo()), stays)
				client := r.Client(t, world.NoSession(), store)
				begin := time.Now()
				requireStoreError(t, world.List(t, client), context.DeadlineExceeded)
				require.Equal(t, first, time.Since(begin))
				begin = time.Now()
				requireStoreError(t, world.List(t, client), context.DeadlineExceeded)
				require.Equal(t, 5*time.Minute, time.Since(begin), "it waits for the first one to come back")
				close(store.let)
				synctest.Wait()
				require.NoError(t, world.List(t, client))
				require.Equal(t, 1, r.Refreshes(), "no refresh token is sent twice")
				require.False(t, store.met.Load(), "two were in the store")
			})
		})
	}
}

// Whoever gives the lock back has what he came for.
func TestACallDoesNotWaitForAnUnlockThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		store := deafStoreWith(world.FirstToken(world.InAnHour()), "unlock")
		client := r.Client(t, world.NoSession(), store)
		begin := time.Now()
		require.NoError(t, world.List(t, client))
		require.Equal(t, 30*time.Second, time.Since(begin))
		require.NoError(t, world.List(t, client), "the token is there")
		require.ErrorIs(t, inTime(t, client.SignOut), world.ErrLeft)
		close(store.let)
		synctest.Wait()
		require.NoError(t, client.SignOut(t.Context()))
		require.False(t, store.met.Load(), "two were in the store")
	})
}

func TestFinishLeavesAStoreThatTakesNoNoticeOfItsContext(t *testing.T) {
	for stays, saved := range map[string]bool{"Load": true, "Save": true, "Lock": false, "unlock": true} {
		t.Run(stays, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := deafStoreWith(nil, stays)
				err := inTime(t, func(ctx context.Context) error {
					token, err := world.Stores(ctx, t, store)
					require.Equal(t, []string{"acc3ss", "refr3sh"}, []string{token.AccessToken, token.RefreshToken})
					return err
				})
				if stays == "unlock" {
					require.NoError(t, err, "the token is saved")
				} else {
					require.ErrorIs(t, err, world.ErrLeft)
					require.ErrorContains(t, err, "TokenStore")
					world.RequireHidden(t, err, "acc3ss", "refr3sh")
				}
				close(store.let)
				synctest.Wait()
				require.Equal(t, saved, store.Held() != nil)
				_, err = world.Stores(t.Context(), t, store)
				require.NoError(t, err, "the lock is free again")
				require.False(t, store.met.Load(), "two were in the store")
			})
		})
	}
}

// Nobody is sent to a page whose token could not be kept. A listener is not of virtual time.
func TestInteractiveLeavesAStoreThatTakesNoNoticeOfItsContext(t *testing.T) {
	for _, stays := range []string{"Load", "Lock"} {
		t.Run(stays, func(t *testing.T) {
			store := deafStoreWith(nil, stays)
			defer close(store.let)
			ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, world.ErrLeft)
			defer cancel()
			begin := time.Now()
			token, err := world.ToolLogin().Interactive(ctx, world.NewMemServer().Provider(), world.NeverOpened(t), oauthclients.WithTokenStore(store))
			require.ErrorIs(t, err, world.ErrLeft)
			require.Nil(t, token)
			require.Less(t, time.Since(begin), 10*time.Second)
		})
	}
}

// A page that stays open holds nobody up either.
func TestInteractiveDoesNotWaitForOpenWhenItsContextEnds(t *testing.T) {
	let := make(chan struct{})
	defer close(let)
	ctx, cancel := context.WithCancelCause(t.Context())
	var left time.Time
	_, err := world.ToolLogin().Interactive(ctx, world.NewMemServer().Provider(), func(string) error {
		left = time.Now()
		cancel(world.ErrLeft)
		<-let
		return nil
	})
	require.ErrorIs(t, err, world.ErrLeft)
	require.Less(t, time.Since(left), 800*time.Millisecond)
}

// Nothing is begun for a context that has ended before.
func TestAContextThatHasEndedSendsNothing(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(world.ErrLeft)
	r, store := world.NewRealm(), world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store)
	_, finished := world.WebLogin().Finish(ctx, r.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"),
		oauthclients.WithHTTPClient(r.HTTPClient()), oauthclients.WithTokenStore(store))
	for _, err := range []error{finished, client.SignOut(ctx), lists(client)(ctx)} {
		require.ErrorIs(t, err, world.ErrLeft)
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Empty(t, r.Requests())
	require.Zero(t, store.Loads+store.Saves)
}
