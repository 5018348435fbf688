package sipgate_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

func TestConformance(t *testing.T) {
	providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		server := sipgatetest.NewServer(t)
		connect := func(auth oauthclients.Auth) *oauthclients.Client {
			client, err := oauthclients.New(server.Provider(), auth, oauthclients.WithHTTPClient(server.HTTPClient()),
				oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Millisecond}))
			require.NoError(t, err)
			return client
		}
		manager := connect(server.Auth())
		return providertest.Target{
			Client: manager,
			Auths: map[oauthclients.AuthKind]*oauthclients.Client{
				oauthclients.AuthKindPassword:          connect(server.Auth()),
				oauthclients.AuthKindBasic:             connect(server.PersonalAccessToken()),
				oauthclients.AuthKindBearer:            connect(oauthclients.BearerToken(server.AccessToken())),
				oauthclients.AuthKindAuthorizationCode: connect(signedIn(t, server, manager)),
				oauthclients.AuthKindTokenSource: connect(oauthclients.FromTokenSource(
					oauth2.StaticTokenSource(&oauth2.Token{AccessToken: server.AccessToken()}))),
			},
			Inject:    server.Inject,
			Sample:    conformanceSample,
			Requests:  func() int { return len(server.Requests()) },
			UnknownID: "2556404-0-00000000-0000-0000-0000-000000000000",
			Required:  []string{"Name", "RedirectURIs"},
		}
	}})
}

// signedIn has the token of a person who signed in. The suite wants an account without clients,
// so that the one that was signed in to is removed again.
func signedIn(t *testing.T, server *sipgatetest.Server, manager *oauthclients.Client) oauthclients.AuthCode {
	t.Helper()
	auth := providertest.SignIn(t, server.AuthCode("https://app.example.com/callback"), server.Provider(), server.SignIn,
		oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, manager.Clients.Delete(t.Context(), auth.ClientID))
	return auth
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
