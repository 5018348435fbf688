package signin

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests how often a server is asked for its addresses, and what a sign-in needs of a provider.

// signsIn is a person in a web application, and a client that uses the token.
func signsIn(t *testing.T, server *world.MemServer, provider oauthclients.Provider) {
	t.Helper()
	auth, over := world.WebLogin(), oauthclients.WithHTTPClient(server.HTTPClient())
	login, err := auth.Begin(t.Context(), provider, over)
	require.NoError(t, err)
	auth.Token, err = auth.Finish(t.Context(), provider, login, url.Values{"state": {login.State}, "code": {"c-0-d-e"}}, over)
	require.NoError(t, err)
	client, err := oauthclients.New(provider, auth, over)
	require.NoError(t, err)
	require.NoError(t, world.List(t, client))
}

func TestASharedProviderIsAskedForItsAddressesOnce(t *testing.T) {
	server, calls := world.NewMemServer(), 0
	provider := oauthclients.Shared(world.AsksFor(server, &calls))
	for range 3 {
		signsIn(t, server, provider)
		server.Revoke()
		server.Tokens = 0 // the next person's discovery needs no token
	}
	require.Equal(t, 1, calls)
}

func TestAFailedDiscoveryIsNotShared(t *testing.T) {
	server, calls, fails := world.NewMemServer(), 0, true
	provider := world.AsksFor(server, &calls)
	inner := provider.Edit
	provider.Edit = func(c *oauthclients.Connection) {
		inner(c)
		discover := c.Discover
		c.Discover = func(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
			if fails {
				return oauthclients.Endpoints{}, errors.New("not yet")
			}
			return discover(ctx, anon)
		}
	}
	shared := oauthclients.Shared(provider)
	_, err := world.WebLogin().Begin(t.Context(), shared, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.ErrorContains(t, err, "not yet")
	fails = false
	signsIn(t, server, shared)
	require.Equal(t, 1, calls)
}

func TestASharedProviderIsTheSame(t *testing.T) {
	provider := world.MemProvider{BaseURL: "https://api.example.com"}
	shared := oauthclients.Shared(provider)
	require.Equal(t, shared, oauthclients.Shared(shared))
	require.Equal(t, []any{provider.Name(), provider.Capabilities()}, []any{shared.Name(), shared.Capabilities()})
	client, err := oauthclients.New(shared, oauthclients.NoAuth{})
	require.NoError(t, err)
	require.IsType(t, world.MemProvider{}, client.Provider(), "what the user made")
	require.Nil(t, oauthclients.Shared(nil))
	var none *world.MemProvider
	require.Nil(t, oauthclients.Shared(none))
}

// Begin and finish of one sign-in are one thing.
func TestInteractiveAsksForTheAddressesOnce(t *testing.T) {
	server, calls := world.NewMemServer(), 0
	token, err := world.ToolLogin().Interactive(world.Soon(t), world.AsksFor(server, &calls), func(page string) error {
		sent, err := url.Parse(page)
		if err != nil {
			return err
		}
		back := sent.Query().Get("redirect_uri") + "?" + url.Values{"code": {"c-0-d-e"}, "state": {sent.Query().Get("state")}}.Encode()
		go func() {
			if response, err := browser().Get(back); err == nil {
				_ = response.Body.Close()
			}
		}()
		return nil
	}, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	require.NotEmpty(t, token.AccessToken)
	require.Equal(t, 1, calls)
}

// A sign-in needs no store for the clients that are managed.
func TestWhatTheVerbsLackIsNoHindranceToASignIn(t *testing.T) {
	server, calls := world.NewMemServer(), 0
	lacks := func(c *oauthclients.Connection) {
		c.VerbFaults = []oauthclients.FieldError{{Field: "Registrations", Code: "required", Message: "must not be nil"}}
	}
	provider := world.AsksFor(server, &calls, lacks)
	login, err := world.WebLogin().Begin(t.Context(), provider, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	_, err = world.WebLogin().Finish(t.Context(), provider, login, url.Values{"state": {login.State}, "code": {"c"}}, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	_, err = oauthclients.New(provider, oauthclients.NoAuth{})
	world.RequireFaults(t, err, "Registrations")
}

// One address that nobody needs stops nothing.
func TestADiscoveredAddressIsCheckedWhenItIsUsed(t *testing.T) {
	server := world.NewMemServer()
	unsafe := oauth2.Endpoint{TokenURL: "http://login.example.com/token", AuthURL: "http://login.example.com/authorize", AuthStyle: oauth2.AuthStyleInParams}
	edit := func(c *oauthclients.Connection) {
		found := c.Endpoints
		found.Grants = map[oauthclients.GrantType]oauth2.Endpoint{oauthclients.GrantClientCredentials: unsafe, oauthclients.GrantAuthorizationCode: unsafe}
		found.Others = map[string]string{"userinfo_endpoint": "http://login.example.com/me"}
		c.Discover = func(context.Context, *oauthclients.Caller) (oauthclients.Endpoints, error) { return found, nil }
	}
	require.NoError(t, world.List(t, server.Client(t, oauthclients.NoAuth{}, edit)))
	err := world.List(t, server.Client(t, world.ClientCredentials(), edit))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "client_credentials")
	_, err = world.WebLogin().Begin(t.Context(), world.Edited(server, []func(*oauthclients.Connection){edit}))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Zero(t, server.TokenRequests())
}

// RFC 6761 section 6.3: the names below localhost are this machine as well, in any case.
func TestNamesOfThisMachineMayBeHTTP(t *testing.T) {
	for _, host := range []string{"localhost", "LOCALHOST:8080", "portal.localhost", "A.B.LocalHost:1", "127.0.0.1", "127.1.2.3", "[::1]"} {
		require.Empty(t, providerkit.CheckURL("Portal", "http://"+host), host)
	}
	for _, host := range []string{"localhost.example.com", "notlocalhost", "localhost.", ".example", "xlocalhost", "10.0.0.1"} {
		require.NotEmpty(t, providerkit.CheckURL("Portal", "http://"+host), host)
	}
}
