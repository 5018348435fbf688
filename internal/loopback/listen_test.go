package loopback

import (
	"context"
	"errors"
	"net"
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file tests which ports are bound on machines that are not this one. It is in the package, since
// nothing outside of it can have another machine.

// machine binds what it has.
type machine struct {
	families []string // "tcp4", "tcp6"
	taken    []string // addresses that another program has
	next     int      // the next free port
	fault    error    // what it says of an address that cannot be bound
	open     []string
}

// bound is a listener that accepts nobody.
type bound struct {
	net.Listener

	machine *machine
	address *net.TCPAddr
}

func (b bound) Addr() net.Addr { return b.address }

func (b bound) Close() error {
	b.machine.open = slices.DeleteFunc(b.machine.open, func(open string) bool { return open == b.address.String() })
	return nil
}

func (m *machine) bind(_ context.Context, network, address string) (net.Listener, error) {
	if !slices.Contains(m.families, network) {
		return nil, m.fault
	}
	at, err := net.ResolveTCPAddr(network, address)
	if err != nil {
		return nil, err
	}
	if at.Port == 0 {
		m.next++
		at.Port = m.next
	}
	if slices.Contains(m.taken, at.String()) {
		return nil, m.fault
	}
	m.open = append(m.open, at.String())
	return bound{machine: m, address: at}, nil
}

// Windows says WSAEADDRINUSE (10048), which is none of the numbers that package syscall has there. So the
// error here has no number at all.
func TestATakenPortIsTakenWhateverTheSystemSays(t *testing.T) {
	both := []string{"tcp4", "tcp6"}
	for name, c := range map[string]struct {
		redirect        string
		families, taken []string
		bound           []string // nil: an error
	}{
		"both free":          {"http://localhost:8085/cb", both, nil, []string{"127.0.0.1:8085", "[::1]:8085"}},
		"IPv4 taken":         {"http://localhost:8085/cb", both, []string{"127.0.0.1:8085"}, nil},
		"IPv6 taken":         {"http://localhost:8085/cb", both, []string{"[::1]:8085"}, nil},
		"both taken":         {"http://localhost:8085/cb", both, []string{"127.0.0.1:8085", "[::1]:8085"}, nil},
		"no IPv6":            {"http://localhost:8085/cb", both[:1], nil, []string{"127.0.0.1:8085"}},
		"no IPv4":            {"http://localhost:8085/cb", both[1:], nil, []string{"[::1]:8085"}},
		"no IPv6, taken":     {"http://localhost:8085/cb", both[:1], []string{"127.0.0.1:8085"}, nil},
		"no network":         {"http://localhost:8085/cb", nil, nil, nil},
		"an address, taken":  {"http://127.0.0.1:8085/cb", both, []string{"127.0.0.1:8085"}, nil},
		"an address, no one": {"http://[::1]:8085/cb", both[:1], nil, nil},
		"any port":           {"http://localhost/cb", both, []string{"[::1]:50001"}, []string{"127.0.0.1:50003", "[::1]:50003"}},
		"any port, no IPv6":  {"http://localhost/cb", both[:1], nil, []string{"127.0.0.1:50001"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := &machine{families: c.families, taken: c.taken, next: 50000, fault: errors.New("only one usage of each socket address is permitted")}
			back, err := url.Parse(c.redirect)
			require.NoError(t, err)
			listeners, err := listen(t.Context(), m.bind, back)
			if c.bound == nil {
				require.ErrorIs(t, err, m.fault)
				require.Empty(t, m.open, "nothing stays open")
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.bound, m.open)
			_, port, err := net.SplitHostPort(c.bound[0])
			require.NoError(t, err)
			require.Equal(t, port, back.Port())
			Close(listeners)
			require.Empty(t, m.open)
		})
	}
}
