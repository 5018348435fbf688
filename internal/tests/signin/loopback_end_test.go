package signin

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests how Interactive ends: soon, whatever others do, and with nothing left behind.

// requireClean asserts that the port is free and no goroutine is left.
func requireClean(t *testing.T, port string, before goleak.Option) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:"+port)
	require.NoError(t, err, "the port is free again")
	require.NoError(t, listener.Close())
	goleak.VerifyNone(t, before)
}

func TestInteractiveLeavesNothingBehind(t *testing.T) {
	for name, parameters := range map[string][]string{"token": {"code", "c-0-d-e"}, "no": {"error", "access_denied"}, "nothing": nil} {
		t.Run(name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			auth, port := world.FixedPort(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := signInAt(ctx, t, world.NewMemServer(), auth)
			s.comeBack(s.callback(parameters...))
			require.Equal(t, name == "token", s.end().err == nil)
			requireClean(t, port, before)
		})
	}
}

func TestInteractiveEndsWithItsContext(t *testing.T) {
	cause := errors.New("the person went home")
	for name, c := range map[string]struct {
		ctx   func(t *testing.T) (ctx context.Context, end func())
		error []error
	}{
		"cancel": {func(t *testing.T) (context.Context, func()) {
			t.Helper()
			return context.WithCancel(t.Context())
		}, []error{context.Canceled}},
		"cause": {func(t *testing.T) (context.Context, func()) {
			t.Helper()
			ctx, cancel := context.WithCancelCause(t.Context())
			return ctx, func() { cancel(cause) }
		}, []error{context.Canceled, cause}},
		"deadline": {func(t *testing.T) (context.Context, func()) {
			t.Helper()
			ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, cause)
			t.Cleanup(cancel)
			return ctx, func() {} // it ends by itself
		}, []error{context.DeadlineExceeded, cause}},
	} {
		t.Run(name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			auth, port := world.FixedPort(t)
			ctx, end := c.ctx(t)
			s := signInAt(ctx, t, world.NewMemServer(), auth)
			start := time.Now()
			end()
			ended := s.end()
			require.Nil(t, ended.token)
			for _, want := range c.error {
				require.ErrorIs(t, ended.err, want)
			}
			require.Equal(t, []string{world.MemName, "Interactive"}, []string{world.Failure(t, ended.err).Provider, world.Failure(t, ended.err).Operation})
			require.Less(t, ended.at.Sub(start), 800*time.Millisecond, "nobody has to wait")
			requireClean(t, port, before)
		})
	}
}

// What ends during the exchange ends the page too, and the person learns it.
func TestInteractiveEndsWithItsContextDuringTheExchange(t *testing.T) {
	before := goleak.IgnoreCurrent()
	auth, port := world.FixedPort(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	server := world.NewMemServer()
	reached, hang := make(chan struct{}), make(chan struct{})
	server.Issue = func(int, url.Values) (int, string) {
		close(reached)
		<-hang
		return http.StatusOK, `{}`
	}
	s := signInAt(ctx, t, server, auth)
	page := make(chan shown, 1)
	go func() { page <- s.comeBack(s.callback("code", "c-0-d-e")) }()
	<-reached
	cancel(world.ErrLeft)
	ended := s.end()
	close(hang)
	require.ErrorIs(t, ended.err, world.ErrLeft)
	require.Contains(t, (<-page).text, "The sign-in failed")
	requireClean(t, port, before)
}

// RFC 8252 says nothing of it, but a page that comes too late helps nobody.
func TestInteractiveShowsNoPageForAContextThatIsDone(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(world.ErrLeft)
	for range 50 { // a race would be won some time
		shown := make(chan struct{}, 1)
		token, err := world.ToolLogin().Interactive(ctx, world.NewMemServer().Provider(), func(string) error {
			shown <- struct{}{}
			return nil
		})
		require.Nil(t, token)
		require.ErrorIs(t, err, world.ErrLeft)
		require.ErrorIs(t, err, context.Canceled)
		select {
		case <-shown:
			require.Fail(t, "the page was shown all the same")
		default:
		}
	}
}

func TestInteractiveEndsWhenThePageCannotBeShown(t *testing.T) {
	before := goleak.IgnoreCurrent()
	auth, port := world.FixedPort(t)
	noBrowser := errors.New(`exec: "xdg-open": executable file not found in $PATH`)
	server := world.NewMemServer()
	token, err := auth.Interactive(world.Soon(t), server.Provider(), func(string) error { return noBrowser },
		oauthclients.WithHTTPClient(server.HTTPClient()))
	require.Nil(t, token)
	require.ErrorIs(t, err, noBrowser)
	require.ErrorContains(t, err, "xdg-open")
	require.Equal(t, "Interactive", world.Failure(t, err).Operation)
	require.Empty(t, server.Requests())
	requireClean(t, port, before)
}

// A program that opens the browser may run as long as the browser does.
func TestInteractiveDoesNotWaitForOpen(t *testing.T) {
	before := goleak.IgnoreCurrent()
	auth, port := world.FixedPort(t)
	server := world.NewMemServer()
	s := &signingIn{t: t, server: server, result: make(chan signedIn, 1)}
	pages, closed := make(chan string, 1), make(chan struct{})
	go func() {
		token, err := auth.Interactive(world.Soon(t), server.Provider(), func(page string) error {
			pages <- page
			<-closed
			return errors.New("the browser was closed")
		}, oauthclients.WithHTTPClient(server.HTTPClient()))
		s.result <- signedIn{token, err, time.Now()}
	}()
	s.read(<-pages)
	require.Contains(t, s.comeBack(s.callback("code", "c-0-d-e")).text, "You are signed in")
	ended := <-s.result
	require.NoError(t, ended.err)
	require.Equal(t, "t-token-1", ended.token.AccessToken)
	close(closed)
	requireClean(t, port, before)
}

func TestInteractiveEndsWithABeginThatFails(t *testing.T) {
	before := goleak.IgnoreCurrent()
	auth, port := world.FixedPort(t)
	server := world.NewMemServer()
	broken := errors.New("the document has no authorization_endpoint")
	provider := world.Edited(server, []func(*oauthclients.Connection){discoversLogin(broken)})
	_, err := auth.Interactive(world.Soon(t), provider, world.NeverOpened(t), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.ErrorIs(t, err, broken)
	requireClean(t, port, before)
}

// Whoever finds the port can open connections and say nothing; browsers open one to spare.
func TestInteractiveEndsSoonBesideOpenConnections(t *testing.T) {
	before := goleak.IgnoreCurrent()
	auth, port := world.FixedPort(t)
	s := signInAt(world.Soon(t), t, world.NewMemServer(), auth)
	var conns []net.Conn
	for _, says := range []string{
		"", "GET /callb", "GET /callback HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", "\x16\x03\x01\x02\x00\x01",
		"POST /callback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf a body",
	} {
		for range 5 {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
			require.NoError(t, err)
			conns = append(conns, conn)
			_, err = io.WriteString(conn, says)
			require.NoError(t, err)
		}
	}
	require.Contains(t, s.comeBack(s.callback("code", "c-0-d-e")).text, "You are signed in")
	start := time.Now()
	ended := s.end()
	require.NoError(t, ended.err)
	require.Less(t, ended.at.Sub(start), 2*time.Second)
	for _, conn := range conns {
		requireEnded(t, conn)
	}
	requireClean(t, port, before)
}

// requireEnded asserts that the other side has closed a connection.
func requireEnded(t *testing.T, conn net.Conn) {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	_, err := io.Copy(io.Discard, conn)
	var open net.Error
	require.False(t, errors.As(err, &open) && open.Timeout(), "the connection is still open")
	require.NoError(t, conn.Close())
}

// Nobody's connection is kept for later: who has one could hold the end up.
func TestInteractiveClosesAfterEachAnswer(t *testing.T) {
	s := signInAt(world.Soon(t), t, world.NewMemServer(), world.ToolLogin())
	for _, request := range []string{"GET / HTTP/1.1", "POST /callback HTTP/1.1", "GET /callback?state=x HTTP/1.1"} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.back.Host)
		require.NoError(t, err)
		_, err = io.WriteString(conn, request+"\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n")
		require.NoError(t, err)
		requireEnded(t, conn)
	}
	s.waiting()
	s.comeBack(s.callback("code", "c-0-d-e"))
	require.NoError(t, s.end().err)
}

