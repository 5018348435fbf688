package transport_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds the retry table for connections and bodies that break, over real sockets
// and with a fresh connection per attempt.

// brokenCase says how a fault ends under each rule.
type brokenCase struct {
	attempts map[string]int // per rule; 1 where it is not named
	sent     bool           // a write may have been executed
	status   int            // of the answer; 0 if there is none
	broken   error          // what is wrong with the answer's body
	err      error          // why there is no answer
}

func three(names ...string) map[string]int {
	attempts := map[string]int{}
	for _, name := range names {
		attempts[name] = 3
	}
	return attempts
}

func (c brokenCase) attemptsOf(name string) int { return max(c.attempts[name], 1) }

// require checks an outcome. What a read may have executed is of no interest.
func (c brokenCase) require(t *testing.T, name string, outcome *transport.Outcome) {
	t.Helper()
	require.Equal(t, c.attemptsOf(name), outcome.Attempts)
	if name != "GET" {
		require.Equal(t, c.sent, outcome.Sent, "Sent")
	}
	require.False(t, outcome.Held)
	if c.status == 0 {
		require.Nil(t, outcome.Response)
		require.ErrorIs(t, outcome.Err, c.err)
		return
	}
	require.NoError(t, outcome.Err, "there is an answer")
	require.Equal(t, c.status, outcome.Response.Status)
	require.ErrorIs(t, outcome.Response.Broken, c.broken)
}

func TestEveryBrokenAnswerUnderEveryRule(t *testing.T) {
	cases := map[string]struct {
		brokenCase
		handler http.HandlerFunc
	}{
		"reset after the request was read": {
			brokenCase{attempts: three("GET", "PUT", "DELETE"), sent: true, err: syscall.ECONNRESET}, reset,
		},
		"200 with half a body": {
			brokenCase{attempts: three("GET", "PUT", "DELETE"), sent: true, status: 200, broken: io.ErrUnexpectedEOF}, cutOff("200 OK"),
		},
		"201 with half a body": {
			brokenCase{attempts: three("GET", "PUT", "DELETE"), sent: true, status: 201, broken: io.ErrUnexpectedEOF}, cutOff("201 Created"),
		},
		"404 with half a body": {
			brokenCase{status: 404, broken: io.ErrUnexpectedEOF}, cutOff("404 Not Found"),
		},
		"429 with half a body": {
			brokenCase{attempts: three("GET", "PUT", "DELETE", "create"), status: 429, broken: io.ErrUnexpectedEOF}, cutOff("429 Too Many Requests"),
		},
		"503 with half a body": {
			brokenCase{attempts: three("GET", "PUT", "DELETE"), sent: true, status: 503, broken: io.ErrUnexpectedEOF}, cutOff("503 Service Unavailable"),
		},
	}
	for name, c := range cases {
		for ruleName, rule := range rules() {
			t.Run(name+"/"+ruleName, func(t *testing.T) {
				s := listen(t, c.handler)
				outcome := over(freshTransport(t), briefly).Do(t.Context(), s.to(rule.request()))
				require.EqualValues(t, c.attemptsOf(ruleName), s.requests.Load(), "requests that reached the server")
				c.require(t, ruleName, outcome)
			})
		}
	}
}

func TestAnAnswerThatIsTooLargeIsNotFetchedAgain(t *testing.T) {
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) {
			s := listen(t, sends(transport.MaxBody+1))
			outcome := over(freshTransport(t), briefly).Do(t.Context(), s.to(rule.request()))
			require.EqualValues(t, 1, s.requests.Load())
			require.Equal(t, 1, outcome.Attempts)
			require.NoError(t, outcome.Err)
			require.ErrorContains(t, outcome.Response.Broken, "10 MiB")
			require.LessOrEqual(t, len(outcome.Response.Body), transport.MaxBody)
			if name != "GET" {
				require.True(t, outcome.Sent)
			}
		})
	}
}

func TestARefusedConnectionUnderEveryRule(t *testing.T) {
	want := brokenCase{attempts: three("GET", "PUT", "DELETE", "create", "code"), err: syscall.ECONNREFUSED}
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) {
			request := rule.request()
			request.URL = "http://" + closedPort(t) + "/v1/clients"
			want.require(t, name, over(freshTransport(t), briefly).Do(t.Context(), request))
		})
	}
}

