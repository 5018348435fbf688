package docspace_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests how a person signs in at a portal (contract section 9).

// bothWires are the two ways to talk to a portal; its OAuth2 server is the same.
func bothWires() map[string]docspace.Wire {
	return map[string]docspace.Wire{"server": docspace.WireServer, "guide": docspace.WireGuide}
}

// portalToken is a token answer of the portal's OAuth2 server.
const portalToken = `{"access_token":"eyJhbGciOiJFUzI1NiJ9.e30.c2ln","refresh_token":"eu:Tk9U+QVNFQ1JFVA/==","token_type":"Bearer",` +
	`"expires_in":3600,"scope":"files:read"}`

// portalThatAnswers is an OAuth2 server that answers everything alike.
func portalThatAnswers(status int, body string) *fakeserver.Server {
	return fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
}

func portalLogin() oauthclients.AuthCode {
	return oauthclients.AuthCode{
		ClientID: "d1ad0ae3-57c5-4a5b-9d4b-b7d4ba2bcb11", ClientSecret: oauthclients.NewSecret("s3cr+t of the cli&nt"),
		RedirectURL: "https://app.example.com/callback", Scopes: []string{"files:read", "accounts:read", "openid"},
	}
}

func portalOptions(server *fakeserver.Server) []oauthclients.Option {
	return []oauthclients.Option{
		oauthclients.WithHTTPClient(server.HTTPClient()),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Microsecond, MaxWait: time.Millisecond}),
	}
}

// formSent is the form of a request, which has no other credentials.
func formSent(t *testing.T, r fakeserver.Request) url.Values {
	t.Helper()
	require.Equal(t, http.MethodPost, r.Method)
	require.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
	require.Empty(t, r.Header.Get("Authorization"), "the portal takes no Basic")
	require.Empty(t, r.Header.Get("x-signature"))
	form, err := url.ParseQuery(string(r.Body))
	require.NoError(t, err)
	return form
}

// The portal's consent page drops what stands behind the scope, and with it the state.
func TestTheScopeIsTheLastParameter(t *testing.T) {
	for name, wire := range bothWires() {
		for _, pkce := range []bool{true, false} {
			t.Run(fmt.Sprint(name, " ", pkce), func(t *testing.T) {
				auth := portalLogin()
				auth.DisablePKCE = !pkce
				login, err := auth.Begin(t.Context(), docspace.Provider{Portal: "https://portal.example.com/", Wire: wire})
				require.NoError(t, err)
				address, query, _ := strings.Cut(login.URL, "?")
				require.Equal(t, "https://portal.example.com/oauth2/authorize", address)
				require.NotContains(t, query, "?")
				parameters := strings.Split(query, "&")
				require.Equal(t, "scope="+url.QueryEscape("files:read accounts:read openid"), parameters[len(parameters)-1])
				require.Contains(t, parameters[:len(parameters)-1], "state="+login.State)
				want := url.Values{
					"response_type": {"code"}, "client_id": {auth.ClientID}, "redirect_uri": {auth.RedirectURL},
					"scope": {"files:read accounts:read openid"}, "state": {login.State},
				}
				if pkce {
					want.Set("code_challenge", oauth2.S256ChallengeFromVerifier(login.Verifier))
					want.Set("code_challenge_method", "S256")
				}
				got, err := url.ParseQuery(query)
				require.NoError(t, err)
				require.Equal(t, want, got)
			})
		}
	}
}

func TestWithoutScopesNothingMoves(t *testing.T) {
	auth := portalLogin()
	auth.Scopes = nil
	login, err := auth.Begin(t.Context(), docspace.Provider{Portal: "https://portal.example.com"})
	require.NoError(t, err)
	page, err := url.Parse(login.URL)
	require.NoError(t, err)
	require.False(t, page.Query().Has("scope"))
	require.Equal(t, login.State, page.Query().Get("state"))
	require.NotContains(t, login.URL, "&&")
	require.False(t, strings.HasSuffix(login.URL, "&"))
	require.Equal(t, auth.RedirectURL, page.Query().Get("redirect_uri"))
}

