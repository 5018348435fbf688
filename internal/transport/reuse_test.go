package transport_test

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds connections that are used again: net/http repeats some requests by itself
// on those, which must never touch one that may not be executed twice.

// failsSecond answers every request but the second.
func failsSecond(fault http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) == 2 {
			fault(w, r)
			return
		}
		_, _ = w.Write([]byte("{}"))
	}
}

func TestAResetOnAReusedConnection(t *testing.T) {
	cases := map[string]struct {
		requests int32 // at the server, the one that opened the connection apart
		answered bool
	}{
		"GET": {2, true}, "PUT": {2, true}, "DELETE": {2, true},
		"create": {1, false}, "code": {1, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := listen(t, failsSecond(reset))
			tr := over(keepingTransport(t), briefly)
			require.Equal(t, http.StatusOK, tr.Do(t.Context(), s.to(get())).Response.Status)

			outcome := tr.Do(t.Context(), s.to(rules()[name].request()))
			require.Equal(t, 1+c.requests, s.requests.Load())
			require.LessOrEqual(t, outcome.Attempts, int(c.requests))
			if c.answered {
				require.Equal(t, http.StatusOK, outcome.Response.Status)
				return
			}
			require.Nil(t, outcome.Response)
			require.Error(t, outcome.Err)
			require.True(t, outcome.Sent)
		})
	}
}

func overHTTP2(s *httptest.Server) {
	s.EnableHTTP2 = true
	s.StartTLS()
}

// abort resets the stream of HTTP/2 after the request was read.
func abort(http.ResponseWriter, *http.Request) {
	panic(http.ErrAbortHandler) //nolint:forbidigo // net/http's way to do it
}

func TestAResetStreamOfHTTP2(t *testing.T) {
	for name, want := range map[string]int32{"PUT": 3, "DELETE": 3, "create": 1, "code": 1} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, abort, overHTTP2)
			outcome := over(s.Client().Transport, briefly).Do(t.Context(), s.to(rules()[name].request()))
			require.Error(t, outcome.Err)
			require.Equal(t, want, s.requests.Load())
			require.EqualValues(t, want, outcome.Attempts)
			require.True(t, outcome.Sent)
		})
	}
}

// A POST on a connection of HTTP/2 that other requests have used before, and are using.
func TestAResetStreamOnAReusedConnectionOfHTTP2(t *testing.T) {
	for _, name := range []string{"create", "code"} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, failsSecond(abort), overHTTP2)
			tr := over(s.Client().Transport, briefly)
			require.Equal(t, http.StatusOK, tr.Do(t.Context(), s.to(get())).Response.Status)
			outcome := tr.Do(t.Context(), s.to(rules()[name].request()))
			require.Error(t, outcome.Err)
			require.EqualValues(t, 2, s.requests.Load())
			require.Equal(t, 1, outcome.Attempts)
			require.True(t, outcome.Sent)
			require.EqualValues(t, 1, s.connections.Load())
		})
	}
}

// A protocol that was registered with net/http's transport, as those for HTTP/3 are, may tell
// nothing of its connections. Then nobody knows that there was none.
func TestAProtocolThatTellsNothingOfItsConnections(t *testing.T) {
	for name, want := range map[string]int{"PUT": 3, "DELETE": 3, "create": 1, "code": 1} {
		t.Run(name, func(t *testing.T) {
			s, tr := serve(fails(errors.New("stream reset after the request was read"))), freshTransport(t)
			tr.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{} // no HTTP/2 beside it
			tr.RegisterProtocol("https", s)
			outcome := over(tr, briefly).Do(t.Context(), rules()[name].request())
			require.Error(t, outcome.Err)
			require.Equal(t, want, s.count(), "requests that were read")
			require.Equal(t, want, outcome.Attempts)
			require.True(t, outcome.Sent)
		})
	}
}

func TestConnectionsAreReusedAcrossCallsAndAttempts(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"2xx": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) },
		"4xx": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusNotFound) },
		"5xx": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadGateway) },
		"3xx": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
	}
	for name, handler := range answers {
		t.Run(name, func(t *testing.T) {
			s := listen(t, handler)
			tr := over(keepingTransport(t), briefly)
			for range 3 {
				require.NoError(t, tr.Do(t.Context(), s.to(get())).Err)
			}
			require.EqualValues(t, 1, s.connections.Load())
		})
	}
}

// The pool of our own keeps a connection for each of many parallel calls: net/http's default
// keeps two, and opens and closes the others all the time.
func TestTheOwnPoolKeepsMoreThanTwoConnections(t *testing.T) {
	const parallel = 20
	arrived, release := make(chan struct{}), make(chan struct{})
	s := listen(t, func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-release
	})
	tr := transport.New(transport.Options{Policy: transport.Policy{MaxAttempts: 1}})
	for range 2 {
		var outcomes []<-chan *transport.Outcome
		for range parallel {
			outcomes = append(outcomes, start(t.Context(), tr, s.to(get())))
		}
		for range parallel {
			<-arrived
		}
		for range parallel {
			release <- struct{}{}
		}
		for _, outcome := range outcomes {
			require.Equal(t, http.StatusOK, (<-outcome).Response.Status)
		}
	}
	require.EqualValues(t, parallel, s.connections.Load())
}
