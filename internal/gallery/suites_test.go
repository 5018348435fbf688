package gallery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file goes to a server with the suites of package providertest.

// conformance is the promises of the verbs. Each case of the suite has a store, and so clients, of its own.
func conformance(ctx context.Context, v *visit) error {
	if !v.manners().Manages {
		return errors.New("it only registers")
	}
	keeps := v.manners().Keeps
	if keeps == nil {
		return errors.Join(echoes(ctx, v), errors.New("its manners do not say what it keeps"))
	}
	if keeps.Echoes == nil { // or the suite is told, and asserts it
		if err := echoes(ctx, v); err != nil {
			return err
		}
	}
	providertest.Run(v.Test, providertest.Harness{Start: v.target})
	return nil
}

// echoes: the suite believes the answer to a registration, which has what was registered and not what was
// asked for (RFC 7591 section 3.2.1).
func echoes(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	answered, err := client.Clients.Create(ctx, v.full())
	if err != nil && !errors.Is(err, oauthclients.ErrNotApplied) {
		return err
	}
	return requireKept(ctx, client, answered)
}

// requireKept reads a client again, and needs what the answer to its registration had.
func requireKept(ctx context.Context, client *oauthclients.Client, answered *oauthclients.OAuthClient) error {
	kept, err := client.Clients.Get(ctx, answered.ID)
	if err != nil {
		return err
	}
	for _, name := range []string{"RedirectURIs", "ClientURI", "LogoURI", "PolicyURI", "TermsURI", "PostLogoutRedirectURIs", "Extra.Contacts"} {
		if a, b := fieldOf(answered, name).Interface(), fieldOf(kept, name).Interface(); !reflect.DeepEqual(a, b) {
			return fmt.Errorf("it answers %s %v, and keeps %v", name, a, b)
		}
	}
	return nil
}

func (v *visit) target(t *testing.T) providertest.Target {
	t.Helper()
	keeps, web, provider := v.manners().Keeps, v.web(), v.provider()
	provider.Registrations = dcr.NewMemoryStore()
	if keeps.Provider != nil {
		keeps.Provider(&provider)
	}
	client, err := oauthclients.New(provider, v.running.Auth, oauthclients.WithHTTPClient(web.client()), hasty())
	require.NoError(t, err)
	return targetOf(keeps, client, web)
}

// hasty repeats what has to be repeated at once.
func hasty() oauthclients.Option {
	return oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Millisecond})
}

// signIns is the promises of the sign-in.
func signIns(ctx context.Context, v *visit) error {
	if v.running.Whoami == "" {
		return errors.New("nothing takes its tokens")
	}
	method := v.manners().Methods[0]
	c, err := v.registered(ctx, method)
	if err != nil {
		return err
	}
	auth := dcr.AuthCode(c)
	auth.RedirectURL, auth.AuthMethod, auth.Scopes = kit.Callback, method, v.manners().Scopes
	if err := errors.Join(codeRefused(ctx, v, auth), oneSignIn(ctx, v, auth)); err != nil {
		return err
	}
	start := func(t *testing.T) providertest.SignInTarget { //nolint:contextcheck // the context of a case is its test's
		t.Helper()
		return v.signInTarget(t, auth)
	}
	providertest.RunSignIn(v.Test, providertest.SignInHarness{Start: start}) //nolint:contextcheck // likewise
	return nil
}

// codeRefused: every case of the suite needs a word for what is not good any more (RFC 6749 section 5.2).
func codeRefused(ctx context.Context, v *visit, auth oauthclients.AuthCode) error {
	login, err := auth.Begin(ctx, v.provider())
	if err != nil {
		return err
	}
	refused := oauthclients.ErrUnauthenticated
	if v.manners().BadCode != nil {
		refused = v.manners().BadCode
	}
	nobodys := url.Values{"code": {"no-such-code-0123456789"}, "state": {login.State}, "iss": {v.running.Issuer}}
	if _, err = auth.Finish(ctx, v.provider(), login, nobodys); !errors.Is(err, refused) {
		return fmt.Errorf("a code of nobody is taken, or refused in other words: %w", err)
	}
	return nil
}

