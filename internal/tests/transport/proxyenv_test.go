package transport

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests the proxies of the environment. net/http reads it once per process, so that
// every case is a process of its own.

// proxied is what a program says that makes one call in an environment.
func proxied(t *testing.T, own *authority, address string, environment ...string) string {
	t.Helper()
	environment = append([]string{
		"HTTP_PROXY=", "HTTPS_PROXY=", "NO_PROXY=", "http_proxy=", "https_proxy=", "no_proxy=", "REQUEST_METHOD=",
		world.AuthorityVariable + "=" + own.pem(), "GODEBUG=x509usefallbackroots=1",
	}, environment...)
	return world.Start(t, "proxied", "", address, environment...).Hear(t)
}

func TestTheProxyOfTheEnvironmentIsUsed(t *testing.T) {
	server, own := world.NewMemServer(), newAuthority(t)
	p := newProxy(t, tunnelTo(t, server, own))
	said := proxied(t, own, "https://api.example.test", "HTTPS_PROXY="+p.address().String())
	require.Equal(t, "served", said)
	require.Equal(t, []string{"CONNECT api.example.test:443 Basic " + proxyBasic()}, p.requests())
	require.Len(t, server.Requests(), 1)
}

func TestNoProxyIsUsedWhereTheEnvironmentSaysSo(t *testing.T) {
	p, own := newProxy(t), newAuthority(t)
	said := proxied(t, own, "https://api.example.test", "HTTPS_PROXY="+p.address().String(), "NO_PROXY=other.test,.example.test")
	require.Contains(t, said, "mem: List: unavailable: dial tcp: lookup api.example.test")
	require.Empty(t, p.requests())
}

// A loopback host is this machine's, where no proxy could reach it; plain http goes nowhere else.
func TestALoopbackHostIsReachedWithoutAProxy(t *testing.T) {
	p, server := newProxy(t), world.NewMemServer()
	server.StartFor(t)
	said := proxied(t, newAuthority(t), server.URL(), "HTTP_PROXY="+p.address().String(), "HTTPS_PROXY="+p.address().String())
	require.Equal(t, "served", said)
	require.Empty(t, p.requests())
}

func TestTheEnvironmentsProxyDoesNotShow(t *testing.T) {
	p, own := newProxy(t, func(p *proxy) { p.fails = failingProxies()["reason"] }), newAuthority(t)
	said := proxied(t, own, "https://api.example.test", "HTTPS_PROXY="+p.address().String())
	require.Contains(t, said, "mem: List: unavailable: ")
	require.Contains(t, said, "is wrong", "what the proxy said")
	for _, secret := range []string{proxyPassword, proxyBasic(), "t0ken-of-the-api"} {
		world.RequireNoLeak(t, said, secret)
	}
	require.Len(t, p.requests(), 1)
}
