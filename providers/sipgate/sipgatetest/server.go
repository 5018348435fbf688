// Package sipgatetest is a fake sipgate for tests and programs: the password grant, personal
// access tokens, and the OAuth2 clients of one account, as strict as sipgate's documents allow.
//
//	server := sipgatetest.NewServer(t)
//	client, err := oauthclients.New(server.Provider(), server.Auth())
//
// It demands all six settings of a client in every write and refuses a clientId or clientSecret
// there. Members it does not know are kept as they were sent and given back; like every member
// they are gone when a PUT leaves them out. Lists are in order of creation.
package sipgatetest

import (
	"net/http"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file makes servers, their credentials and their routes.

// The credentials that every server knows.
const (
	// Username and Password are the account's one user, for the password grant.
	Username = "desk@example.com"
	Password = "correct horse battery staple"
	// TokenID and Token are its personal access token. They are the sample of sipgate's page
	// on authentication.
	TokenID = "token-FQ1V12"
	Token   = "e68ead46-a7db-46cd-8a1a-44aed1e4e372"
)

// Server is a fake sipgate with one account. It is safe for concurrent use.
type Server struct {
	*fakeserver.Server

	lifetime      time.Duration
	secretOnlyGet bool

	mu      sync.Mutex
	tokens  map[string]time.Time // access tokens and when they end
	issued  int
	clients []client
	created int
}

// Option changes a server.
type Option func(*Server)

// WithoutCreateSecret leaves the secret out of the answer to a create, so that it must be read
// with a GET.
func WithoutCreateSecret() Option { return func(s *Server) { s.secretOnlyGet = true } }

// WithTokenLifetime sets how long access tokens live, in whole seconds; sipgate's five minutes
// without it.
func WithTokenLifetime(d time.Duration) Option { return func(s *Server) { s.lifetime = d } }

// New returns a server without a socket: only its HTTPClient reaches it. This is the one for a
// testing/synctest bubble, with oauthclients.WithHTTPClient(server.HTTPClient()).
func New(opts ...Option) *Server {
	s := &Server{lifetime: 5 * time.Minute, tokens: map[string]time.Time{}}
	for _, option := range opts {
		option(s)
	}
	s.Server = fakeserver.New(s.routes())
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
func (s *Server) Provider() sipgate.Provider {
	return sipgate.Provider{APIURL: s.URL(), LoginURL: s.URL()}
}

// Auth returns the password grant of the server's user.
func (s *Server) Auth() oauthclients.Auth {
	return oauthclients.PasswordGrant{
		ClientID: sipgate.DefaultPasswordClientID,
		Username: Username, Password: oauthclients.NewSecret(Password),
	}
}

// PersonalAccessToken returns the personal access token of the server's user.
func (s *Server) PersonalAccessToken() oauthclients.BasicAuth {
	return oauthclients.BasicAuth{Username: TokenID, Password: oauthclients.NewSecret(Token)}
}

// routes are the paths that the server knows. Everything below /v2 wants a credential, known
// path or not.
func (s *Server) routes() http.Handler {
	api := http.NewServeMux()
	api.Handle("/v2/authorization/oauth2/clients", methods{
		http.MethodGet: s.list, http.MethodPost: s.create,
	})
	api.Handle("/v2/authorization/oauth2/clients/{id}", methods{
		http.MethodGet: s.get, http.MethodPut: s.update, http.MethodDelete: s.delete,
	})
	api.Handle("/v2/authorization/oauth2/clients/{id}/gdpr", methods{http.MethodGet: s.gdpr})
	api.Handle("/v2/authorization/userinfo", methods{http.MethodGet: userInfo})
	api.Handle("/v2/balance", methods{http.MethodGet: balance})
	api.HandleFunc("/", unknownPath)

	all := http.NewServeMux()
	all.Handle("/v2/", s.authenticated(api))
	all.Handle("/login/sipgate-apps/protocol/openid-connect/token", methods{http.MethodPost: s.token})
	all.HandleFunc("/", unknownPath)
	return all
}
