// Package resets has servers that execute what they are asked for and take it back on the wire.
package resets

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// This file has an HTTP/2 server of single frames: it executes each request, and then answers it
// or resets it.

// reset is what comes instead of an answer; nil: the answer.
type reset func(framer *http2.Framer, stream uint32) error

// code resets the stream with an error code (RFC 9113 section 7).
func code(c http2.ErrCode) reset {
	return func(framer *http2.Framer, stream uint32) error { return framer.WriteRSTStream(stream, c) }
}

// goAway says that the server has processed nothing, and closes the connection.
func goAway(framer *http2.Framer, _ uint32) error {
	if err := framer.WriteGoAway(0, http2.ErrCodeNo, nil); err != nil {
		return err
	}
	return io.EOF
}

// closed closes the connection without a word.
func closed(*http2.Framer, uint32) error { return io.EOF }

type server struct {
	handler http.Handler
	// resets chooses what becomes of a request that was executed.
	resets atomic.Pointer[func(r *http.Request) reset]
}

// start serves until the test ends.
func (s *server) start(t *testing.T) (address string, client *http.Client) {
	t.Helper()
	certificates := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(certificates.Close)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	secure := tls.NewListener(listener, &tls.Config{Certificates: certificates.TLS.Certificates, NextProtos: []string{"h2"}})
	t.Cleanup(func() { _ = secure.Close() })
	go func() {
		for {
			connection, err := secure.Accept()
			if err != nil {
				return
			}
			go s.serve(connection)
		}
	}()
	client = certificates.Client()
	transport := client.Transport.(*http.Transport)
	transport.ForceAttemptHTTP2 = true
	t.Cleanup(transport.CloseIdleConnections)
	return "https://" + listener.Addr().String(), client
}

// serve reads the requests of a connection one after the other.
func (s *server) serve(connection net.Conn) {
	defer func() { _ = connection.Close() }()
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(connection, preface); err != nil {
		return
	}
	framer := http2.NewFramer(connection, connection)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if framer.WriteSettings() != nil {
		return
	}
	requests := map[uint32]*http.Request{}
	for {
		frame, err := framer.ReadFrame()
		if err != nil || s.take(framer, frame, requests) != nil {
			return
		}
	}
}

func (s *server) take(framer *http2.Framer, frame http2.Frame, requests map[uint32]*http.Request) error {
	switch f := frame.(type) {
	case *http2.SettingsFrame:
		if !f.IsAck() {
			return framer.WriteSettingsAck()
		}
	case *http2.PingFrame:
		if !f.IsAck() {
			return framer.WritePing(true, f.Data)
		}
	case *http2.MetaHeadersFrame:
		requests[f.StreamID] = requestOf(f)
		if f.StreamEnded() {
			return s.answer(framer, f.StreamID, requests[f.StreamID])
		}
	case *http2.DataFrame:
		r := requests[f.StreamID]
		begun, _ := io.ReadAll(r.Body) // it is in memory
		r.Body = io.NopCloser(bytes.NewReader(append(begun, f.Data()...)))
		if f.StreamEnded() {
			return s.answer(framer, f.StreamID, r)
		}
	}
	return nil
}

func requestOf(f *http2.MetaHeadersFrame) *http.Request {
	target, _ := url.ParseRequestURI(f.PseudoValue("path")) // a client of net/http sends nothing else
	r := &http.Request{
		Method: f.PseudoValue("method"), URL: target, RequestURI: f.PseudoValue("path"), Host: f.PseudoValue("authority"),
		Proto: "HTTP/2.0", ProtoMajor: 2, Header: http.Header{}, Body: http.NoBody,
	}
	for _, field := range f.RegularFields() {
		r.Header.Add(field.Name, field.Value)
	}
	return r
}

// answer executes the request, whatever comes of it.
func (s *server) answer(framer *http2.Framer, stream uint32, r *http.Request) error {
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, r)
	if choose := s.resets.Load(); choose != nil {
		if reset := (*choose)(r); reset != nil {
			return reset(framer, stream)
		}
	}
	return write(framer, stream, recorder)
}

func write(framer *http2.Framer, stream uint32, answer *httptest.ResponseRecorder) error {
	block := encoded(answer)
	err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block, EndHeaders: true})
	if err != nil {
		return err
	}
	return framer.WriteData(stream, true, answer.Body.Bytes())
}

// encoded is the header block (RFC 7541). Writing to memory does not fail.
func encoded(answer *httptest.ResponseRecorder) []byte {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(answer.Code)})
	for name, values := range answer.Header() {
		for _, value := range values {
			_ = encoder.WriteField(hpack.HeaderField{Name: strings.ToLower(name), Value: value})
		}
	}
	return block.Bytes()
}
