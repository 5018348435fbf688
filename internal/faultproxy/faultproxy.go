// Package faultproxy stands between an HTTP client and a server under test and breaks what passes
// through it: connections that are refused or reset, answers that are cut, late, of another kind
// or not there at all. It counts what reached it and what the server did.
//
// A proxy made by [New] or [NewTLS] has no socket: both of its ends are real net/http over pipes,
// so that it works in a testing/synctest bubble, where a wait of a minute takes no time and every
// run is the same. One made by [Start] listens on 127.0.0.1, where the errors are the kernel's.
// [NewHTTP2] and [StartHTTP2] are the same two over HTTP/2, where a fault can befall one request of
// a connection.
//
// It is for the tests of this module.
package faultproxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"
)

// This file holds the proxy: how it is made, what it counts, and the way of one request.

// Proxy is a server in front of another. It is safe for concurrent use.
type Proxy struct {
	backend   http.Handler
	url       string
	doors     map[door]network
	servers   []*http.Server
	transport *http.Transport
	sessions  *sessions // nil: it speaks HTTP/1.1

	mu        sync.Mutex
	rules     []*rule
	choose    func(r *http.Request, arrived bool) *Fault
	exchanges []Exchange
	open      int               // connections at the server's side
	speaking  map[net.Conn]bool // those of them on which the client has begun to speak HTTP
	peak      int
}

// Exchange is one request that reached the proxy: whole, or over HTTP/2 its headers at least.
type Exchange struct {
	Method string
	// Path is the path as it was sent, escapes included.
	Path string
	// Status is what the server behind answered, 0 if it was not asked.
	Status int
}

// Executed says that the server did what was asked.
func (e Exchange) Executed() bool { return e.Status/100 == 2 }

// New returns a proxy without a socket; only its Client reaches it. Each request has a
// connection of its own: on one that was used before, net/http itself repeats some requests.
func New(backend http.Handler) *Proxy {
	p := newProxy(backend, "http://127.0.0.1:1", map[door]network{frontDoor: newPipes(), resettingDoor: newPipes()})
	p.FreshConnections()
	return p
}

// NewTLS is New over TLS, with a certificate that the proxy's Client trusts.
func NewTLS(backend http.Handler) (*Proxy, error) {
	trusted, pool, err := certificate()
	if err != nil {
		return nil, err
	}
	unknown, _, err := certificate()
	if err != nil {
		return nil, err
	}
	p := newProxy(backend, "https://127.0.0.1:1", map[door]network{
		frontDoor: secured(newPipes(), trusted), resettingDoor: newPipes(), untrustedDoor: secured(newPipes(), unknown),
	})
	p.FreshConnections()
	p.transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return p, nil
}

// Start returns a proxy that listens on free ports of 127.0.0.1. Its connections are used again.
func Start(backend http.Handler) (*Proxy, error) {
	front, err := loopback()
	if err != nil {
		return nil, err
	}
	resetting, err := loopback()
	if err != nil {
		return nil, err
	}
	return newProxy(backend, "http://"+front.Addr().String(), map[door]network{frontDoor: front, resettingDoor: resetting}), nil
}

// FreshConnections gives each request a connection of its own, as New does. It is called before
// the first request.
func (p *Proxy) FreshConnections() { p.transport.DisableKeepAlives = true }

func newProxy(backend http.Handler, url string, doors map[door]network) *Proxy {
	p := &Proxy{backend: backend, url: url, doors: doors, speaking: map[net.Conn]bool{}}
	p.transport = &http.Transport{DialContext: p.dial, MaxIdleConnsPerHost: 64}
	for name, listener := range doors {
		if name == resettingDoor {
			go resetAll(listener)
			continue
		}
		server := &http.Server{Handler: p, ConnState: p.connState, ErrorLog: log.New(io.Discard, "", 0)} //nolint:gosec // a test's client is not slow on purpose
		p.servers = append(p.servers, server)
		go func() { _ = server.Serve(listener) }() // until Close; a test's proxy has nobody to tell about other ends
	}
	return p
}

// Close ends every connection; the requests that are under way have ten seconds to end. Over a
// pipe the end of a TLS connection takes five, until nobody can be waiting for it any more.
func (p *Proxy) Close() {
	p.transport.CloseIdleConnections()
	for _, listener := range p.doors {
		_ = listener.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, server := range p.servers {
		_ = server.Shutdown(ctx)
		_ = server.Close()
	}
	if p.sessions != nil {
		p.sessions.close()
	}
}

// URL is the proxy's address, without a slash at its end.
func (p *Proxy) URL() string { return p.url }

// Client returns a client that reaches the proxy, whatever host a request names.
func (p *Proxy) Client() *http.Client { return &http.Client{Transport: (*client)(p)} }

// Exchanges returns what reached the proxy so far.
func (p *Proxy) Exchanges() []Exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.exchanges)
}

