package transport

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests proxies that a program sets itself. Those of the environment are in
// proxyenv_test.go.

// proxyPassword has what has to be escaped in a URL.
const proxyPassword = "pr0xy+p@ss/w0rd&more"

func proxyBasic() string { return base64.StdEncoding.EncodeToString([]byte("desk:" + proxyPassword)) }

// proxy is an HTTP proxy with one server behind it, whatever host it is asked for.
type proxy struct {
	*httptest.Server
	behind http.Handler                                              // for requests that it sees
	tunnel string                                                    // address for those that it does not
	fails  func(w http.ResponseWriter, r *http.Request, sent string) // nil: it works

	mu    sync.Mutex
	asked []string
}

func newProxy(t *testing.T, edits ...func(*proxy)) *proxy {
	t.Helper()
	p := &proxy{}
	for _, edit := range edits {
		edit(p)
	}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// tunnelTo lets a proxy lead to a server with a certificate for api.example.test.
func tunnelTo(t *testing.T, server http.Handler, own *authority) func(*proxy) {
	t.Helper()
	behind := secured(t, server, &tls.Config{Certificates: []tls.Certificate{own.issue(t)}, MinVersion: tls.VersionTLS12})
	return func(p *proxy) { p.tunnel = behind.Listener.Addr().String() }
}

// address is how a program names the proxy.
func (p *proxy) address() *url.URL {
	return &url.URL{Scheme: "http", User: url.UserPassword("desk", proxyPassword), Host: p.Listener.Addr().String()}
}

// requests are what the proxy was asked for, each with the credentials.
func (p *proxy) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	credentials := r.Header.Get("Proxy-Authorization")
	p.mu.Lock()
	p.asked = append(p.asked, r.Method+" "+r.RequestURI+" "+credentials+r.Header.Get("Authorization"))
	p.mu.Unlock()
	switch {
	case p.fails != nil:
		p.fails(w, r, credentials)
	case r.Method == http.MethodConnect:
		p.connect(w)
	default:
		r.Header.Del("Proxy-Authorization")
		p.behind.ServeHTTP(w, r)
	}
}

// connect carries bytes until one side ends.
func (p *proxy) connect(w http.ResponseWriter) {
	there, err := net.Dial("tcp", p.tunnel)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(there, here)
		_ = there.Close()
	}()
	_, _ = io.Copy(here, there)
	_ = here.Close()
}

// through makes a client whose every request goes through a proxy.
func through(t *testing.T, find func(*http.Request) (*url.URL, error), baseURL string, auth oauthclients.Auth, config *tls.Config, opts ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	hc := trusting(t, config)
	hc.Transport.(*http.Transport).Proxy = find
	client, err := oauthclients.New(world.MemProvider{BaseURL: baseURL}, auth, append(opts, oauthclients.WithHTTPClient(hc), world.QuickRetry())...)
	require.NoError(t, err)
	return client
}

func TestAProxyIsAskedForHTTP(t *testing.T) {
	server := world.NewMemServer()
	p := newProxy(t, func(p *proxy) { p.behind = server })
	client := through(t, http.ProxyURL(p.address()), "http://localhost:1", world.PasswordGrant(), nil)
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{
		"POST http://localhost:1/oauth/token Basic " + proxyBasic(), "GET http://localhost:1/v1/clients?cursor=&limit=0 Basic " + proxyBasic() + "Bearer t-token-1",
	}, p.requests())
	require.Len(t, server.Requests(), 2)
}

// The proxy carries what it cannot read, and learns the host alone.
func TestAProxyIsATunnelForHTTPS(t *testing.T) {
	server, own := world.NewMemServer(), newAuthority(t)
	p := newProxy(t, tunnelTo(t, server, own))
	config := &tls.Config{RootCAs: own.pool(), MinVersion: tls.VersionTLS12}
	client := through(t, http.ProxyURL(p.address()), "https://api.example.test", world.PasswordGrant(), config)
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"CONNECT api.example.test:443 Basic " + proxyBasic()}, p.requests())
	for _, r := range server.Requests() {
		require.Empty(t, r.Header.Get("Proxy-Authorization"), "it is for the proxy")
	}

	stranger := through(t, http.ProxyURL(p.address()), "https://api.example.test", world.PasswordGrant(), nil)
	err := world.List(t, stranger)
	var verification *tls.CertificateVerificationError
	require.ErrorAs(t, err, &verification, "who is behind a proxy must be trusted as well")
	require.Len(t, server.Requests(), 2)
}

