package dcrtest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file tests the token endpoint and the sign-in.

const (
	callbackURL = "https://app.example.com/callback?tenant=7"
	verifier    = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B
)

func machineForm() url.Values { return url.Values{"grant_type": {"client_credentials"}} }

// loginURL is one without fault; changes replace its parameters.
func loginURL(s *dcrtest.Server, changes ...string) string {
	sum := sha256.Sum256([]byte(verifier))
	query := url.Values{
		"client_id": {dcrtest.RegistrarID}, "redirect_uri": {callbackURL}, "response_type": {"code"}, "state": {"s-1&=#"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(changes); i += 2 {
		query.Set(changes[i], changes[i+1])
	}
	return s.URL() + "/auth?" + query.Encode()
}

func TestTheRegistrarsTokensRegister(t *testing.T) {
	s := dcrtest.New(dcrtest.WithInitialAccessToken())
	for _, form := range []url.Values{
		machineForm(), {"grant_type": {"password"}, "username": {dcrtest.Username}, "password": {dcrtest.Password}},
	} {
		got := tokenOf(t, s, dcrtest.RegistrarID, dcrtest.RegistrarSecret, form)
		require.Equal(t, http.StatusOK, got.status, got.body)
		require.Equal(t, "Bearer", got.body["token_type"])
		require.Equal(t, http.StatusCreated, call(t, s, "Bearer "+got.text("access_token"), http.MethodPost, s.URL()+"/reg", web).status)
	}
}

func TestTokenRequestsThatAreRefused(t *testing.T) {
	s := dcrtest.New()
	id, secret := dcrtest.RegistrarID, dcrtest.RegistrarSecret
	requireError(t, tokenOf(t, s, id, "wrong", machineForm()), http.StatusUnauthorized, "invalid_client", "")
	requireError(t, tokenOf(t, s, "", "", machineForm()), http.StatusUnauthorized, "invalid_client", "")
	requireError(t, tokenOf(t, s, id, secret, url.Values{"grant_type": {"magic"}}), http.StatusBadRequest, "unsupported_grant_type", "")
	wrong := url.Values{"grant_type": {"password"}, "username": {dcrtest.Username}, "password": {"wrong"}}
	requireError(t, tokenOf(t, s, id, secret, wrong), http.StatusBadRequest, "invalid_grant", "")
}

func TestTokensOfRegisteredClients(t *testing.T) {
	s := dcrtest.New()
	made := registered(t, s, machine)
	id, secret := made.text("client_id"), made.text("client_secret")
	require.Equal(t, http.StatusOK, tokenOf(t, s, id, secret, machineForm()).status)
	requireError(t, tokenOf(t, s, id, "wrong", machineForm()), http.StatusUnauthorized, "invalid_client", "")
	other := registered(t, s, web)
	require.NotEqual(t, http.StatusOK, tokenOf(t, s, other.text("client_id"), other.text("client_secret"), machineForm()).status)
	require.Equal(t, http.StatusNoContent, manage(t, s, made, http.MethodDelete, "").status)
	requireError(t, tokenOf(t, s, id, secret, machineForm()), http.StatusUnauthorized, "invalid_client", "")
}

// Only a client that can prove who it is gets a token by itself (RFC 6749 section 4.4).
func TestAPublicClientGetsNoTokenByItself(t *testing.T) {
	s := dcrtest.New()
	made := registered(t, s, `{"grant_types":["client_credentials"],"response_types":[],"token_endpoint_auth_method":"none"}`)
	form := machineForm()
	form.Set("client_id", made.text("client_id"))
	requireError(t, tokenOf(t, s, "", "", form), http.StatusUnauthorized, "invalid_client", "")
}

func TestARegisteredClientsTokenDoesNotRegister(t *testing.T) {
	s := dcrtest.New(dcrtest.WithInitialAccessToken())
	made := call(t, s, "Bearer "+dcrtest.InitialAccessToken, http.MethodPost, s.URL()+"/reg", machine)
	token := tokenOf(t, s, made.text("client_id"), made.text("client_secret"), machineForm())
	require.Equal(t, http.StatusOK, token.status)
	requireDead(t, call(t, s, "Bearer "+token.text("access_token"), http.MethodPost, s.URL()+"/reg", web))
}

func TestSignIn(t *testing.T) {
	s := dcrtest.New()
	callback, err := s.SignIn(loginURL(s))
	require.NoError(t, err)
	require.Equal(t, "7", callback.Get("tenant"), "the query of the redirect URI stays (RFC 6749 section 3.1.2)")
	require.Equal(t, "s-1&=#", callback.Get("state"))
	form := url.Values{"grant_type": {"authorization_code"}, "code": {callback.Get("code")}, "redirect_uri": {callbackURL}, "code_verifier": {verifier}}
	got := tokenOf(t, s, dcrtest.RegistrarID, dcrtest.RegistrarSecret, form)
	require.Equal(t, http.StatusOK, got.status, got.body)
	requireError(t, tokenOf(t, s, dcrtest.RegistrarID, dcrtest.RegistrarSecret, form), http.StatusBadRequest, "invalid_grant", "used before")

	fresh, err := s.SignIn(loginURL(s))
	require.NoError(t, err)
	form.Set("code", fresh.Get("code"))
	form.Set("code_verifier", verifier[1:]+"x")
	requireError(t, tokenOf(t, s, dcrtest.RegistrarID, dcrtest.RegistrarSecret, form), http.StatusBadRequest, "invalid_grant", "")
}

func TestRefresh(t *testing.T) {
	s := dcrtest.New()
	auth := s.AuthCode(callbackURL)
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {auth.Token.RefreshToken}}
	got := tokenOf(t, s, dcrtest.RegistrarID, dcrtest.RegistrarSecret, form)
	require.Equal(t, http.StatusOK, got.status, got.body)
	require.NotEqual(t, auth.Token.RefreshToken, got.body["refresh_token"])
	requireError(t, tokenOf(t, s, dcrtest.RegistrarID, dcrtest.RegistrarSecret, form), http.StatusBadRequest, "invalid_grant", "")
}

func TestTheEndOfTokens(t *testing.T) {
	s := dcrtest.New(dcrtest.WithInitialAccessToken())
	auth := s.AuthCode(callbackURL)
	register := func(token string) int {
		return call(t, s, "Bearer "+token, http.MethodPost, s.URL()+"/reg", web).status
	}
	require.Equal(t, http.StatusCreated, register(auth.Token.AccessToken))
	s.RevokeTokens()
	require.Equal(t, http.StatusUnauthorized, register(auth.Token.AccessToken))
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {auth.Token.RefreshToken}}
	got := tokenOf(t, s, dcrtest.RegistrarID, dcrtest.RegistrarSecret, form)
	require.Equal(t, http.StatusCreated, register(got.text("access_token")))
	s.EndSessions()
	require.Equal(t, http.StatusUnauthorized, register(got.text("access_token")))
	form.Set("refresh_token", got.text("refresh_token"))
	requireError(t, tokenOf(t, s, dcrtest.RegistrarID, dcrtest.RegistrarSecret, form), http.StatusBadRequest, "invalid_grant", "")
}

