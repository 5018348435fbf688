// Package dcrtest is a fake server with dynamic client registration (RFC 7591 and RFC 7592), for
// tests and programs:
//
//	server := dcrtest.NewServer(t)
//	client, err := oauthclients.New(server.Provider(), server.Auth())
//
// It behaves as node-oidc-provider 9 was seen to do, or with [WithHydraManners] as Ory Hydra: who
// updates a client sends the whole of it, without what only the server sets; a token that is dead
// and a client that is gone are the same 401. Options make it replace tokens and secrets, leave
// things out, and be wrong in the ways in which servers are. It has a token endpoint, whose
// tokens register clients and which serves the registered ones too.
package dcrtest

import (
	"net/http"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file makes servers, their credentials and their routes.

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

	issuerPath, registerPath                        string
	metadataOnly, initial, hydra                    bool
	rotateOnUpdate, rotateOnRead, newSecrets, drops bool
	queryURI, unmanaged                             bool
	registrationURI                                 func(issuer, id string) string
	replaced, described                             map[string]any
	registrations                                   dcr.Store
	ledger                                          *signin.Ledger

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
func WithDroppedMembers() Option { return func(s *Server) { s.drops = true } }

// WithOAuthMetadataOnly describes the server at the address of RFC 8414, and not at that of OpenID
// Connect.
func WithOAuthMetadataOnly() Option { return func(s *Server) { s.metadataOnly = true } }

// WithIssuerPath puts everything below a path, such as "/realms/a".
func WithIssuerPath(path string) Option { return func(s *Server) { s.issuerPath = path } }

// WithDescription puts other values into what the server says of itself, by the members of RFC
// 8414 section 2; nil leaves a member out. A server of [New] has an https address: with this it
// can name http ones, as no such server may.
func WithDescription(members map[string]any) Option {
	return func(s *Server) { s.described = members }
}

// WithHydraManners makes the server behave as Ory Hydra: a read answers without token and secret,
// an update replaces the token and answers without the address, a refusal is a sentence.
func WithHydraManners() Option {
	return func(s *Server) { s.hydra, s.rotateOnUpdate, s.registerPath = true, true, "/oauth2/register" }
}

// WithQueryURI puts the client's id into the query of its address, as the examples of RFC 7592 do.
func WithQueryURI() Option { return func(s *Server) { s.queryURI = true } }

// WithRegistrationURI lets the server name another address for a client than it has. issuer is
// the server's own.
func WithRegistrationURI(name func(issuer, id string) string) Option {
	return func(s *Server) { s.registrationURI = name }
}

// WithoutManagement is a server of RFC 7591 alone: clients cannot be read, changed or deleted.
func WithoutManagement() Option { return func(s *Server) { s.unmanaged = true } }

// WithReplacedMetadata puts the server's own values in place of what is asked for; nil leaves a
// member out.
func WithReplacedMetadata(members map[string]any) Option {
	return func(s *Server) { s.replaced = members }
}

// New returns a server without a socket: only its HTTPClient reaches it. This is the one for a
// testing/synctest bubble, with oauthclients.WithHTTPClient(server.HTTPClient()).
func New(opts ...Option) *Server {
	s := &Server{
		registerPath: "/reg", registrations: dcr.NewMemoryStore(), clients: map[string]*client{},
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
	return dcr.Provider{Issuer: s.issuer(), Registrations: s.registrations, RotateSecretOnUpdate: s.newSecrets}
}

// Auth returns what registers clients at this server: NoAuth, or the initial access token.
func (s *Server) Auth() oauthclients.Auth {
	if s.initial {
		return oauthclients.BearerToken(InitialAccessToken)
	}
	return oauthclients.NoAuth{}
}

func (s *Server) issuer() string { return s.URL() + s.issuerPath }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	if s.metadataOnly {
		mux.HandleFunc("GET /.well-known/oauth-authorization-server"+s.issuerPath, s.describe)
	} else {
		mux.HandleFunc("GET "+s.issuerPath+"/.well-known/openid-configuration", s.describe)
	}
	register := s.issuerPath + s.registerPath
	mux.HandleFunc("POST "+register, s.register)
	switch {
	case s.unmanaged:
	case s.queryURI:
		mux.HandleFunc(register, s.manage)
	default:
		mux.HandleFunc(register+"/{id}", s.manage)
	}
	mux.HandleFunc("GET "+s.issuerPath+"/auth", s.authorize)
	mux.HandleFunc("POST "+s.issuerPath+"/token", s.token)
	return mux
}

// describe is RFC 8414 section 3.2.
func (s *Server) describe(w http.ResponseWriter, _ *http.Request) {
	description := map[string]any{
		"issuer":                                s.issuer(),
		"authorization_endpoint":                s.issuer() + "/auth",
		"token_endpoint":                        s.issuer() + "/token",
		"registration_endpoint":                 s.issuer() + s.registerPath,
		"grant_types_supported":                 knownGrants(),
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post", "none"},
	}
	for member, value := range s.described {
		description[member] = value
		if value == nil {
			delete(description, member)
		}
	}
	answer(w, http.StatusOK, description)
}
