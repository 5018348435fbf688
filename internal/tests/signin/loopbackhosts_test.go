package signin

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests at which addresses of this machine Interactive listens, and what it says of callbacks
// that it turned away.

// hasIPv6 is false on a machine without ::1.
func hasIPv6(t *testing.T) bool {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp6", "[::1]:0")
	if err != nil {
		return false
	}
	require.NoError(t, listener.Close())
	return true
}

// A browser takes either family for a name, and a program that has the other one would get the code.
func TestANameIsBoundOnBothFamilies(t *testing.T) {
	for _, redirect := range []string{"http://localhost/cb", "http://LOCALHOST/cb", "http://tool.localhost/cb", "http://localhost:" + world.FreePort(t) + "/cb"} {
		t.Run(redirect, func(t *testing.T) {
			auth := world.ToolLogin()
			auth.RedirectURL = redirect
			s := signInAt(world.Soon(t), t, world.NewMemServer(), auth)
			require.True(t, reaches(t, "127.0.0.1", s.back.Port()))
			require.Equal(t, hasIPv6(t), reaches(t, "::1", s.back.Port()))
			require.Equal(t, http.StatusOK, s.comeBack(s.callback("code", "c-0-d-e")).status)
			require.NoError(t, s.end().err)
			require.False(t, reaches(t, "127.0.0.1", s.back.Port()) || reaches(t, "::1", s.back.Port()), "and both end")
		})
	}
}

func TestTheIPv6LoopbackIsTaken(t *testing.T) {
	auth := world.ToolLogin()
	auth.RedirectURL = "http://[::1]/cb"
	if !hasIPv6(t) {
		_, err := auth.Interactive(world.Soon(t), world.NewMemServer().Provider(), world.NeverOpened(t))
		require.ErrorContains(t, err, "cannot listen")
		return
	}
	s := signInAt(world.Soon(t), t, world.NewMemServer(), auth)
	require.Equal(t, "http://[::1]:"+s.back.Port()+"/cb", s.page.Get("redirect_uri"))
	require.False(t, reaches(t, "127.0.0.1", s.back.Port()))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://[::1]:"+s.back.Port()+"/cb?"+s.callback("code", "c-0-d-e").Encode(), http.NoBody)
	require.NoError(t, err)
	response, err := browser().Do(request)
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Contains(t, string(text), "You are signed in")
	require.NoError(t, s.end().err)
}

func TestAPortThatIsTakenInOneFamilyIsTaken(t *testing.T) {
	for _, network := range []string{"tcp4", "tcp6"} {
		host := map[string]string{"tcp4": "127.0.0.1", "tcp6": "::1"}[network]
		other, err := (&net.ListenConfig{}).Listen(t.Context(), network, net.JoinHostPort(host, "0"))
		if err != nil {
			continue // a machine without this family
		}
		_, port, err := net.SplitHostPort(other.Addr().String())
		require.NoError(t, err)
		auth := world.ToolLogin()
		auth.RedirectURL = "http://localhost:" + port + "/cb"
		_, err = auth.Interactive(world.Soon(t), world.NewMemServer().Provider(), world.NeverOpened(t))
		require.ErrorContains(t, err, "cannot listen", network)
		require.NoError(t, other.Close())
	}
}

// A server that leaves the state out of its errors would make the person wait for ever without a word.
func TestACallbackThatWasTurnedAwayIsMentioned(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(world.Soon(t), time.Minute, errors.New("the person has left"))
	defer cancel()
	giveUp, left := context.WithCancelCause(ctx)
	s := signInAt(giveUp, t, world.NewMemServer(), world.ToolLogin())
	require.Equal(t, http.StatusBadRequest, s.comeBack(url.Values{"nothing": {"x"}}).status)
	require.Equal(t, http.StatusBadRequest, s.comeBack(url.Values{
		"error": {"invalid_scope"}, "error_description": {"no such scope\n" + s.page.Get("state") + strings.Repeat("x", 10_000)},
	}).status)
	left(errors.New("the person has left"))
	err := s.end().err
	require.ErrorContains(t, err, "the person has left")
	require.ErrorContains(t, err, "was not believed")
	require.ErrorContains(t, err, "invalid_scope: no such scope")
	require.Less(t, len(err.Error()), 3000)
	world.RequireHidden(t, err, s.page.Get("state"))
	require.NotContains(t, err.Error(), "\n")
}

func TestOtherCallbacksAreNotMentioned(t *testing.T) {
	giveUp, left := context.WithCancelCause(world.Soon(t))
	s := signInAt(giveUp, t, world.NewMemServer(), world.ToolLogin())
	require.Equal(t, http.StatusBadRequest, s.comeBack(url.Values{"code": {"c-0-d-e"}}).status)
	left(errors.New("the person has left"))
	require.NotContains(t, s.end().err.Error(), "believed")
}

// The way back of a server that puts a second question mark behind a query.
func TestInteractiveReadsTwoQuestionMarks(t *testing.T) {
	auth := world.ToolLogin()
	auth.RedirectURL = "http://127.0.0.1/cb?tool=1"
	s := signInAt(world.Soon(t), t, world.NewMemServer(), auth)
	require.Equal(t, http.StatusOK, s.comeBack(url.Values{"tool": {"1?code=c-0-d-e"}, "state": {s.page.Get("state")}}).status)
	require.NoError(t, s.end().err)
}
