package tokens

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests many callers of one session: goroutines of one client, and several clients
// that share a store. Programs that do so are in processes_test.go.

func TestAThousandGoroutinesRefreshOnce(t *testing.T) {
	for name, start := range map[string]*oauth2.Token{
		"expired": world.FirstToken(world.AnHourAgo()), "no access token": {RefreshToken: "refresh-1"},
	} {
		for kept, store := range map[string]func() oauthclients.TokenStore{
			"in memory": func() oauthclients.TokenStore { return nil },
			"stored":    func() oauthclients.TokenStore { return world.LockStoreWith(nil) },
		} {
			t.Run(name+" "+kept, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := world.NewRealm()
					r.SlowTokens(time.Second)
					auth := world.SessionUntil(time.Time{})
					expired := *start
					if expired.AccessToken != "" {
						expired.Expiry = world.AnHourAgo() // by the bubble's clock
					}
					auth.Token = &expired
					client := r.Client(t, auth, store())
					for _, err := range world.Together(1000, func(int) error { return world.List(t, client) }) {
						require.NoError(t, err)
					}
					require.Equal(t, 1, r.Refreshes())
					require.Equal(t, 1000, r.Calls())
				})
			})
		}
	}
}

// The rejections arrive before, while and after the new token is fetched.
func TestAStormOfRejectionsRefreshesOnce(t *testing.T) {
	for name, store := range map[string]func() oauthclients.TokenStore{
		"in memory": func() oauthclients.TokenStore { return nil },
		"stored":    func() oauthclients.TokenStore { return world.LockStoreWith(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				client := r.Client(t, world.SessionUntil(world.InAnHour()), store())
				require.NoError(t, world.List(t, client))
				r.Change(func() { r.Revoked = true })
				r.Forget()
				r.SlowTokens(3 * time.Second)
				for i := range 100 {
					late := time.Duration(i+1) * 100 * time.Millisecond // all of them have taken the old token by then
					r.Inject(fakeserver.Fault{PathContains: "/clients", Times: 1, Delay: late})
				}
				for _, err := range world.Together(100, func(int) error { return world.List(t, client) }) {
					require.NoError(t, err)
				}
				require.Equal(t, 1, r.Refreshes())
				require.Equal(t, 200, r.Calls(), "each call is sent twice: all had the old token")
			})
		})
	}
}

func TestClientsThatShareAStoreRefreshOnce(t *testing.T) {
	for name, edit := range map[string]func(*oauth2.Token, *world.Realm){
		"expired":  func(token *oauth2.Token, _ *world.Realm) { token.Expiry = world.AnHourAgo() },
		"rejected": func(_ *oauth2.Token, r *world.Realm) { r.Revoked = true },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				r.SlowTokens(time.Second)
				token := world.FirstToken(world.InAnHour())
				edit(token, r)
				store := world.LockStoreWith(token)
				clients := []*oauthclients.Client{r.Client(t, world.NoSession(), store), r.Client(t, world.NoSession(), store)}
				for _, err := range world.Together(1000, func(i int) error { return world.List(t, clients[i%2]) }) {
					require.NoError(t, err)
				}
				require.Equal(t, 1, r.Refreshes())
				require.Equal(t, 1, store.Saves)
			})
		})
	}
}

// Without a clock of its own a client cannot know how long a stored token has lived: it must not
// renew what another client has just renewed.
func TestClientsThatShareAShortLivedTokenRefreshOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		r.Expires = "20"
		store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
		for range 5 {
			require.NoError(t, world.List(t, r.Client(t, world.NoSession(), store)))
		}
		require.Equal(t, 1, r.Refreshes())
	})
}

func TestClientsThatShareAFileRefreshOnce(t *testing.T) {
	r := world.NewRealm()
	store := oauthclients.FileTokenStore(world.FileWith(t, world.FirstToken(world.AnHourAgo())))
	clients := []*oauthclients.Client{r.Client(t, world.NoSession(), store), r.Client(t, world.NoSession(), store), r.Client(t, world.NoSession(), store)}
	for _, err := range world.Together(300, func(i int) error { return world.List(t, clients[i%3]) }) {
		require.NoError(t, err)
	}
	require.Equal(t, 1, r.Refreshes())
}

