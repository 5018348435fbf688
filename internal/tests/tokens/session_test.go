package tokens

import (
	"context"
	"errors"
	"net/http"
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

// This file tests how tokens are shared: fetched once however many ask, replaced once when the
// API rejects them.

func TestARejectedTokenIsReplacedOnceAndTheCallRepeatedOnce(t *testing.T) {
	for name, call := range map[string]func(*oauthclients.Client) error{
		"read": func(c *oauthclients.Client) error {
			_, err := c.Clients.List(t.Context(), oauthclients.ListOptions{})
			return err
		},
		"create": func(c *oauthclients.Client) error { // a 401 says that nothing was executed
			_, err := c.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			client := server.Client(t, world.PasswordGrant())
			require.NoError(t, world.List(t, client))
			server.Revoke()
			server.Forget()
			require.NoError(t, call(client))
			require.Equal(t, 1, server.TokenRequests())
			requests := server.Requests()
			require.Len(t, requests, 3)
			require.Equal(t, "Bearer t-token-1", requests[0].Header.Get("Authorization"))
			require.Equal(t, []string{"Bearer t-token-2"}, requests[2].Header.Values("Authorization"))
			require.Equal(t, requests[0].Body, requests[2].Body)
		})
	}
}

func TestASecond401IsTheAnswer(t *testing.T) {
	server := world.NewMemServer()
	server.Refuse = func(*http.Request) bool { return true }
	client := server.Client(t, world.PasswordGrant())
	failed := world.Failure(t, world.List(t, client))
	require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
	require.Equal(t, "List", failed.Operation)
	require.Equal(t, "invalid_token", failed.Code)
	require.Equal(t, 2, failed.Attempts)
	require.Equal(t, 2, server.TokenRequests())
	require.Equal(t, 2, server.APIRequests())
}

// Nobody can get another one, and sending it again may lock the account.
func TestACredentialThatNeverChangesIsSentOnce(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"bearer": oauthclients.BearerToken("t0ken"), "none": oauthclients.NoAuth{},
		"basic": oauthclients.BasicAuth{Username: "u", Password: oauthclients.NewSecret("p")},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			server.Refuse = func(*http.Request) bool { return true }
			require.ErrorIs(t, world.List(t, server.Client(t, auth)), oauthclients.ErrUnauthenticated)
			require.Len(t, server.Requests(), 1)
		})
	}
}

func TestARejectedTokenOfASourceIsAskedForOnceMore(t *testing.T) {
	server := world.NewMemServer()
	server.Refuse = func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer sourced-1" }
	source := &world.CountingSource{}
	require.NoError(t, world.List(t, server.Client(t, oauthclients.FromTokenSource(source))))
	require.Equal(t, 2, source.Asked)
	require.Equal(t, 2, server.APIRequests())
}

func TestATokenThatIsReplacedByItselfIsSentOnce(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"source": oauthclients.FromTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t0ken"})), "password": world.PasswordGrant(),
	} {
		t.Run(name, func(t *testing.T) {
			server := world.Issuing(http.StatusOK, `{"access_token":"t0ken"}`)
			server.Refuse = func(*http.Request) bool { return true }
			require.ErrorIs(t, world.List(t, server.Client(t, auth)), oauthclients.ErrUnauthenticated)
			require.Equal(t, 1, server.APIRequests())
			require.LessOrEqual(t, server.TokenRequests(), 2)
		})
	}
}

func TestAFailureToReplaceATokenIsTheAnswer(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, world.PasswordGrant())
	require.NoError(t, world.List(t, client))
	server.Revoke()
	server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Status: 400, Body: `{"error":"invalid_grant"}`})
	failed := world.Failure(t, world.List(t, client))
	require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
	require.Equal(t, "invalid_grant", failed.Code)
	require.Equal(t, "Token", failed.Operation)
}

func TestThousandCallsOnAColdClientFetchOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Delay: time.Second})
		client := server.Client(t, world.PasswordGrant())
		for _, err := range world.Together(1000, func(int) error { return world.List(t, client) }) {
			require.NoError(t, err)
		}
		require.Equal(t, 1, server.TokenRequests())
		require.Equal(t, 1000, server.APIRequests())
	})
}

// The rejections arrive spread over the time before, while and after the new token is fetched:
// a late one must not drop the new token.
func TestAHundredCallsWithARevokedTokenFetchOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		client := server.Client(t, world.PasswordGrant())
		require.NoError(t, world.List(t, client))
		server.Revoke()
		server.Forget()
		server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Delay: 3 * time.Second})
		for i := range 100 {
			server.Inject(fakeserver.Fault{PathContains: "/clients", Times: 1, Delay: time.Duration(i) * 100 * time.Millisecond})
		}
		var replaced atomic.Int32
		for _, err := range world.Together(100, func(int) error {
			err := world.List(t, client)
			replaced.Add(1)
			return err
		}) {
			require.NoError(t, err)
		}
		require.Equal(t, 1, server.TokenRequests())
		require.LessOrEqual(t, server.APIRequests(), 200)
		require.EqualValues(t, 100, replaced.Load())
	})
}

func TestAWaiterLeavesAndTheFetchGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Delay: 10 * time.Second})
		client := server.Client(t, world.PasswordGrant())
		gone := errors.New("the user closed the window")
		start := time.Now()
		errs := world.Together(20, func(i int) error {
			ctx := t.Context()
			if i%2 == 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeoutCause(ctx, time.Second, gone)
				defer cancel()
			}
			_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
			if i%2 == 0 && time.Since(start) != time.Second {
				return errors.New("did not leave on time")
			}
			return err
		})
		for i, err := range errs {
			if i%2 == 0 {
				require.ErrorIs(t, err, gone)
				require.ErrorIs(t, err, oauthclients.ErrUnavailable)
				continue
			}
			require.NoError(t, err)
		}
		require.Equal(t, 1, server.TokenRequests())
		require.Equal(t, 10, server.APIRequests())
	})
}

func TestAFetchThatNobodyWaitsForEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 1, Delay: time.Hour})
		client := server.Client(t, world.PasswordGrant())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		start := time.Now()
		require.NoError(t, world.List(t, client))
		require.Zero(t, time.Since(start), "the next call does not wait for the one that was left")
		require.Equal(t, 2, server.TokenRequests())
	})
}

func TestAFailedFetchIsNotCached(t *testing.T) {
	server := world.NewMemServer()
	server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 1, Status: 400, Body: `{"error":"invalid_grant"}`})
	client := server.Client(t, world.PasswordGrant())
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnauthenticated)
	require.NoError(t, world.List(t, client))
	require.Equal(t, 2, server.TokenRequests())
}

func TestAnEndedContextSendsNothing(t *testing.T) {
	gone := errors.New("the user closed the window")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	for name, auth := range map[string]oauthclients.Auth{
		"none": oauthclients.NoAuth{}, "password": world.PasswordGrant(), "source": oauthclients.FromTokenSource(&world.CountingSource{}),
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			client := server.Client(t, auth)
			_, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{Name: "app"})
			require.ErrorIs(t, err, gone)
			require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
			require.Equal(t, world.MemName, world.Failure(t, err).Provider)
			require.Empty(t, server.Requests())
		})
	}
}

// Goroutines that waited for the same token share its failure and must not write into it.
func TestAFailedTokenIsSharedWithoutARace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Delay: time.Second, Status: 400, Body: `{"error":"invalid_grant"}`})
		client := server.Client(t, world.PasswordGrant())
		for _, err := range world.Together(100, func(i int) error {
			if i%2 == 0 {
				return client.Clients.Delete(t.Context(), "id-1")
			}
			_, err := client.Clients.FindByName(t.Context(), "app")
			return err
		}) {
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
			require.Equal(t, "Token", world.Failure(t, err).Operation)
		}
		require.Equal(t, 1, server.TokenRequests())
	})
}
