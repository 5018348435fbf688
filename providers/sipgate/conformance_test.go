package sipgate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

func TestConformance(t *testing.T) {
	providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		server := sipgatetest.NewServer(t)
		client, err := oauthclients.New(server.Provider(), server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)
		return providertest.Target{
			Client:    client,
			Sample:    conformanceSample,
			Requests:  func() int { return len(server.Requests()) },
			UnknownID: "2556404-0-00000000-0000-0000-0000-000000000000",
			Required:  []string{"Name", "RedirectURIs"},
		}
	}})
}

func conformanceSample(n int) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:           fmt.Sprintf("Order desk %d", n),
		Description:    "Click to dial",
		RedirectURIs:   []string{"https://orders.example.com/oauth/*", "https://orders.example.com/cb"},
		AllowedOrigins: []string{"https://orders.example.com"},
		PolicyURI:      "https://orders.example.com/privacy",
		TermsURI:       "https://orders.example.com/terms",
	}
}
