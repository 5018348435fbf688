package providertest

import (
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	"golang.org/x/sync/errgroup"

	"github.com/oauthclients/oauthclients"
)

// This file holds the cases of the sign-in suite from the token to its end.

func renewalAfterRevocation(t *testing.T, x SignInTarget) {
	client := x.client(t, x.signedIn(t))
	require.NoError(t, x.Call(client))
	x.RevokeTokens()
	if x.RevokesAll {
		x.requireOver(t, client)
		return
	}
	x.requireRenewal(t, client)
}

func renewalAfterExpiry(t *testing.T, x SignInTarget) {
	auth := x.signedIn(t)
	if auth.Token.Expiry.IsZero() {
		return // nobody knows how long to wait
	}
	client := x.client(t, auth)
	require.NoError(t, x.Call(client))
	<-time.After(time.Until(auth.Token.Expiry))
	x.requireRenewal(t, client)
}

// requireRenewal needs one token request, or a person where there is no refresh token.
func (x SignInTarget) requireRenewal(t *testing.T, client *oauthclients.Client) {
	t.Helper()
	if x.NoRefresh {
		require.ErrorIs(t, x.calls(t, 0, client), oauthclients.ErrLoginRequired)
		return
	}
	require.NoError(t, x.calls(t, 1, client))
	require.NoError(t, x.calls(t, 0, client))
}

// renewalAfterRenewal needs the refresh token that came with the first one where the server
// rotates them, and the first refresh token where it does not. After it the program starts anew.
func renewalAfterRenewal(t *testing.T, x SignInTarget) {
	if x.NoRefresh {
		return
	}
	store := oauthclients.WithTokenStore(oauthclients.FileTokenStore(filepath.Join(t.TempDir(), "token.json")))
	auth := x.signedIn(t)
	client, life := x.client(t, auth, store), lifeOf(auth.Token)
	for range 3 {
		if !x.outdate(life) {
			return
		}
		require.NoError(t, x.calls(t, 1, client))
	}
	client = x.client(t, x.Auth, store)
	x.outdate(life)
	require.NoError(t, x.calls(t, 1, client))
}

// lifeOf is how long a new access token lives, 0 if nobody knows.
func lifeOf(token *oauth2.Token) time.Duration {
	if token.Expiry.IsZero() {
		return 0
	}
	return time.Until(token.Expiry)
}

// oneRenewalForAll: with rotation a second use of the refresh token would end the session (RFC
// 9700 section 4.14.2).
func oneRenewalForAll(t *testing.T, x SignInTarget) {
	if x.NoRefresh {
		return
	}
	auth := x.signedIn(t)
	client := x.client(t, auth)
	require.NoError(t, x.Call(client))
	if !x.outdate(lifeOf(auth.Token)) {
		return
	}
	require.NoError(t, x.sends(t, 1, func() error {
		return atOnce(50, func(int) error { return x.Call(client) })
	}))
}

// atOnce does the same thing in many goroutines.
func atOnce(times int, do func(i int) error) error {
	var group errgroup.Group
	for i := range times {
		group.Go(func() error { return do(i) })
	}
	return group.Wait()
}

// endedSession must not make a program ask for a token again and again: only a person can help.
func endedSession(t *testing.T, x SignInTarget) {
	client := x.client(t, x.signedIn(t))
	require.NoError(t, x.Call(client))
	x.EndSessions()
	x.requireOver(t, client)
	require.NoError(t, x.Call(x.client(t, x.signedIn(t))), "a new sign-in helps")
}

// requireOver needs one token request to find out, and none after that if the server has said it.
func (x SignInTarget) requireOver(t *testing.T, client *oauthclients.Client) {
	t.Helper()
	attempts := 1
	if x.NoRefresh {
		attempts = 0
	}
	over := x.badRefresh(oauthclients.ErrLoginRequired)
	require.ErrorIs(t, x.calls(t, attempts, client), over)
	if x.BadRefresh == nil {
		attempts = 0
	}
	for range 3 {
		require.ErrorIs(t, x.calls(t, attempts, client), over)
	}
}

// signOut must end the tokens at the server: a copy may be anywhere.
func signOut(t *testing.T, x SignInTarget) {
	auth := x.signedIn(t)
	client := x.client(t, auth)
	require.NoError(t, x.Call(client))
	err := client.SignOut(t.Context())
	require.Equal(t, x.NoSignOut, errors.Is(err, errors.ErrUnsupported))
	if !x.NoSignOut {
		require.NoError(t, err)
		x.requireDead(t, auth)
	}
	require.ErrorIs(t, x.calls(t, 0, client), oauthclients.ErrLoginRequired)
	require.NoError(t, client.SignOut(t.Context()), "nobody is signed in")
}

// requireDead tries the token, and each of its parts alone.
func (x SignInTarget) requireDead(t *testing.T, auth oauthclients.AuthCode) {
	t.Helper()
	access, refresh := oauth2.Token{AccessToken: auth.Token.AccessToken}, oauth2.Token{RefreshToken: auth.Token.RefreshToken}
	for _, token := range []*oauth2.Token{auth.Token, &access, &refresh} {
		auth.Token = token
		dead := oauthclients.ErrLoginRequired
		if token.RefreshToken != "" {
			dead = x.badRefresh(dead)
		}
		require.ErrorIs(t, x.Call(x.client(t, auth)), dead)
	}
}

// tokenStore is shared by two clients, as by two runs of a program.
func tokenStore(t *testing.T, x SignInTarget) {
	store := oauthclients.WithTokenStore(oauthclients.FileTokenStore(filepath.Join(t.TempDir(), "token.json")))
	login, callback := x.arrive(t, x.SignIn)
	token, err := x.Auth.Finish(t.Context(), x.Provider, login, callback, slices.Concat(x.Options, []oauthclients.Option{store})...)
	require.NoError(t, err)
	first, second := x.client(t, x.Auth, store), x.client(t, x.Auth, store)
	require.NoError(t, x.calls(t, 0, first))
	require.NoError(t, x.calls(t, 0, second), "nobody has to sign in again")
	if x.NoRefresh || !x.outdate(lifeOf(token)) {
		return
	}
	require.NoError(t, x.calls(t, 1, first))
	require.NoError(t, x.calls(t, 0, second), "a renewed token is for both")
}

// manySignIns are all on their way at the same time.
func manySignIns(t *testing.T, x SignInTarget) {
	const people = 20
	logins, callbacks, tokens := make([]*oauthclients.Login, people), make([]url.Values, people), make([]*oauth2.Token, people)
	require.NoError(t, x.sends(t, 0, func() error {
		return atOnce(people, func(i int) (err error) {
			if logins[i], err = x.Auth.Begin(t.Context(), x.Provider, x.Options...); err == nil {
				callbacks[i], err = x.SignInAs(i, logins[i].URL)
			}
			return err
		})
	}))
	require.NoError(t, x.sends(t, people, func() error {
		return atOnce(people, func(i int) (err error) {
			tokens[i], err = x.Auth.Finish(t.Context(), x.Provider, logins[i], callbacks[i], x.Options...)
			return err
		})
	}))
	seen := map[string]bool{}
	for _, token := range tokens {
		require.False(t, seen[token.AccessToken], "each person gets a token")
		seen[token.AccessToken] = true
		auth := x.Auth
		auth.Token = token
		require.NoError(t, x.calls(t, 0, x.client(t, auth)))
	}
}
