package dcr_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file runs the sign-in suite with clients that are registered at the fake, in each manner and
// each way for a client to prove who it is.

// The ways of RFC 7591 section 2.
const (
	basic = "client_secret_basic"
	post  = "client_secret_post"
	none  = "none"
)

const signInURL = "https://app.example.com/callback"

func TestSignInInEachManner(t *testing.T) {
	for _, m := range dcrtest.Manners() {
		for _, method := range methodsOf(m) {
			t.Run(m.String()+"/"+method, func(t *testing.T) {
				providertest.RunSignIn(t, providertest.SignInHarness{Bubble: true, Start: func(t *testing.T) providertest.SignInTarget {
					t.Helper()
					return signInTarget(t, m, method)
				}})
			})
		}
	}
}

// methodsOf lists the ways in which the suite runs: the form, which is nobody's default, and those in
// which the server has something of its own.
func methodsOf(m dcrtest.Manner) []string {
	switch m {
	case dcrtest.OIDCProvider, dcrtest.Keycloak, dcrtest.Canaille:
		return []string{basic, post}
	case dcrtest.MCPPython:
		return []string{basic, post, none}
	case dcrtest.MCPTypeScript, dcrtest.BetterAuth, dcrtest.Authlib:
		return []string{post, none}
	default:
		return []string{post}
	}
}

func signInTarget(t *testing.T, m dcrtest.Manner, method string) providertest.SignInTarget {
	t.Helper()
	server := dcrtest.New(dcrtest.WithManner(m), dcrtest.WithInitialAccessToken())
	auth := registeredFor(t, server, method)
	auth.AuthMethod = oauthclients.ClientAuthMethod(method)
	if m == dcrtest.MCPPython && method == basic {
		auth.AuthMethod = oauthclients.ClientSecretBasicWithID
	}
	return providertest.SignInTarget{
		Provider: server.Provider(), Auth: auth, Options: []oauthclients.Option{oauthclients.WithHTTPClient(server.HTTPClient())},
		SignIn: server.SignIn, Deny: server.Deny, RevokeTokens: server.RevokeTokens, EndSessions: server.EndSessions,
		TokenRequests: func() int { return tokenRequests(server) },
		Call: func(client *oauthclients.Client) error {
			_, err := client.Clients.Create(t.Context(), newcomer(basic))
			if errors.Is(err, oauthclients.ErrNotApplied) { // the token was good, which is all that is asked here
				return nil
			}
			return err
		},
		NoSignOut:  !revokes(m),
		RevokesAll: m == dcrtest.Authlib || m == dcrtest.DjangoOAuthToolkit || m == dcrtest.Canaille,
	}
}

// revokes: there is a way for a client to end its tokens.
func revokes(m dcrtest.Manner) bool {
	return m != dcrtest.OIDCProvider && m != dcrtest.LemonLDAP && m != dcrtest.GoOIDC
}

func newcomer(method string) *oauthclients.OAuthClient {
	c := &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{signInURL},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
	}
	dcr.ExtraOf(c).TokenEndpointAuthMethod = method
	return c
}

// registeredFor registers a client at a server. What its answer does not show does not matter here.
func registeredFor(t *testing.T, server *dcrtest.Server, method string) oauthclients.AuthCode {
	t.Helper()
	registrar := clientOf(t, server, server.Auth())
	created, err := registrar.Clients.Create(t.Context(), newcomer(method))
	require.NotNil(t, created, "%v", err)
	auth := oauthclients.AuthCode{ClientID: created.ID, RedirectURL: signInURL}
	if method != none {
		auth.ClientSecret = created.Secret
	}
	return auth
}

// tokenRequests are those to the token endpoint that revoke nothing.
func tokenRequests(server *dcrtest.Server) int {
	count := 0
	for _, r := range server.Requests() {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/token") && strings.Contains(string(r.Body), "grant_type=") {
			count++
		}
	}
	return count
}

