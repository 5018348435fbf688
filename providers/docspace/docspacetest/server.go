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
// A person signs in at the portal's own pages: in a browser, or without one by [Server.SignIn].
//
//	auth := server.AuthCode("https://app.example.com/callback")
//	login, err := auth.Begin(ctx, server.Provider())
//	callback, err := server.SignIn(login.URL)
//	token, err := auth.Finish(ctx, server.Provider(), login, callback)
//
// The access token is traded for a signature, as an API key is; on the wire of the guide it is
// taken itself. The portal's consent page drops every parameter of the login URL that stands
// behind scope, and so does this one. A person has one sign-in at a client: a second one, or only the
// opening of its page, ends the first. [Server.SignInAs] has other people.
//
// That a person allows a client is a consent, which the API lists and revokes; with it end the
// tokens that came from it. Who has consented is not asked again. Consents of a deleted client are
// gone at once, where a portal takes two seconds.
//
// What the clients API does not have (a path, a method, a media type) is an empty 403. A client is
// remembered for five minutes after DELETE of all clients of its account, as at a portal.
//
// It has the endpoints for clients, their public information, consents, scopes, and the sign-in.
// Its tokens can be introspected, and it has the metadata of a portal, which do not fit its tokens. It has
// no personal access tokens, no caps on the number of clients, and no other caches.
package docspacetest

