package providertest_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file puts the login server, a provider and what the sign-in suite is told about them
// together.

// loginWorld is what one case of the sign-in suite runs against. A test bends it before it
// starts.
type loginWorld struct {
	server *loginServer
	// connect edits each connection of the provider.
	connect func(*oauthclients.Connection)
	// tell edits what the suite is told.
	tell func(*providertest.SignInTarget)
}

// loginProvider is the provider of provider_test.go, with a sign-in.
type loginProvider struct {
	*provider
	connect func(*oauthclients.Connection)
}

func (p loginProvider) Capabilities() oauthclients.Capabilities {
	c := p.provider.Capabilities()
	c.Auth = []oauthclients.AuthKind{oauthclients.AuthKindAuthorizationCode}
	return c
}

func (p loginProvider) Connect() (*oauthclients.Connection, error) {
	connection, err := p.provider.Connect()
	if err != nil {
		return nil, err
	}
	endpoint := oauth2.Endpoint{AuthURL: p.url + "/authorize", TokenURL: p.url + "/token", AuthStyle: oauth2.AuthStyleInParams}
	connection.Endpoints.Grants = map[oauthclients.GrantType]oauth2.Endpoint{
		oauthclients.GrantAuthorizationCode: endpoint, oauthclients.GrantRefreshToken: endpoint,
	}
	connection.SignOut = revokeAtServer(p.url)
	p.connect(connection)
	return connection, nil
}

// signOutHook is the type of Connection.SignOut.
type signOutHook = func(ctx context.Context, c *oauthclients.Caller, a oauthclients.AuthCode, t *oauth2.Token) error

func revokeAtServer(address string) signOutHook {
	return func(ctx context.Context, c *oauthclients.Caller, _ oauthclients.AuthCode, t *oauth2.Token) error {
		_, err := c.Call(ctx, &oauthclients.Call{
			Operation: "SignOut", Method: http.MethodPost, BaseURL: address, Path: "/revoke",
			OAuth: true, Body: url.Values{"token": {t.AccessToken}}, Repeatable: true,
		})
		return err
	}
}

// start makes the target of a server that is reached at its address as it is now.
func (w *loginWorld) start() providertest.SignInTarget {
	w.server.ledger = signin.NewLedger(w.server.rules.Rules)
	target := providertest.SignInTarget{
		Provider: loginProvider{rightProvider(w.server.URL()), w.connect},
		Auth: oauthclients.AuthCode{
			ClientID: loginID, ClientSecret: oauthclients.NewSecret(loginSecret),
			RedirectURL: "https://app.example.com/callback?tenant=7", Scopes: []string{"read", "write"},
		},
		Options:      []oauthclients.Option{oauthclients.WithHTTPClient(w.server.HTTPClient())},
		SignIn:       func(loginURL string) (url.Values, error) { return w.server.signIn(loginURL, true) },
		Deny:         func(loginURL string) (url.Values, error) { return w.server.signIn(loginURL, false) },
		RevokeTokens: func() { w.server.rules.revokeAll(w.server.ledger) },
		EndSessions:  func() { w.server.rules.endAll(w.server.ledger) },
		TokenRequests: func() int {
			return w.server.Count(http.MethodPost, "/token")
		},
	}
	w.tell(&target)
	return target
}

func newLoginWorld(bends []func(*loginWorld)) *loginWorld {
	w := &loginWorld{
		server: newLoginServer(), connect: func(*oauthclients.Connection) {}, tell: func(*providertest.SignInTarget) {},
	}
	for _, bend := range bends {
		bend(w)
	}
	return w
}

// loginHarness gives each case a world of its own, bent by each of bends, in a bubble.
func loginHarness(bends ...func(*loginWorld)) providertest.SignInHarness {
	return providertest.SignInHarness{Bubble: true, Start: func(*testing.T) providertest.SignInTarget {
		return newLoginWorld(bends).start()
	}}
}

func TestTheSignInSuitePassesOverARightProvider(t *testing.T) {
	for name, bend := range map[string]func(*loginWorld){
		"everything":       func(*loginWorld) {},
		"without rotation": func(w *loginWorld) { w.server.rules.KeepRefreshToken = true },
		"without refresh":  withoutRefresh,
		"without sign-out": withoutSignOut,
		"without PKCE":     func(w *loginWorld) { w.tell = func(x *providertest.SignInTarget) { x.Auth.DisablePKCE = true } },
		"without a no":     func(w *loginWorld) { w.tell = func(x *providertest.SignInTarget) { x.Deny = nil } },
		"without scopes":   func(w *loginWorld) { w.tell = func(x *providertest.SignInTarget) { x.Auth.Scopes = nil } },
		"a public client":  withoutSecretOfClient,
		"another call":     withAnotherCall,
		"revokes all":      revokesAll,

		"revokes all, unknown expiry":              revokesAllWithoutExpiry,
		"one sign-in for each person":              oneSignInEach,
		"a missing verifier is an invalid request": missingVerifierIsInvalid,
		"words of its own for what is not good":    ownWords,

		"unknown expiry": answering(func(_ url.Values, got *reply) {
			delete(got.members, "expires_in")
		}),
	} {
		t.Run(name, func(t *testing.T) { providertest.RunSignIn(t, loginHarness(bend)) })
	}
}

func TestTheSignInSuiteOverASocket(t *testing.T) {
	providertest.RunSignIn(t, providertest.SignInHarness{Start: func(t *testing.T) providertest.SignInTarget {
		t.Helper()
		w := newLoginWorld(nil)
		w.server.StartFor(t)
		w.tell = func(x *providertest.SignInTarget) { x.Options = nil }
		return w.start()
	}})
}

func withoutRefresh(w *loginWorld) {
	answering(func(_ url.Values, got *reply) { delete(got.members, "refresh_token") })(w)
	w.tell = func(x *providertest.SignInTarget) { x.NoRefresh = true }
}

func withoutSignOut(w *loginWorld) {
	w.connect = func(c *oauthclients.Connection) { c.SignOut = nil }
	w.tell = func(x *providertest.SignInTarget) { x.NoSignOut = true }
}

func withoutSecretOfClient(w *loginWorld) {
	w.server.rules.public = true
	w.tell = func(x *providertest.SignInTarget) { x.Auth.ClientSecret = oauthclients.Secret{} }
}

func withAnotherCall(w *loginWorld) {
	w.tell = func(x *providertest.SignInTarget) {
		x.Call = func(c *oauthclients.Client) error {
			own, _ := oauthclients.DriverOf[*driver](c)
			_, err := own.caller.Call(context.Background(), &oauthclients.Call{Operation: "Me", Method: http.MethodGet, Path: "/me"})
			return err
		}
	}
}
