package contexts_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds what the tests of this package share: each vendor's fake with a client in it.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a vendor's fake.
type world struct {
	*fakeserver.Server
	person interface { // who can sign in there
		AuthCode(redirectURL string) oauthclients.AuthCode
		SignIn(loginURL string) (url.Values, error)
	}
	provider oauthclients.Provider
	auth     oauthclients.Auth
	app      *oauthclients.OAuthClient // that can be created there
	id       string                    // of one that was

	store  *store
	client *oauthclients.Client
}

// The vendors by name.
const (
	sipgate  = "sipgate"
	docspace = "docspace"
	genesys  = "genesys"
)

// newWorld starts a vendor's fake and makes two clients there, so that two pages of one are to be had.
func newWorld(t *testing.T, vendor string) *world {
	t.Helper()
	w := worlds()[vendor]()
	w.store = &store{turn: make(chan struct{}, 1)}
	client := w.connect(t)
	for range 2 {
		made, err := client.Clients.Create(t.Context(), w.app)
		require.NoError(t, err)
		w.id = made.ID
	}
	return w
}

func worlds() map[string]func() *world {
	app := oauthclients.OAuthClient{Name: "app", RedirectURIs: []string{"https://app.example.com/callback"}}
	return map[string]func() *world{
		sipgate: func() *world {
			s := sipgatetest.New()
			return &world{Server: s.Server, person: s, provider: s.Provider(), auth: s.Auth(), app: app.Clone()}
		},
		docspace: func() *world {
			s, app := docspacetest.New(), app.Clone()
			app.LogoURI, app.Scopes = "data:image/png;base64,iVBORw0KGgo=", []string{"files:read"}
			app.ClientURI, app.TermsURI, app.PolicyURI = "https://app.example.com", "https://app.example.com", "https://app.example.com"
			app.AllowedOrigins, app.PostLogoutRedirectURIs = []string{"https://app.example.com"}, []string{"https://app.example.com"}
			return &world{Server: s.Server, person: s, provider: s.Provider(), auth: s.Auth(), app: app}
		},
		genesys: func() *world {
			s, app := genesystest.New(genesystest.WithPageSize(1)), app.Clone()
			app.GrantTypes, app.Scopes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, []string{"users:readonly"}
			return &world{Server: s.Server, person: s, provider: s.Provider(), auth: s.Auth(), app: app}
		},
	}
}

// connect makes a client of the world.
func (w *world) connect(t *testing.T, opts ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(w.provider, w.auth, append([]oauthclients.Option{oauthclients.WithHTTPClient(w.HTTPClient())}, opts...)...)
	require.NoError(t, err)
	return client
}

// signIn takes the strategy of a person who signed in some time ago: the access token is over.
func (w *world) signIn(t *testing.T) {
	t.Helper()
	auth := w.person.AuthCode("https://app.example.com/callback")
	login, err := auth.Begin(t.Context(), w.provider, oauthclients.WithHTTPClient(w.HTTPClient()))
	require.NoError(t, err)
	callback, err := w.person.SignIn(login.URL)
	require.NoError(t, err)
	auth.Token, err = auth.Finish(t.Context(), w.provider, login, callback, oauthclients.WithHTTPClient(w.HTTPClient()))
	require.NoError(t, err)
	auth.Token.Expiry = time.Now().Add(-time.Minute)
	w.auth = auth
}

// calls counts the requests for clients that reached the server.
func (w *world) calls() int { return w.asked("", "/clients") }

// asked counts the requests that reached the server with a method ("" is any), at a path with
// this in it.
func (w *world) asked(method, path string) (n int) {
	for _, r := range w.Requests() {
		if (method == "" || method == r.Method) && strings.Contains(r.Path, path) {
			n++
		}
	}
	return n
}

// hang lets requests wait for an answer for longer than any context here lives, and for less
// than an attempt may take.
func (w *world) hang(method, path string, skip int) {
	w.Inject(fakeserver.Fault{Method: method, PathContains: path, Skip: skip, Times: 1, Delay: patience})
}

// answers lets the next request for clients have this answer.
func (w *world) answers(method string, status int, retryAfter string) {
	w.Inject(fakeserver.Fault{Method: method, PathContains: "/clients", Times: 1, Status: status, Header: http.Header{"Retry-After": {retryAfter}}})
}

const patience = 20 * time.Second

// store keeps a token in memory, under a lock that a test can take.
type store struct {
	turn chan struct{}

	mu    sync.Mutex
	token *oauth2.Token
}

func (s *store) Load(context.Context) (*oauth2.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token, nil
}

func (s *store) Save(_ context.Context, t *oauth2.Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = t
	return nil
}

func (s *store) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	select {
	case s.turn <- struct{}{}:
		return ctx, func() { <-s.turn }, nil
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
}

// holdLock is another program that renews the token for as long as patience lasts.
func (s *store) holdLock(ctx context.Context) {
	_, unlock, err := s.Lock(ctx)
	if err == nil {
		time.AfterFunc(patience, unlock)
	}
}

// discovering is a vendor whose addresses have to be found first.
type discovering struct{ oauthclients.Provider }

const discoveryPath = "/discovery"

func (p discovering) Connect() (*oauthclients.Connection, error) {
	connection, err := p.Provider.Connect()
	if err != nil {
		return nil, err
	}
	found := connection.Endpoints
	connection.Endpoints = oauthclients.Endpoints{BaseURL: found.BaseURL}
	connection.Discover = func(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
		answer, err := anon.Call(ctx, &oauthclients.Call{Operation: "Discover", Method: http.MethodGet, Path: discoveryPath})
		if answer == nil {
			return oauthclients.Endpoints{}, err
		}
		return found, nil // the fake has no such page, and what it answers is no matter here
	}
	return connection, nil
}

// endless is a way to a server on which the answers to one method break off after their first
// byte and never go on.
type endless struct {
	next   http.RoundTripper
	method string
}

func (e endless) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := e.next.RoundTrip(r)
	if err == nil && r.Method == e.method && strings.Contains(r.URL.Path, "/clients") {
		answer.Body = &endlessBody{request: r}
	}
	return answer, err
}

type endlessBody struct {
	request *http.Request
	begun   bool
}

func (b *endlessBody) Read(p []byte) (int, error) {
	if !b.begun {
		b.begun = true
		return copy(p, "{"), nil
	}
	<-b.request.Context().Done()
	return 0, b.request.Context().Err()
}

func (*endlessBody) Close() error { return nil }