// Someone who reads slowly does not hold it up either.
func TestInteractiveEndsSoonBesideASlowReader(t *testing.T) {
	before := goleak.IgnoreCurrent()
	auth, port := world.FixedPort(t)
	s := signInAt(world.Soon(t), t, world.NewMemServer(), auth)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET /callback?"+s.callback("code", "c-0-d-e").Encode()+" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	require.NoError(t, err)
	ended := s.end()
	require.NoError(t, ended.err)
	page, err := io.ReadAll(conn)
	require.NoError(t, err, "what was written before the end is there to be read")
	require.Contains(t, string(page), "You are signed in")
	requireClean(t, port, before)
}

// The browser may have left before it sees how it went.
func TestInteractiveSignsInForABrowserThatLeft(t *testing.T) {
	before := goleak.IgnoreCurrent()
	auth, port := world.FixedPort(t)
	server := world.NewMemServer()
	reached, goOn := make(chan struct{}), make(chan struct{})
	server.Issue = func(int, url.Values) (int, string) {
		close(reached)
		<-goOn
		return http.StatusOK, `{"access_token":"acc3ss"}`
	}
	s := signInAt(world.Soon(t), t, server, auth)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
	require.NoError(t, err)
	_, err = io.WriteString(conn, "GET /callback?"+s.callback("code", "c-0-d-e").Encode()+" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	require.NoError(t, err)
	<-reached
	require.NoError(t, conn.Close())
	close(goOn)
	ended := s.end()
	require.NoError(t, ended.err)
	require.Equal(t, "acc3ss", ended.token.AccessToken)
	requireClean(t, port, before)
}

// The token of one sign-in is that of its own code, however many run.
func TestManyInteractiveAtTheSameTime(t *testing.T) {
	before := goleak.IgnoreCurrent()
	server := world.NewMemServer()
	server.Issue = func(_ int, form url.Values) (int, string) {
		return http.StatusOK, `{"access_token":"for-` + form["code"][0] + `"}`
	}
	const signIns = 20
	tokens := make([]*oauth2.Token, signIns)
	for i, err := range world.Together(signIns, func(i int) error {
		s := signInAt(world.Soon(t), t, server, world.ToolLogin())
		s.comeBack(s.callback("code", "c-0-d-e-"+string(rune('a'+i))))
		ended := s.end()
		tokens[i] = ended.token
		return ended.err
	}) {
		require.NoError(t, err)
		require.Equal(t, "for-c-0-d-e-"+string(rune('a'+i)), tokens[i].AccessToken)
	}
	goleak.VerifyNone(t, before)
}
