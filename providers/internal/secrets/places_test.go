package secrets

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the places at which the promises are tested: each provider with its fake, and
// every way to authenticate there.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const callbackURL = "https://app.example.com/callback"

// place is a provider with an account of its own.
type place struct {
	wire     *wire
	provider oauthclients.Provider
	// auths has one strategy of each kind that the provider takes.
	auths map[oauthclients.AuthKind]oauthclients.Auth
	// login is a client that people sign in to, and signIn a person who does.
	login  oauthclients.AuthCode
	signIn func(loginURL string) (url.Values, error)
	sample *oauthclients.OAuthClient
	// kept is the id of a client of the account.
	kept string

	calls, failed int
}

// places start the fakes, without a socket.
func places() map[string]func(t *testing.T) *place {
	return map[string]func(*testing.T) *place{
		"sipgate": atSipgate, "genesys": atGenesys,
		"docspace":       func(t *testing.T) *place { t.Helper(); return atDocSpace(t) },
		"docspace guide": func(t *testing.T) *place { t.Helper(); return atDocSpace(t, docspacetest.WithGuideWire()) },
	}
}

func atSipgate(t *testing.T) *place {
	t.Helper()
	server := sipgatetest.New()
	p := &place{
		wire: &wire{fake: server.HTTPClient().Transport}, provider: server.Provider(), signIn: server.SignIn,
		login: server.AuthCode(callbackURL), sample: vendors.Sipgate().Sample(1),
	}
	return p.ready(t, server.AccessToken(), map[oauthclients.AuthKind]oauthclients.Auth{
		oauthclients.AuthKindPassword: server.Auth(), oauthclients.AuthKindBasic: server.PersonalAccessToken(),
		oauthclients.AuthKindBearer: oauthclients.BearerToken(server.AccessToken()),
	})
}

func atDocSpace(t *testing.T, opts ...docspacetest.Option) *place {
	t.Helper()
	server := docspacetest.New(opts...)
	p := &place{
		wire: &wire{fake: server.HTTPClient().Transport}, provider: server.Provider(), signIn: server.SignIn,
		login: server.AuthCode(callbackURL), sample: vendors.DocSpace().Sample(1),
	}
	if !p.provider.Capabilities().RegenerateSecret { // the guide knows three settings
		p.sample = &oauthclients.OAuthClient{
			Name: p.sample.Name, RedirectURIs: p.sample.RedirectURIs, GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		}
	}
	return p.ready(t, server.AccessToken(), map[oauthclients.AuthKind]oauthclients.Auth{oauthclients.AuthKindBearer: server.Auth()})
}

func atGenesys(t *testing.T) *place {
	t.Helper()
	server := genesystest.New()
	p := &place{
		wire: &wire{fake: server.HTTPClient().Transport}, provider: server.Provider(), signIn: server.SignIn,
		login: server.AuthCode(callbackURL), sample: vendors.Genesys().Sample(1),
	}
	return p.ready(t, server.AccessToken(), map[oauthclients.AuthKind]oauthclients.Auth{
		oauthclients.AuthKindClientCredentials: server.Auth(), oauthclients.AuthKindBearer: oauthclients.BearerToken(server.AccessToken()),
	})
}

// ready adds the strategies that every provider takes, and makes the client that is kept.
func (p *place) ready(t *testing.T, accessToken string, auths map[oauthclients.AuthKind]oauthclients.Auth) *place {
	t.Helper()
	p.auths = auths
	p.auths[oauthclients.AuthKindAuthorizationCode] = providertest.SignIn(t, p.login, p.provider, p.signIn, p.options()...)
	p.auths[oauthclients.AuthKindTokenSource] = oauthclients.FromTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: accessToken}))
	for _, kind := range p.provider.Capabilities().Auth {
		require.Contains(t, p.auths, kind)
	}
	created, err := p.client(t, p.main()).Clients.Create(t.Context(), p.sample)
	require.NoError(t, err)
	p.kept = created.ID
	return p
}

// main is the strategy that gets the most confidential things on their way.
func (p *place) main() oauthclients.Auth {
	for _, kind := range []oauthclients.AuthKind{oauthclients.AuthKindPassword, oauthclients.AuthKindClientCredentials} {
		if auth, ok := p.auths[kind]; ok {
			return auth
		}
	}
	return p.auths[oauthclients.AuthKindBearer]
}

// options reach the fake over the wire, once per request.
func (p *place) options(more ...oauthclients.Option) []oauthclients.Option {
	return slices.Concat([]oauthclients.Option{
		oauthclients.WithHTTPClient(&http.Client{Transport: p.wire}), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}),
		oauthclients.WithLogger(p.wire.logger()),
	}, more)
}

func (p *place) client(t *testing.T, auth oauthclients.Auth, more ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(p.provider, auth, p.options(more...)...)
	require.NoError(t, err)
	return client
}

// verb is one call of a user's.
type verb func(ctx context.Context, client *oauthclients.Client) error

// verbs are all calls that the provider has.
func (p *place) verbs() map[string]verb {
	verbs := map[string]verb{
		"Create": func(ctx context.Context, c *oauthclients.Client) error {
			_, err := c.Clients.Create(ctx, p.sample)
			return err
		},
		"Get": func(ctx context.Context, c *oauthclients.Client) error {
			_, err := c.Clients.Get(ctx, p.kept)
			return err
		},
		"List": list,
		"FindByName": func(ctx context.Context, c *oauthclients.Client) error {
			_, err := c.Clients.FindByName(ctx, "x")
			return err
		},
		"Delete": func(ctx context.Context, c *oauthclients.Client) error { return c.Clients.Delete(ctx, p.kept) },
		"Update": func(ctx context.Context, c *oauthclients.Client) error {
			_, err := c.Clients.Update(ctx, p.kept, func(c *oauthclients.OAuthClient) { c.Name += " 2" })
			return err
		},
	}
	if p.provider.Capabilities().RegenerateSecret {
		verbs["RegenerateSecret"] = func(ctx context.Context, c *oauthclients.Client) error {
			_, err := c.Clients.RegenerateSecret(ctx, p.kept)
			return err
		}
	}
	if p.provider.Name() == "sipgate" {
		verbs["Balance"] = balance
	}
	return verbs
}

func list(ctx context.Context, client *oauthclients.Client) error {
	_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
	return err
}

func balance(ctx context.Context, client *oauthclients.Client) error {
	api, err := sipgate.Of(client)
	if err != nil {
		return err
	}
	_, err = api.Balance(ctx)
	return err
}
