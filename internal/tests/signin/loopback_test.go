package signin

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests Interactive (RFC 8252 sections 7.3 and 8.3): where it listens, and what a sign-in
// over it looks like. It needs sockets: the browser comes back over one.

func TestInteractiveSignsIn(t *testing.T) {
	server := world.NewMemServer()
	auth := world.ToolLogin()
	auth.Scopes = []string{"balance:read", "account:read"}
	s := signInAt(world.Soon(t), t, server, auth)
	require.Equal(t, "http://127.0.0.1:"+s.back.Port()+"/callback", s.page.Get("redirect_uri"))
	require.Equal(t, []string{"code", "client-1", "balance:read account:read", "S256"}, []string{
		s.page.Get("response_type"), s.page.Get("client_id"), s.page.Get("scope"), s.page.Get("code_challenge_method"),
	})
	page := s.comeBack(s.callback("code", "eu:c-0-d-e/+=", "session_state", "x"))
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.text, "You are signed in")
	require.Contains(t, page.text, "close this tab")

	ended := s.end()
	require.NoError(t, ended.err)
	require.Equal(t, "t-token-1", ended.token.AccessToken)
	require.Len(t, server.Requests(), 1)
	form := world.FormOf(t, server.Requests()[0].Body)
	require.Equal(t, s.page.Get("code_challenge"), s256(form.Get("code_verifier")))
	form.Del("code_verifier")
	require.Equal(t, url.Values{
		"grant_type": {"authorization_code"}, "code": {"eu:c-0-d-e/+="}, "redirect_uri": {s.page.Get("redirect_uri")}, "client_id": {"client-1"},
	}, form)
}

// Nobody else in the network may send a callback, or take the port's answers.
func TestInteractiveListensOnOneAddressOnly(t *testing.T) {
	s := signInAt(world.Soon(t), t, world.NewMemServer(), world.ToolLogin())
	port := s.back.Port()
	require.True(t, reaches(t, "127.0.0.1", port))
	others := []string{"127.0.0.2", "::1"}
	addresses, err := net.InterfaceAddrs()
	require.NoError(t, err)
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && !network.IP.IsLoopback() && !network.IP.IsLinkLocalUnicast() {
			others = append(others, network.IP.String())
		}
	}
	for _, host := range others {
		require.False(t, reaches(t, host, port), host)
	}
	s.comeBack(s.callback("code", "c-0-d-e"))
	require.NoError(t, s.end().err)
	require.False(t, reaches(t, "127.0.0.1", port), "and only as long as it waits")
}

func TestInteractiveTakesAnotherPortEachTime(t *testing.T) {
	server := world.NewMemServer()
	first, second := signInAt(world.Soon(t), t, server, world.ToolLogin()), signInAt(world.Soon(t), t, server, world.ToolLogin())
	require.NotEqual(t, first.back.Port(), second.back.Port())
	require.NotEqual(t, first.page.Get("state"), second.page.Get("state"))
	// the callback of one is none of the other
	require.Equal(t, http.StatusBadRequest, second.comeBack(first.callback("code", "c-0-d-e")).status)
	require.Equal(t, http.StatusOK, first.comeBack(first.callback("code", "c-0-d-e-1")).status)
	require.NoError(t, first.end().err)
	require.Equal(t, http.StatusOK, second.comeBack(second.callback("code", "c-0-d-e-2")).status)
	require.NoError(t, second.end().err)
	for i, s := range []*signingIn{first, second} {
		form := world.FormOf(t, server.Requests()[i].Body)
		require.Equal(t, "c-0-d-e-"+strconv.Itoa(i+1), form.Get("code"))
		require.Equal(t, s.page.Get("redirect_uri"), form.Get("redirect_uri"))
		require.Equal(t, s.page.Get("code_challenge"), s256(form.Get("code_verifier")))
	}
}

// What is registered is compared byte by byte, so that it stays what the caller wrote; only a
// missing port is filled in.
func TestInteractiveKeepsTheRegisteredAddress(t *testing.T) {
	port := world.FreePort(t)
	for redirect, want := range map[string]string{
		"http://127.0.0.1:" + port + "/callback":             "http://127.0.0.1:" + port + "/callback",
		"http://localhost:" + port + "/callback":             "http://localhost:" + port + "/callback",
		"http://127.0.0.1:" + port:                           "http://127.0.0.1:" + port,
		"http://127.0.0.1:" + port + "/":                     "http://127.0.0.1:" + port + "/",
		"http://127.0.0.1:" + port + "/a%2Fb/c%20d":          "http://127.0.0.1:" + port + "/a%2Fb/c%20d",
		"http://127.0.0.1:" + port + "/a%2fb/k%c3%a4se":      "http://127.0.0.1:" + port + "/a%2fb/k%c3%a4se",
		"http://127.0.0.1:" + port + "/käse":                 "http://127.0.0.1:" + port + "/käse",
		"http://127.0.0.1:" + port + "/cb?app=1&x=%2F":       "http://127.0.0.1:" + port + "/cb?app=1&x=%2F",
		"HTTP://localhost:" + port + "/cb":                   "HTTP://localhost:" + port + "/cb",
		"http://localhost/cb":                                "http://localhost:{port}/cb",
		"http://127.0.0.1/cb/":                               "http://127.0.0.1:{port}/cb/",
		"http://127.0.0.1:0/cb":                              "http://127.0.0.1:{port}/cb",
		"http://localhost":                                   "http://localhost:{port}",
		"http://127.0.0.1/deep/er/path;v=1/cb.html?tool=a+b": "http://127.0.0.1:{port}/deep/er/path;v=1/cb.html?tool=a+b",
	} {
		t.Run(redirect, func(t *testing.T) {
			auth := world.ToolLogin()
			auth.RedirectURL = redirect
			s := signInAt(world.Soon(t), t, world.NewMemServer(), auth)
			require.NotEqual(t, "0", s.back.Port())
			want = strings.ReplaceAll(want, "{port}", s.back.Port())
			sent := s.page.Get("redirect_uri")
			callback := s.callback("code", "c-0-d-e")
			for name, values := range s.back.Query() {
				callback[name] = values
			}
			require.Equal(t, http.StatusOK, s.comeBack(callback).status)
			require.NoError(t, s.end().err)
			require.Equal(t, sent, world.FormOf(t, s.server.Requests()[0].Body).Get("redirect_uri"))
			require.Equal(t, want, sent)
		})
	}
}

