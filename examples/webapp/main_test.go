package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the program around the app: flags, variables, start and end.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

// The program as a newcomer starts it, on a port that is free.
func TestRunWithoutAnAccount(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, printed := io.Pipe()
	log := &record{}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"-addr", "127.0.0.1:0"}, environment(nil), printed, log)
		_ = printed.Close()
	}()
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	address, ok := strings.CutPrefix(lines.Text(), "Open ")
	require.True(t, ok, lines.Text())
	require.True(t, lines.Scan())
	require.Contains(t, lines.Text(), sipgatetest.Username)
	require.Contains(t, lines.Text(), sipgatetest.Password)

	browser := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := browser.Get(address)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Contains(t, readAll(t, response), signInButton)
	response, err = browser.PostForm(address+"login", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, response.StatusCode, readAll(t, response))
	page, err := response.Location()
	require.NoError(t, err)
	require.Equal(t, address+"callback", page.Query().Get("redirect_uri"))
	response, err = browser.Get(page.String()) // the fake is there and knows the app
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, readAll(t, response))

	stop()
	require.NoError(t, <-ended, "an interrupted server has not failed")
	_, err = browser.Get(address)
	require.Error(t, err)
	require.Contains(t, log.String(), "path=/login")
}

func TestABusyPort(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	address := taken.Addr().String()
	err = run(t.Context(), []string{"-addr", address}, environment(nil), io.Discard, io.Discard)
	require.EqualError(t, err, address+" is in use; choose another port, such as -addr 127.0.0.1:8081")
}

func TestArgumentsThatCannotBe(t *testing.T) {
	for argument, text := range map[string]string{
		"-port": "flag provided but not defined: -port\n", "-addr": "flag needs an argument: -addr\n", "localhost": "unknown argument \"localhost\"\n",
	} {
		var out, errout strings.Builder
		err := run(t.Context(), []string{argument}, environment(nil), &out, &errout)
		require.Equal(t, 2, exitCode(err, &errout))
		require.Empty(t, out.String())
		require.Equal(t, 1, strings.Count(errout.String(), text), errout.String())
		require.NotContains(t, errout.String(), "\nwebapp:", "it is said once")
		require.Contains(t, errout.String(), "127.0.0.1:8080", "and how it should be")
	}
	var errout strings.Builder
	err := run(t.Context(), []string{"-addr", "127.0.0.1"}, environment(nil), io.Discard, &errout)
	require.Equal(t, 1, exitCode(err, &errout))
	require.Equal(t, 1, strings.Count(errout.String(), "\n"))
	require.Contains(t, errout.String(), "webapp: ")
}

func TestHelp(t *testing.T) {
	for _, argument := range []string{"-h", "--help"} {
		var out, errout strings.Builder
		err := run(t.Context(), []string{argument}, environment(nil), &out, &errout)
		require.Zero(t, exitCode(err, &errout))
		require.Contains(t, out.String(), "127.0.0.1:8080")
		require.Empty(t, errout.String())
	}
}

func TestEveryMissingVariableIsNamed(t *testing.T) {
	cases := map[string]struct{ set, missing, fine []string }{
		"only the realm": {[]string{"SIPGATE_REALM"}, []string{"SIPGATE_CLIENT_ID", "SIPGATE_CLIENT_SECRET"}, nil},
		"no secret":      {[]string{"SIPGATE_CLIENT_ID"}, []string{"SIPGATE_CLIENT_SECRET"}, []string{"SIPGATE_CLIENT_ID"}},
		"no id":          {[]string{"SIPGATE_CLIENT_SECRET"}, []string{"SIPGATE_CLIENT_ID"}, []string{"SIPGATE_CLIENT_SECRET"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			variables := map[string]string{}
			for _, variable := range c.set {
				variables[variable] = "the-value"
			}
			err := run(t.Context(), []string{"-addr", "127.0.0.1:0"}, environment(variables), io.Discard, io.Discard)
			for _, variable := range c.missing {
				require.ErrorContains(t, err, variable)
			}
			for _, variable := range c.fine {
				require.NotContains(t, err.Error(), variable)
			}
			require.NotContains(t, err.Error(), "the-value")
		})
	}
}

var anywhere = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}

func TestVariablesChooseTheRealSipgate(t *testing.T) {
	s, err := configure(environment(map[string]string{
		"SIPGATE_CLIENT_ID": "123-0-abc", "SIPGATE_CLIENT_SECRET": "the-secret", "SIPGATE_REALM": "sipgate-apps",
		"WEBAPP_URL": "https://app.example.com/",
	}), anywhere)
	require.NoError(t, err)
	defer s.close()
	require.Equal(t, sipgate.Provider{Realm: "sipgate-apps"}, s.provider)
	require.Equal(t, "123-0-abc", s.auth.ClientID)
	require.Equal(t, "the-secret", s.auth.ClientSecret.Reveal())
	require.Equal(t, "https://app.example.com/callback", s.auth.RedirectURL)
	require.Equal(t, []string{"balance:read"}, s.auth.Scopes)
	require.Contains(t, s.welcome, "https://app.example.com/callback")
	require.NotContains(t, s.welcome, "the-secret")

	login, err := s.auth.Begin(t.Context(), s.provider) // sends nothing
	require.NoError(t, err)
	page, err := url.Parse(login.URL)
	require.NoError(t, err)
	require.Equal(t, "login.sipgate.com", page.Host)
	require.Equal(t, "/auth/realms/sipgate-apps/protocol/openid-connect/auth", page.Path)
}

func TestARealmThatCannotBeIsTold(t *testing.T) {
	err := run(t.Context(), []string{"-addr", "127.0.0.1:0"}, environment(map[string]string{
		"SIPGATE_CLIENT_ID": "123-0-abc", "SIPGATE_CLIENT_SECRET": "the-secret", "SIPGATE_REALM": "a/b",
	}), io.Discard, io.Discard)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "Realm")
}

func TestPublicOrigin(t *testing.T) {
	for configured, origin := range map[string]string{
		"":                         "http://127.0.0.1:8080",
		"https://app.example.com":  "https://app.example.com",
		"https://app.example.com/": "https://app.example.com",
		"https://10.0.0.7:8443":    "https://10.0.0.7:8443",
		"http://localhost:3000":    "http://localhost:3000",
		"http://[::1]:3000":        "http://[::1]:3000",
		"http://LocalHost:3000":    "http://LocalHost:3000",
		"http://app.localhost":     "http://app.localhost",
	} {
		got, err := publicOrigin(configured, anywhere)
		require.NoError(t, err, configured)
		require.Equal(t, origin, got)
	}
	for _, configured := range []string{
		"app.example.com", "https://", "https://app.example.com/desk", "https://app.example.com?a=b", "https://app.example.com#a",
		"https://user@app.example.com", "http://app.example.com", "http://10.0.0.7", "ftp://app.example.com", "https://app example",
	} {
		_, err := publicOrigin(configured, anywhere)
		require.ErrorIs(t, err, errPublicURL, configured)
	}
	for _, everywhere := range []net.IP{net.IPv4zero, net.IPv6zero} {
		got, err := publicOrigin("", &net.TCPAddr{IP: everywhere, Port: 9})
		require.NoError(t, err)
		require.Equal(t, "http://127.0.0.1:9", got)
	}
}
