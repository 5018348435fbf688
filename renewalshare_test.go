package oauthclients_test

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
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests many callers of one session: goroutines of one client, and several clients
// that share a store. Programs that do so are in processes_test.go.

// slowTokens makes the token endpoint take its time.
func (r *realm) slowTokens(d time.Duration) {
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Delay: d})
}

func TestAThousandGoroutinesRefreshOnce(t *testing.T) {
	for name, start := range map[string]*oauth2.Token{
		"expired": firstToken(anHourAgo()), "no access token": {RefreshToken: "refresh-1"},
	} {
		for kept, store := range map[string]func() oauthclients.TokenStore{
			"in memory": func() oauthclients.TokenStore { return nil },
			"stored":    func() oauthclients.TokenStore { return lockStoreWith(nil) },
		} {
			t.Run(name+" "+kept, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRealm()
					r.slowTokens(time.Second)
					auth := sessionUntil(time.Time{})
					expired := *start
					if expired.AccessToken != "" {
						expired.Expiry = anHourAgo() // by the bubble's clock
					}
					auth.Token = &expired
					client := r.client(t, auth, store())
					for _, err := range together(1000, func(int) error { return list(t, client) }) {
						require.NoError(t, err)
					}
					require.Equal(t, 1, r.refreshes())
					require.Equal(t, 1000, r.calls())
				})
			})
		}
	}
}

// The rejections arrive before, while and after the new token is fetched.
func TestAStormOfRejectionsRefreshesOnce(t *testing.T) {
	for name, store := range map[string]func() oauthclients.TokenStore{
		"in memory": func() oauthclients.TokenStore { return nil },
		"stored":    func() oauthclients.TokenStore { return lockStoreWith(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRealm()
				client := r.client(t, sessionUntil(inAnHour()), store())
				require.NoError(t, list(t, client))
				r.change(func() { r.revoked = true })
				r.Forget()
				r.slowTokens(3 * time.Second)
				for i := range 100 {
					late := time.Duration(i+1) * 100 * time.Millisecond // all of them have taken the old token by then
					r.Inject(fakeserver.Fault{PathContains: "/clients", Times: 1, Delay: late})
				}
				for _, err := range together(100, func(int) error { return list(t, client) }) {
					require.NoError(t, err)
				}
				require.Equal(t, 1, r.refreshes())
				require.Equal(t, 200, r.calls(), "each call is sent twice: all had the old token")
			})
		})
	}
}

func TestClientsThatShareAStoreRefreshOnce(t *testing.T) {
	for name, edit := range map[string]func(*oauth2.Token, *realm){
		"expired":  func(token *oauth2.Token, _ *realm) { token.Expiry = anHourAgo() },
		"rejected": func(_ *oauth2.Token, r *realm) { r.revoked = true },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRealm()
				r.slowTokens(time.Second)
				token := firstToken(inAnHour())
				edit(token, r)
				store := lockStoreWith(token)
				clients := []*oauthclients.Client{r.client(t, noSession(), store), r.client(t, noSession(), store)}
				for _, err := range together(1000, func(i int) error { return list(t, clients[i%2]) }) {
					require.NoError(t, err)
				}
				require.Equal(t, 1, r.refreshes())
				require.Equal(t, 1, store.saves)
			})
		})
	}
}

// Without a clock of its own a client cannot know how long a stored token has lived: it must not
// renew what another client has just renewed.
func TestClientsThatShareAShortLivedTokenRefreshOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		r.expires = "20"
		store := lockStoreWith(firstToken(anHourAgo()))
		for range 5 {
			require.NoError(t, list(t, r.client(t, noSession(), store)))
		}
		require.Equal(t, 1, r.refreshes())
	})
}

func TestClientsThatShareAFileRefreshOnce(t *testing.T) {
	r := newRealm()
	store := oauthclients.FileTokenStore(fileWith(t, firstToken(anHourAgo())))
	clients := []*oauthclients.Client{r.client(t, noSession(), store), r.client(t, noSession(), store), r.client(t, noSession(), store)}
	for _, err := range together(300, func(i int) error { return list(t, clients[i%3]) }) {
		require.NoError(t, err)
	}
	require.Equal(t, 1, r.refreshes())
}

