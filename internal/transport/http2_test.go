package transport_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds what HTTP/2 adds: net/http repeats requests by itself when a stream is reset or
// the connection goes away, also those that the server has executed.

// streams is an HTTP/2 server that counts requests and ends each of them as end says.
type streams struct {
	url      string
	client   *http.Client
	executed atomic.Int32
}

// serveStreams answers each whole request with end, which gets the number of the request.
func serveStreams(t *testing.T, end func(f *http2.Framer, stream uint32, number int32) error) *streams {
	t.Helper()
	s := &streams{}
	certified := httptest.NewUnstartedServer(nil) // for its certificate, and the client that trusts it
	certified.EnableHTTP2 = true
	certified.StartTLS()
	t.Cleanup(certified.Close)
	config := certified.TLS.Clone()
	config.NextProtos = []string{"h2"}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			go s.serve(conn, end)
		}
	}()
	s.url, s.client = "https://"+listener.Addr().String()+"/clients", certified.Client()
	t.Cleanup(s.client.CloseIdleConnections)
	return s
}

func (s *streams) serve(conn net.Conn, end func(*http2.Framer, uint32, int32) error) {
	defer func() { _ = conn.Close() }()
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, conn)
	if framer.WriteSettings() != nil {
		return
	}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		whole := frame.Header().Flags.Has(http2.FlagDataEndStream) // the same bit in HEADERS
		switch frame.(type) {
		case *http2.HeadersFrame, *http2.DataFrame:
			if whole && end(framer, frame.Header().StreamID, s.executed.Add(1)) != nil {
				return
			}
		}
	}
}

func (s *streams) send(t *testing.T, rule rule, policy ...transport.Policy) *transport.Outcome {
	t.Helper()
	request := rule.request()
	request.URL = s.url
	options := transport.Options{HTTPClient: s.client, Policy: transport.Policy{MaxAttempts: 1, MaxWait: maxWait}}
	if len(policy) > 0 {
		options.Policy = policy[0]
	}
	return transport.New(options).Do(t.Context(), request)
}

// ends are the ways to end a stream after which net/http would send the request again.
func ends() map[string]func(f *http2.Framer, stream uint32, _ int32) error {
	reset := func(code http2.ErrCode) func(*http2.Framer, uint32, int32) error {
		return func(f *http2.Framer, stream uint32, _ int32) error { return f.WriteRSTStream(stream, code) }
	}
	return map[string]func(*http2.Framer, uint32, int32) error{
		"PROTOCOL_ERROR": reset(http2.ErrCodeProtocol),
		"REFUSED_STREAM": reset(http2.ErrCodeRefusedStream),
		"CANCEL":         reset(http2.ErrCodeCancel),
		"GOAWAY": func(f *http2.Framer, _ uint32, _ int32) error {
			return f.WriteGoAway(0, http2.ErrCodeNo, nil)
		},
	}
}

func TestNothingBelowRepeatsARequestOverHTTP2(t *testing.T) {
	for name, end := range ends() {
		for kind, rule := range rules() {
			for body, text := range map[string][]byte{"with a body": []byte(`{}`), "without": nil} {
				t.Run(name+"/"+kind+"/"+body, func(t *testing.T) {
					s := serveStreams(t, end)
					request := rule.request()
					request.URL, request.Body = s.url, text
					tr := transport.New(transport.Options{HTTPClient: s.client, Policy: transport.Policy{MaxAttempts: 1}})
					outcome := tr.Do(t.Context(), request)
					require.Nil(t, outcome.Response)
					require.Error(t, outcome.Err)
					require.EqualValues(t, 1, s.executed.Load(), "what the server executed")
					require.Equal(t, 1, outcome.Attempts)
					require.True(t, outcome.Sent, "it may have been executed")
				})
			}
		}
	}
}

// The retry engine repeats what may be repeated, and every repetition counts.
func TestRepetitionsOverHTTP2AreCounted(t *testing.T) {
	for name, end := range ends() {
		for _, kind := range []string{"GET", "PUT", "DELETE"} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				s := serveStreams(t, end)
				outcome := s.send(t, rules()[kind], transport.Policy{MaxAttempts: 3, MaxWait: 1})
				require.Error(t, outcome.Err)
				require.EqualValues(t, 3, s.executed.Load())
				require.Equal(t, 3, outcome.Attempts)
			})
		}
	}
}