func TestTheExchangeWithAPortal(t *testing.T) {
	for name, wire := range bothWires() {
		for _, public := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " public ", public), func(t *testing.T) {
				server := portalThatAnswers(http.StatusOK, portalToken)
				provider := docspace.Provider{Portal: server.URL(), Wire: wire}
				auth := portalLogin()
				want := url.Values{
					"grant_type": {"authorization_code"}, "client_id": {auth.ClientID}, "redirect_uri": {auth.RedirectURL},
					"code": {"eu:Zm9v+YmFy/=="}, // with the region that the vendor's hosts put before it
				}
				if public {
					auth.ClientSecret = oauthclients.Secret{}
				} else {
					want.Set("client_secret", "s3cr+t of the cli&nt")
				}
				login, err := auth.Begin(t.Context(), provider)
				require.NoError(t, err)
				want.Set("code_verifier", login.Verifier)
				token, err := auth.Finish(t.Context(), provider, login, url.Values{"state": {login.State}, "code": {"eu:Zm9v+YmFy/=="}}, portalOptions(server)...)
				require.NoError(t, err)
				require.Equal(t, "eu:Tk9U+QVNFQ1JFVA/==", token.RefreshToken)
				require.Equal(t, "files:read", token.Extra("scope"))
				require.Len(t, server.Requests(), 1)
				require.Equal(t, "/oauth2/token", server.Requests()[0].Path)
				require.Equal(t, want, formSent(t, server.Requests()[0]))
			})
		}
	}
}

func TestTheRefreshAtAPortal(t *testing.T) {
	server := portalThatAnswers(http.StatusBadRequest, `{"error":"invalid_grant"}`)
	auth := portalLogin()
	auth.Token = &oauth2.Token{RefreshToken: "eu:Tk9U+QVNFQ1JFVA/=="}
	client, err := oauthclients.New(docspace.Provider{Portal: server.URL()}, auth, portalOptions(server)...)
	require.NoError(t, err)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
	require.Len(t, server.Requests(), 1)
	require.Equal(t, url.Values{
		"grant_type": {"refresh_token"}, "client_id": {auth.ClientID}, "client_secret": {"s3cr+t of the cli&nt"},
		"refresh_token": {"eu:Tk9U+QVNFQ1JFVA/=="},
	}, formSent(t, server.Requests()[0]))
}

// The fake's consent page loses the state too, if it stands behind the scope.
func TestSignInAtTheFakePortal(t *testing.T) {
	portal := docspacetest.New()
	option := oauthclients.WithHTTPClient(portal.HTTPClient())
	auth := portal.AuthCode("https://app.example.com/callback")
	login, err := auth.Begin(t.Context(), portal.Provider(), option)
	require.NoError(t, err)
	callback, err := portal.SignIn(login.URL)
	require.NoError(t, err)
	require.Equal(t, []string{login.State}, callback["state"])
	auth.Token, err = auth.Finish(t.Context(), portal.Provider(), login, callback, option)
	require.NoError(t, err)
	for _, r := range portal.Requests() {
		basic := base64.StdEncoding.EncodeToString([]byte(auth.ClientID))
		require.NotContains(t, r.Header.Get("Authorization"), basic[:8])
	}
	client := connect(t, portal, auth)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.NoError(t, client.SignOut(t.Context()))
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
}

func TestAPersonsNoAtTheFakePortal(t *testing.T) {
	portal := docspacetest.New()
	option := oauthclients.WithHTTPClient(portal.HTTPClient())
	auth := portal.AuthCode("https://app.example.com/callback")
	login, err := auth.Begin(t.Context(), portal.Provider(), option)
	require.NoError(t, err)
	callback, err := portal.SignInDenied(login.URL)
	require.NoError(t, err)
	token, err := auth.Finish(t.Context(), portal.Provider(), login, callback, option)
	require.Nil(t, token)
	require.ErrorIs(t, err, oauthclients.ErrPermission)
}
