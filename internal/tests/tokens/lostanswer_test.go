package tokens

import (
	"context"
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

// This file tests which token requests are sent again: those that use nothing up by being sent, and the
// others when an answer says that nothing was done.

func TestALostAnswerIsAskedForAgainWhereNothingIsUsedUp(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"reset": {Drop: true}, "reset, executed": {Drop: true, Execute: true}, "half an answer": {Status: 500, Body: "{"}, "408": {Status: 408}, "501": {Status: 501},
	} {
		for strategy, auth := range map[string]oauthclients.Auth{"password": world.PasswordGrant(), "client credentials": world.ClientCredentials()} {
			t.Run(name+" "+strategy, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := world.NewMemServer()
					fault.PathContains, fault.Times = "/oauth/token", 3
					server.Inject(fault)
					require.NoError(t, world.List(t, server.Client(t, auth)))
					require.Equal(t, 4, server.TokenRequests())
				})
			})
		}
	}
}

// The server may have done what it was asked to: another request with the same refresh token could end
// the session, and lose the token that is still good.
func TestARefreshThatMayBeDoneIsNotSentAgain(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"reset": {Drop: true}, "408": {Status: 408}, "500": {Status: 500}, "502": {Status: 502}, "503": {Status: 503}, "504": {Status: 504}, "501": {Status: 501},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				fault.PathContains, fault.Times, fault.Execute = "/oauth/token", 1, true
				r.Inject(fault)
				err := world.List(t, r.Client(t, world.SessionUntil(world.AnHourAgo()), nil))
				require.ErrorIs(t, err, oauthclients.ErrUnavailable)
				require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
				require.Equal(t, 1, world.Failure(t, err).Attempts)
				require.Equal(t, 1, r.Refreshes())
			})
		})
	}
}

// waitsLong is a provider's own header, such as DocSpace's X-Ratelimit-Reset.
func waitsLong(wait time.Duration) func(*oauthclients.Connection) {
	return func(c *oauthclients.Connection) {
		c.RetryAfter = func(_ string, r *oauthclients.Response) (time.Duration, bool) {
			if r.Status == http.StatusTooManyRequests {
				return wait, true
			}
			return 0, false
		}
	}
}

func TestTheProvidersOwnWaitCountsAtTheTokenEndpoint(t *testing.T) {
	const asked = 6 * time.Second
	for name, auth := range map[string]oauthclients.Auth{
		"password": world.PasswordGrant(), "client credentials": world.ClientCredentials(), "refresh": oauthclients.AuthCode{
			ClientID: "client-1", Token: &oauth2.Token{RefreshToken: "refresh-1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, start := world.NewMemServer(), time.Now()
				server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 2, Status: http.StatusTooManyRequests})
				require.NoError(t, world.List(t, patientAt(t, server, auth, waitsLong(asked))))
				require.Equal(t, 2*asked, time.Since(start))
			})
		})
	}
}

// patientAt makes a client with the waits of the library.
func patientAt(t *testing.T, server *world.MemServer, auth oauthclients.Auth, edit func(*oauthclients.Connection)) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(world.Edited(server, []func(*oauthclients.Connection){edit}), auth, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	return client
}

// A 429 used nothing up. A code lives for about a minute.
func TestFinishWaitsForARateLimit(t *testing.T) {
	for name, c := range map[string]struct {
		wait     time.Duration
		times    int
		requests int
		took     time.Duration
		kind     error
	}{
		"once":              {6 * time.Second, 1, 2, 6 * time.Second, nil},
		"three times":       {6 * time.Second, 3, 4, 18 * time.Second, nil},
		"for a code's life": {31 * time.Second, 3, 2, 31 * time.Second, oauthclients.ErrRateLimited},
		"for an hour":       {time.Hour, 1, 1, 0, oauthclients.ErrRateLimited},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, start := world.NewMemServer(), time.Now()
				server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: c.times, Status: http.StatusTooManyRequests})
				_, err := world.WebLogin().Finish(t.Context(), world.Edited(server, []func(*oauthclients.Connection){waitsLong(c.wait)}), world.TheLogin(),
					world.ComesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(server.HTTPClient()))
				require.Len(t, server.Requests(), c.requests)
				require.Equal(t, c.took, time.Since(start))
				if c.kind == nil {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, c.kind)
				require.Equal(t, c.wait, world.Failure(t, err).RetryAfter)
			})
		})
	}
}

func TestFinishDoesNotWaitBeyondItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, start := world.NewMemServer(), time.Now()
		server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Status: http.StatusTooManyRequests})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := world.WebLogin().Finish(ctx, world.Edited(server, []func(*oauthclients.Connection){waitsLong(6 * time.Second)}), world.TheLogin(),
			world.ComesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.ErrorIs(t, err, oauthclients.ErrRateLimited)
		require.Equal(t, 6*time.Second, time.Since(start))
	})
}

func TestACodeIsSentAgainAfterAnAnswerThatNothingWasDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{Times: 1, Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"1"}}})
		start := time.Now()
		_, err := world.WebLogin().Finish(t.Context(), server.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(start))
	})
}
