// Package sipgatetest is a fake sipgate for tests and programs: the password grant, personal
// access tokens, the sign-in of a person, and the OAuth2 clients of one account, as strict as
// sipgate's documents allow.
//
//	server := sipgatetest.NewServer(t)
//	client, err := oauthclients.New(server.Provider(), server.Auth())
//
// A person signs in at pages like those of Keycloak, which is what sipgate's login servers run:
// in a browser, or without one by [Server.SignIn].
//
//	auth := server.AuthCode("https://app.example.com/callback")
//	login, err := auth.Begin(ctx, server.Provider())
//	callback, err := server.SignIn(login.URL)
//	token, err := auth.Finish(ctx, server.Provider(), login, callback)
//
// Each client exists in one realm, as its id tells: "sipgate-apps" if it ends in ":sipgate-apps",
// else "third-party". Refresh tokens rotate; a code or a refresh token that comes twice ends
// what it stood for. It is stricter than Keycloak in three things: it takes the code challenge
// method S256 only, the client's credentials in the form only, and no token once a person has
// logged out.
//
// The balance of the account ([Server.SetBalance]), the user info and the privacy and terms pages
// of a client are served too. A token opens what its scopes open: the clients and the balance want
// theirs, the other two only a valid credential, as sipgate's description lists none for them.
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
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file makes servers, their credentials and their routes.

// The credentials that every server knows.
const (
	// Username and Password are the account's one user, for the password grant and the sign-in.
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

	lifetime        time.Duration
	refreshLifetime time.Duration
	keepRefresh     bool
	secretOnlyGet   bool
	appsRealm       bool

	ledger   *signin.Ledger
	attempts *signin.Attempts[signIn]
	pages    *signin.Pages

	mu       sync.Mutex
	clients  []client
	created  int
	consents map[string]map[string]bool // scopes that were granted, by client
	funds    funds
}

// Option changes a server.
type Option func(*Server)

// WithoutCreateSecret leaves the secret out of the answer to a create, so that it must be read
// with a GET.
func WithoutCreateSecret() Option { return func(s *Server) { s.secretOnlyGet = true } }

// WithTokenLifetime sets how long access tokens live, in whole seconds; sipgate's five minutes
// without it.
func WithTokenLifetime(d time.Duration) Option { return func(s *Server) { s.lifetime = d } }

// WithRefreshLifetime sets how long refresh tokens live, in whole seconds; sipgate's 30 days
// without it.
func WithRefreshLifetime(d time.Duration) Option {
	return func(s *Server) { s.refreshLifetime = d }
}

// WithoutRotation leaves the refresh token out of the answer to a refresh; the old one stays
// good.
func WithoutRotation() Option { return func(s *Server) { s.keepRefresh = true } }

// WithAppsRealm puts new clients into the realm "sipgate-apps": their ids end in ":sipgate-apps".
func WithAppsRealm() Option { return func(s *Server) { s.appsRealm = true } }

// The times of a new Keycloak for a code, and for a page that waits for its answer.
const (
	codeLifetime = time.Minute
	pageLifetime = 30 * time.Minute
)

// New returns a server without a socket: only its HTTPClient reaches it. This is the one for a
// testing/synctest bubble, with oauthclients.WithHTTPClient(server.HTTPClient()).
func New(opts ...Option) *Server {
	s := &Server{
		lifetime: 5 * time.Minute, refreshLifetime: 30 * 24 * time.Hour,
		attempts: signin.NewAttempts[signIn](pageLifetime), pages: newPages(),
		consents: map[string]map[string]bool{}, funds: funds{1234500, "EUR"},
	}
	for _, option := range opts {
		option(s)
	}
	s.ledger = signin.NewLedger(signin.Rules{
		Code: codeLifetime, AccessToken: s.lifetime, RefreshToken: s.refreshLifetime,
		KeepRefreshToken: s.keepRefresh, Mint: s.mint,
	})
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
	const reads, writes = sipgate.ScopeAuthorizationOAuth2ClientsRead, sipgate.ScopeAuthorizationOAuth2ClientsWrite
	api := http.NewServeMux()
	api.Handle("/v2/authorization/oauth2/clients", methods{
		http.MethodGet: s.scoped(reads, s.list), http.MethodPost: s.scoped(writes, s.create),
	})
	api.Handle("/v2/authorization/oauth2/clients/{id}", methods{
		http.MethodGet: s.scoped(reads, s.get), http.MethodPut: s.scoped(writes, s.update),
		http.MethodDelete: s.scoped(writes, s.delete),
	})
	api.Handle("/v2/authorization/oauth2/clients/{id}/gdpr", methods{http.MethodGet: s.gdpr})
	api.Handle("/v2/authorization/userinfo", methods{http.MethodGet: userInfo})
	api.Handle("/v2/balance", methods{http.MethodGet: s.scoped(sipgate.ScopeBalanceRead, s.balance)})
	api.HandleFunc("/", unknownPath)

	all := http.NewServeMux()
	all.Handle("/v2/", s.authenticated(api))
	all.Handle("/login/sipgate-apps/protocol/openid-connect/token", methods{http.MethodPost: s.token})
	s.realmRoutes(all)
	all.HandleFunc("/", unknownPath)
	return all
}
