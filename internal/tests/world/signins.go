package world

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file holds what tests of sign-ins begin and finish with.

// TheLogin is a sign-in that has begun.
func TheLogin() *oauthclients.Login {
	return &oauthclients.Login{URL: "https://login.example.com/", State: "the-st4te-of-this-login", Verifier: strings.Repeat("ver1fier-", 5)}
}

// ComesBack is the callback that belongs to TheLogin, with the given parameters besides.
func ComesBack(parameters ...string) url.Values {
	callback := url.Values{"state": {TheLogin().State}}
	for i := 0; i < len(parameters); i += 2 {
		callback.Add(parameters[i], parameters[i+1])
	}
	return callback
}

// FinishAt finishes at the server.
func FinishAt(t *testing.T, server *MemServer, auth oauthclients.AuthCode, login *oauthclients.Login, callback url.Values) (*oauth2.Token, error) {
	t.Helper()
	return auth.Finish(t.Context(), server.Provider(), login, callback, oauthclients.WithHTTPClient(server.HTTPClient()), QuickRetry())
}

// Stores finishes with a store.
func Stores(ctx context.Context, t *testing.T, store oauthclients.TokenStore) (*oauth2.Token, error) {
	t.Helper()
	server := Issuing(http.StatusOK, `{"access_token":"acc3ss","refresh_token":"refr3sh"}`)
	return WebLogin().Finish(ctx, server.Provider(), TheLogin(), ComesBack("code", "c-0-d-e"),
		oauthclients.WithHTTPClient(server.HTTPClient()), oauthclients.WithTokenStore(store))
}

// ErrLeft is the cause with which the contexts of tests end.
var ErrLeft = errors.New("the person left")

// BeginAt begins a sign-in at the server, which must not notice.
func BeginAt(t *testing.T, server *MemServer, auth oauthclients.AuthCode, edits ...func(*oauthclients.Connection)) (*oauthclients.Login, *url.URL) {
	t.Helper()
	before := len(server.Requests())
	login, err := auth.Begin(t.Context(), Edited(server, edits), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	require.Len(t, server.Requests(), before, "Begin sends no request")
	page, err := url.Parse(login.URL)
	require.NoError(t, err)
	return login, page
}

// Edited is the provider of the server, with edits.
func Edited(server *MemServer, edits []func(*oauthclients.Connection)) MemProvider {
	provider := server.Provider()
	provider.Edit = func(c *oauthclients.Connection) {
		for _, edit := range edits {
			edit(c)
		}
	}
	return provider
}

// Soon ends what should have ended long ago.
func Soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// FreePort is a port that nobody listens at.
func FreePort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return port
}

// FixedPort is a strategy with a port that can be asked for afterwards.
func FixedPort(t *testing.T) (auth oauthclients.AuthCode, port string) {
	t.Helper()
	auth, port = ToolLogin(), FreePort(t)
	auth.RedirectURL = "http://127.0.0.1:" + port + "/callback"
	return auth, port
}

// NeverOpened is for Interactive where no page may be shown.
func NeverOpened(t *testing.T) func(string) error {
	t.Helper()
	return func(string) error {
		t.Error("a page is shown")
		return nil
	}
}

// AsksFor is a provider that discovers, and counts how often it does.
func AsksFor(server *MemServer, calls *int, edits ...func(*oauthclients.Connection)) MemProvider {
	var mu sync.Mutex
	provider := server.Provider()
	provider.Edit = func(c *oauthclients.Connection) {
		static := c.Endpoints
		for _, edit := range edits {
			edit(c)
		}
		c.Discover = func(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
			mu.Lock()
			defer mu.Unlock()
			*calls++
			_, err := anon.Call(ctx, &oauthclients.Call{Operation: "Discover", Method: http.MethodGet, Path: "/clients"})
			return static, err
		}
	}
	return provider
}
