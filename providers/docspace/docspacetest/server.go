// Package docspacetest is a fake ONLYOFFICE DocSpace portal for tests of programs that use
// [github.com/oauthclients/oauthclients/providers/docspace].
//
//	server := docspacetest.NewServer(t)
//	client, err := oauthclients.New(server.Provider(), server.Auth())
//
// It keeps the rules of the portal's own source (v3.7, self-hosted): API keys are traded for
// signatures of five minutes, a missing or expired signature is an empty 403, every rule for a
// new client is checked with the portal's codes, PUT ignores what the portal ignores and
// answers nothing, lists page by two cursors and have their secrets encrypted. Members that it
// does not know are ignored and not kept, as the portal does it; only the wire of the guide
// ([WithGuideWire]) keeps them.
//
// It has the endpoints for clients and scopes. It has none for consents and public client
// information, no login, and no caps on the number of clients.
package docspacetest

import (
	"net/http"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the server and its options.

// Server is a portal with three accounts: an administrator, a user and a guest. It is safe for
// concurrent use.
type Server struct {
	*fakeserver.Server
	config

	mu      sync.Mutex
	clients []*client // in order of creation
	guided  []guided
	count   int       // of clients made so far
	signed  int       // of signatures made so far
	revoked int       // of signatures, the first ones, that are invalid
	last    time.Time // the latest time that was given out
	buckets map[string]time.Time
}

type config struct{ limits, newer, guide bool }

// Option changes a server before it starts.
type Option func(*config)

// WithRateLimits turns the portal's limits on: per account and minute 200 GET, 10 POST, and 15
// each of PUT, PATCH and DELETE.
func WithRateLimits() Option { return func(c *config) { c.limits = true } }

// WithNewerUpdate makes PUT demand redirect_uris and scopes, and apply them, as the vendor's
// newer reference has it.
func WithNewerUpdate() Option { return func(c *config) { c.newer = true } }

// WithGuideWire makes the server speak the wire of the guide "Manage OAuth2 Clients" instead:
// the API key itself as a bearer token, camelCase members, everything inside "response".
// Members that it does not know are kept and given back.
func WithGuideWire() Option { return func(c *config) { c.guide = true } }

// New returns a server without a socket: only its HTTPClient reaches it. This is the one for a
// testing/synctest bubble, with oauthclients.WithHTTPClient(server.HTTPClient()).
func New(opts ...Option) *Server {
	s := &Server{buckets: map[string]time.Time{}}
	for _, opt := range opts {
		opt(&s.config)
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
func (s *Server) Provider() docspace.Provider {
	p := docspace.Provider{Portal: s.URL()}
	if s.guide {
		p.Wire = docspace.WireGuide
	}
	return p
}

// Auth returns the API key of the administrator, who may do everything.
func (s *Server) Auth() oauthclients.Auth { return oauthclients.BearerToken(administrator.key()) }

// UserAuth returns the API key of the user, who sees only the clients made with it.
func (s *Server) UserAuth() oauthclients.Auth { return oauthclients.BearerToken(user.key()) }

// GuestAuth returns the API key of the guest, who may read the scopes and no clients.
func (s *Server) GuestAuth() oauthclients.Auth { return oauthclients.BearerToken(guest.key()) }

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	if s.guide {
		s.guideRoutes(mux, "/api/2.0/clients")
	} else {
		mux.Handle("/api/2.0/security/oauth2/token", methods{http.MethodGet: s.signature})
		s.routes(mux, "/api/2.0")
		s.routes(mux, "/api/2.0/oauth2")
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, http.StatusNotFound, "No static resource")
	})
	return mux
}

func (s *Server) routes(mux *http.ServeMux, prefix string) {
	clients := prefix + "/clients"
	mux.Handle(clients, methods{
		http.MethodGet:    s.authenticated(s.list),
		http.MethodPost:   s.authenticated(s.create),
		http.MethodDelete: s.authenticated(s.removeOwn),
	})
	mux.Handle(clients+"/", s.authenticated(s.oddPath))
	mux.Handle(clients+"/tenant", methods{http.MethodDelete: s.authenticated(s.removeAll)})
	mux.Handle(clients+"/{id}", methods{
		http.MethodGet:    s.authenticated(s.get),
		http.MethodPut:    s.authenticated(s.update),
		http.MethodDelete: s.authenticated(s.remove),
	})
	mux.Handle(clients+"/{id}/regenerate", methods{http.MethodPatch: s.authenticated(s.regenerate)})
	mux.Handle(clients+"/{id}/activation", methods{http.MethodPatch: s.authenticated(s.activate)})
	mux.Handle(prefix+"/scopes", methods{http.MethodGet: s.authenticated(s.scopes)})
}
