package verbs

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds guards against ways around the core's checks, and against
// outcomes that get lost.

// A driver gives out secrets and checks no ids, so that only its own package may have it.
func TestDriverOfGivesNoDriverToThoseWhoCannotNameIt(t *testing.T) {
	client := world.NewMemServer().Client(t, oauthclients.NoAuth{})
	_, ok := oauthclients.DriverOf[oauthclients.Driver](client)
	require.False(t, ok)
	_, ok = oauthclients.DriverOf[*world.MemDriver](client)
	require.True(t, ok)
	_, ok = oauthclients.DriverOf[*world.StubDriver](client)
	require.False(t, ok)
}

func TestNewRefusesAConnectionWithoutADriver(t *testing.T) {
	for name, driverOf := range map[string]func(*oauthclients.Caller) oauthclients.Driver{
		"none": nil, "nil": func(*oauthclients.Caller) oauthclients.Driver { return nil },
		"empty": func(*oauthclients.Caller) oauthclients.Driver { return (*world.MemDriver)(nil) },
	} {
		_, err := oauthclients.New(world.MemProvider{BaseURL: "https://api.example.com", Edit: func(c *oauthclients.Connection) {
			c.Driver = driverOf
		}}, oauthclients.NoAuth{})
		require.ErrorIs(t, err, oauthclients.ErrInvalid, name)
		require.ErrorContains(t, err, "Driver", name)
	}
}

func TestNewRefusesGrantsThatCannotBeAsked(t *testing.T) {
	for want, endpoint := range map[string]oauth2.Endpoint{
		"AuthStyle": {TokenURL: "https://login.example.com/token"},
		"password":  {AuthStyle: oauth2.AuthStyleInParams},
	} {
		_, err := oauthclients.New(world.MemProvider{BaseURL: "https://api.example.com", Edit: func(c *oauthclients.Connection) {
			c.Endpoints.Grants = map[oauthclients.GrantType]oauth2.Endpoint{oauthclients.GrantPassword: endpoint}
		}}, oauthclients.NoAuth{})
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		require.ErrorContains(t, err, want)
	}
}

// A write that may have been executed, then a refused token, then no new token: that no token
// could be had must not hide that the write may be done.
func TestAnUnknownOutcomeSurvivesAFailedRenewal(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, world.PasswordGrant())
	require.NoError(t, world.List(t, client))
	server.Inject(fakeserver.Fault{Method: http.MethodPut, Drop: true, Times: 1})
	server.Inject(fakeserver.Fault{Method: http.MethodPut, Status: http.StatusUnauthorized, Times: 1})
	server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Status: http.StatusUnauthorized, Body: `{"error":"invalid_grant"}`})
	_, err := world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{Operation: "Update", Method: http.MethodPut, Path: "/clients/x"})
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	require.Equal(t, 2, world.Failure(t, err).Attempts)
}

// What a trade answers is a token, whatever the member is called.
func TestTheAnswerOfABrokenTradeIsNotShown(t *testing.T) {
	server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"response":"l1ve-signature`)
	}))
	client, err := oauthclients.New(world.MemProvider{BaseURL: server.URL(), Edit: func(c *oauthclients.Connection) {
		c.Trade = func(ctx context.Context, anon *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
			var answer struct{ Response string }
			_, err := anon.Call(ctx, &oauthclients.Call{
				Operation: "Token", Method: http.MethodGet, Path: "/trade", Result: &answer, Credential: oauthclients.BearerCredential(held),
			})
			return &oauth2.Token{AccessToken: answer.Response}, err
		}
	}}, oauthclients.BearerToken("held"), oauthclients.WithHTTPClient(server.HTTPClient()), world.QuickRetry())
	require.NoError(t, err)
	err = world.Get(t, client)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.NotContains(t, err.Error()+string(world.Failure(t, err).Body()), "l1ve")
}

func TestRawCanBeReadWhileUpdating(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.NoAuth{})
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
	require.NoError(t, err)
	raw := ""
	_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { raw = string(c.Raw()) })
	require.NoError(t, err)
	require.Contains(t, raw, created.ID)
}

func TestASharedRefusalOfDiscoveryIsNotRenamed(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.NoAuth{}, func(c *oauthclients.Connection) {
		c.Discover = func(context.Context, *oauthclients.Caller) (oauthclients.Endpoints, error) {
			runtime.Gosched()
			return oauthclients.Endpoints{}, &oauthclients.UnsupportedError{Provider: world.MemName, Operation: "Discover"}
		}
	})
	for i, err := range world.Together(32, func(i int) error {
		if i%2 == 0 {
			return client.Clients.Delete(t.Context(), "id-1")
		}
		return world.Get(t, client)
	}) {
		require.ErrorIs(t, err, errors.ErrUnsupported)
		require.ErrorContains(t, err, []string{"Delete", "Get"}[i%2])
	}
}

// A source that hangs must cost one goroutine, not one per call that left it.
func TestAHangingTokenSourceIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &world.HangingSource{Release: make(chan struct{})}
		client := world.NewMemServer().Client(t, oauthclients.FromTokenSource(source))
		for range 50 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := client.Clients.Get(ctx, "id-1")
			require.ErrorIs(t, err, context.DeadlineExceeded)
			cancel()
		}
		close(source.Release)
		synctest.Wait()
		require.Equal(t, 1, source.Asked)
	})
}

// The trade of a token is no call of the user's, and must not use up the rate.
func TestTheRateLimitDoesNotCountTheTrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		provider := server.Provider()
		provider.Edit = func(c *oauthclients.Connection) {
			c.Trade = func(ctx context.Context, anon *oauthclients.Caller, _ oauthclients.Secret) (*oauth2.Token, error) {
				_, err := anon.Call(ctx, &oauthclients.Call{Operation: "Token", Method: http.MethodGet, Path: "/clients/x"})
				require.ErrorIs(t, err, oauthclients.ErrNotFound)
				return &oauth2.Token{AccessToken: "traded"}, nil
			}
		}
		client, err := oauthclients.New(provider, oauthclients.BearerToken("held"),
			oauthclients.WithHTTPClient(server.HTTPClient()), oauthclients.WithRateLimit(0.001, 1))
		require.NoError(t, err)
		begin := time.Now()
		require.NoError(t, world.List(t, client))
		require.Zero(t, time.Since(begin))
	})
}
