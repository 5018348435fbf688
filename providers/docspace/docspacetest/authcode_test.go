package docspacetest_test

import (
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the sign-in as a client of the SDK sees it.

func TestSignInConformance(t *testing.T) {
	for name, options := range map[string][]docspacetest.Option{
		"the server's wire":                   nil,
		"the server's wire, without rotation": {docspacetest.WithoutRotation()},
		"the guide's wire":                    {docspacetest.WithGuideWire()},
		"the guide's wire, without rotation":  {docspacetest.WithGuideWire(), docspacetest.WithoutRotation()},
	} {
		t.Run(name, func(t *testing.T) {
			providertest.RunSignIn(t, providertest.SignInHarness{Bubble: true, Start: func(*testing.T) providertest.SignInTarget {
				return signInTarget(docspacetest.New(options...))
			}})
		})
	}
}

func TestSignInConformanceOverASocket(t *testing.T) {
	providertest.RunSignIn(t, providertest.SignInHarness{Start: func(t *testing.T) providertest.SignInTarget {
		t.Helper()
		target := signInTarget(docspacetest.NewServer(t))
		target.Options = nil
		return target
	}})
}

func signInTarget(portal *docspacetest.Server) providertest.SignInTarget {
	return providertest.SignInTarget{
		Provider: portal.Provider(), Auth: portal.AuthCode(callbackURL),
		Options: []oauthclients.Option{oauthclients.WithHTTPClient(portal.HTTPClient())},
		SignIn:  otherPeople(portal), Deny: portal.SignInDenied,
		RevokeTokens: portal.RevokeTokens, EndSessions: portal.EndSessions,
		TokenRequests: func() int { return portal.Count(http.MethodPost, "/oauth2/token") },
	}
}

// otherPeople sign in one after the other, since the sign-in of one person ends the one before.
func otherPeople(portal *docspacetest.Server) func(string) (url.Values, error) {
	var person atomic.Int32
	return func(loginURL string) (url.Values, error) {
		return portal.SignInAs(int(person.Add(1)), loginURL)
	}
}

func TestInteractive(t *testing.T) {
	for name, portal := range map[string]*docspacetest.Server{
		"socket": docspacetest.NewServer(t), "in the process": docspacetest.New(docspacetest.WithGuideWire()),
	} {
		t.Run(name, func(t *testing.T) {
			through := oauthclients.WithHTTPClient(portal.HTTPClient())
			auth := portal.AuthCode("")
			token, err := auth.Interactive(t.Context(), portal.Provider(), portal.Visit, through)
			require.NoError(t, err)
			auth.Token = token
			client, err := oauthclients.New(portal.Provider(), auth, through)
			require.NoError(t, err)
			_, err = client.Clients.Get(t.Context(), auth.ClientID)
			require.NoError(t, err)
		})
	}
}
