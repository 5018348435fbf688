package transport

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

// This file tests calls whose context ends while they wait after a 429. Who is told of a rate limit
// waits and tries again, which with a context that is over is a loop without an end: such an error is
// never ErrRateLimited.

// limitedCall is a call that meets a 429, at a place.
type limitedCall struct {
	path   string
	make   func(ctx context.Context, server *world.MemServer) error
	shared bool
}

// limitedCalls are all ways on which a 429 can come.
func limitedCalls(t *testing.T) map[string]limitedCall {
	t.Helper()
	over := func(server *world.MemServer) oauthclients.Option {
		return oauthclients.WithHTTPClient(server.HTTPClient())
	}
	client := func(server *world.MemServer, auth oauthclients.Auth, edit func(*oauthclients.Connection)) *oauthclients.Client {
		made, err := oauthclients.New(world.Edited(server, []func(*oauthclients.Connection){edit}), auth, over(server))
		require.NoError(t, err)
		return made
	}
	none := func(*oauthclients.Connection) {}
	verb := func(call func(ctx context.Context, c *oauthclients.ClientsService) error) limitedCall {
		return limitedCall{path: "/clients", make: func(ctx context.Context, server *world.MemServer) error {
			return call(ctx, client(server, oauthclients.NoAuth{}, none).Clients)
		}}
	}
	token := func(auth oauthclients.Auth) limitedCall {
		return limitedCall{path: "/oauth/token", shared: true, make: func(ctx context.Context, server *world.MemServer) error {
			_, err := client(server, auth, none).Clients.List(ctx, oauthclients.ListOptions{})
			return err
		}}
	}
	return map[string]limitedCall{
		"Create": verb(func(ctx context.Context, c *oauthclients.ClientsService) error {
			_, err := c.Create(ctx, &oauthclients.OAuthClient{Name: "app"})
			return err
		}),
		"Get": verb(func(ctx context.Context, c *oauthclients.ClientsService) error {
			_, err := c.Get(ctx, "id-1")
			return err
		}),
		"List": verb(func(ctx context.Context, c *oauthclients.ClientsService) error {
			_, err := c.List(ctx, oauthclients.ListOptions{})
			return err
		}),
		"FindByName": verb(func(ctx context.Context, c *oauthclients.ClientsService) error {
			_, err := c.FindByName(ctx, "app")
			return err
		}),
		"Update": verb(func(ctx context.Context, c *oauthclients.ClientsService) error {
			_, err := c.Update(ctx, "id-1", func(c *oauthclients.OAuthClient) { c.Name = "other" })
			return err
		}),
		"Delete": verb(func(ctx context.Context, c *oauthclients.ClientsService) error { return c.Delete(ctx, "id-1") }),
		"RegenerateSecret": verb(func(ctx context.Context, c *oauthclients.ClientsService) error {
			_, err := c.RegenerateSecret(ctx, "id-1")
			return err
		}),
		"client credentials": token(world.ClientCredentials()),
		"password":           token(world.PasswordGrant()),
		"refresh":            token(oauthclients.AuthCode{ClientID: "client-1", Token: &oauth2.Token{RefreshToken: "refresh-1"}}),
		"Finish": {path: "/oauth/token", make: func(ctx context.Context, server *world.MemServer) error {
			_, err := world.WebLogin().Finish(ctx, server.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"), over(server))
			return err
		}},
		"discovery": {path: "/clients", shared: true, make: func(ctx context.Context, server *world.MemServer) error {
			calls := 0
			_, err := world.WebLogin().Begin(ctx, world.AsksFor(server, &calls), over(server))
			return err
		}},
		"a trade": {path: "/clients", shared: true, make: func(ctx context.Context, server *world.MemServer) error {
			_, err := client(server, oauthclients.BearerToken("k3y-of-mine"), func(c *oauthclients.Connection) {
				c.Trade = func(ctx context.Context, anon *oauthclients.Caller, _ oauthclients.Secret) (*oauth2.Token, error) {
					_, err := anon.Call(ctx, &oauthclients.Call{Operation: "Token", Method: http.MethodGet, Path: "/clients"})
					return nil, err
				}
			}).Clients.List(ctx, oauthclients.ListOptions{})
			return err
		}},
		"a call": {path: "/clients", make: func(ctx context.Context, server *world.MemServer) error {
			_, err := world.CallerOf(t, client(server, oauthclients.NoAuth{}, none)).Call(ctx, &oauthclients.Call{Operation: "Get", Method: http.MethodPost, Path: "/clients"})
			return err
		}},
	}
}

// endsIn ends the context of a call after some seconds, at a server that asks for twenty.
func endsIn(t *testing.T, server *world.MemServer, fault fakeserver.Fault, call func(ctx context.Context) error) *oauthclients.Error {
	t.Helper()
	fault.Header = http.Header{"Retry-After": {"20"}}
	server.Inject(fault)
	gone := errors.New("the program ends")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(5*time.Second, func() { cancel(gone) })
	begin := time.Now()
	err := call(ctx)
	require.ErrorIs(t, err, gone)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.NotErrorIs(t, err, oauthclients.ErrRateLimited)
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown, "nothing was done")
	require.Equal(t, 5*time.Second, time.Since(begin))
	require.Len(t, server.Requests(), 1)
	return world.Failure(t, err)
}

func TestAContextThatEndsInARateLimitIsNoRateLimit(t *testing.T) {
	for name, call := range limitedCalls(t) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := world.NewMemServer()
				fault := fakeserver.Fault{PathContains: call.path, Status: http.StatusTooManyRequests}
				failed := endsIn(t, server, fault, func(ctx context.Context) error { return call.make(ctx, server) })
				if call.shared { // several callers may have waited for it, and this one left
					<-time.After(time.Hour) // what is not given up ends by itself
					return
				}
				require.Equal(t, http.StatusTooManyRequests, failed.StatusCode)
				require.Equal(t, 20*time.Second, failed.RetryAfter, "what the server asked for is told")
			})
		})
	}
}

// So it is where the provider knows its limit by another status.
func TestAContextThatEndsInALimitOfAnotherStatusIsNoRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		knows := func(c *oauthclients.Connection) {
			c.ExplainToken = func(_ *oauthclients.Response, e *oauthclients.Error) { e.Kind = oauthclients.ErrRateLimited }
		}
		failed := endsIn(t, server, fakeserver.Fault{PathContains: "/oauth/token", Status: http.StatusBadRequest}, func(ctx context.Context) error {
			_, err := world.WebLogin().Finish(ctx, world.Edited(server, []func(*oauthclients.Connection){knows}), world.TheLogin(),
				world.ComesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(server.HTTPClient()))
			return err
		})
		require.Equal(t, 20*time.Second, failed.RetryAfter)
	})
}

// The loop of the README ends with its context.
func TestALoopOverARateLimitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"20"}}})
		client, err := oauthclients.New(server.Provider(), oauthclients.NoAuth{}, oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		rounds := 0
		for {
			_, err = client.Clients.Get(ctx, "id-1")
			if rounds++; !errors.Is(err, oauthclients.ErrRateLimited) || rounds > 100 {
				break
			}
			select {
			case <-time.After(world.Failure(t, err).RetryAfter):
			case <-ctx.Done():
			}
		}
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.LessOrEqual(t, rounds, 4)
	})
}