// One of two programs that share a store without a lock is too late. What it is told does not
// count if the other has saved its token meanwhile.
func TestATokenThatSomebodyElseRotatedFirstIsTakenFromTheStore(t *testing.T) {
	r := world.NewRealm()
	store := world.StoreWith(world.FirstToken(world.AnHourAgo()))
	r.Refuses(http.StatusBadRequest, "invalid_grant")
	r.Before = func(*http.Request) bool { // the other one, between our Load and our request
		r.Change(func() { r.Newest = 2 })
		store.Put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: world.InAnHour()})
		return true
	}
	client := r.Client(t, world.NoSession(), store)
	for range 3 {
		require.NoError(t, world.List(t, client))
	}
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2", "call access-2", "call access-2"}, r.Happened())
	require.Zero(t, store.Saves)
}

// A lost race must not be taken for the end of the session: the other program may not have saved
// its token yet when we look.
func TestATokenThatSomebodyElseSavesLaterIsTakenByTheNextCall(t *testing.T) {
	r := world.NewRealm()
	r.Refuses(http.StatusBadRequest, "invalid_grant")
	store := world.StoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store)
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	r.Change(func() { r.Newest = 2 })
	store.Put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: world.InAnHour()})
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.Happened())
}

func TestAWrongClientSecretOfAHundredGoroutinesIsSentOnce(t *testing.T) {
	for name, start := range map[string]bool{"expired": false, "rejected": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				r.Refuses(http.StatusUnauthorized, "invalid_client")
				r.SlowTokens(time.Second)
				auth := world.SessionUntil(world.AnHourAgo())
				if start {
					auth, r.Revoked = world.SessionUntil(world.InAnHour()), true
				}
				client := r.Client(t, auth, nil)
				for _, err := range world.Together(100, func(int) error { return world.List(t, client) }) {
					require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
					require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
					require.Equal(t, "invalid_client", world.Failure(t, err).Code)
				}
				require.Equal(t, 1, r.Refreshes())
			})
		})
	}
}

func TestWaitersLeaveWhenTheyWantAndTheRefreshServesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		r.SlowTokens(10 * time.Second)
		client := r.Client(t, world.SessionUntil(world.AnHourAgo()), world.LockStoreWith(nil))
		gone := errors.New("the user closed the window")
		begin := time.Now()
		errs := world.Together(100, func(i int) error {
			ctx := t.Context()
			if i%2 == 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeoutCause(ctx, 50*time.Millisecond, gone)
				defer cancel()
			}
			_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
			if i%2 == 0 && time.Since(begin) != 50*time.Millisecond {
				return errors.New("did not leave on time")
			}
			return err
		})
		for i, err := range errs {
			if i%2 == 0 {
				require.ErrorIs(t, err, gone)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				continue
			}
			require.NoError(t, err)
		}
		require.Equal(t, 10*time.Second, time.Since(begin))
		require.Equal(t, 1, r.Refreshes())
		require.Equal(t, 50, r.Calls())
	})
}

// The next caller waits for the refresh that is under way, and does not send the refresh token a
// second time.
func TestACallerJoinsARefreshThatEverybodyHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		r.SlowTokens(10 * time.Second)
		client := r.Client(t, world.SessionUntil(world.AnHourAgo()), nil)
		begin := time.Now()
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			cancel()
		}
		require.NoError(t, world.List(t, client))
		require.Equal(t, 10*time.Second, time.Since(begin))
		require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.Happened())
	})
}

// What is stored serves others as well, so that it is not given up with its caller.
func TestATokenForTheStoreIsFetchedToTheEnd(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{"password": world.PasswordGrant(), "client credentials": world.ClientCredentials()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				r.SlowTokens(10 * time.Second)
				store := world.LockStoreWith(nil)
				client := r.Client(t, auth, store)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				<-time.After(time.Minute)
				require.NotNil(t, store.Held())
				require.Equal(t, "access-2", store.Held().AccessToken)
				require.NoError(t, world.List(t, client))
				require.Equal(t, 1, r.Refreshes())
			})
		})
	}
}

func TestAnEndedContextStartsNoRefresh(t *testing.T) {
	gone := errors.New("the user closed the window")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	r := world.NewRealm()
	client := r.Client(t, world.NoSession(), store)
	for range 50 {
		_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
		require.ErrorIs(t, err, gone)
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Empty(t, r.Requests())
	require.Zero(t, store.Loads)
}

// A 401 of a write: the program learns nothing from a token that it could not get in time, and
// the write was not executed.
func TestAWaiterOfAWriteLeavesWithoutDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		r.Revoked = true
		r.SlowTokens(10 * time.Second)
		client := r.Client(t, world.SessionUntil(world.InAnHour()), nil)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{Name: "app"})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		<-time.After(time.Minute)
	})
}
