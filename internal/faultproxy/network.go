package faultproxy

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"sync"
	"syscall"
	"time"
)

// This file holds the ways to the proxy: pipes inside the process and sockets of 127.0.0.1.

// door is where a connection arrives. A door that a proxy does not have refuses it.
type door int

const (
	frontDoor     door = iota
	resettingDoor      // every connection is reset at once
	untrustedDoor      // the certificate is one that nobody trusts
	closedDoor         // nobody listens
	dyingDoor          // every connection of HTTP/2 is reset before it carries a request
	endingDoor         // and here it ends in good order
)

// network is a listener that can be dialed.
type network interface {
	net.Listener
	dial(ctx context.Context) (net.Conn, error)
}

// refused is what a dial of a port gives on which nobody listens.
func refused(ctx context.Context) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// pipes is a network inside the process.
type pipes struct {
	arrived chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newPipes() *pipes { return &pipes{arrived: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	reset := new(resetFlag)
	select {
	case p.arrived <- &pipeEnd{Conn: far, reset: reset}:
		return &pipeEnd{Conn: near, reset: reset}, nil
	case <-p.closed:
		return refused(ctx)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.arrived:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// resetFlag is shared by both ends of a pipe.
type resetFlag struct {
	mu  sync.Mutex
	set bool
}

// pipeEnd is a pipe that can be reset as a socket can: what was written has arrived, and
// after that both ends fail.
type pipeEnd struct {
	net.Conn
	reset *resetFlag
}

func (e *pipeEnd) Reset() {
	e.reset.mu.Lock()
	e.reset.set = true
	e.reset.mu.Unlock()
	_ = e.Close() // a pipe's Close does not fail
}

func (e *pipeEnd) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	return n, e.failure("read", err)
}

func (e *pipeEnd) Write(p []byte) (int, error) {
	n, err := e.Conn.Write(p)
	return n, e.failure("write", err)
}

func (e *pipeEnd) failure(op string, err error) error {
	e.reset.mu.Lock()
	defer e.reset.mu.Unlock()
	if err != nil && e.reset.set {
		return &net.OpError{Op: op, Net: "tcp", Err: syscall.ECONNRESET}
	}
	return err
}

// sockets is a network of 127.0.0.1.
type sockets struct{ net.Listener }

func loopback() (sockets, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	return sockets{listener}, err
}

func (s sockets) dial(ctx context.Context) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "tcp", s.Addr().String())
}

// overTLS is a network whose listener speaks TLS; the one who dials does so by itself.
type overTLS struct {
	net.Listener
	network
}

func secured(inner network, certificate tls.Certificate) network {
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	return overTLS{tls.NewListener(inner, config), inner}
}

func (o overTLS) Accept() (net.Conn, error) { return o.Listener.Accept() }
func (o overTLS) Close() error              { return o.Listener.Close() }
func (o overTLS) Addr() net.Addr            { return o.Listener.Addr() }

// certificate makes a certificate for 127.0.0.1, and a pool that trusts it.
func certificate() (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		// In a bubble of testing/synctest it is the year 2000.
		NotBefore: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool, nil
}

// resetAll takes every connection and resets it.
func resetAll(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		resetConn(conn)
	}
}

// resetConn closes a connection so that the other end sees a reset, and not an orderly end.
func resetConn(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if pipe, ok := conn.(interface{ Reset() }); ok {
		pipe.Reset()
		return
	}
	if socket, ok := conn.(*net.TCPConn); ok {
		_ = socket.SetLinger(0) // Close then sends RST; without it the test still sees an end
	}
	_ = conn.Close()
}
