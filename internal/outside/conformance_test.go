package outside_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/outside"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file runs the conformance suite over a provider that is not part of the module.

func TestConformance(t *testing.T) {
	providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		s := newServer()
		return providertest.Target{
			Client:    newClient(t, s, oauthclients.BearerToken(goodKey)),
			Sample:    sample,
			Requests:  func() int { return len(s.Requests()) },
			UnknownID: "app-9999",
			Edits: map[string]func(*oauthclients.OAuthClient){
				"Extra.Tier":   func(c *oauthclients.OAuthClient) { outside.ExtraOf(c).Tier = "gold" },
				"Extra.Labels": func(c *oauthclients.OAuthClient) { outside.ExtraOf(c).Labels = []string{"edited"} },
			},
		}
	}})
}

func sample(n int) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: fmt.Sprintf("App %d", n), Description: "An app",
		RedirectURIs: []string{"https://app.example.com/a", "https://app.example.com/b"}, Scopes: []string{"read", "write"},
		Extra: &outside.Extra{Tier: "silver", Labels: []string{"x", "y"}, Region: "eu"},
	}
}

func newClient(t *testing.T, s *server, auth oauthclients.Auth) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(outside.Provider{Issuer: s.URL()}, auth, oauthclients.WithHTTPClient(s.HTTPClient()))
	require.NoError(t, err)
	return client
}
