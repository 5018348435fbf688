package signin

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file plays the person and the browser for Interactive: it takes the page that the program
// shows, and comes back over a socket.

// signingIn is a sign-in that has shown its page.
type signingIn struct {
	t      *testing.T
	server *world.MemServer
	page   url.Values // what the page was asked
	back   *url.URL   // where the browser is to come back to
	opened *atomic.Int32
	result chan signedIn
}

type signedIn struct {
	token *oauth2.Token
	err   error
	at    time.Time
}

// signInAt starts Interactive and returns when its page is shown.
func signInAt(ctx context.Context, t *testing.T, server *world.MemServer, auth oauthclients.AuthCode, opts ...oauthclients.Option) *signingIn {
	t.Helper()
	s := &signingIn{t: t, server: server, opened: &atomic.Int32{}, result: make(chan signedIn, 1)}
	pages := make(chan string, 2)
	opts = append([]oauthclients.Option{oauthclients.WithHTTPClient(server.HTTPClient()), world.QuickRetry()}, opts...)
	go func() {
		token, err := auth.Interactive(ctx, server.Provider(), func(page string) error {
			s.opened.Add(1)
			pages <- page
			return nil
		}, opts...)
		s.result <- signedIn{token, err, time.Now()}
	}()
	select {
	case address := <-pages:
		s.read(address)
	case ended := <-s.result:
		require.NoError(t, ended.err, "it ended before it showed a page")
	case <-world.Soon(t).Done():
		require.Fail(t, "no page was shown")
	}
	return s
}

func (s *signingIn) read(address string) {
	s.t.Helper()
	require.Equal(s.t, 1, strings.Count(address, "?"))
	page, err := url.Parse(address)
	require.NoError(s.t, err)
	s.page = page.Query()
	s.back, err = url.Parse(s.page.Get("redirect_uri"))
	require.NoError(s.t, err)
}

// callback is the query of the provider's redirect, with the given parameters besides the state.
func (s *signingIn) callback(parameters ...string) url.Values {
	callback := url.Values{"state": {s.page.Get("state")}}
	for i := 0; i < len(parameters); i += 2 {
		callback.Add(parameters[i], parameters[i+1])
	}
	return callback
}

// shown is an answer as a browser sees it.
type shown struct {
	status int
	header http.Header
	text   string
}

// browser opens a connection for every request.
func browser() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
}

// visit goes to an address at the small server, whatever host the address names.
func (s *signingIn) visit(method, path string, query url.Values) shown {
	s.t.Helper()
	address := "http://127.0.0.1:" + s.back.Port() + path + "?" + query.Encode()
	request, err := http.NewRequestWithContext(world.Soon(s.t), method, address, http.NoBody)
	require.NoError(s.t, err)
	response, err := browser().Do(request)
	require.NoError(s.t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(s.t, err, "the page arrives whole")
	if method != http.MethodHead {
		require.Equal(s.t, strconv.Itoa(len(text)), response.Header.Get("Content-Length"))
	}
	return shown{response.StatusCode, response.Header, string(text)}
}

// comeBack is the browser's way back with a callback.
func (s *signingIn) comeBack(callback url.Values) shown {
	s.t.Helper()
	path := s.back.EscapedPath()
	if path == "" {
		path = "/"
	}
	return s.visit(http.MethodGet, path, callback)
}

// end waits for the end of the sign-in.
func (s *signingIn) end() signedIn {
	s.t.Helper()
	select {
	case ended := <-s.result:
		require.EqualValues(s.t, 1, s.opened.Load(), "open is called once")
		return ended
	case <-world.Soon(s.t).Done():
		require.Fail(s.t, "the sign-in does not end")
		return signedIn{}
	}
}

// waiting asserts that the sign-in goes on.
func (s *signingIn) waiting() {
	s.t.Helper()
	select {
	case ended := <-s.result:
		require.Fail(s.t, "the sign-in has ended", "%v", ended.err)
	default:
	}
	require.Empty(s.t, s.server.Requests(), "nothing was exchanged")
}

// reaches tells whether somebody listens at an address.
func reaches(t *testing.T, host, port string) bool {
	t.Helper()
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return false
	}
	require.NoError(t, conn.Close())
	return true
}