// oneSignIn: what the suite is told of a person who signs in again is true.
func oneSignIn(ctx context.Context, v *visit, auth oauthclients.AuthCode) error {
	first, err := v.signIn(ctx, auth)
	if err != nil {
		return err
	}
	second, err := v.signIn(ctx, auth)
	if err != nil {
		return err
	}
	return errors.Join(v.requireAlive(ctx, first, !v.manners().OneSignIn), v.requireAlive(ctx, second, true))
}

func (v *visit) signInTarget(t *testing.T, auth oauthclients.AuthCode) providertest.SignInTarget {
	t.Helper()
	web, running, ends := v.web(), v.running, v.manners().Ends
	provider := oauthclients.Shared(atResource{v.provider(), running.Whoami})
	x := providertest.SignInTarget{
		Provider: provider, Auth: auth, Options: []oauthclients.Option{oauthclients.WithHTTPClient(web.client()), hasty()},
		SignIn:        func(loginURL string) (url.Values, error) { return running.SignIn(t.Context(), loginURL) },
		TokenRequests: web.tokenRequests,
		Call: func(client *oauthclients.Client) error {
			_, err := client.Clients.Get(t.Context(), "me")
			return err
		},
		NoRefresh: ends["refresh"].Verdict == kit.Lacks, NoSignOut: ends[kit.SignOut].Verdict == kit.Lacks,
		BadCode: v.manners().BadCode, BadRefresh: v.manners().BadRefresh,
		RevokesAll: v.manners().RevokesAll && running.EndAccess == nil,
	}
	if running.SignInAs != nil {
		x.SignInAs = func(person int, loginURL string) (url.Values, error) {
			return running.SignInAs(t.Context(), person, loginURL)
		}
	}
	if running.Deny != nil {
		x.Deny = func(loginURL string) (url.Values, error) { return running.Deny(t.Context(), loginURL) }
	}
	revoke := func(all bool) func(context.Context) error {
		return func(ctx context.Context) error { return web.revoke(ctx, v.provider(), auth, all) }
	}
	x.RevokeTokens, x.EndSessions = must(t, running.EndAccess, revoke(false)), must(t, running.EndAll, revoke(true))
	if web.turn != nil {
		x.SignIn = inTurn(web.turn, x.SignIn)
	}
	return x
}

// web is a way to the server, on which requests wait for each other if they have to.
func (v *visit) web() *web {
	if v.manners().OneAtATime {
		return &web{turn: &sync.Mutex{}}
	}
	return &web{}
}

// inTurn lets one person after the other sign in.
func inTurn(turn sync.Locker, signIn func(string) (url.Values, error)) func(string) (url.Values, error) {
	return func(loginURL string) (url.Values, error) {
		turn.Lock()
		defer turn.Unlock()
		return signIn(loginURL)
	}
}

// must is the first of two ways that there is.
func must(t *testing.T, own, other func(context.Context) error) func() {
	t.Helper()
	if own == nil {
		own = other
	}
	return func() { require.NoError(t, own(t.Context())) }
}

// atResource is the provider with something that takes the token of a person, in place of the verbs.
type atResource struct {
	dcr.Provider

	whoami string
}

// Connect implements oauthclients.Provider.
func (p atResource) Connect() (*oauthclients.Connection, error) {
	connection, err := p.Provider.Connect()
	if err != nil {
		return nil, err
	}
	address, err := url.Parse(p.whoami)
	if err != nil {
		return nil, err
	}
	verbs, discover := connection.Driver, connection.Discover
	connection.Driver = func(c *oauthclients.Caller) oauthclients.Driver { return resource{verbs(c), c, address.Path} }
	connection.Discover = func(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
		endpoints, err := discover(ctx, anon)
		endpoints.BaseURL = address.Scheme + "://" + address.Host
		return endpoints, err
	}
	return connection, nil
}

// resource is the driver whose Get shows the token to the resource.
type resource struct {
	oauthclients.Driver

	caller *oauthclients.Caller
	path   string
}

// Get implements oauthclients.Driver.
func (r resource) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	var person map[string]any
	_, err := r.caller.Call(ctx, &oauthclients.Call{Operation: "Get", Method: http.MethodGet, Path: r.path, Result: &person})
	if err != nil {
		return nil, err
	}
	return &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: id}}, nil
}
