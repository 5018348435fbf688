// Package genesystest is a fake of Genesys Cloud's OAuth client API and of its login server,
// for tests of programs that manage OAuth clients there.
//
//	server := genesystest.NewServer(t)
//	client, err := oauthclients.New(server.Provider(), server.Auth())
//
// A person signs in at a login page: in a browser, or without one by [Server.SignIn].
//
//	auth := server.AuthCode("https://app.example.com/callback")
//	login, err := auth.Begin(ctx, server.Provider())
//	callback, err := server.SignIn(login.URL)
//	token, err := auth.Finish(ctx, server.Provider(), login, callback)
//
// It is as strict as the vendor is known to be: it wants a token, the required members and
// their ranges, takes PUT as the replacement of the whole client, shows a secret only when it
// is made, and deletes inactive clients only. Members that it does not know are kept and given
// back. A client of the last 30 days is gone when it is deleted; an older one stays inactive for
// seven days, in which it can be restored. Where the vendor's behaviour is not documented it is
// lenient: it does not ask for redirect URIs. It does not look at permissions, scopes and roles
// either: a token may do everything.
//
// It serves what [genesys.API] has as well. A few scopes are always there; a sign-in authorizes
// its client, and [Server.AddAuthorization] adds other decisions; usage jobs count what the
// tokens of a client have sent to the server, and what [Server.AddUsage] adds.
//
// The token endpoint keeps to the table of the vendor's own SDKs: Basic for everything but a
// code with PKCE, whose client may name itself in the form instead. A refresh needs Basic, so
// that the refresh token of a client without a secret is of no use. Refresh tokens rotate; a
// code or a refresh token that comes twice ends the sign-in.
package genesystest