// person signs in as a client of a manner, and has its token.
func person(t *testing.T, server *dcrtest.Server, auth oauthclients.AuthCode) (oauthclients.AuthCode, error) {
	t.Helper()
	web := oauthclients.WithHTTPClient(server.HTTPClient())
	login, err := auth.Begin(t.Context(), server.Provider(), web)
	require.NoError(t, err)
	callback, err := server.SignIn(login.URL)
	require.NoError(t, err)
	auth.Token, err = auth.Finish(t.Context(), server.Provider(), login, callback, web)
	return auth, err
}

// A server that misses the id beside Basic says so, and gets it. That uses no code up.
func TestTheIDBesideBasicWhereItIsMissed(t *testing.T) {
	server := dcrtest.New(dcrtest.WithManner(dcrtest.MCPPython))
	auth, err := person(t, server, registeredFor(t, server, basic))
	require.NoError(t, err)
	require.NotEmpty(t, auth.Token.RefreshToken)
}

// The registered method is the client's, and goes with it into the sign-in.
func TestASecretInTheFormWhereTheClientIsRegisteredSo(t *testing.T) {
	for _, m := range []dcrtest.Manner{dcrtest.Hydra, dcrtest.Keycloak, dcrtest.GoOIDC} {
		server := dcrtest.New(dcrtest.WithManner(m))
		registered := registeredFor(t, server, post)
		client, err := oauthclients.New(server.Provider(), server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)
		read, err := client.Clients.Get(t.Context(), registered.ClientID)
		require.NoError(t, err)
		auth := dcr.AuthCode(read)
		auth.ClientSecret, auth.RedirectURL = registered.ClientSecret, signInURL
		_, err = person(t, server, auth)
		require.NoError(t, err, m)
	}
}

// An error without an issuer is told as it is, where the issuer is promised too.
func TestAnErrorWithoutThePromisedIssuer(t *testing.T) {
	for _, m := range []dcrtest.Manner{dcrtest.DjangoOAuthToolkit, dcrtest.Canaille, dcrtest.Keycloak} {
		server := dcrtest.New(dcrtest.WithManner(m))
		auth, web := registeredFor(t, server, basic), oauthclients.WithHTTPClient(server.HTTPClient())
		login, err := auth.Begin(t.Context(), server.Provider(), web)
		require.NoError(t, err, m)
		callback, err := server.Deny(login.URL)
		require.NoError(t, err)
		_, err = auth.Finish(t.Context(), server.Provider(), login, callback, web)
		require.ErrorIs(t, err, oauthclients.ErrPermission, m)
	}
}

// A server that has forgotten the client sends the person, and the program, back to the start.
func TestASignInAtAServerThatHasForgotten(t *testing.T) {
	for _, m := range []dcrtest.Manner{dcrtest.MCPTypeScript, dcrtest.MCPPython} {
		server := dcrtest.New(dcrtest.WithManner(m), dcrtest.WithInitialAccessToken())
		auth := registeredFor(t, server, post)
		auth.AuthMethod = oauthclients.ClientSecretPost
		auth, err := person(t, server, auth)
		require.NoError(t, err, m)
		server.Restart()
		_, err = clientOf(t, server, auth).Clients.Create(t.Context(), newcomer(post))
		require.ErrorIs(t, err, oauthclients.ErrLoginRequired, m)
		require.ErrorContains(t, err, "regist", m)
	}
}

// A session that goes on at the server is no success, though the program has forgotten it.
func TestAPublicClientThatCannotRevoke(t *testing.T) {
	for _, m := range []dcrtest.Manner{dcrtest.Spring, dcrtest.Canaille} {
		server := dcrtest.New(dcrtest.WithManner(m), dcrtest.WithInitialAccessToken())
		auth := registeredFor(t, server, none)
		auth.AuthMethod = oauthclients.ClientAuthNone
		auth, err := person(t, server, auth)
		require.NoError(t, err, m)
		client := clientOf(t, server, auth)
		_, err = client.Clients.Create(t.Context(), newcomer(basic))
		require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated, m)
		require.Error(t, client.SignOut(t.Context()), m)
		_, err = client.Clients.Create(t.Context(), newcomer(basic))
		require.ErrorIs(t, err, oauthclients.ErrLoginRequired, m)
	}
}
