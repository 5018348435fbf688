// Package fakeserver is what the providers' fakes are built on: it serves a handler over a
// loopback socket and inside the process, keeps what was sent, and injects faults.
//
// Users of a fake meet it through the fake's own Server, which embeds this one; authors of a
// provider can build a fake for it the same way. It does not import package testing, so that
// programs can run a fake too.
package fakeserver

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// inProcessURL is the address of a server without a socket. Nothing resolves it: ".invalid" is
// reserved (RFC 6761 section 6.4). Its name is what a program sees that dials it.
const inProcessURL = "https://use-httpclient-of-the-fake.invalid"

const maxBody = 16 << 20

// Server serves a handler. It is safe for concurrent use.
type Server struct {
	handler http.Handler
	http    *http.Server
	url     string

	mu       sync.Mutex
	requests []Request
	faults   []*Fault
}

// Request is one request that reached the server.
type Request struct {
	Method string
	// Path is the path as it was sent, escapes included.
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
}

// New returns a server without a socket: only [Server.HTTPClient] reaches it. This is the one
// for a testing/synctest bubble, in which a waiting socket would stop the clock.
func New(handler http.Handler) *Server {
	return &Server{handler: handler, url: inProcessURL}
}

// Start opens a socket on 127.0.0.1, at a free port, and serves on it until Close.
func (s *Server) Start() error {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.url = "http://" + listener.Addr().String()
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() {
		// Serve returns when Close is called; a fake has nobody to tell about other ends.
		_ = s.http.Serve(listener)
	}()
	return nil
}

// Close ends the socket and every connection on it. It may be called on a server that was
// not started, and more than once.
func (s *Server) Close() {
	if s.http != nil {
		_ = s.http.Close()
	}
}

// URL is the server's address, without a slash at its end. Without a socket it is a name that
// only HTTPClient reaches.
func (s *Server) URL() string { return s.url }

// HTTPClient returns a client that reaches the server inside the process, whatever host a
// request names. It opens no connection, so that it works in a testing/synctest bubble.
func (s *Server) HTTPClient() *http.Client { return &http.Client{Transport: inProcess{s}} }

// Requests returns what reached the server so far, in order of arrival.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Count returns how many requests with exactly this method and path reached the server; ""
// stands for any.
func (s *Server) Count(method, path string) int {
	count := 0
	for _, r := range s.Requests() {
		if (method == "" || method == r.Method) && (path == "" || path == r.Path) {
			count++
		}
	}
	return count
}

// Forget drops the record of requests.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// ServeHTTP records the request, applies the faults and calls the handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.serve(w, r, s.nextFault(r)) }

func (s *Server) serve(w http.ResponseWriter, r *http.Request, fault *Fault) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return // the caller went away in the middle of its request
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.record(r, body)
	if fault == nil {
		s.handler.ServeHTTP(w, r)
		return
	}
	fault.serve(w, r, s.handler)
}

func (s *Server) record(r *http.Request, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, Request{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(),
		Header: r.Header.Clone(), Body: body,
	})
}

// errNoAnswer is what the in-process client sees where a socket would be closed on it.
var errNoAnswer = errors.New("fakeserver: connection closed before the answer")