import (
	"net/http"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file holds the server, its options, and how to reach it.

// The credentials of the one OAuth client that may manage others, see [Server.Auth].
const (
	clientID     = "3c1f6a52-7a55-4f0e-9a0c-5b6f2d8e4c10"
	clientSecret = "genesystest-login-Zr8vQ2mK5xT1"
)

// Server is the fake. It is safe for concurrent use. The embedded [fakeserver.Server] has its
// address, the requests it got, and the injection of faults.
type Server struct {
	*fakeserver.Server

	pageSize        int
	absolute        bool
	nextURI         string
	lingering       bool
	lifetime        time.Duration // 0: as the client says
	refreshLifetime time.Duration // 0: no end
	keepRefresh     bool
	deletionLag     time.Duration
	usagePolls      int
	usageFails      bool
	usagePage       int // 0: one page

	ledger   *signin.Ledger
	attempts *signin.Attempts[attempt]
	pages    *signin.Pages

	mu          sync.Mutex
	clients     []*client // in the order of their creation
	made        int       // counts everything that gets a number: ids, secrets
	apiLimit    limit
	apiWindows  map[string]*window // by Authorization header
	tokenLimit  limit
	tokenWindow window

	authorizations []*authorization
	usage          map[tally]int
	jobs           []*job
}

// Option changes a server.
type Option func(*Server)

// WithPageSize splits the list into pages of n clients, linked by nextUri. Without it the list
// is one page, as every SDK of the vendor assumes.
func WithPageSize(n int) Option { return func(s *Server) { s.pageSize = max(n, 1) } }

// WithAbsoluteLinks puts the server's address into the links of the list. No source tells
// which form the vendor uses; the default is relative.
func WithAbsoluteLinks() Option { return func(s *Server) { s.absolute = true } }

// WithNextURI puts uri into every page of the list, whether there is a further one or not. One that
// leads to another host, or to nothing, makes the list an error. One that leads to a page of the list
// is followed: the list goes on there, and ends with the page that leads to itself.
func WithNextURI(uri string) Option { return func(s *Server) { s.nextURI = uri } }

// WithLingeringDeletes lets a deleted client be read for ever, in state "deleted".
func WithLingeringDeletes() Option { return func(s *Server) { s.lingering = true } }

// WithRateLimit allows n API requests per window and token, and answers further ones with
// status 429, Retry-After and the vendor's inin-ratelimit headers.
func WithRateLimit(n int, per time.Duration) Option {
	return func(s *Server) { s.apiLimit = limit{n, per} }
}

// WithTokenRateLimit allows n token requests per window, and answers further ones as the
// vendor does: with status 400 and a text.
func WithTokenRateLimit(n int, per time.Duration) Option {
	return func(s *Server) { s.tokenLimit = limit{n, per} }
}

// WithTokenLifetime sets how long access tokens live, in whole seconds. Without it they live as
// long as their client's accessTokenValiditySeconds say, less one.
func WithTokenLifetime(d time.Duration) Option { return func(s *Server) { s.lifetime = d } }

// WithRefreshLifetime sets how long refresh tokens live. No source tells the vendor's time;
// without it they have no end.
func WithRefreshLifetime(d time.Duration) Option {
	return func(s *Server) { s.refreshLifetime = d }
}

// WithoutRotation leaves the refresh token out of the answer to a refresh; the old one stays
// good.
func WithoutRotation() Option { return func(s *Server) { s.keepRefresh = true } }

// How long a code is good, and a page that waits for its answer. No source tells the vendor's
// times.
const (
	codeLifetime = time.Minute
	pageLifetime = 30 * time.Minute
)

// New returns a server without a socket: only its HTTPClient reaches it. This is the one for a
// testing/synctest bubble, with oauthclients.WithHTTPClient(server.HTTPClient()).
func New(opts ...Option) *Server {
	s := &Server{
		attempts: signin.NewAttempts[attempt](pageLifetime), pages: newPages(),
		apiWindows: map[string]*window{}, usage: map[tally]int{},
	}
	for _, option := range opts {
		option(s)
	}
	s.ledger = signin.NewLedger(signin.Rules{
		Code: codeLifetime, AccessToken: defaultLifetime, RefreshToken: s.refreshLifetime,
		KeepRefreshToken: s.keepRefresh,
	})
	s.Server = fakeserver.New(s.handler())
	return s
}

// Start returns a server on a free port of 127.0.0.1; Close ends it. In a testing/synctest
// bubble a waiting socket stops the clock: use [New] there, with
// oauthclients.WithHTTPClient(server.HTTPClient()).
func Start(opts ...Option) (*Server, error) {
	s := New(opts...)
	if err := s.Server.Start(); err != nil {
		return nil, err
	}
	return s, nil
}

// NewServer is Start for tests: it fails the test if there is no port, and closes the server at
// the test's end. In a testing/synctest bubble a waiting socket stops the clock: use [New]
// there, with oauthclients.WithHTTPClient(server.HTTPClient()).
func NewServer(t fakeserver.TB, opts ...Option) *Server {
	t.Helper()
	s := New(opts...)
	s.StartFor(t)
	return s
}

// Provider returns the provider that talks to the server, ready for oauthclients.New.
func (s *Server) Provider() genesys.Provider {
	return genesys.Provider{APIURL: s.URL(), LoginURL: s.URL()}
}

// Auth returns the credentials that the server takes.
func (s *Server) Auth() oauthclients.Auth {
	return oauthclients.ClientCredentials{
		ClientID: clientID, ClientSecret: oauthclients.NewSecret(clientSecret),
	}
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /oauth/authorize", s.authorize)
	mux.HandleFunc("GET "+loginPath, s.loginAgain)
	mux.HandleFunc("POST "+loginPath, s.logIn)
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("GET /api/v2/tokens/me", s.api(s.describeToken))
	mux.HandleFunc("DELETE /api/v2/tokens/me", s.api(s.endToken))
	mux.HandleFunc("GET /api/v2/oauth/clients", s.api(s.list))
	mux.HandleFunc("POST /api/v2/oauth/clients", s.api(s.create))
	mux.HandleFunc("GET /api/v2/oauth/clients/{id}", s.api(s.get))
	mux.HandleFunc("PUT /api/v2/oauth/clients/{id}", s.api(s.update))
	mux.HandleFunc("DELETE /api/v2/oauth/clients/{id}", s.api(s.remove))
	mux.HandleFunc("POST /api/v2/oauth/clients/{id}/secret", s.api(s.newSecret))
	mux.HandleFunc("POST /api/v2/oauth/clients/{clientId}/usage/query", s.api(s.queryUsage))
	mux.HandleFunc("GET /api/v2/oauth/clients/{clientId}/usage/query/results/{executionId}", s.api(s.usageResults))
	mux.HandleFunc("GET /api/v2/oauth/clients/{clientId}/usage/summary", s.api(s.summarizeUsage))
	mux.HandleFunc("GET /api/v2/oauth/scopes", s.api(s.listScopes))
	mux.HandleFunc("GET /api/v2/oauth/scopes/{scopeId}", s.api(s.getScope))
	mux.HandleFunc("GET /api/v2/oauth/authorizations", s.api(s.listAuthorizations))
	mux.HandleFunc("GET /api/v2/oauth/authorizations/{clientId}", s.api(s.getAuthorization))
	mux.HandleFunc("/", s.api(func(*http.Request) (any, *failure) { return nil, notFound() }))
	return mux
}
