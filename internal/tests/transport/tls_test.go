package transport

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests which servers are trusted, over real TLS: certificates of one's own come with
// WithHTTPClient, and a server that is not trusted never sees a request.

// tlsCalls are a read, a write that must not be made twice, and a request for a token.
func tlsCalls() map[string]func(t *testing.T, client *oauthclients.Client) error {
	return map[string]func(*testing.T, *oauthclients.Client) error{
		"List": world.List,
		"Create": func(t *testing.T, client *oauthclients.Client) error {
			t.Helper()
			_, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
			return err
		},
	}
}

func tlsStrategies() map[string]oauthclients.Auth {
	return map[string]oauthclients.Auth{"bearer": oauthclients.BearerToken("t0ken"), "password": world.PasswordGrant()}
}

// overTLS makes every call with every strategy at a server with this configuration.
func overTLS(t *testing.T, config *tls.Config, hc *http.Client, check func(t *testing.T, server *world.MemServer, err error)) {
	t.Helper()
	for name, call := range tlsCalls() {
		for strategy, auth := range tlsStrategies() {
			t.Run(name+" "+strategy, func(t *testing.T) {
				server := world.NewMemServer()
				opts := []oauthclients.Option{world.QuickRetry()}
				if hc != nil {
					opts = append(opts, oauthclients.WithHTTPClient(hc))
				}
				client, err := oauthclients.New(world.MemProvider{BaseURL: secured(t, server, config).URL}, auth, opts...)
				require.NoError(t, err)
				check(t, server, call(t, client))
			})
		}
	}
}

func requireServed(t *testing.T, server *world.MemServer, err error) {
	t.Helper()
	require.NoError(t, err)
	require.NotEmpty(t, server.Requests())
}

func TestAnAuthorityOfOnesOwnIsTrusted(t *testing.T) {
	own := newAuthority(t)
	hc := trusting(t, &tls.Config{RootCAs: own.pool(), MinVersion: tls.VersionTLS12})
	overTLS(t, &tls.Config{Certificates: []tls.Certificate{own.issue(t)}, MinVersion: tls.VersionTLS12}, hc, requireServed)
}

func TestAClientCertificateIsSent(t *testing.T) {
	own := newAuthority(t)
	hc := trusting(t, &tls.Config{RootCAs: own.pool(), Certificates: []tls.Certificate{own.issue(t)}, MinVersion: tls.VersionTLS12})
	overTLS(t, demanding(t, own), hc, requireServed)
}

// demanding is a server that wants a certificate of its client.
func demanding(t *testing.T, own *authority) *tls.Config {
	t.Helper()
	return &tls.Config{
		Certificates: []tls.Certificate{own.issue(t)}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: own.pool(), MinVersion: tls.VersionTLS12,
	}
}

// A certificate that is not to be trusted is found before anything is sent, and the next attempt
// would see the same one.
func TestAServerThatIsNotTrustedSeesNoRequest(t *testing.T) {
	own, other := newAuthority(t), newAuthority(t)
	knows := trusting(t, &tls.Config{RootCAs: own.pool(), MinVersion: tls.VersionTLS12})
	for name, test := range map[string]struct {
		certificate tls.Certificate
		hc          *http.Client
		says        string
	}{
		"unknown to the system": {own.issue(t), nil, "certificate signed by unknown authority"},
		"of another authority":  {other.issue(t), knows, "certificate signed by unknown authority"},
		"expired":               {own.issue(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), knows, "certificate has expired or is not yet valid"},
		"not valid yet":         {own.issue(t, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }), knows, "certificate has expired or is not yet valid"},
		"for another host": {own.issue(t, func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"other.example.com"}
		}), knows, "certificate"},
		"not for servers": {own.issue(t, func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}), knows, "incompatible key usage"},
	} {
		t.Run(name, func(t *testing.T) {
			overTLS(t, &tls.Config{Certificates: []tls.Certificate{test.certificate}, MinVersion: tls.VersionTLS12}, test.hc,
				func(t *testing.T, server *world.MemServer, err error) {
					t.Helper()
					failed := world.Failure(t, err)
					require.Equal(t, oauthclients.ErrUnavailable, failed.Kind)
					require.False(t, failed.OutcomeUnknown(), "nothing was sent")
					require.Equal(t, 1, failed.Attempts)
					require.ErrorContains(t, err, test.says)
					var verification *tls.CertificateVerificationError
					require.ErrorAs(t, err, &verification)
					require.Empty(t, server.Requests())
					world.RequireHidden(t, failed, "t0ken", world.OddSecret)
				})
		})
	}
}

