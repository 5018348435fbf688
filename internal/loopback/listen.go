package loopback

import (
	"cmp"
	"context"
	"net"
	"net/url"
	"strings"
)

// This file binds the addresses of this machine that the browser comes back to.

// Host is bound where nobody asks for another one.
const Host = "127.0.0.1"

// Knows reports whether a host is one that is bound: 127.0.0.1, ::1, localhost and the names below it.
func Knows(host string) bool { return len(familiesOf(host)) > 0 }

// IsLocal knows the names of RFC 6761 section 6.3 and the addresses of RFC 1122 and 4291.
func IsLocal(host string) bool {
	ip := net.ParseIP(host)
	return isName(host) || ip != nil && ip.IsLoopback()
}

// isName: localhost and every name below it, in any case.
func isName(host string) bool {
	name := strings.ToLower(host)
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// family is an address to listen at.
type family struct{ network, host string }

// familiesOf are the addresses that a host of this machine has. Only these two are ever bound.
func familiesOf(host string) []family {
	four, six := family{"tcp4", Host}, family{"tcp6", "::1"}
	switch {
	case host == four.host:
		return []family{four}
	case net.ParseIP(host).Equal(net.IPv6loopback):
		return []family{six}
	case isName(host):
		return []family{four, six}
	}
	return nil
}

// binder is Listen of [net.ListenConfig].
type binder func(ctx context.Context, network, address string) (net.Listener, error)

// Listen binds the port of back, or a free one, which it puts into back.
func Listen(ctx context.Context, back *url.URL) ([]net.Listener, error) {
	return listen(ctx, (&net.ListenConfig{}).Listen, back)
}

// Close gives the addresses up to which nobody has come yet.
func Close(listeners []net.Listener) {
	for _, listener := range listeners {
		_ = listener.Close()
	}
}

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
			Close(listeners)
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
