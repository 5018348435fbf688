package oauthclients_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file tests the proxies of the environment. net/http reads it once per process, so that
// every case is a process of its own.

const authorityVariable = "OAUTHCLIENTS_TEST_AUTHORITY"

// playProxied makes one call without an http.Client of its own.
func playProxied(oauthclients.TokenStore) error {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(os.Getenv(authorityVariable)))
	x509.SetFallbackRoots(pool)
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("there is no network here")
	}}
	client, err := oauthclients.New(memProvider{baseURL: os.Getenv(addressVariable)}, oauthclients.BearerToken("t0ken-of-the-api"),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		return err
	}
	if _, err := client.Clients.List(context.Background(), oauthclients.ListOptions{}); err != nil {
		return err
	}
	say("served")
	return nil
}

// proxied is what a program says that makes one call in an environment.
func proxied(t *testing.T, own *authority, address string, environment ...string) string {
	t.Helper()
	environment = append([]string{
		"HTTP_PROXY=", "HTTPS_PROXY=", "NO_PROXY=", "http_proxy=", "https_proxy=", "no_proxy=", "REQUEST_METHOD=",
		authorityVariable + "=" + own.pem(), "GODEBUG=x509usefallbackroots=1",
	}, environment...)
	return start(t, "proxied", "", address, environment...).hear(t)
}

func TestTheProxyOfTheEnvironmentIsUsed(t *testing.T) {
	server, own := newMemServer(), newAuthority(t)
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
	p, server := newProxy(t), newMemServer()
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
		requireNoLeak(t, said, secret)
	}
	require.Len(t, p.requests(), 1)
}
