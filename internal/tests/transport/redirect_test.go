package transport

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests that no redirect is followed: a token goes only where it belongs, and a POST
// must not become a GET.

// redirecting answers every request with a redirect and keeps where requests went.
type redirecting struct {
	status   int
	location string

	mu   sync.Mutex
	went []string
}

func (r *redirecting) RoundTrip(request *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.went = append(r.went, request.Method+" "+request.URL.Host+request.URL.Path)
	header := http.Header{}
	if r.location != "" {
		header.Set("Location", r.location)
	}
	return &http.Response{StatusCode: r.status, Header: header, Body: http.NoBody, Request: request}, nil
}

// redirected makes a client whose every answer is a redirect; its own http.Client would follow.
func redirected(t *testing.T, auth oauthclients.Auth, status int, location string) (*oauthclients.Client, *redirecting) {
	t.Helper()
	transport := &redirecting{status: status, location: location}
	follow := func(*http.Request, []*http.Request) error { return nil }
	client, err := oauthclients.New(world.MemProvider{BaseURL: "https://api.example.com"}, auth,
		oauthclients.WithHTTPClient(&http.Client{Transport: transport, CheckRedirect: follow}), world.QuickRetry())
	require.NoError(t, err)
	return client, transport
}

func redirects(t *testing.T, run func(t *testing.T, status int, location string)) {
	t.Helper()
	for _, status := range []int{300, 301, 302, 303, 305, 307, 308} {
		for name, location := range map[string]string{
			"same host": "/v1/other?x=1", "whole URL": "https://api.example.com/v1/other", "other host": "https://evil.test/collect?x=1",
			"other scheme": "http://api.example.com/v1/clients", "other port": "https://api.example.com:8443/v1/clients",
			"below": "https://sub.api.example.com/", "not a URL": "https://%zz", "none": "", "without a scheme": "//evil.test/collect",
			"a user": "https://user:pa55@api.example.com/v1/clients", "behind a user": "https://api.example.com@evil.test/", "backslash": `https:\\evil.test\collect`,
			"trailing dot": "https://api.example.com./v1/clients", "a script": "javascript:alert(1)",
		} {
			t.Run(fmt.Sprintf("%d to %s", status, name), func(t *testing.T) { run(t, status, location) })
		}
	}
}

func TestRedirectsOfTheAPIAreNotFollowed(t *testing.T) {
	redirects(t, func(t *testing.T, status int, location string) {
		t.Helper()
		for _, auth := range []oauthclients.Auth{
			oauthclients.BearerToken("t0ken"), oauthclients.BasicAuth{Username: "u", Password: oauthclients.NewSecret("p")},
		} {
			client, transport := redirected(t, auth, status, location)
			_, err := client.Clients.Get(t.Context(), "id-1")
			requireRedirect(t, err, status, "Get", false)
			_, err = client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
			requireRedirect(t, err, status, "Create", true)
			requireRedirect(t, client.Clients.Delete(t.Context(), "id-1"), status, "Delete", true)
			require.Equal(t, []string{
				"GET api.example.com/v1/clients/id-1", "POST api.example.com/v1/clients", "DELETE api.example.com/v1/clients/id-1",
			}, transport.went)
		}
	})
}

func TestRedirectsOfTheTokenEndpointAreNotFollowed(t *testing.T) {
	redirects(t, func(t *testing.T, status int, location string) {
		t.Helper()
		for _, auth := range []oauthclients.Auth{world.PasswordGrant(), world.ClientCredentials()} {
			client, transport := redirected(t, auth, status, location)
			_, err := client.Clients.Get(t.Context(), "id-1")
			requireRedirect(t, err, status, "Token", false)
			require.Equal(t, []string{"POST api.example.com/oauth/token"}, transport.went)
		}
	})
}

// What is found at another address than the configured one was said by somebody else.
func TestRedirectsOfTheDiscoveryAreNotFollowed(t *testing.T) {
	redirects(t, func(t *testing.T, status int, location string) {
		t.Helper()
		transport := &redirecting{status: status, location: location}
		provider := world.MemProvider{BaseURL: "https://api.example.com", Edit: discovering(new(int), &sync.Mutex{},
			func() (oauthclients.Endpoints, error) {
				return oauthclients.Endpoints{BaseURL: "https://api.example.com/v1"}, nil
			})}
		client, err := oauthclients.New(provider, oauthclients.BearerToken("t0ken"), oauthclients.WithHTTPClient(&http.Client{Transport: transport}), world.QuickRetry())
		require.NoError(t, err)
		requireRedirect(t, world.List(t, client), status, "Discover", false)
		require.Equal(t, []string{"GET api.example.com/v1/clients"}, transport.went)
	})
}

// A trade sends the credential itself.
func TestRedirectsOfATradeAreNotFollowed(t *testing.T) {
	redirects(t, func(t *testing.T, status int, location string) {
		t.Helper()
		transport := &redirecting{status: status, location: location}
		provider := world.MemProvider{BaseURL: "https://api.example.com", Edit: func(c *oauthclients.Connection) {
			c.Trade = func(ctx context.Context, anon *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
				_, err := anon.Call(ctx, &oauthclients.Call{Operation: "Token", Method: http.MethodGet, Path: "/trade", Credential: oauthclients.BearerCredential(held)})
				return nil, err
			}
		}}
		client, err := oauthclients.New(provider, oauthclients.BearerToken("t0ken"), oauthclients.WithHTTPClient(&http.Client{Transport: transport}), world.QuickRetry())
		require.NoError(t, err)
		requireRedirect(t, world.List(t, client), status, "Token", false)
		require.Equal(t, []string{"GET api.example.com/v1/trade"}, transport.went)
	})
}

func requireRedirect(t *testing.T, err error, status int, operation string, mayBeDone bool) {
	t.Helper()
	failed := world.Failure(t, err)
	require.Equal(t, oauthclients.ErrUnavailable, failed.Kind)
	require.Equal(t, status, failed.StatusCode)
	require.Equal(t, operation, failed.Operation)
	require.Equal(t, mayBeDone, failed.OutcomeUnknown(), "a write may be done, and what came of it elsewhere")
	require.NotContains(t, err.Error(), "pa55")
	require.NotContains(t, err.Error(), "x=1", "of its address host and path alone")
}
