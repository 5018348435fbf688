// Package dcrtest is a fake server with dynamic client registration (RFC 7591 and RFC 7592), for
// tests and programs:
//
//	server := dcrtest.NewServer(t)
//	client, err := oauthclients.New(server.Provider(), server.Auth())
//
// It behaves as node-oidc-provider 9 was seen to do: who updates a client sends the whole of it,
// without what only the server sets; a token that is dead and a client that is gone are the same
// 401. [WithManner] makes it behave as another real server, see [Manner]. Options make it replace
// tokens and secrets, leave things out, and be wrong in the ways in which servers are. It has a
// token endpoint, whose tokens register clients and which serves the registered ones too.
package dcrtest

import (
	"sync"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file makes servers and their credentials.

// The credentials that every server knows.
const (
	// InitialAccessToken registers clients where that takes a token.
	InitialAccessToken = "dcrtest-initial-access-token"
	// RegistrarID and RegistrarSecret are an OAuth2 client whose access tokens register clients.
	RegistrarID     = "registrar"
	RegistrarSecret = "registrar-secret"
	// Username and Password are the one person's.
	Username = "desk@example.com"
	Password = "correct horse battery staple"
)

// Server is a fake server. It is safe for concurrent use.
type Server struct {
	*fakeserver.Server

	habits

	manner          Manner
	initial         bool
	registrationURI func(issuer, id string) string
	updatedURI      func(issuer, id string) string
	described       map[string]any
	resource        *resource
	registrations   dcr.Store
	ledger          *signin.Ledger

	mu      sync.Mutex
	clients map[string]*client
}

// Option changes a server.
type Option func(*Server)

// WithInitialAccessToken lets only those register clients who have [InitialAccessToken] or an access token
// of the registrar. Without it registration is open.
func WithInitialAccessToken() Option { return func(s *Server) { s.initial = true } }

// WithTokenRotation replaces the registration access token with every update.
func WithTokenRotation() Option { return func(s *Server) { s.rotateOnUpdate = true } }

// WithReadRotation replaces it with every read.
func WithReadRotation() Option { return func(s *Server) { s.rotateOnRead = true } }

// WithSecretRotation issues a new client secret with every update.
func WithSecretRotation() Option { return func(s *Server) { s.newSecrets = true } }

// WithDroppedMembers drops what no standard names, in silence. Without it such members are kept.
func WithDroppedMembers() Option {
	return func(s *Server) { s.knows, s.unknown = standard(), nil }
}

// WithOAuthMetadataOnly describes the server at the address of RFC 8414, and not at that of OpenID
// Connect.
func WithOAuthMetadataOnly() Option { return func(s *Server) { s.wellKnown = []place{atOAuth} } }

// WithIssuerPath puts everything below a path, such as "/realms/a".
func WithIssuerPath(path string) Option { return func(s *Server) { s.issuerPath = path } }

// WithDescription puts other values into what the server says of itself, by the members of RFC
// 8414 section 2; nil leaves a member out. A server of [New] has an https address: with this it
// can name http ones, as no such server may.
func WithDescription(members map[string]any) Option {
	return func(s *Server) { s.described = members }
}

// WithHydraManners has the manners of Ory Hydra that are about handles, at a server that names its
// registration endpoint: a read answers without token and secret, an update replaces the token and
// answers without the address, a refusal is a sentence. [Hydra] has all of its manners.
func WithHydraManners() Option { return WithManner(namedHydra) }

// WithQueryURI puts the client's id into the query of its address, as the examples of RFC 7592 do.
func WithQueryURI() Option { return func(s *Server) { s.queryURI = true } }

// WithRegistrationURI lets the server name another address for a client than it has. issuer is
// the server's own.
func WithRegistrationURI(name func(issuer, id string) string) Option {
	return func(s *Server) { s.registrationURI = name }
}

// WithUpdatedURI lets the answer to an update name another address for the client than it has.
func WithUpdatedURI(name func(issuer, id string) string) Option {
	return func(s *Server) { s.updatedURI = name }
}

// WithRegistrationTokenLifetime ends a registration access token that long after it was issued.
func WithRegistrationTokenLifetime(d time.Duration) Option {
	return func(s *Server) { s.tokenLife = d }
}

// WithoutManagement is a server of RFC 7591 alone: clients cannot be read, changed or deleted.
func WithoutManagement() Option { return func(s *Server) { s.verbs = nil } }

// WithReplacedMetadata puts the server's own values in place of what is asked for; nil leaves a
// member out.
func WithReplacedMetadata(members map[string]any) Option {
	return func(s *Server) { s.replaced = members }
}

// WithHiddenMembers stores members of a client and leaves them out of every answer.
func WithHiddenMembers(names ...string) Option {
	return func(s *Server) { s.hidden = map[string][]string{"": names} }
}

// New returns a server without a socket: only its HTTPClient reaches it. This is the one for a
// testing/synctest bubble, with oauthclients.WithHTTPClient(server.HTTPClient()).
func New(opts ...Option) *Server {
	var chosen Server
	for _, option := range opts {
		option(&chosen)
	}
	s := &Server{
		habits: habitsOf(chosen.manner), registrations: dcr.NewMemoryStore(), clients: map[string]*client{},
		ledger: signin.NewLedger(signin.Rules{Code: time.Minute, AccessToken: time.Hour, RefreshToken: 24 * time.Hour}),
	}
	for _, option := range opts {
		option(s)
	}
	s.Server = fakeserver.New(s.routes())
	return s
}

// Start returns a server on a free port of 127.0.0.1; Close ends it. In a testing/synctest
// bubble a waiting socket stops the clock: use [New] there.
func Start(opts ...Option) (*Server, error) {
	s := New(opts...)
	if err := s.Server.Start(); err != nil {
		return nil, err
	}
	return s, nil
}

// NewServer is Start for tests: it fails the test if there is no port, and closes the server at
// the test's end.
func NewServer(t fakeserver.TB, opts ...Option) *Server {
	t.Helper()
	s := New(opts...)
	s.StartFor(t)
	return s
}

// Provider returns the provider that talks to the server. Its store is in memory, and the same
// with every call.
func (s *Server) Provider() dcr.Provider {
	p := dcr.Provider{Issuer: s.issuer(), Registrations: s.registrations, RotateSecretOnUpdate: s.newSecrets}
	if s.unnamed {
		p.RegistrationEndpoint = s.base() + s.registerPath
	}
	for _, grant := range s.grants {
		p.GrantTypes = append(p.GrantTypes, oauthclients.GrantType(grant))
	}
	return p
}

// Auth returns what registers clients at this server: NoAuth, or the initial access token.
func (s *Server) Auth() oauthclients.Auth {
	if s.initial {
		return oauthclients.BearerToken(InitialAccessToken)
	}
	return oauthclients.NoAuth{}
}
