// Package genesystest is a fake of Genesys Cloud's OAuth client API and of its token endpoint,
// for tests of programs that manage OAuth clients there.
//
//	server := genesystest.NewServer(t)
//	client, err := oauthclients.New(server.Provider(), server.Auth())
//
// It is as strict as the vendor is known to be: it wants a token, the required members and
// their ranges, takes PUT as the replacement of the whole client, shows a secret only when it
// is made, and deletes inactive clients only. Members that it does not know are kept and given
// back. Where the vendor's behaviour is not documented it is lenient: it does not ask for
// redirect URIs, and a deleted client is gone at once, as the vendor does it for clients of
// the last 30 days.
package genesystest

import (
	"net/http"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
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

	pageSize  int
	absolute  bool
	lingering bool

	mu          sync.Mutex
	clients     []*client // in the order of their creation
	tokens      map[string]time.Time
	made        int // counts everything that gets a number: ids, secrets, tokens
	apiLimit    limit
	apiWindows  map[string]*window // by Authorization header
	tokenLimit  limit
	tokenWindow window
}

// Option changes a server.
type Option func(*Server)

// WithPageSize splits the list into pages of n clients, linked by nextUri. Without it the list
// is one page, as every SDK of the vendor assumes.
func WithPageSize(n int) Option { return func(s *Server) { s.pageSize = max(n, 1) } }

// WithAbsoluteLinks puts the server's address into the links of the list. No source tells
// which form the vendor uses; the default is relative.
func WithAbsoluteLinks() Option { return func(s *Server) { s.absolute = true } }

// WithLingeringDeletes lets a deleted client still be read, in state "deleted".
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

// New returns a server without a socket: only its HTTPClient reaches it. This is the one for a
// testing/synctest bubble, with oauthclients.WithHTTPClient(server.HTTPClient()).
func New(opts ...Option) *Server {
	s := &Server{tokens: map[string]time.Time{}, apiWindows: map[string]*window{}}
	for _, option := range opts {
		option(s)
	}
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

// AccessToken returns a new access token that the API takes, as the token endpoint would issue
// it.
func (s *Server) AccessToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issue()
}

// RevokeTokens makes every access token issued so far invalid. The credentials of Auth stay.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = map[string]time.Time{}
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("GET /api/v2/oauth/clients", s.api(s.list))
	mux.HandleFunc("POST /api/v2/oauth/clients", s.api(s.create))
	mux.HandleFunc("GET /api/v2/oauth/clients/{id}", s.api(s.get))
	mux.HandleFunc("PUT /api/v2/oauth/clients/{id}", s.api(s.update))
	mux.HandleFunc("DELETE /api/v2/oauth/clients/{id}", s.api(s.remove))
	mux.HandleFunc("POST /api/v2/oauth/clients/{id}/secret", s.api(s.newSecret))
	mux.HandleFunc("/", s.api(func(*http.Request) (any, *failure) { return nil, notFound() }))
	return mux
}
