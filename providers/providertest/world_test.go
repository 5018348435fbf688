package providertest_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file puts a server, a provider and what the suite is told about them together.

// world is what one case of the suite runs against. A test bends it before the client is made.
type world struct {
	server   *server
	provider *provider
	target   providertest.Target
	// web reaches the server.
	web *http.Client
	// connected turns true when the clients have been made.
	connected bool
}

// many is more than two pages of what the server gives unasked.
const (
	many        = 60
	defaultPage = 20
)

func newWorld() *world {
	w := &world{server: newServer()}
	w.web = w.server.HTTPClient()
	w.provider = rightProvider(w.server.URL())
	w.server.rules.pages = defaultSize(rightPages)
	w.target = providertest.Target{
		Sample:    w.sample,
		Requests:  func() int { return len(w.server.Requests()) },
		UnknownID: "id-0",
		Required:  []string{"Name"},
		Many:      many,
		Inject:    w.server.Inject,
		Auths:     map[oauthclients.AuthKind]*oauthclients.Client{oauthclients.AuthKindNone: nil},
		Edits: map[string]func(*oauthclients.OAuthClient){
			"GrantTypes": func(c *oauthclients.OAuthClient) {
				c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantClientCredentials}
			},
			"Extra.Tier": func(c *oauthclients.OAuthClient) { extraOf(c).Tier = "gold" },
			"Extra.Tags": func(c *oauthclients.OAuthClient) { extraOf(c).Tags = []string{"edited"} },
		},
	}
	return w
}

// pageRule is the type of rules.pages.
type pageRule = func(start, size, total int) (from, to int, next string)

func defaultSize(rule pageRule) pageRule {
	return func(start, size, total int) (from, to int, next string) {
		if size == 0 {
			size = defaultPage
		}
		return rule(start, size, total)
	}
}

func (w *world) sample(n int) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:           fmt.Sprintf("Order desk %d", n),
		Description:    "Click to dial",
		RedirectURIs:   []string{"https://orders.example.com/a", "https://orders.example.com/b"},
		AllowedOrigins: []string{"https://orders.example.com"},
		GrantTypes:     []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
		Scopes:         []string{"read", "write"},
		ClientURI:      "https://orders.example.com",
		LogoURI:        "https://orders.example.com/logo.png",
		Extra:          &extra{Tier: "silver", Tags: []string{"x", "y"}, copied: w.provider.copied},
	}
}

// client repeats requests without a wait that a test feels.
func (w *world) client(t *testing.T, auth oauthclients.Auth) *oauthclients.Client {
	t.Helper()
	c, err := oauthclients.New(w.provider, auth, oauthclients.WithHTTPClient(w.web),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Microsecond, MaxWait: time.Millisecond}))
	require.NoError(t, err)
	return c
}

// start makes the clients.
func (w *world) start(t *testing.T) providertest.Target {
	t.Helper()
	w.target.Client = w.client(t, oauthclients.NoAuth{})
	for kind := range w.target.Auths {
		w.target.Auths[kind] = w.target.Client
		if kind == oauthclients.AuthKindBearer {
			w.target.Auths[kind] = w.client(t, oauthclients.BearerToken("key-1"))
		}
	}
	w.connected = true
	return w.target
}

// harness gives each case a world of its own, bent by each of bends.
func harness(bends ...func(*world)) providertest.Harness {
	return providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		w := newWorld()
		for _, bend := range bends {
			bend(w)
		}
		return w.start(t)
	}}
}