// A connection that opens on the second attempt shows that a create was really sent again.
func TestACreateIsSentWhenTheServerComesUp(t *testing.T) {
	for _, name := range []string{"create", "code"} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
			tr, dials := freshTransport(t), atomic.Int32{}
			tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				if dials.Add(1) == 1 {
					return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
				}
				return (&net.Dialer{}).DialContext(ctx, network, address)
			}
			outcome := over(tr, briefly).Do(t.Context(), s.to(rules()[name].request()))
			require.Equal(t, http.StatusCreated, outcome.Response.Status)
			require.Equal(t, 2, outcome.Attempts)
			require.False(t, outcome.Sent)
			require.EqualValues(t, 1, s.requests.Load())
		})
	}
}

// A transport of a user's may dial through something that fails in words of its own.
func TestAnyFailureToConnectCountsAsNeverOpened(t *testing.T) {
	noRoute := errors.New("no route through the tunnel")
	want := brokenCase{attempts: three("GET", "PUT", "DELETE", "create", "code"), err: noRoute}
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) {
			tr := freshTransport(t)
			tr.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, noRoute }
			want.require(t, name, over(tr, briefly).Do(t.Context(), rule.request()))
		})
	}
}

func TestABadCertificateIsNotTriedAgain(t *testing.T) {
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) {
			s := listen(t, cutOff("200 OK"), withTLS)
			outcome := over(freshTransport(t), briefly).Do(t.Context(), s.to(rule.request()))
			var unknown x509.UnknownAuthorityError
			require.ErrorAs(t, outcome.Err, &unknown)
			brokenCase{err: outcome.Err}.require(t, name, outcome)
			require.EqualValues(t, 0, s.requests.Load())
			require.EqualValues(t, 1, s.connections.Load())
		})
	}
}

// An alert about a certificate or a version (RFC 8446 section 6.2) comes before a request is read,
// also where the connection has opened here, and would come again.
func TestARefusedHandshakeIsNotTriedAgain(t *testing.T) {
	ends := map[tls.AlertError]brokenCase{}
	for _, alert := range []tls.AlertError{40, 42, 43, 44, 45, 46, 48, 49, 70, 71, 116} {
		ends[alert] = brokenCase{}
	}
	for _, alert := range []tls.AlertError{10, 20, 80, 90} { // these may come at any time
		ends[alert] = brokenCase{attempts: three("GET", "PUT", "DELETE"), sent: true}
	}
	for alert, want := range ends {
		for name, rule := range rules() {
			t.Run(alert.Error()+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					want.err = &net.OpError{Op: "remote error", Err: alert}
					s := serve(fails(want.err))
					want.require(t, name, over(s).Do(t.Context(), rule.request()))
				})
			})
		}
	}
}

// A name that does not resolve is a connection that never opened, also where the transport
// tells nothing about its connections.
func TestAFailedLookupCountsAsNeverOpened(t *testing.T) {
	lookup := &net.DNSError{Err: "no such host", Name: "api.example.test", IsNotFound: true}
	want := brokenCase{attempts: three("GET", "PUT", "DELETE", "create", "code"), err: lookup}
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) {
			s := serve(fails(lookup))
			want.require(t, name, over(s, briefly).Do(t.Context(), rule.request()))
		})
	}
}

// What is never sent cannot have been executed: net/http refuses the header before it dials.
func TestAHeaderThatCannotBeSentWasNotSent(t *testing.T) {
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) {
			s := listen(t, cutOff("200 OK"))
			request := s.to(rule.request())
			request.Header.Set("Authorization", "Bearer token-with-newline\n")
			outcome := over(freshTransport(t), briefly).Do(t.Context(), request)
			require.Error(t, outcome.Err)
			require.NotContains(t, outcome.Err.Error(), "token-with-newline")
			require.LessOrEqual(t, outcome.Attempts, 1, "it would be refused again")
			require.Nil(t, outcome.Response)
			if name != "GET" {
				require.False(t, outcome.Sent)
			}
			require.EqualValues(t, 0, s.connections.Load())
		})
	}
}
