package e2e

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file signs people in at the server, in each way in which an OAuth2 client can say who it
// is.

func TestSignIn(t *testing.T) {
	for name, w := range map[string]way{"secret in the form": byForm, "secret in Basic": byBasic, "public client": byNobody} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t, w, settings{PKCERequired: true, RotateRefreshToken: true})
			login := a.begin(t)
			requireAuthorizeURL(t, a, login)
			a.wire.requireSent(t)

			agree(t, login.URL)
			back := a.back.wait(t)
			require.Equal(t, login.State, back.Get("state"))
			token, err := a.finish(t, login, back)
			require.NoError(t, err)
			require.NotEmpty(t, token.AccessToken)
			require.NotEmpty(t, token.RefreshToken)
			require.WithinDuration(t, time.Now().Add(time.Hour), token.Expiry, time.Minute)
			sent := a.wire.requireSent(t, "POST /token")
			requireExchange(t, a, login, back, sent[0])

			requireWorks(t, a.client(t, token))
			sent = a.wire.requireSent(t, "GET /me")
			require.Equal(t, "Bearer "+token.AccessToken, sent[0].Header.Get("Authorization"))
		})
	}
}

// requireAuthorizeURL holds RFC 6749 section 4.1.1 and RFC 7636 section 4.3.
func requireAuthorizeURL(t *testing.T, a *app, login *oauthclients.Login) {
	t.Helper()
	address, err := url.Parse(login.URL)
	require.NoError(t, err)
	require.Equal(t, a.server.Issuer+"/auth", address.Scheme+"://"+address.Host+address.Path)
	challenge := address.Query().Get("code_challenge")
	require.Len(t, challenge, 43) // SHA-256 in base64url
	require.NotEqual(t, login.Verifier, challenge)
	require.Equal(t, url.Values{
		"response_type": {"code"}, "client_id": {a.auth.ClientID}, "redirect_uri": {a.auth.RedirectURL}, "scope": {"openid"},
		"state": {login.State}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}, address.Query())
}

// requireExchange holds RFC 6749 sections 4.1.3 and 2.3.1, and RFC 7636 section 4.5.
func requireExchange(t *testing.T, a *app, login *oauthclients.Login, back url.Values, sent request) {
	t.Helper()
	want := url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Get("code")}, "redirect_uri": {a.auth.RedirectURL},
		"code_verifier": {login.Verifier},
	}
	credential := ""
	switch a.way {
	case byBasic:
		credential = "Basic " + basic(a.auth.ClientID, a.auth.ClientSecret.Reveal())
	case byForm:
		want.Set("client_id", a.auth.ClientID)
		want.Set("client_secret", a.auth.ClientSecret.Reveal())
	case byNobody:
		want.Set("client_id", a.auth.ClientID)
	}
	require.Equal(t, want, sent.Form)
	require.Equal(t, credential, sent.Header.Get("Authorization"))
}

func TestSignInWithoutPKCE(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: false})
	a.auth.DisablePKCE = true
	login := a.begin(t)
	require.Empty(t, login.Verifier)
	require.NotContains(t, login.URL, "code_challenge")
	agree(t, login.URL)
	token, err := a.finish(t, login, a.back.wait(t))
	require.NoError(t, err)
	sent := a.wire.requireSent(t, "POST /token")
	require.NotContains(t, sent[0].Form, "code_verifier")
	requireWorks(t, a.client(t, token))
}

// The server sends the browser back at once, with an error of its own.
func TestSignInWithoutPKCEWhereItIsRequired(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true})
	a.auth.DisablePKCE = true
	login := a.begin(t)
	openPage(t, login.URL).waitFor("#arrived")
	_, err := a.finish(t, login, a.back.wait(t))
	failed := failure(t, err)
	require.ErrorIs(t, failed, oauthclients.ErrInvalid)
	require.Equal(t, "invalid_request", failed.Code)
	require.Contains(t, failed.Message, "PKCE")
	a.wire.requireSent(t)
}