// A server that turns the connection down says so by an alert, which net/http repeats. It has read
// nothing then, and would not take the next attempt either.
func TestAServerThatRefusesTheHandshakeSeesNoRequest(t *testing.T) {
	own := newAuthority(t)
	served := []tls.Certificate{own.issue(t)}
	hc := trusting(t, &tls.Config{RootCAs: own.pool(), MinVersion: tls.VersionTLS12})
	wantsOne, wantsOther := demanding(t, own), demanding(t, own)
	wantsOne.MaxVersion, wantsOther.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 // with 1.3 the end of the connection may come first
	wantsOther.ClientCAs = newAuthority(t).pool()
	hasAnother := trusting(t, &tls.Config{
		RootCAs: own.pool(), MinVersion: tls.VersionTLS12, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &served[0], nil },
	})
	for name, test := range map[string]struct {
		config *tls.Config
		hc     *http.Client
		says   string
	}{
		"no client certificate":                     {wantsOne, hc, "tls: handshake failure"},
		"a client certificate of another authority": {wantsOther, hasAnother, "certificate authority"},
		"TLS 1.0 alone":                             {&tls.Config{Certificates: served, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, hc, "protocol version"},
		"TLS 1.1 alone":                             {&tls.Config{Certificates: served, MinVersion: tls.VersionTLS11, MaxVersion: tls.VersionTLS11}, hc, "protocol version"},
	} {
		t.Run(name, func(t *testing.T) {
			overTLS(t, test.config, test.hc, func(t *testing.T, server *world.MemServer, err error) {
				t.Helper()
				failed := world.Failure(t, err)
				require.Equal(t, oauthclients.ErrUnavailable, failed.Kind)
				require.False(t, failed.OutcomeUnknown(), "nothing was read")
				require.Equal(t, 1, failed.Attempts)
				require.ErrorContains(t, err, test.says)
				require.Empty(t, server.Requests())
				world.RequireHidden(t, failed, "t0ken", world.OddSecret)
			})
		})
	}
}

func TestAServerOfTLS13ThatWantsACertificateSeesNoRequest(t *testing.T) {
	own := newAuthority(t)
	config := demanding(t, own)
	config.MinVersion = tls.VersionTLS13
	hc := trusting(t, &tls.Config{RootCAs: own.pool(), MinVersion: tls.VersionTLS12})
	overTLS(t, config, hc, func(t *testing.T, server *world.MemServer, err error) {
		t.Helper()
		world.RequireHidden(t, world.Failure(t, err), "t0ken", world.OddSecret)
		require.Empty(t, server.Requests())
	})
}

// The transport that the library makes for itself does not speak old versions either.
func TestTheOwnTransportRefusesOldVersionsOfTLS(t *testing.T) {
	served := []tls.Certificate{newAuthority(t).issue(t)}
	for name, version := range map[string]uint16{"TLS 1.0": tls.VersionTLS10, "TLS 1.1": tls.VersionTLS11} {
		t.Run(name, func(t *testing.T) {
			overTLS(t, &tls.Config{Certificates: served, MinVersion: version, MaxVersion: version}, nil, func(t *testing.T, server *world.MemServer, err error) {
				t.Helper()
				require.ErrorIs(t, err, oauthclients.ErrUnavailable)
				require.ErrorContains(t, err, "protocol version")
				require.Empty(t, server.Requests())
			})
		})
	}
}

func TestAServerWithoutTLSIsNotTakenForOneWithIt(t *testing.T) {
	server := world.NewMemServer()
	require.NoError(t, server.Start())
	t.Cleanup(server.Close)
	client, err := oauthclients.New(world.MemProvider{BaseURL: "https" + server.URL()[len("http"):]}, oauthclients.BearerToken("t0ken"), world.QuickRetry())
	require.NoError(t, err)
	err = world.List(t, client)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.ErrorContains(t, err, "HTTP response to HTTPS client")
	require.Empty(t, server.Requests())
}
