package tokens

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests sign-outs whose context ends.

// Whoever signs out waits no longer than it wants, whatever hangs.
func TestASignOutLeavesOnItsOwnDeadline(t *testing.T) {
	for name, test := range map[string]struct {
		expiry func() time.Time
		hang   string
		before func(*testing.T, *oauthclients.Client)
	}{
		"the provider hangs":    {world.InAnHour, "/oauth/logout", func(*testing.T, *oauthclients.Client) {}},
		"its own renewal hangs": {world.AnHourAgo, "/oauth/token", func(*testing.T, *oauthclients.Client) {}},
		"another's renewal does": {world.AnHourAgo, "/oauth/token", func(t *testing.T, c *oauthclients.Client) { //nolint:thelper // a case
			go func() { _ = world.List(t, c) }()
			synctest.Wait()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				client := r.Client(t, world.SessionUntil(test.expiry()), world.LockStoreWith(nil))
				r.Inject(fakeserver.Fault{PathContains: test.hang, Delay: time.Hour})
				test.before(t, client)
				gone := errors.New("the user closed the window")
				ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, gone)
				defer cancel()
				begin := time.Now()
				err := client.SignOut(ctx)
				require.Equal(t, 50*time.Millisecond, time.Since(begin))
				require.ErrorIs(t, err, gone)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				<-time.After(2 * time.Hour)
			})
		})
	}
}

// The same thing happens each time, and nothing is sent (design section 5).
func TestASignOutWithAnEndedContext(t *testing.T) {
	gone := errors.New("the user closed the window")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	forgotten := map[bool]int{}
	for range 50 {
		r := world.NewRealm()
		client := r.Client(t, world.SessionUntil(world.InAnHour()), nil)
		err := client.SignOut(ctx)
		require.ErrorIs(t, err, gone)
		require.ErrorIs(t, err, context.Canceled)
		require.Empty(t, r.Requests())
		forgotten[errors.Is(world.List(t, client), oauthclients.ErrLoginRequired)]++
	}
	require.Len(t, forgotten, 1, "forgotten or not, by chance: %v", forgotten)
}

// endingContext ends when somebody has looked at it for the nth time.
type endingContext struct {
	context.Context //nolint:containedctx // it is one itself
	end             context.CancelFunc
	looks           *atomic.Int32
}

func endsAtLook(ctx context.Context, n int32) endingContext {
	inner, end := context.WithCancel(ctx)
	looks := &atomic.Int32{}
	looks.Store(n)
	return endingContext{inner, end, looks}
}

func (c endingContext) Err() error {
	if c.looks.Add(-1) == 0 {
		c.end()
	}
	return c.Context.Err()
}

// Whoever hears of no error must be signed out, whenever the context ends.
func TestASignOutWithoutAnErrorHasHappened(t *testing.T) {
	for name, token := range map[string]*oauth2.Token{
		"signed in": world.FirstToken(world.InAnHour()), "expired": world.FirstToken(world.AnHourAgo()), "over": {AccessToken: "access-1", Expiry: world.AnHourAgo()},
	} {
		for strategy, auth := range map[string]oauthclients.Auth{"code": world.NoSession(), "client credentials": world.ClientCredentials()} {
			t.Run(name+" "+strategy, func(t *testing.T) {
				for look := range int32(20) {
					store := world.LockStoreWith(token)
					client := world.NewRealm().Client(t, auth, store)
					ctx := endsAtLook(t.Context(), look+1)
					if err := client.SignOut(ctx); err == nil {
						require.Empty(t, store.Held().AccessToken, "no error, and nothing was done; the context ended at look %d", look+1)
					}
					ctx.end()
				}
			})
		}
	}
}

// "The token is forgotten even if the provider could not be reached": it may take until what
// hangs has ended, but nobody is signed in then.
func TestASignOutInAHurryForgetsTheTokenAllTheSame(t *testing.T) {
	for name, hang := range map[string]struct {
		expiry func() time.Time
		path   string
	}{
		"the provider hangs": {world.InAnHour, "/oauth/logout"}, "the renewal hangs": {world.AnHourAgo, "/oauth/token"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				store := world.LockStoreWith(world.FirstToken(hang.expiry()))
				client := r.Client(t, world.NoSession(), store)
				r.Inject(fakeserver.Fault{PathContains: hang.path, Delay: 10 * time.Second})
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				defer cancel()
				require.ErrorIs(t, client.SignOut(ctx), context.DeadlineExceeded)
				<-time.After(time.Minute)
				requireSignedOut(t, r, client, store.MemStore)
			})
		})
	}
}
