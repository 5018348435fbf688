package genesystest_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds the sign-in as a client of the SDK sees it.

func TestASignInWithTheSDK(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := genesystest.New()
		through := oauthclients.WithHTTPClient(server.HTTPClient())
		auth := server.AuthCode("https://app.example.com/callback")
		login, err := auth.Begin(t.Context(), server.Provider())
		require.NoError(t, err)
		callback, err := server.SignIn(login.URL)
		require.NoError(t, err)
		auth.Token, err = auth.Finish(t.Context(), server.Provider(), login, callback, through)
		require.NoError(t, err)
		_, err = auth.Finish(t.Context(), server.Provider(), login, callback, through)
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated, "a code is good once, and ends what it gave")

		login, err = auth.Begin(t.Context(), server.Provider())
		require.NoError(t, err)
		callback, err = server.SignIn(login.URL)
		require.NoError(t, err)
		auth.Token, err = auth.Finish(t.Context(), server.Provider(), login, callback, through)
		require.NoError(t, err)
		client, err := oauthclients.New(server.Provider(), auth, through)
		require.NoError(t, err)
		list := func() error {
			_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
			return err
		}
		require.NoError(t, list())
		exchanges := server.Count(http.MethodPost, "/oauth/token")
		server.RevokeTokens()
		require.NoError(t, list(), "the token is renewed")
		<-time.After(48 * time.Hour)
		require.NoError(t, list(), "and once more with the refresh token that came then")
		require.Equal(t, exchanges+2, server.Count(http.MethodPost, "/oauth/token"))

		require.NoError(t, client.SignOut(t.Context()))
		require.ErrorIs(t, list(), oauthclients.ErrLoginRequired)
	})
}

func TestAPersonWhoSaysNo(t *testing.T) {
	server := genesystest.New()
	auth := server.AuthCode("https://app.example.com/callback")
	login, err := auth.Begin(t.Context(), server.Provider())
	require.NoError(t, err)
	callback, err := server.SignInDenied(login.URL)
	require.NoError(t, err)
	_, err = auth.Finish(t.Context(), server.Provider(), login, callback, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	require.Zero(t, server.Count(http.MethodPost, "/oauth/token"))
}

func TestEndedSessionsWantANewSignIn(t *testing.T) {
	server := genesystest.New()
	through := oauthclients.WithHTTPClient(server.HTTPClient())
	auth := server.AuthCode("https://app.example.com/callback")
	login, err := auth.Begin(t.Context(), server.Provider())
	require.NoError(t, err)
	callback, err := server.SignIn(login.URL)
	require.NoError(t, err)
	auth.Token, err = auth.Finish(t.Context(), server.Provider(), login, callback, through)
	require.NoError(t, err)
	client, err := oauthclients.New(server.Provider(), auth, through)
	require.NoError(t, err)
	server.EndSessions()
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
}

func TestManySignInsAtOnce(t *testing.T) {
	server := genesystest.New()
	through := oauthclients.WithHTTPClient(server.HTTPClient())
	auth := server.AuthCode("https://app.example.com/callback")
	var group errgroup.Group
	for range 20 {
		group.Go(func() error {
			login, err := auth.Begin(t.Context(), server.Provider())
			if err != nil {
				return err
			}
			callback, err := server.SignIn(login.URL)
			if err != nil {
				return err
			}
			mine := auth
			if mine.Token, err = mine.Finish(t.Context(), server.Provider(), login, callback, through); err != nil {
				return err
			}
			client, err := oauthclients.New(server.Provider(), mine, through)
			if err != nil {
				return err
			}
			_, err = client.Clients.Get(t.Context(), auth.ClientID)
			return errors.Join(err, client.SignOut(t.Context()))
		})
	}
	require.NoError(t, group.Wait())
}
