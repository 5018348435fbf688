package signin

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests how long a token endpoint that says "not now" is waited for: a code lives for about a
// minute, and a refresh token for much longer.

// clock records when each request goes to a server, counted from its making.
type clock struct {
	http.RoundTripper

	begin time.Time
	mu    sync.Mutex
	times []time.Duration
}

func clockAt(server *world.MemServer) *clock {
	return &clock{RoundTripper: server.HTTPClient().Transport, begin: time.Now()}
}

func (c *clock) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.times = append(c.times, time.Since(c.begin))
	c.mu.Unlock()
	return c.RoundTripper.RoundTrip(r)
}

func (c *clock) option() oauthclients.Option {
	return oauthclients.WithHTTPClient(&http.Client{Transport: c})
}

func seconds(numbers ...int) (times []time.Duration) {
	for _, number := range numbers {
		times = append(times, time.Duration(number)*time.Second)
	}
	return times
}

// notNow is what the token endpoint says a few times.
func notNow(status, times, wait int) fakeserver.Fault {
	return fakeserver.Fault{
		PathContains: "/oauth/token", Status: status, Times: times, Header: http.Header{"Retry-After": {strconv.Itoa(wait)}},
	}
}

func TestACodeIsNotWaitedForBeyondItsLife(t *testing.T) {
	for name, c := range map[string]struct {
		wait, times int
		sent        []time.Duration
		done        bool
	}{
		"in time":        {20, 2, seconds(0, 20, 40), true},
		"just in time":   {30, 2, seconds(0, 30, 60), true},
		"the second one": {31, 2, seconds(0, 31), false},
		"the first one":  {61, 1, seconds(0), false},
	} {
		for status, kind := range map[int]error{429: oauthclients.ErrRateLimited, 503: oauthclients.ErrUnavailable} {
			t.Run(name+" "+strconv.Itoa(status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := world.NewMemServer()
					server.Inject(notNow(status, c.times, c.wait))
					at := clockAt(server)
					_, err := world.WebLogin().Finish(t.Context(), server.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"), at.option())
					require.Equal(t, c.sent, at.times)
					require.Equal(t, len(c.sent), server.TokenRequests())
					require.Equal(t, c.sent[len(c.sent)-1], time.Since(at.begin), "nothing more is waited for")
					if c.done {
						require.NoError(t, err)
						return
					}
					require.ErrorIs(t, err, kind)
					require.Equal(t, time.Duration(c.wait)*time.Second, world.Failure(t, err).RetryAfter)
				})
			})
		}
	}
}

// A request that proves itself in another way is about the same code.
func TestACodesLifeIsThatOfAllItsRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(notNow(429, 1, 40))
		server.Inject(fakeserver.Fault{
			PathContains: "/oauth/token", Times: 1, Status: 401, Body: `{"error":"invalid_client","error_description":"Missing client_id"}`,
		})
		server.Inject(notNow(429, 1, 40))
		at := clockAt(server)
		_, err := world.WebLogin().Finish(t.Context(), world.Edited(server, []func(*oauthclients.Connection){world.InHeader}), world.TheLogin(),
			world.ComesBack("code", "c-0-d-e"), at.option())
		require.ErrorIs(t, err, oauthclients.ErrRateLimited)
		require.Equal(t, seconds(0, 40, 40), at.times)
	})
}

// A refresh token lives on: its context alone ends the waiting.
func TestARefreshIsWaitedForLongerThanACode(t *testing.T) {
	for _, status := range []int{429, 503} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := world.NewMemServer()
				server.Inject(notNow(status, 3, 50))
				at := clockAt(server)
				auth := oauthclients.AuthCode{ClientID: "client-1", Token: &oauth2.Token{RefreshToken: "refresh-1"}}
				client, err := oauthclients.New(server.Provider(), auth, at.option())
				require.NoError(t, err)
				require.NoError(t, world.List(t, client))
				require.Equal(t, seconds(0, 50, 100, 150, 150), at.times, "the last one is the list")
				require.Equal(t, 4, server.TokenRequests())
			})
		})
	}
}

// So does the refresh token of a password grant, whose session would be one more otherwise.
func TestARefreshOfAPasswordGrantIsWaitedForLongerThanACode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(notNow(429, 3, 50))
		at := clockAt(server)
		store := world.LockStoreWith(&oauth2.Token{AccessToken: "access-1", RefreshToken: "refresh-1", Expiry: world.AnHourAgo()})
		client, err := oauthclients.New(server.Provider(), world.PasswordGrant(), at.option(), oauthclients.WithTokenStore(store))
		require.NoError(t, err)
		require.NoError(t, world.List(t, client))
		require.Equal(t, seconds(0, 50, 100, 150, 150), at.times)
		for _, sent := range server.Requests()[:4] {
			require.Equal(t, "refresh-1", world.FormOf(t, sent.Body).Get("refresh_token"))
		}
	})
}