func TestInteractiveTellsWhenItsPortIsTaken(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	server := world.NewMemServer()
	auth := world.ToolLogin()
	auth.RedirectURL = "http://" + listener.Addr().String() + "/callback"
	token, err := auth.Interactive(world.Soon(t), server.Provider(), world.NeverOpened(t))
	require.Nil(t, token)
	require.ErrorContains(t, err, listener.Addr().String())
	require.ErrorContains(t, err, "address already in use")
	require.ErrorContains(t, err, "RedirectURL", "what can be changed")
	require.Equal(t, []string{world.MemName, "Interactive"}, []string{world.Failure(t, err).Provider, world.Failure(t, err).Operation})
	var op *net.OpError
	require.ErrorAs(t, err, &op)
	require.Empty(t, server.Requests())
}

func TestInteractiveRefusesOtherPlaces(t *testing.T) {
	for _, redirect := range []string{
		"https://127.0.0.1:8085/cb", "https://localhost/cb", "http://app.example.com/cb", "http://0.0.0.0:8085/cb", "http://[::2]:8085/cb",
		"http://[::ffff:127.0.0.1]:8085/cb", "http://127.0.0.2:8085/cb", "http://127.1:8085/cb", "http://2130706433/cb",
		"http://localhost.example.com/cb", "http://127.0.0.1.example.com/cb", "http://user:hunter2@127.0.0.1:8085/cb", "http://user@localhost/cb",
		"http://127.0.0.1:8085@evil.test/cb", "com.example.app:/cb", "/cb", "127.0.0.1:8085/cb", "http:127.0.0.1/cb", "http://:8085/cb",
		"http://127.0.0.1:port/cb", "http://127.0.0.1:8085/cb#hunter2", "http://127.0.0.1/%zz",
	} {
		t.Run(redirect, func(t *testing.T) {
			server := world.NewMemServer()
			auth := world.ToolLogin()
			auth.RedirectURL = redirect
			token, err := auth.Interactive(world.Soon(t), server.Provider(), world.NeverOpened(t))
			require.Nil(t, token)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Len(t, world.Failure(t, err).Fields, 1)
			require.Equal(t, "AuthCode.RedirectURL", world.Failure(t, err).Fields[0].Field)
			require.NotContains(t, err.Error(), "hunter2")
			require.Empty(t, server.Requests())
		})
	}
}

func TestInteractiveRefusesAPortThatIsNone(t *testing.T) {
	auth := world.ToolLogin()
	auth.RedirectURL = "http://127.0.0.1:70000/cb"
	_, err := auth.Interactive(world.Soon(t), world.NewMemServer().Provider(), world.NeverOpened(t))
	require.ErrorContains(t, err, "70000")
}

func TestInteractiveNeedsAWayToShowThePage(t *testing.T) {
	auth := oauthclients.AuthCode{RedirectURL: "https://app.example.com"}
	_, err := auth.Interactive(world.Soon(t), world.NewMemServer().Provider(), nil)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	var fields []string
	for _, fault := range world.Failure(t, err).Fields {
		fields = append(fields, fault.Field)
	}
	require.ElementsMatch(t, []string{"AuthCode.ClientID", "AuthCode.RedirectURL", "open"}, fields, "all at once")
}

func TestInteractiveSavesTheToken(t *testing.T) {
	store := &shelf{}
	s := signInAt(world.Soon(t), t, world.NewMemServer(), world.ToolLogin(), oauthclients.WithTokenStore(store))
	require.Nil(t, store.kept)
	s.comeBack(s.callback("code", "c-0-d-e"))
	require.NoError(t, s.end().err)
	require.Equal(t, "t-token-1", store.kept.AccessToken)

	full := errors.New("no space left on device")
	store = &shelf{save: func(context.Context) error { return full }}
	s = signInAt(world.Soon(t), t, world.NewMemServer(), world.ToolLogin(), oauthclients.WithTokenStore(store))
	page := s.comeBack(s.callback("code", "c-0-d-e"))
	require.Contains(t, page.text, "failed")
	ended := s.end()
	require.ErrorIs(t, ended.err, full)
	require.Equal(t, "t-token-1", ended.token.AccessToken, "it is not lost")
}
