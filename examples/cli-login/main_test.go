package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file runs the tool as its user does; the browser is played by the fake.

func noEnvironment(string) string { return "" }

// signInAt makes a browser whose user signs in, and follows the way back to the tool. It
// returns what the last page said.
func signInAt(t *testing.T, fake *sipgatetest.Server, page *string) func(string) error {
	t.Helper()
	return func(address string) error {
		login, err := url.Parse(address)
		if err != nil {
			return err
		}
		callback, err := fake.SignIn(address)
		if err != nil {
			return err
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, login.Query().Get("redirect_uri")+"?"+callback.Encode(), http.NoBody)
		if err != nil {
			return err
		}
		answer, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		*page = string(text)
		return err
	}
}

// fakeTool is the tool over a fake that the test can look into.
func fakeTool(t *testing.T, out io.Writer) (*tool, *sipgatetest.Server) {
	t.Helper()
	fake := sipgatetest.NewServer(t)
	return &tool{account: fakeAccountAt(fake, t.TempDir()), out: out, browse: fake.Visit}, fake
}

func TestTheFirstRunSignsInAndTheSecondDoesNot(t *testing.T) {
	var out bytes.Buffer
	var page string
	tool, fake := fakeTool(t, &out)
	tool.browse = signInAt(t, fake, &page)
	for range 3 {
		require.NoError(t, tool.showBalance(t.Context()))
	}
	require.Equal(t, 1, strings.Count(out.String(), "Sign in at:"))
	require.Equal(t, 3, strings.Count(out.String(), "Balance: 123.45 EUR\n"))
	require.Contains(t, page, "close this tab")
	require.Equal(t, 1, fake.Count(http.MethodPost, "/auth/realms/third-party/protocol/openid-connect/token"))
}

func TestSignOutEndsTheSessionAndRemovesTheToken(t *testing.T) {
	var out bytes.Buffer
	tool, fake := fakeTool(t, &out)
	require.NoError(t, tool.showBalance(t.Context()))
	require.NoError(t, tool.signOut(t.Context()))
	require.Equal(t, 1, fake.Count(http.MethodPost, "/auth/realms/third-party/protocol/openid-connect/logout"))
	stored, err := tool.store.Load(t.Context())
	require.NoError(t, err)
	require.Nil(t, stored)

	require.NoError(t, tool.signOut(t.Context()), "nobody is signed in")
	require.NoError(t, tool.showBalance(t.Context()))
	require.Equal(t, 2, strings.Count(out.String(), "Sign in at:"))
}

func TestWithoutABrowserTheAddressIsThere(t *testing.T) {
	var out bytes.Buffer
	tool, fake := fakeTool(t, &out)
	tool.browse = func(address string) error {
		go func() { _ = fake.Visit(address) }() // the person opens it somewhere else
		return errors.New("there is no browser")
	}
	require.NoError(t, tool.showBalance(t.Context()))
	require.Contains(t, out.String(), "No browser could be opened")
}

// The whole program, with a person who gives up.
func TestAPersonWhoGivesUp(t *testing.T) {
	var out bytes.Buffer
	ctx, giveUp := context.WithCancel(t.Context())
	var errout bytes.Buffer
	err := run(ctx, nil, noEnvironment, &out, io.Discard, func(string) error {
		giveUp()
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Contains(t, out.String(), sipgatetest.Username)
	require.Equal(t, 130, exitCode(ctx, err, &errout))
	require.Equal(t, "cli-login: interrupted\n", errout.String())

	out.Reset()
	require.NoError(t, run(t.Context(), []string{"-sign-out"}, noEnvironment, &out, io.Discard, nil))
	require.Equal(t, "Signed out.\n", out.String())
}

func TestEveryMissingVariableIsNamed(t *testing.T) {
	for set, missing := range map[string]string{
		"SIPGATE_CLIENT_ID":     "not set: SIPGATE_CLIENT_SECRET (",
		"SIPGATE_CLIENT_SECRET": "not set: SIPGATE_CLIENT_ID (",
		"SIPGATE_REALM":         "not set: SIPGATE_CLIENT_ID, SIPGATE_CLIENT_SECRET (",
		"SIPGATE_REDIRECT_URL":  "not set: SIPGATE_CLIENT_ID, SIPGATE_CLIENT_SECRET (",
	} {
		getenv := func(asked string) string { return map[string]string{set: "the-value"}[asked] }
		err := run(t.Context(), nil, getenv, io.Discard, io.Discard, nil)
		require.ErrorContains(t, err, missing)
		require.NotContains(t, err.Error(), "the-value")
		var errout strings.Builder
		require.Equal(t, 1, exitCode(t.Context(), err, &errout))
		require.Equal(t, "cli-login: "+err.Error()+"\n", errout.String())
	}
}

func TestARealAccount(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	variables := map[string]string{"SIPGATE_CLIENT_ID": "id", "SIPGATE_CLIENT_SECRET": "hidden", "SIPGATE_REALM": "sipgate-apps"}
	account, err := chooseAccount(func(name string) string { return variables[name] })
	require.NoError(t, err)
	require.Equal(t, "http://127.0.0.1:8085/callback", account.auth.RedirectURL)
	require.Equal(t, "hidden", account.auth.ClientSecret.Reveal())

	stored, err := account.store.Load(t.Context())
	require.NoError(t, err)
	require.Nil(t, stored)
	client, err := oauthclients.New(account.provider, account.auth, oauthclients.WithTokenStore(account.store))
	require.NoError(t, err)
	require.Equal(t, sipgate.Provider{Realm: "sipgate-apps"}, client.Provider())
}

// Client and sign-in are two that ask for the addresses of a server, where that has to be asked.
func TestClientAndSignInShareTheProvider(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	yours, err := realAccount("id", oauthclients.NewSecret("hidden"), "", defaultRedirect)
	require.NoError(t, err)
	for _, account := range []*account{yours, fakeAccountAt(sipgatetest.NewServer(t), t.TempDir())} {
		require.Equal(t, account.provider, oauthclients.Shared(account.provider))
	}
}