import (
	"net/http"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the server and its options.

// Server is a portal with three accounts: an administrator, a user and a guest. It is safe for
// concurrent use.
type Server struct {
	*fakeserver.Server
	config

	ledger   *signin.Ledger
	attempts *signin.Attempts[signIn]
	pages    *signin.Pages

	mu      sync.Mutex
	clients []*client // in order of creation
	ghosts  []client  // that are gone and perhaps in the cache
	guided  []guided
	// consents begin with the one that was given, or given again, the longest time ago.
	consents []*consent
	count    int       // of clients made so far
	signed   int       // of signatures made so far
	revoked  int       // of signatures, the first ones, that are invalid
	last     time.Time // the latest time that was given out
	buckets  map[string]time.Time
	seconds  map[string]second
	races    int // that are still to be lost
}

type config struct {
	limits, serviceLimit, newer, guide, keepRefresh bool
	lifetime, refreshLifetime                       time.Duration
}

// Option changes a server before it starts.
type Option func(*config)

// WithRateLimits turns the portal's limits on: per account and minute 200 GET, 10 POST, and 15
// each of PUT, PATCH, DELETE and HEAD. Requests without a signature count per address: so do those for tokens,
// ten a minute together with revocations. A portal leaves out private addresses, the fake does not.
func WithRateLimits() Option { return func(c *config) { c.limits = true } }

// WithServiceLimit turns on the limit for everybody together: 125 calls with a signature a second, and
// 25 for public information. It goes with [WithRateLimits], or alone.
func WithServiceLimit() Option { return func(c *config) { c.serviceLimit = true } }

// WithNewerUpdate makes PUT demand redirect_uris and scopes, and apply them, as the vendor's
// newer reference has it.
func WithNewerUpdate() Option { return func(c *config) { c.newer = true } }

// WithGuideWire makes the server speak the wire of the guide "Manage OAuth2 Clients" instead:
// the API key itself as a bearer token, camelCase members, everything inside "response".
// Members that it does not know are kept and given back.
func WithGuideWire() Option { return func(c *config) { c.guide = true } }

// WithTokenLifetime sets how long access tokens live, in whole seconds; the portal's hour
// without it. Signatures live five minutes in any case.
func WithTokenLifetime(d time.Duration) Option { return func(c *config) { c.lifetime = d } }

// WithRefreshLifetime sets how long refresh tokens live; the portal's 60 days without it.
func WithRefreshLifetime(d time.Duration) Option { return func(c *config) { c.refreshLifetime = d } }

// WithoutRotation leaves the refresh token out of the answer to a refresh; the old one stays
// good.
func WithoutRotation() Option { return func(c *config) { c.keepRefresh = true } }

// How long a code is good, and a page that waits for its answer.
const (
	codeLifetime = time.Minute
	pageLifetime = 30 * time.Minute
)

// New returns a server without a socket: only its HTTPClient reaches it. This is the one for a
// testing/synctest bubble, with oauthclients.WithHTTPClient(server.HTTPClient()).
func New(opts ...Option) *Server {
	s := &Server{
		config:   config{lifetime: time.Hour, refreshLifetime: 60 * 24 * time.Hour},
		attempts: signin.NewAttempts[signIn](pageLifetime), pages: newPages(),
		buckets: map[string]time.Time{}, seconds: map[string]second{},
	}
	for _, opt := range opts {
		opt(&s.config)
	}
	s.ledger = signin.NewLedger(signin.Rules{
		Code: codeLifetime, AccessToken: s.lifetime, RefreshToken: s.refreshLifetime,
		KeepRefreshToken: s.keepRefresh, RetryRefused: true, ForgiveReplay: true, OneAccessToken: true, Mint: s.mint,
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

// GuestAuth returns the API key of the guest, who may read the scopes and the own consents, revoke
// these, and read no clients but what is public of them.
func (s *Server) GuestAuth() oauthclients.Auth { return oauthclients.BearerToken(guest.key()) }

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	if s.guide {
		s.guideRoutes(mux, "/api/2.0/clients")
	} else {
		mux.Handle("/api/2.0/security/oauth2/token", at{methods{http.MethodGet: s.signature}, notOfTheMainAPI})
		s.routes(mux, "/api/2.0")
		s.routes(mux, "/api/2.0/oauth2")
	}
	s.signInRoutes(mux)
	mux.HandleFunc("/", s.elsewhere)
	if s.guide {
		return mux
	}
	return s.container(mux)
}

func (s *Server) elsewhere(w http.ResponseWriter, r *http.Request) {
	if s.guide {
		refuse(w, r, http.StatusNotFound, "No static resource")
		return
	}
	s.authenticated(nowhere)(w, r)
}

// notOfTheMainAPI is how the portal's main API refuses a method.
func notOfTheMainAPI(w http.ResponseWriter, r *http.Request) {
	refuse(w, r, http.StatusMethodNotAllowed, "Method '"+r.Method+"' is not supported.")
}

// signInRoutes: the OAuth2 endpoints have two addresses, for the portal's proxy maps one to the
// other. What they do not know, they send to the portal's own page.
func (s *Server) signInRoutes(mux *http.ServeMux) {
	for _, prefix := range []string{"/oauth2", "/api/2.0/oauth2"} {
		mux.Handle(prefix+"/authorize", at{methods{http.MethodGet: s.authorize, http.MethodPost: s.takeConsent}, lost})
		mux.Handle(prefix+"/consent", at{methods{http.MethodGet: s.askConsent}, lost})
		mux.Handle(prefix+"/token", at{methods{http.MethodPost: s.perAddress(s.token)}, lost})
		mux.Handle(prefix+"/revoke", at{methods{http.MethodPost: s.perAddress(s.revoke)}, lost})
		mux.Handle(prefix+"/introspect", at{methods{http.MethodPost: s.perAddress(s.introspect)}, lost})
		mux.Handle(prefix+"/userinfo", at{methods{http.MethodGet: s.userinfo, http.MethodPost: s.userinfo}, lost})
		mux.Handle(prefix+"/jwks", at{methods{http.MethodGet: s.jwks}, lost})
		mux.HandleFunc(prefix+"/", lost)
	}
	mux.Handle(loginPath, at{methods{http.MethodGet: s.loginAgain, http.MethodPost: s.logIn}, notOfTheMainAPI})
	s.metadataRoutes(mux)
}

func lost(w http.ResponseWriter, _ *http.Request) {
	signin.Redirect(w, loginPath+"?type=oauth2&client_id=error")
}

// perAddress limits the OAuth2 endpoints. Nobody has signed anything there.
func (s *Server) perAddress(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.counted(w, r.Method, "OAuth2 "+addressOf(r)) {
			next(w, r)
		}
	}
}

// handle serves a path of the clients API. HEAD is answered like GET; net/http leaves the body out.
func (s *Server) handle(mux *http.ServeMux, path string, m methods) {
	served := at{m, s.authenticated(nowhere)}
	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		if get, ok := m[http.MethodGet]; ok && r.Method == http.MethodHead {
			get(w, r)
			return
		}
		served.ServeHTTP(w, r)
	})
}

func (s *Server) routes(mux *http.ServeMux, prefix string) {
	clients := prefix + "/clients"
	s.handle(mux, clients, methods{
		http.MethodGet:    s.authenticated(s.list),
		http.MethodPost:   s.authenticated(s.create),
		http.MethodDelete: s.authenticated(s.removeOwn),
	})
	mux.Handle(clients+"/", s.authenticated(nowhere))
	s.handle(mux, clients+"/tenant", methods{http.MethodDelete: s.authenticated(s.removeAll)})
	s.handle(mux, clients+"/{id}", methods{
		http.MethodGet:    s.authenticated(s.get),
		http.MethodPut:    s.authenticated(s.update),
		http.MethodDelete: s.authenticated(s.remove),
	})
	s.handle(mux, clients+"/{id}/regenerate", methods{http.MethodPatch: s.authenticated(s.regenerate)})
	s.handle(mux, clients+"/{id}/activation", methods{http.MethodPatch: s.authenticated(s.activate)})
	s.infoRoutes(mux, clients)
	s.consentRoutes(mux, clients)
	s.handle(mux, prefix+"/scopes", methods{http.MethodGet: s.authenticated(s.scopes)})
}