// A proxy may be as talkative as any server.
func failingProxies() map[string]func(w http.ResponseWriter, r *http.Request, sent string) {
	answer := func(text string) func(http.ResponseWriter, *http.Request, string) {
		return func(w http.ResponseWriter, _ *http.Request, sent string) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, strings.ReplaceAll(text, "SENT", sent))
			_ = conn.Close()
		}
	}
	return map[string]func(http.ResponseWriter, *http.Request, string){
		"reason":      answer("HTTP/1.1 407 SENT is wrong\r\nContent-Length: 0\r\n\r\n"),
		"header":      answer("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"SENT\"\r\nX-Request-Id: SENT\r\nContent-Length: 0\r\n\r\n"),
		"malformed":   answer("HTTP/1.1 407 Proxy Authentication Required\r\nSENT\r\n\r\n"),
		"no HTTP":     answer("SENT\r\n\r\n"),
		"closes":      answer(""),
		"bad gateway": answer("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
		"page":        answer("HTTP/1.1 407 Proxy Authentication Required\r\nConnection: close\r\n\r\n<html><pre>Proxy-Authorization: SENT</pre>"),
		"JSON": answer("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n" +
			`{"error":"denied","error_description":"you sent SENT","headers":{"Proxy-Authorization":["SENT"]}}`),
	}
}

func TestAFailingProxysCredentialsDoNotShow(t *testing.T) {
	for name, fails := range failingProxies() {
		for _, baseURL := range []string{"http://localhost:1", "https://api.example.test"} {
			t.Run(name+" "+baseURL, func(t *testing.T) {
				p := newProxy(t, func(p *proxy) { p.fails = fails })
				requireProxyHidden(t, http.ProxyURL(p.address()), baseURL)
				require.NotEmpty(t, p.requests())
			})
		}
	}
}

// closedPort is an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}

func TestTheAddressOfAProxyDoesNotShow(t *testing.T) {
	unreachable := (&url.URL{Scheme: "http", User: url.UserPassword("desk", proxyPassword), Host: closedPort(t)}).String()
	for name, address := range map[string]string{
		"unreachable": unreachable, "of another kind": "socks5" + strings.TrimPrefix(unreachable, "http"), "unknown": "gopher" + strings.TrimPrefix(unreachable, "http"),
		"no port": "http://desk:r4w-w0rd@proxy:port", "no host": "http://desk:r4w-w0rd@[::1", "escaped badly": "http://desk:%zzr4w-w0rd@proxy:1",
		"not escaped": "http://desk:r4w#r4w-w0rd/r4w-w0rd@proxy:1",
	} {
		t.Run(name, func(t *testing.T) {
			find := func(*http.Request) (*url.URL, error) { // as a program does it
				found, err := url.Parse(address)
				if err != nil {
					return nil, errors.New("invalid proxy address: " + err.Error())
				}
				return found, nil
			}
			requireProxyHidden(t, find, "https://api.example.test")
		})
	}
}

// requireProxyHidden makes calls that fail, and looks at what is said of it.
func requireProxyHidden(t *testing.T, find func(*http.Request) (*url.URL, error), baseURL string) {
	t.Helper()
	var lines bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, auth := range []oauthclients.Auth{oauthclients.BearerToken("t0ken-of-the-api"), world.PasswordGrant()} {
		client := through(t, find, baseURL, auth, nil, oauthclients.WithLogger(log))
		_, creating := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
		for _, err := range []error{world.List(t, client), creating} {
			failed := world.Failure(t, err)
			for _, secret := range []string{proxyPassword, proxyBasic(), "r4w-w0rd", "t0ken-of-the-api", world.OddSecret} {
				world.RequireNoLeak(t, fmt.Sprintf("%v %+v %#v %s %v %s", failed, *failed, failed, failed.Err, failed.LogValue(), failed.Body()), secret)
				world.RequireNoLeak(t, lines.String(), secret)
			}
			require.False(t, failed.OutcomeUnknown() && strings.HasPrefix(baseURL, "https"), "there was no tunnel: %v", err)
		}
	}
	require.Contains(t, lines.String(), "DEBUG")
}
