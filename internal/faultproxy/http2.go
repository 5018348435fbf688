package faultproxy

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/http2"
)

// This file makes proxies that speak HTTP/2 (RFC 9113), and takes their connections.

// NewHTTP2 is NewTLS with HTTP/2 at both ends. The client's end is net/http, which chooses it in
// the handshake; the server's end writes the frames by itself, so that a fault can stand between
// any two of them. Connections are used again, as every program with HTTP/2 does it.
func NewHTTP2(backend http.Handler) (*Proxy, error) {
	return newHTTP2(backend, [4]network{newPipes(), newPipes(), newPipes(), newPipes()})
}

// StartHTTP2 is NewHTTP2 over sockets of 127.0.0.1.
func StartHTTP2(backend http.Handler) (*Proxy, error) {
	var listeners [4]network
	for i := range listeners {
		listener, err := loopback()
		if err != nil {
			return nil, err
		}
		listeners[i] = listener
	}
	return newHTTP2(backend, listeners)
}

func newHTTP2(backend http.Handler, listeners [4]network) (*Proxy, error) {
	trusted, pool, err := certificate()
	if err != nil {
		return nil, err
	}
	// A ticket would be written while the client writes its preface: two writes over a pipe wait
	// for each other.
	config := &tls.Config{
		Certificates: []tls.Certificate{trusted}, MinVersion: tls.VersionTLS12, NextProtos: []string{http2.NextProtoTLS}, SessionTicketsDisabled: true,
		CurvePreferences: cheap(),
	}
	p := newProxy(backend, "https://"+listeners[0].Addr().String(), map[door]network{resettingDoor: listeners[3]})
	p.transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12, CurvePreferences: cheap()}
	p.transport.ForceAttemptHTTP2 = true
	p.sessions = &sessions{live: map[*session]bool{}}
	serves := [...]func(*session){(*session).serve, (*session).dieByReset, (*session).dieByClose}
	for i, name := range [...]door{frontDoor, dyingDoor, endingDoor} {
		listener := overTLS{tls.NewListener(listeners[i], config), listeners[i]}
		p.doors[name] = listener
		p.sessions.all.Go(func() { p.takeAll(listener, serves[i]) })
	}
	return p, nil
}

// cheap is the curve whose handshake takes the least time: a matrix of faults has thousands.
func cheap() []tls.CurveID { return []tls.CurveID{tls.CurveP256} }

// sessions are the connections of a proxy that speaks HTTP/2.
type sessions struct {
	all sync.WaitGroup // their goroutines

	mu     sync.Mutex
	live   map[*session]bool
	closed bool
}

// keep takes a session down; it reports false if the proxy is closed.
func (s *sessions) keep(begun *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live[begun] = true
	return !s.closed
}

func (s *sessions) drop(over *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, over)
}

// close ends every session, and waits until what the server is about to do is done.
func (s *sessions) close() {
	s.mu.Lock()
	s.closed = true
	for session := range s.live {
		s.all.Go(func() { _ = session.conn.Close() })
	}
	s.mu.Unlock()
	s.all.Wait()
}

// takeAll serves every connection of a listener until it is closed.
func (p *Proxy) takeAll(listener net.Listener, serve func(*session)) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		secure, ok := conn.(*tls.Conn)
		if !ok {
			continue // the listener is one of TLS
		}
		p.sessions.all.Go(func() { p.take(secure, serve) })
	}
}

func (p *Proxy) take(conn *tls.Conn, serve func(*session)) {
	p.connState(conn, http.StateNew)
	defer p.connState(conn, http.StateClosed)
	defer func() { _ = conn.Close() }()
	s := newSession(p, conn)
	defer p.sessions.drop(s)
	if p.sessions.keep(s) && s.greet() == nil {
		p.connState(conn, http.StateActive)
		serve(s)
	}
}

// greet reads the client's preface (RFC 9113 section 3.4).
func (s *session) greet() error {
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(s.in, preface); err != nil {
		return err
	}
	if string(preface) != http2.ClientPreface {
		return errors.New("no HTTP/2")
	}
	return nil
}

// beforeItDies is how long a connection lives that ends before it carries a request: so long that
// the client is about to write one.
const beforeItDies = 10 * time.Millisecond

func (s *session) dieByReset() {
	<-time.After(beforeItDies)
	resetConn(s.conn)
}

func (s *session) dieByClose() {
	<-time.After(beforeItDies)
	_ = s.conn.Close()
}

func newSession(p *Proxy, conn *tls.Conn) *session {
	s := &session{proxy: p, conn: conn, in: bufio.NewReader(conn), out: bufio.NewWriter(conn), streams: map[uint32]*stream{}}
	s.prepare()
	return s
}
