package e2e

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"
	"github.com/ory/fosite/handler/oauth2"
	"github.com/ory/fosite/storage"
	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file is an OAuth2 server on the framework of Ory Hydra, github.com/ory/fosite: it wants a
// client to say who it is in the one registered way, and PKCE by S256.

func fositeHabits() habits {
	return habits{
		name: "fosite", authorize: "/oauth2/auth", token: "/oauth2/token",
		tokenType: "bearer", wayBack: http.StatusSeeOther, deadGrant: http.StatusBadRequest,
		notAllowed:      refusal{http.StatusBadRequest, "unauthorized_client", oauthclients.ErrUnauthenticated},
		unknownClient:   badClient(),
		reuseEndsSignIn: true, signIn: redirectedAtOnce,
	}
}

// fositeServer has the endpoints; the protocol is fosite's.
type fositeServer struct {
	fosite.OAuth2Provider

	store    fositeStore
	strategy *oauth2.HMACSHAStrategy
}

// fositeStore knows a person by name, where the store of fosite makes up a new id each time.
type fositeStore struct{ *storage.MemoryStore }

func (s fositeStore) Authenticate(ctx context.Context, name, password string) (string, error) {
	_, err := s.MemoryStore.Authenticate(ctx, name, password)
	return name, err
}

func startFosite(t *testing.T, m members) *place {
	t.Helper()
	config := &fosite.Config{
		GlobalSecret: []byte(rand.Text() + rand.Text())[:32], HashCost: 4,
		AccessTokenLifespan: time.Hour, EnforcePKCE: true,
		RefreshTokenScopes: []string{}, // who may refresh gets a refresh token, as at the vendors
	}
	s := &fositeServer{store: fositeStore{storage.NewMemoryStore()}, strategy: compose.NewOAuth2HMACStrategy(config)}
	s.OAuth2Provider = compose.Compose(config, s.store, s.strategy,
		compose.OAuth2AuthorizeExplicitFactory, compose.OAuth2PKCEFactory, compose.OAuth2RefreshTokenGrantFactory,
		compose.OAuth2ClientCredentialsGrantFactory, compose.OAuth2TokenIntrospectionFactory,
		compose.OAuth2ResourceOwnerPasswordCredentialsFactory, //nolint:staticcheck // deprecated as the grant is; it is what is tested
	)
	s.admit(t, config, m)
	p := serve(t, fositeHabits(), s.routes())
	p.revoke = s.revoke
	return p
}

// admit registers the clients and the person.
func (s *fositeServer) admit(t *testing.T, config *fosite.Config, m members) {
	t.Helper()
	s.store.Users[person] = storage.MemoryUserRelation{Username: person, Password: m.password}
	for _, c := range m.clients {
		hash, err := config.GetSecretsHasher(t.Context()).Hash(t.Context(), []byte(c.secret))
		require.NoError(t, err)
		client := &fosite.DefaultClient{
			ID: c.id, Secret: hash, Public: c.way == byNobody, RedirectURIs: []string{m.redirect},
			ResponseTypes: []string{"code"}, Scopes: []string{"openid", "offline_access"},
		}
		for _, grant := range c.grants {
			client.GrantTypes = append(client.GrantTypes, string(grant))
		}
		s.store.Clients[c.id] = &fosite.DefaultOpenIDConnectClient{
			DefaultClient: client, TokenEndpointAuthMethod: string(c.way),
		}
	}
}

func (s *fositeServer) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+fositeHabits().authorize, s.authorize)
	mux.HandleFunc("POST "+fositeHabits().token, s.token)
	mux.HandleFunc("GET "+whoamiPath, s.whoami)
	mux.HandleFunc("GET "+closedPath, refuse)
	return mux
}

// authorize takes everybody for the person, who agrees to everything.
func (s *fositeServer) authorize(w http.ResponseWriter, r *http.Request) {
	asked, err := s.NewAuthorizeRequest(r.Context(), r)
	if err != nil {
		s.WriteAuthorizeError(r.Context(), w, asked, err)
		return
	}
	for _, scope := range asked.GetRequestedScopes() {
		asked.GrantScope(scope)
	}
	answer, err := s.NewAuthorizeResponse(r.Context(), asked, &fosite.DefaultSession{Subject: person})
	if err != nil {
		s.WriteAuthorizeError(r.Context(), w, asked, err)
		return
	}
	s.WriteAuthorizeResponse(r.Context(), w, asked, answer)
}

func (s *fositeServer) token(w http.ResponseWriter, r *http.Request) {
	asked, err := s.NewAccessRequest(r.Context(), r, &fosite.DefaultSession{})
	if err != nil {
		s.WriteAccessError(r.Context(), w, asked, err)
		return
	}
	answer, err := s.NewAccessResponse(r.Context(), asked)
	if err != nil {
		s.WriteAccessError(r.Context(), w, asked, err)
		return
	}
	s.WriteAccessResponse(r.Context(), w, asked, answer)
}

func (s *fositeServer) whoami(w http.ResponseWriter, r *http.Request) {
	_, found, err := s.IntrospectToken(
		r.Context(), fosite.AccessTokenFromRequest(r), fosite.AccessToken, &fosite.DefaultSession{})
	if err != nil {
		refuse(w, r)
		return
	}
	tell(w, found.GetSession().GetSubject(), found.GetClient().GetID())
}

func (s *fositeServer) revoke(t *testing.T, access string) {
	t.Helper()
	signature := s.strategy.AccessTokenSignature(t.Context(), access)
	_, err := s.store.GetAccessTokenSession(t.Context(), signature, nil)
	require.NoError(t, err)
	require.NoError(t, s.store.DeleteAccessTokenSession(t.Context(), signature))
}

// tell says whose a token is: the person's, or else the client's own.
func tell(w http.ResponseWriter, subject, client string) {
	if subject == "" {
		subject = client
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"sub": subject})
}

// refuse is RFC 6750 section 3.1.
func refuse(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write([]byte(`{"error":"invalid_token"}`))
}
