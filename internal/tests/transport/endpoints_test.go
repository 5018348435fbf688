package transport

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests which addresses are accepted, and how they are discovered.

// badURLs cannot stand before a path, or would carry a token in the clear.
func badURLs() map[string]string {
	return map[string]string{
		"plain http":             "http://api.example.com",
		"http on a lookalike":    "http://127.0.0.1.example.com",
		"http on a private host": "http://10.0.0.1",
		"http on a prefix":       "http://localhost.example.com",
		"http on any address":    "http://0.0.0.0",
		"http on any of IPv6":    "http://[::]",
		"http on a number":       "http://2130706433",
		"http in octal":          "http://0177.0.0.1",
		"http in hexadecimal":    "http://0x7f000001",
		"http with a zero":       "http://127.0.0.01",
		"http shortened":         "http://127.1",
		"http with a dot":        "http://localhost.",
		"http with a zone":       "http://[::1%25lo]",
		"http in other digits":   "http://①②⑦.⓪.⓪.①",
		"http in other letters":  "http://ⓛocalhost",
		"http mapped elsewhere":  "http://[::ffff:10.0.0.1]",
		"http escaped":           "http://127.0.0.1%2eexample.com",
		"http behind a user":     "http://127.0.0.1@api.example.com",
		"http behind a slash":    `http://127.0.0.1\@api.example.com`,
		"http behind a mark":     "http://api.example.com?@127.0.0.1",
		"other scheme":           "ftp://api.example.com",
		"no scheme":              "api.example.com",
		"no host":                "https://",
		"port without a host":    "https://:443",
		"opaque":                 "https:api.example.com",
		"relative":               "/v1",
		"user":                   "https://user:pa55@api.example.com",
		"query":                  "https://api.example.com/?key=pa55",
		"empty query":            "https://api.example.com?",
		"fragment":               "https://api.example.com/#part",
		"empty fragment":         "https://api.example.com#",
		"not a URL":              "https://api.example.com/%zz\x7f",
		"empty":                  "",
	}
}

func TestNewRefusesABaseURLThatCannotBeUsed(t *testing.T) {
	for name, address := range badURLs() {
		t.Run(name, func(t *testing.T) {
			provider := world.MemProvider{Edit: func(c *oauthclients.Connection) {
				c.Endpoints = oauthclients.Endpoints{BaseURL: address}
			}}
			client, err := oauthclients.New(provider, oauthclients.NoAuth{})
			require.Nil(t, client)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "BaseURL")
			require.NotContains(t, err.Error(), "pa55")
		})
	}
}

func TestNewRefusesATokenEndpointThatCannotBeUsed(t *testing.T) {
	for _, address := range []string{"http://login.example.com/token", "https://u:pa55@login.example.com", "https://login.example.com/#t"} {
		for name, endpoint := range map[string]oauth2.Endpoint{"token": {TokenURL: address}, "authorize": {AuthURL: address}} {
			t.Run(name+" "+address, func(t *testing.T) {
				provider := world.MemProvider{BaseURL: "https://api.example.com", Edit: func(c *oauthclients.Connection) {
					c.Endpoints.Grants[oauthclients.GrantPassword] = endpoint
				}}
				_, err := oauthclients.New(provider, oauthclients.NoAuth{})
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.ErrorContains(t, err, "password")
				require.NotContains(t, err.Error(), "pa55")
			})
		}
	}
}

func TestNewTakesHTTPSAndLoopbackHTTP(t *testing.T) {
	for _, address := range []string{
		"https://api.example.com", "https://api.example.com:8443/base/", "HTTPS://api.example.com",
		"http://localhost:8080", "http://127.0.0.1", "http://127.8.9.1:1", "http://127.255.255.255", "http://[::1]:9000/base",
		"http://[0:0:0:0:0:0:0:1]", "http://[::ffff:127.0.0.1]", "HTTP://127.0.0.1",
	} {
		t.Run(address, func(t *testing.T) {
			_, err := oauthclients.New(world.MemProvider{BaseURL: address}, oauthclients.NoAuth{})
			require.NoError(t, err)
		})
	}
}

func TestASlashBehindTheBaseURLDoesNotDouble(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.NoAuth{}, func(c *oauthclients.Connection) { c.Endpoints.BaseURL += "//" })
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, "/v1/clients", server.Requests()[0].Path)
}

// discovering makes a connection find its addresses with a call of its own, counted by calls.
func discovering(calls *int, mu *sync.Mutex, find func() (oauthclients.Endpoints, error)) func(*oauthclients.Connection) {
	return func(c *oauthclients.Connection) {
		c.Discover = func(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
			mu.Lock()
			*calls++
			mu.Unlock()
			if _, err := anon.Call(ctx, &oauthclients.Call{Operation: "Discover", Method: http.MethodGet, Path: "/clients"}); err != nil {
				return oauthclients.Endpoints{}, err
			}
			return find()
		}
	}
}

