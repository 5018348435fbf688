package oauthclients

import (
	"cmp"
	"context"
	"net"
	"net/url"
)

// This file binds the addresses of this machine that the browser comes back to.

// loopbackHost is bound unless RedirectURL has another loopback host.
const loopbackHost = "127.0.0.1"

// loopbackURL is the address that the browser comes back to, its port still open.
func loopbackURL(redirect string) (*url.URL, []FieldError) {
	if redirect == "" {
		return &url.URL{Scheme: "http", Host: loopbackHost, Path: "/callback"}, nil
	}
	u, err := url.Parse(redirect)
	if err != nil || u.Scheme != "http" || u.User != nil || len(familiesOf(u.Hostname())) == 0 {
		return &url.URL{}, []FieldError{{
			"AuthCode.RedirectURL", "url", "must be http on 127.0.0.1, [::1] or localhost, such as http://127.0.0.1:8085/callback",
		}}
	}
	return u, nil
}

// family is an address to listen at.
type family struct{ network, host string }

// familiesOf are the addresses that a host of this machine has. Only these two are ever bound.
func familiesOf(host string) []family {
	four, six := family{"tcp4", loopbackHost}, family{"tcp6", "::1"}
	switch {
	case host == four.host:
		return []family{four}
	case net.ParseIP(host).Equal(net.IPv6loopback):
		return []family{six}
	case isLoopbackName(host):
		return []family{four, six}
	}
	return nil
}

// binder is Listen of [net.ListenConfig].
type binder func(ctx context.Context, network, address string) (net.Listener, error)

// listen binds the port of back, or a free one, which it puts into back.
func listen(ctx context.Context, bind binder, back *url.URL) ([]net.Listener, error) {
	const tries = 8 // a port that is free in one family may be taken in the other
	families, fixed := familiesOf(back.Hostname()), back.Port() != "" && back.Port() != "0"
	var err error
	for range tries {
		var listeners []net.Listener
		if listeners, err = listenAt(ctx, bind, families, cmp.Or(back.Port(), "0")); err == nil {
			back.Host = net.JoinHostPort(back.Hostname(), portOf(listeners[0]))
			return listeners, nil
		}
		if fixed {
			break
		}
	}
	return nil, err
}

// listenAt binds the same port in each family. A machine may lack one of two.
func listenAt(ctx context.Context, bind binder, families []family, port string) ([]net.Listener, error) {
	var listeners []net.Listener
	var missing error
	for _, f := range families {
		listener, err := bind(ctx, f.network, net.JoinHostPort(f.host, port))
		switch {
		case err == nil:
			listeners, port = append(listeners, listener), portOf(listener)
		case len(families) > 1 && !f.exists(ctx, bind):
			missing = err
		default: // another program may have the port: a browser that went there would tell it the code
			closeAll(listeners)
			return nil, err
		}
	}
	if len(listeners) == 0 {
		return nil, missing
	}
	return listeners, nil
}

// exists finds out whether the machine has the family, by binding any port of it. The number of an
// error does not tell: that of a taken port is another one on each system.
func (f family) exists(ctx context.Context, bind binder) bool {
	listener, err := bind(ctx, f.network, net.JoinHostPort(f.host, "0"))
	if err != nil {
		return false
	}
	_ = listener.Close()
	return true
}

func portOf(listener net.Listener) string {
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

func closeAll(listeners []net.Listener) {
	for _, listener := range listeners {
		_ = listener.Close()
	}
}