// The token of a person who signed in to a registered client registers, as the registrar's does.
func TestAPersonsTokenRegisters(t *testing.T) {
	s := dcrtest.New(dcrtest.WithInitialAccessToken())
	made := call(t, s, "Bearer "+dcrtest.InitialAccessToken, http.MethodPost, s.URL()+"/reg", `{"redirect_uris":["`+callbackURL+`"]}`)
	callback, err := s.SignIn(loginURL(s, "client_id", made.text("client_id")))
	require.NoError(t, err)
	token := tokenOf(t, s, made.text("client_id"), made.text("client_secret"), url.Values{
		"grant_type": {"authorization_code"}, "code": {callback.Get("code")}, "redirect_uri": {callbackURL}, "code_verifier": {verifier},
	})
	require.Equal(t, http.StatusCreated, call(t, s, "Bearer "+token.text("access_token"), http.MethodPost, s.URL()+"/reg", web).status)
}

func TestSignInsThatAreRefused(t *testing.T) {
	s := dcrtest.New()
	made := registered(t, s, web)
	for name, changes := range map[string][]string{
		"unknown client":       {"client_id", "no-such"},
		"unknown redirect URI": {"client_id", made.text("client_id")},
		"response type":        {"response_type", "token"},
		"plain proof":          {"code_challenge_method", "plain"},
	} {
		t.Run(name, func(t *testing.T) {
			callback, err := s.SignIn(loginURL(s, changes...))
			if err == nil {
				require.Equal(t, "invalid_request", callback.Get("error"))
				require.Empty(t, callback.Get("code"))
			}
		})
	}
}

func TestStrategies(t *testing.T) {
	s := dcrtest.NewServer(t, dcrtest.WithInitialAccessToken())
	store := s.Provider().Registrations
	for _, auth := range []oauthclients.Auth{s.Auth(), s.ClientCredentials(), s.PasswordGrant(), s.AuthCode(callbackURL)} {
		client, err := oauthclients.New(s.Provider(), auth)
		require.NoError(t, err)
		_, err = client.Clients.Create(t.Context(), &oauthclients.OAuthClient{
			Name: "n", RedirectURIs: []string{"https://a.example/cb"},
		})
		require.NoError(t, err)
	}
	ids, err := store.List(t.Context(), "", 10)
	require.NoError(t, err)
	require.Equal(t, s.Registered(), ids, "every Provider has the same store")
	require.Len(t, ids, 4)
}

func TestVisit(t *testing.T) {
	s := dcrtest.NewServer(t)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	auth := s.AuthCode("http://" + address + "/callback")
	auth.Token = nil
	token, err := auth.Interactive(t.Context(), s.Provider(), s.Visit)
	require.NoError(t, err)
	require.NotEmpty(t, token.AccessToken)
}