// One of two programs that share a store without a lock is too late. What it is told does not
// count if the other has saved its token meanwhile.
func TestATokenThatSomebodyElseRotatedFirstIsTakenFromTheStore(t *testing.T) {
	r := newRealm()
	store := storeWith(firstToken(anHourAgo()))
	r.refuses(http.StatusBadRequest, "invalid_grant")
	r.before = func(*http.Request) bool { // the other one, between our Load and our request
		r.change(func() { r.n = 2 })
		store.put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: inAnHour()})
		return true
	}
	client := r.client(t, noSession(), store)
	for range 3 {
		require.NoError(t, list(t, client))
	}
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2", "call access-2", "call access-2"}, r.happened())
	require.Zero(t, store.saves)
}

// A lost race must not be taken for the end of the session: the other program may not have saved
// its token yet when we look.
func TestATokenThatSomebodyElseSavesLaterIsTakenByTheNextCall(t *testing.T) {
	r := newRealm()
	r.refuses(http.StatusBadRequest, "invalid_grant")
	store := storeWith(firstToken(anHourAgo()))
	client := r.client(t, noSession(), store)
	require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
	r.change(func() { r.n = 2 })
	store.put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: inAnHour()})
	require.NoError(t, list(t, client))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.happened())
}

func TestAWrongClientSecretOfAHundredGoroutinesIsSentOnce(t *testing.T) {
	for name, start := range map[string]bool{"expired": false, "rejected": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRealm()
				r.refuses(http.StatusUnauthorized, "invalid_client")
				r.slowTokens(time.Second)
				auth := sessionUntil(anHourAgo())
				if start {
					auth, r.revoked = sessionUntil(inAnHour()), true
				}
				client := r.client(t, auth, nil)
				for _, err := range together(100, func(int) error { return list(t, client) }) {
					require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
					require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
					require.Equal(t, "invalid_client", failure(t, err).Code)
				}
				require.Equal(t, 1, r.refreshes())
			})
		})
	}
}

func TestWaitersLeaveWhenTheyWantAndTheRefreshServesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		r.slowTokens(10 * time.Second)
		client := r.client(t, sessionUntil(anHourAgo()), lockStoreWith(nil))
		gone := errors.New("the user closed the window")
		begin := time.Now()
		errs := together(100, func(i int) error {
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
		require.Equal(t, 1, r.refreshes())
		require.Equal(t, 50, r.calls())
	})
}

// The next caller waits for the refresh that is under way, and does not send the refresh token a
// second time.
func TestACallerJoinsARefreshThatEverybodyHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		r.slowTokens(10 * time.Second)
		client := r.client(t, sessionUntil(anHourAgo()), nil)
		begin := time.Now()
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			cancel()
		}
		require.NoError(t, list(t, client))
		require.Equal(t, 10*time.Second, time.Since(begin))
		require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.happened())
	})
}

// What is stored serves others as well, so that it is not given up with its caller.
func TestATokenForTheStoreIsFetchedToTheEnd(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{"password": passwordGrant(), "client credentials": clientCredentials()} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRealm()
				r.slowTokens(10 * time.Second)
				store := lockStoreWith(nil)
				client := r.client(t, auth, store)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				<-time.After(time.Minute)
				require.NotNil(t, store.held())
				require.Equal(t, "access-2", store.held().AccessToken)
				require.NoError(t, list(t, client))
				require.Equal(t, 1, r.refreshes())
			})
		})
	}
}

func TestAnEndedContextStartsNoRefresh(t *testing.T) {
	gone := errors.New("the user closed the window")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	store := lockStoreWith(firstToken(anHourAgo()))
	r := newRealm()
	client := r.client(t, noSession(), store)
	for range 50 {
		_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
		require.ErrorIs(t, err, gone)
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Empty(t, r.Requests())
	require.Zero(t, store.loads)
}

// A 401 of a write: the program learns nothing from a token that it could not get in time, and
// the write was not executed.
func TestAWaiterOfAWriteLeavesWithoutDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		r.revoked = true
		r.slowTokens(10 * time.Second)
		client := r.client(t, sessionUntil(inAnHour()), nil)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{Name: "app"})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		<-time.After(time.Minute)
	})
}
