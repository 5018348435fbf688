package dcr_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file holds where a server is asked for its addresses, and what is taken of the answer.

// pages answers GETs by URL, and 404 where it has none; it keeps what was asked for.
type pages struct {
	mu    sync.Mutex
	by    map[string]any // a status, or what is sent as JSON
	asked []string
}

func (p *pages) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, r.Method+" "+r.URL.String())
	page, found := p.by[r.URL.String()]
	status, isStatus := page.(int)
	switch {
	case !found:
		status = http.StatusNotFound
	case !isStatus:
		status = http.StatusOK
	}
	text, err := json.Marshal(page)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(text)), Request: r}, err
}

type server map[string]any

// at is a whole description of a server.
func at(issuer string) server {
	return server{"issuer": issuer, "token_endpoint": host + "/token", "authorization_endpoint": host + "/auth", "registration_endpoint": host + "/reg"}
}

const host = "https://login.example.com"

func (s server) with(member string, value any) server { s[member] = value; return s }

func discover(t *testing.T, p *pages, provider dcr.Provider) error {
	t.Helper()
	provider.Registrations = dcr.NewMemoryStore()
	client, err := oauthclients.New(provider, oauthclients.NoAuth{},
		oauthclients.WithHTTPClient(&http.Client{Transport: p}), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	api, err := dcr.Of(client)
	require.NoError(t, err)
	return api.Adopt(t.Context(), dcr.Handle{}) // asks for the addresses, and then finds fault with the handle
}

func TestDiscovery(t *testing.T) {
	const handleFaults = "Handle.ClientID"
	cases := map[string]struct {
		issuer string
		pages  map[string]any
		asked  []string
		says   string
	}{
		"OpenID Connect": {
			host, map[string]any{host + "/.well-known/openid-configuration": at(host)},
			[]string{"GET " + host + "/.well-known/openid-configuration"}, handleFaults,
		},
		"OpenID Connect, with a path": {
			host + "/realms/a", map[string]any{host + "/realms/a/.well-known/openid-configuration": at(host + "/realms/a")},
			[]string{"GET " + host + "/realms/a/.well-known/openid-configuration"}, handleFaults,
		},
		"a slash at the end": {
			host + "/", map[string]any{host + "/.well-known/openid-configuration": at(host + "/")},
			[]string{"GET " + host + "/.well-known/openid-configuration"}, handleFaults,
		},
		"RFC 8414": {
			host, map[string]any{host + "/.well-known/oauth-authorization-server": at(host)},
			[]string{"GET " + host + "/.well-known/openid-configuration", "GET " + host + "/.well-known/oauth-authorization-server"}, handleFaults,
		},
		"RFC 8414, with a path": {
			host + "/realms/a", map[string]any{host + "/.well-known/oauth-authorization-server/realms/a": at(host + "/realms/a")},
			[]string{"GET " + host + "/realms/a/.well-known/openid-configuration", "GET " + host + "/.well-known/oauth-authorization-server/realms/a"}, handleFaults,
		},
		"nothing": {
			host, nil,
			[]string{"GET " + host + "/.well-known/openid-configuration", "GET " + host + "/.well-known/oauth-authorization-server"}, "the server does not describe itself (/.well-known/openid-configuration: status 404 Not Found; /.well-known/oauth-authorization-server: status 404 Not Found)",
		},
		"out of order": {
			host, map[string]any{host + "/.well-known/openid-configuration": 503},
			[]string{"GET " + host + "/.well-known/openid-configuration", "GET " + host + "/.well-known/oauth-authorization-server"}, "503",
		},
		"another issuer": {
			host, map[string]any{host + "/.well-known/openid-configuration": at(host + "/")},
			[]string{"GET " + host + "/.well-known/openid-configuration", "GET " + host + "/.well-known/oauth-authorization-server"}, `calls itself "https://login.example.com/"`,
		},
		"no registration": {
			host, map[string]any{host + "/.well-known/openid-configuration": at(host).with("registration_endpoint", "")},
			[]string{"GET " + host + "/.well-known/openid-configuration", "GET " + host + "/.well-known/oauth-authorization-server"}, "registration_endpoint",
		},
		"registration in the clear": {
			host, map[string]any{host + "/.well-known/openid-configuration": at(host).with("registration_endpoint", "http://login.example.com/reg")},
			[]string{"GET " + host + "/.well-known/openid-configuration"}, "registration_endpoint: must be https",
		},
		"tokens in the clear": {
			host, map[string]any{host + "/.well-known/openid-configuration": at(host).with("token_endpoint", "http://login.example.com/token")},
			[]string{"GET " + host + "/.well-known/openid-configuration"}, handleFaults,
		},
		"no tokens": {
			host, map[string]any{host + "/.well-known/openid-configuration": at(host).with("token_endpoint", "")},
			[]string{"GET " + host + "/.well-known/openid-configuration"}, handleFaults,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := &pages{by: c.pages}
			err := discover(t, p, dcr.Provider{Issuer: c.issuer})
			require.ErrorContains(t, err, c.says)
			require.Equal(t, c.asked, p.asked)
		})
	}
}

// The endpoint that was given wins over the server's own.
func TestAGivenRegistrationEndpoint(t *testing.T) {
	p := &pages{by: map[string]any{host + "/.well-known/openid-configuration": at(host).with("registration_endpoint", "")}}
	require.ErrorContains(t, discover(t, p, dcr.Provider{Issuer: host, RegistrationEndpoint: "https://register.example.com/r"}), "Handle.ClientID")
	p = &pages{}
	require.ErrorContains(t, discover(t, p, dcr.Provider{RegistrationEndpoint: "https://register.example.com/r"}), "Handle.ClientID")
	require.Empty(t, p.asked, "there is nothing to ask for")
}

func TestConfigurations(t *testing.T) {
	store := dcr.NewMemoryStore()
	cases := map[string]struct {
		provider dcr.Provider
		says     string
	}{
		"nothing":           {dcr.Provider{}, "Registrations"},
		"no store":          {dcr.Provider{Issuer: "https://a.example"}, "Registrations: must not be nil"},
		"no server":         {dcr.Provider{Registrations: store}, "Issuer: must be set, or RegistrationEndpoint"},
		"no TLS":            {dcr.Provider{Registrations: store, Issuer: "http://a.example"}, "Issuer: must be https"},
		"the document":      {dcr.Provider{Registrations: store, Issuer: "https://a.example/.well-known/openid-configuration"}, `give "https://a.example"`},
		"endpoint in clear": {dcr.Provider{Registrations: store, RegistrationEndpoint: "http://a.example/reg"}, "RegistrationEndpoint: must be https"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := oauthclients.New(c.provider, oauthclients.NoAuth{})
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, c.says)
		})
	}
	_, err := oauthclients.New(dcr.Provider{Registrations: store, RegistrationEndpoint: "https://a.example/reg"},
		oauthclients.ClientCredentials{ClientID: "a", ClientSecret: oauthclients.NewSecret("b")})
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported, "nobody knows a token endpoint")
	require.Equal(t, []string{"Auth"}, unsupported.Fields)
}

// Who only signs people in has no clients to keep.
func TestASignInNeedsNoStore(t *testing.T) {
	server := dcrtest.New()
	provider := server.Provider()
	provider.Registrations = nil
	_, err := oauthclients.New(provider, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.ErrorContains(t, err, "Registrations")
	login, err := oauthclients.AuthCode{ClientID: "app", RedirectURL: "https://orders.example.com/cb"}.Begin(t.Context(), provider, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	require.Contains(t, login.URL, "client_id=app")
}
