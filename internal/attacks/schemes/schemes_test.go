// Package schemes has issuers that send a client elsewhere.
package schemes

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file tests that what an https issuer names is https, and that nothing which an answer names
// gets a credential elsewhere.

// collector is a server in clear text that nobody should reach.
type collector struct {
	*httptest.Server
	requests atomic.Int32
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.requests.Add(1)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"client_id":"x","client_secret":"y","access_token":"a","token_type":"Bearer"}`))
	}))
	t.Cleanup(c.Close)
	return c
}

const timeLimit = 2 * time.Second

// issuer is a server over TLS that says of itself what is right, but for some addresses.
func issuer(t *testing.T, replaced map[string]string) (url string, client *http.Client) {
	t.Helper()
	var server *httptest.Server
	server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if !strings.Contains(r.URL.Path, "/.well-known/") {
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"client_id":"x","client_secret":"y","access_token":"a","token_type":"Bearer","expires_in":60}`))
			return
		}
		document := map[string]any{
			"issuer": server.URL, "authorization_endpoint": server.URL + "/auth", "token_endpoint": server.URL + "/token",
			"registration_endpoint": server.URL + "/reg", "revocation_endpoint": server.URL + "/revoke",
			"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		}
		for name, address := range replaced {
			document[name] = address
		}
		_ = json.NewEncoder(w).Encode(document)
	}))
	t.Cleanup(server.Close)
	return server.URL, server.Client()
}

func TestWhatAnHTTPSIssuerNamesIsHTTPS(t *testing.T) {
	t.Parallel()
	secret := oauthclients.NewSecret("s3cret-of-the-registrar")
	for _, endpoint := range []string{"registration_endpoint", "token_endpoint", "revocation_endpoint", "authorization_endpoint"} {
		for name, spelled := range map[string]func(string) string{
			"http":      func(url string) string { return url },
			"HTTP":      func(url string) string { return strings.Replace(url, "http", "HTTP", 1) },
			"localhost": func(url string) string { return strings.Replace(url, "127.0.0.1", "localhost", 1) },
		} {
			t.Run(endpoint+"/"+name, func(t *testing.T) {
				t.Parallel()
				plain := newCollector(t)
				address, hc := issuer(t, map[string]string{endpoint: spelled(plain.URL) + "/x"})
				provider := dcr.Provider{Issuer: address, Registrations: dcr.NewMemoryStore()}
				client, err := oauthclients.New(provider, oauthclients.ClientCredentials{ClientID: "registrar", ClientSecret: secret}, oauthclients.WithHTTPClient(hc))
				require.NoError(t, err)
				ended := target.Run(t, timeLimit, func(ctx context.Context) error {
					_, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{Name: "app", RedirectURIs: []string{target.Redirect}})
					return err
				})
				require.False(t, ended.Hung)
				signIn(t, provider, hc, endpoint)
				require.Zero(t, plain.requests.Load(), "a credential went out in clear text: %v", ended.Err)
				if endpoint == "registration_endpoint" || endpoint == "token_endpoint" {
					require.Error(t, ended.Err)
				}
			})
		}
	}
}

// signIn begins and finishes one, and signs out.
func signIn(t *testing.T, provider dcr.Provider, hc *http.Client, endpoint string) {
	t.Helper()
	code := oauthclients.AuthCode{ClientID: "id", ClientSecret: oauthclients.NewSecret("s3cret-of-the-client"), RedirectURL: target.Redirect}
	page := ""
	ended := target.Run(t, timeLimit, func(ctx context.Context) error {
		login, err := code.Begin(ctx, provider, oauthclients.WithHTTPClient(hc))
		if err != nil {
			return err
		}
		page = login.URL
		code.Token, err = code.Finish(ctx, provider, login, map[string][]string{"state": {login.State}, "code": {"c0de-of-the-person"}}, oauthclients.WithHTTPClient(hc))
		if err != nil {
			return err
		}
		client, err := oauthclients.New(provider, code, oauthclients.WithHTTPClient(hc))
		if err != nil {
			return err
		}
		return client.SignOut(ctx)
	})
	require.False(t, ended.Hung)
	require.Nil(t, ended.Panic, "%v", ended.Panic)
	if endpoint == "authorization_endpoint" {
		require.False(t, strings.HasPrefix(strings.ToLower(page), "http:"), "the person's browser goes to %s in clear text", page)
	}
}

// A handle whose address is in clear text, or at another origin.
func TestAHandleAtAnotherOriginGetsNoToken(t *testing.T) {
	t.Parallel()
	plain := newCollector(t)
	address, hc := issuer(t, nil)
	for name, uri := range map[string]string{
		"clear text": plain.URL + "/reg/id", "same host": strings.Replace(address, "https", "http", 1) + "/reg/id", "user": strings.Replace(address, "https://", "https://"+strings.TrimPrefix(plain.URL, "http://")+"@", 1),
		"no scheme": strings.TrimPrefix(plain.URL, "http:") + "/reg/id",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := dcr.NewMemoryStore()
			require.NoError(t, store.Save(t.Context(), dcr.Handle{ClientID: "id", URI: uri, Token: oauthclients.NewSecret("t0ken-of-the-handle")}))
			provider := dcr.Provider{Issuer: address, Registrations: store}
			client, err := oauthclients.New(provider, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(hc))
			require.NoError(t, err)
			ended := target.Run(t, timeLimit, func(ctx context.Context) error {
				_, err := client.Clients.Get(ctx, "id")
				return err
			})
			require.False(t, ended.Hung)
			require.Error(t, ended.Err)
			require.Zero(t, plain.requests.Load())
		})
	}
}