// Count returns how many requests of a method with exactly this path ("" stands for any)
// reached the proxy, and how many of them the server executed.
func (p *Proxy) Count(method, path string) (requests, executed int) {
	for _, e := range p.Exchanges() {
		if e.Method == method && (path == "" || e.Path == path) {
			requests++
			if e.Executed() {
				executed++
			}
		}
	}
	return requests, executed
}

// Connections returns how many connections to the proxy are open, and on how many at the most
// the client spoke HTTP at the same time. One that ends before is no part of the second number:
// whoever waits for HTTP/2 dials, takes the first connection that anybody has got, and closes its
// own after the handshake. A connection of [ResetConnection] does not count: it is over at once.
func (p *Proxy) Connections() (open, peak int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open, p.peak
}

func (p *Proxy) connState(conn net.Conn, state http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch state {
	case http.StateNew:
		p.open++
	case http.StateActive:
		p.speaking[conn] = true
		p.peak = max(p.peak, len(p.speaking))
	case http.StateClosed, http.StateHijacked: // a fault that takes a connection over ends it
		p.open--
		delete(p.speaking, conn)
	default:
	}
}

// Forget drops the record of requests.
func (p *Proxy) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.exchanges = nil
}

// client is the side of the proxy that the program under test holds. It decides at which door a
// request arrives, since nobody can refuse a connection that is there.
type client Proxy

func (c *client) RoundTrip(r *http.Request) (*http.Response, error) {
	fault := (*Proxy)(c).faultOf(r, false)
	if fault == nil || fault.door == frontDoor {
		return c.transport.RoundTrip(r)
	}
	fresh := c.transport.Clone() // an idle connection would lead past the door
	fresh.DisableKeepAlives = true
	return fresh.RoundTrip(r.WithContext(context.WithValue(r.Context(), doorKey{}, fault.door)))
}

// CloseIdleConnections is what the client's method of this name calls.
func (c *client) CloseIdleConnections() { c.transport.CloseIdleConnections() }

type doorKey struct{}

func (p *Proxy) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	name, _ := ctx.Value(doorKey{}).(door)
	listener := p.doors[name]
	if listener == nil {
		return refused(ctx)
	}
	return listener.dial(ctx)
}

// ServeHTTP takes a request that arrived whole, and does to it what the rules say.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller left in the middle of its request
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	x := &exchange{proxy: p, w: w, r: r, number: p.arrived(r)}
	x.meet(p.faultOf(r, true)) //nolint:contextcheck // the context is the request's
}

func (p *Proxy) arrived(r *http.Request) (number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.exchanges = append(p.exchanges, Exchange{Method: r.Method, Path: r.URL.EscapedPath()})
	return len(p.exchanges) - 1
}

// exchange is one request inside the proxy.
type exchange struct {
	proxy  *Proxy
	w      http.ResponseWriter
	r      *http.Request
	number int
	stream *stream // nil: it came over HTTP/1.1
}

// meet is what becomes of a request that has the fault; nil is none.
func (x *exchange) meet(fault *Fault) {
	if fault != nil {
		fault.serve(x)
		return
	}
	x.pass(x.execute())
}

// execute lets the server do what was asked, and returns its answer.
func (x *exchange) execute() *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	if x.stream != nil {
		defer x.stream.session.working.RUnlock()
		if !x.stream.session.works(x.stream.id) {
			x.stream.over = true // and is not answered either
			return answer
		}
	}
	// The server does its work even if the caller has left by now.
	x.proxy.backend.ServeHTTP(answer, x.r.WithContext(context.WithoutCancel(x.r.Context())))
	x.proxy.mu.Lock()
	defer x.proxy.mu.Unlock()
	if x.number < len(x.proxy.exchanges) { // it was not forgotten meanwhile
		x.proxy.exchanges[x.number].Status = answer.Code
	}
	return answer
}

// pass hands an answer on.
func (x *exchange) pass(answer *httptest.ResponseRecorder) {
	for name, values := range answer.Result().Header {
		x.w.Header()[name] = values
	}
	x.w.WriteHeader(answer.Code)
	_, _ = x.w.Write(answer.Body.Bytes()) // a caller that left needs no answer
}
