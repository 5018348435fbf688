package e2e

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/go-oauth2/oauth2/v4"
	"github.com/go-oauth2/oauth2/v4/errors"
	"github.com/go-oauth2/oauth2/v4/manage"
	"github.com/go-oauth2/oauth2/v4/models"
	oauth2server "github.com/go-oauth2/oauth2/v4/server"
	"github.com/go-oauth2/oauth2/v4/store"
	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file is an OAuth2 server on github.com/go-oauth2/oauth2, which keeps less to the RFCs: what
// it does otherwise is its own, and stands in goOAuth2Habits.

func goOAuth2Habits() habits {
	return habits{
		name: "go-oauth2", authorize: "/authorize", token: "/token",
		tokenType: "Bearer", wayBack: http.StatusFound, deadGrant: http.StatusUnauthorized,
		notAllowed:    refusal{http.StatusUnauthorized, "unauthorized_client", oauthclients.ErrUnauthenticated},
		unknownClient: refusal{http.StatusInternalServerError, "server_error", oauthclients.ErrUnavailable},
		rawBasic:      true, renewsForAnybody: true, signIn: redirectedAtOnce,
	}
}

// goOAuth2Server has the endpoints; the protocol is go-oauth2's.
type goOAuth2Server struct {
	*oauth2server.Server

	members members
}

func startGoOAuth2(t *testing.T, m members) *place {
	t.Helper()
	manager := manage.NewDefaultManager()
	manager.MustTokenStorage(store.NewMemoryTokenStore())
	manager.SetValidateURIHandler(func(registered, given string) error { // its own rule looks at the host alone
		if given != registered {
			return errors.ErrInvalidRedirectURI
		}
		return nil
	})
	clients := store.NewClientStore()
	for _, c := range m.clients {
		require.NoError(t, clients.Set(c.id, &models.Client{
			ID: c.id, Secret: c.secret, Domain: m.redirect, Public: c.way == byNobody,
		}))
	}
	manager.MapClientStorage(clients)
	s := &goOAuth2Server{newGoOAuth2(manager), m}
	s.ClientInfoHandler, s.ClientAuthorizedHandler = s.identify, s.allows
	s.PasswordAuthorizationHandler = s.checkPassword
	p := serve(t, goOAuth2Habits(), s.routes())
	p.revoke = func(t *testing.T, access string) {
		t.Helper()
		_, err := manager.LoadAccessToken(t.Context(), access)
		require.NoError(t, err)
		require.NoError(t, manager.RemoveAccessToken(t.Context(), access))
	}
	return p
}

// newGoOAuth2 takes everybody for the person, who agrees to everything.
func newGoOAuth2(manager oauth2.Manager) *oauth2server.Server {
	config := oauth2server.NewConfig()
	config.ForcePKCE = true
	config.AllowedCodeChallengeMethods = []oauth2.CodeChallengeMethod{oauth2.CodeChallengeS256}
	s := oauth2server.NewServer(config, manager)
	s.UserAuthorizationHandler = func(http.ResponseWriter, *http.Request) (string, error) { return person, nil }
	return s
}

// identify wants a client to say who it is in the one registered way; whether the client exists
// the framework finds out itself.
func (s *goOAuth2Server) identify(r *http.Request) (id, secret string, err error) {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret, err = oauth2server.ClientFormHandler(r)
	}
	if client, known := s.find(id); known && (client.way == byBasic) != basic {
		return "", "", errors.ErrInvalidClient
	}
	return id, secret, err
}

func (s *goOAuth2Server) find(id string) (client member, known bool) {
	at := slices.IndexFunc(s.members.clients, func(c member) bool { return c.id == id })
	if at < 0 {
		return member{}, false
	}
	return s.members.clients[at], true
}

func (s *goOAuth2Server) allows(id string, grant oauth2.GrantType) (bool, error) {
	client, known := s.find(id)
	return !known || slices.Contains(client.grants, oauthclients.GrantType(grant)), nil
}

func (s *goOAuth2Server) checkPassword(_ context.Context, _, name, password string) (string, error) {
	if name != person || password != s.members.password {
		return "", errors.ErrInvalidGrant
	}
	return name, nil
}

func (s *goOAuth2Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+goOAuth2Habits().authorize, failing(s.HandleAuthorizeRequest))
	mux.HandleFunc("POST "+goOAuth2Habits().token, failing(s.HandleTokenRequest))
	mux.HandleFunc("GET "+closedPath, refuse)
	mux.HandleFunc("GET "+whoamiPath, func(w http.ResponseWriter, r *http.Request) {
		found, err := s.ValidationBearerToken(r)
		if err != nil {
			refuse(w, r)
			return
		}
		tell(w, found.GetUserID(), found.GetClientID())
	})
	return mux
}

// failing answers for a handler that could not.
func failing(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}
}