func TestDiscoveryHappensOnceAndWithoutACredential(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		found := oauthclients.Endpoints{BaseURL: server.URL() + "/v1"}
		var calls int
		var mu sync.Mutex
		client := server.Client(t, oauthclients.BearerToken("t0ken"),
			discovering(&calls, &mu, func() (oauthclients.Endpoints, error) { return found, nil }))
		require.Empty(t, server.Requests(), "New does no I/O")

		for _, err := range world.Together(50, func(int) error {
			_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{PageSize: 1})
			return err
		}) {
			require.NoError(t, err)
		}
		require.Equal(t, 1, calls)
		requests := server.Requests()
		require.Len(t, requests, 51)
		require.Empty(t, requests[0].Header.Get("Authorization"))
		require.Equal(t, "Bearer t0ken", requests[1].Header.Get("Authorization"))
	})
}

func TestAFailedDiscoveryIsNotKept(t *testing.T) {
	server := world.NewMemServer()
	var calls int
	var mu sync.Mutex
	broken := errors.New("the document has no address")
	client := server.Client(t, oauthclients.NoAuth{}, discovering(&calls, &mu, func() (oauthclients.Endpoints, error) {
		if calls == 1 {
			return oauthclients.Endpoints{}, broken
		}
		return oauthclients.Endpoints{BaseURL: server.URL() + "/v1"}, nil
	}))
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, broken)
	require.Equal(t, world.MemName, world.Failure(t, err).Provider)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, calls)
}

func TestDiscoveredAddressesAreCheckedToo(t *testing.T) {
	for name, address := range badURLs() {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			var calls int
			var mu sync.Mutex
			client := server.Client(t, oauthclients.BearerToken("t0ken"), discovering(&calls, &mu,
				func() (oauthclients.Endpoints, error) { return oauthclients.Endpoints{BaseURL: address}, nil }))
			_, err := client.Clients.Get(t.Context(), "id-1")
			require.ErrorContains(t, err, "BaseURL")
			world.Failure(t, err)
			require.Len(t, server.Requests(), 1, "only the discovery itself")
		})
	}
}

// What Discover is asked at must be as safe as what it finds.
func TestTheAddressOfTheDiscoveryIsCheckedToo(t *testing.T) {
	for _, address := range []string{"http://api.example.com", "https://user:pa55@api.example.com"} {
		t.Run(address, func(t *testing.T) {
			server := world.NewMemServer()
			provider := world.MemProvider{Edit: func(c *oauthclients.Connection) {
				c.Endpoints.BaseURL = address
				var calls int
				discovering(&calls, &sync.Mutex{}, func() (oauthclients.Endpoints, error) {
					return oauthclients.Endpoints{BaseURL: server.URL() + "/v1"}, nil
				})(c)
			}}
			client, err := oauthclients.New(provider, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(server.HTTPClient()))
			if err == nil {
				_, err = client.Clients.Get(t.Context(), "id-1")
			}
			require.Error(t, err)
			require.Empty(t, server.Requests())
		})
	}
}

// Goroutines that waited for the same discovery share its failure and must not write into it.
func TestAFailedDiscoveryIsSharedWithoutARace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		var calls int
		var mu sync.Mutex
		client := server.Client(t, oauthclients.BearerToken("t0ken"), discovering(&calls, &mu, func() (oauthclients.Endpoints, error) {
			<-time.After(time.Second)
			return oauthclients.Endpoints{}, providerkit.InvalidFields(world.MemName, "Discover", []oauthclients.FieldError{{Field: "issuer"}})
		}))
		for i, err := range world.Together(100, func(i int) error {
			if i%2 == 0 {
				return client.Clients.Delete(t.Context(), "id-1")
			}
			_, err := client.Clients.Get(t.Context(), "id-1")
			return err
		}) {
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "issuer", i)
		}
		require.Equal(t, 1, calls)
	})
}

func TestWhatAnHTTPSPlaceNamesIsHTTPS(t *testing.T) {
	for _, address := range []string{"http://127.0.0.1/token", "http://localhost:1", "http://[::1]/x", "HTTP://127.0.0.1"} {
		require.Equal(t, []oauthclients.FieldError{{Field: "token_endpoint", Code: "insecure", Message: "must be https, as the place that names it is"}},
			providerkit.CheckNamedURL("HTTPS://login.example.com", "token_endpoint", address), address)
		require.Empty(t, providerkit.CheckNamedURL("http://127.0.0.1:8080", "token_endpoint", address), address)
	}
	for _, place := range []string{"https://login.example.com", "http://localhost", ""} {
		require.Empty(t, providerkit.CheckNamedURL(place, "token_endpoint", "HTTPS://elsewhere.example.com/token"))
		for name, address := range badURLs() {
			require.NotEmpty(t, providerkit.CheckNamedURL(place, "token_endpoint", address), name)
		}
	}
}
