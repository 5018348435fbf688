package transport_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds a server behind a real socket, for what only net/http and the kernel can
// show: connections that are refused, reset, cut off, or not trusted.

// socket counts what reaches it.
type socket struct {
	*httptest.Server
	requests    atomic.Int32
	connections atomic.Int32
}

func listen(t *testing.T, handler http.HandlerFunc, change ...func(*httptest.Server)) *socket {
	t.Helper()
	s := &socket{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		_, _ = io.Copy(io.Discard, r.Body) // a fault shows after the request was read
		handler(w, r)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	for _, c := range change {
		c(s.Server)
	}
	if s.URL == "" {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

func withTLS(s *httptest.Server) { s.StartTLS() }

// to sends r to the socket instead.
func (s *socket) to(r *transport.Request) *transport.Request {
	r.URL = s.URL + "/v1/clients?cursor=c-0001"
	return r
}

// freshTransport opens a connection per request: on a reused one net/http repeats a GET itself.
func freshTransport(t *testing.T) *http.Transport {
	t.Helper()
	tr := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// keepingTransport keeps connections, as a user's does.
func keepingTransport(t *testing.T) *http.Transport {
	t.Helper()
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// briefly waits next to nothing between attempts, since a socket needs the real clock.
func briefly(o *transport.Options) {
	o.Policy.MinWait, o.Policy.MaxWait = time.Microsecond, time.Millisecond
}

// hijack takes the connection out of the server's hands.
func hijack(w http.ResponseWriter) (net.Conn, error) {
	conn, _, err := http.NewResponseController(w).Hijack()
	return conn, err
}

// reset ends the connection with a TCP reset, without an answer.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, err := hijack(w)
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// cutOff answers with a status and a body that ends in its middle.
func cutOff(statusLine string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, err := hijack(w)
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 "+statusLine+"\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":")
		_ = conn.Close()
	}
}

// sends answers 200 with a body of n bytes.
func sends(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		chunk := make([]byte, 1<<16)
		for n := n; n > 0; n -= len(chunk) {
			if _, err := w.Write(chunk[:min(n, len(chunk))]); err != nil {
				return // the client has had enough
			}
		}
	}
}

// closedPort is an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
