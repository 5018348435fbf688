package sipgatetest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the sign-in as a client of the SDK sees it.

func TestSignInConformance(t *testing.T) {
	for name, options := range map[string][]sipgatetest.Option{
		"third-party":      nil,
		"apps realm":       {sipgatetest.WithAppsRealm()},
		"without rotation": {sipgatetest.WithoutRotation()},
	} {
		t.Run(name, func(t *testing.T) {
			providertest.RunSignIn(t, providertest.SignInHarness{Bubble: true, Start: func(*testing.T) providertest.SignInTarget {
				return signInTarget(sipgatetest.New(options...))
			}})
		})
	}
}

func TestSignInConformanceOverASocket(t *testing.T) {
	providertest.RunSignIn(t, providertest.SignInHarness{Start: func(t *testing.T) providertest.SignInTarget {
		t.Helper()
		target := signInTarget(sipgatetest.NewServer(t))
		target.Options = nil
		target.Call = func(client *oauthclients.Client) error {
			native, err := sipgate.Of(client)
			require.NoError(t, err)
			_, err = native.Balance(t.Context())
			return err
		}
		return target
	}})
}

func signInTarget(server *sipgatetest.Server) providertest.SignInTarget {
	return providertest.SignInTarget{
		Provider: server.Provider(), Auth: server.AuthCode(callbackURL),
		Options: []oauthclients.Option{oauthclients.WithHTTPClient(server.HTTPClient())},
		SignIn:  server.SignIn, Deny: server.SignInDenied,
		RevokeTokens: server.RevokeTokens, EndSessions: server.EndSessions,
		TokenRequests: func() int {
			return server.Count(http.MethodPost, thirdParty+realmTokenPath) + server.Count(http.MethodPost, apps+realmTokenPath)
		},
	}
}

func TestInteractive(t *testing.T) {
	for name, server := range map[string]*sipgatetest.Server{"socket": sipgatetest.NewServer(t), "in the process": sipgatetest.New()} {
		t.Run(name, func(t *testing.T) {
			through := oauthclients.WithHTTPClient(server.HTTPClient())
			auth := server.AuthCode("")
			token, err := auth.Interactive(t.Context(), server.Provider(), server.Visit, through)
			require.NoError(t, err)
			auth.Token = token
			client, err := oauthclients.New(server.Provider(), auth, through)
			require.NoError(t, err)
			_, err = client.Clients.Get(t.Context(), auth.ClientID)
			require.NoError(t, err)
		})
	}
}
