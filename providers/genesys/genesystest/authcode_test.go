package genesystest_test

import (
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the sign-in as a client of the SDK sees it.

func TestSignInConformance(t *testing.T) {
	for name, options := range map[string][]genesystest.Option{
		"with rotation": nil, "without rotation": {genesystest.WithoutRotation()},
	} {
		t.Run(name, func(t *testing.T) {
			providertest.RunSignIn(t, providertest.SignInHarness{Bubble: true, Start: func(*testing.T) providertest.SignInTarget {
				return signInTarget(genesystest.New(options...))
			}})
		})
	}
}

func TestSignInConformanceOverASocket(t *testing.T) {
	providertest.RunSignIn(t, providertest.SignInHarness{Start: func(t *testing.T) providertest.SignInTarget {
		t.Helper()
		target := signInTarget(genesystest.NewServer(t))
		target.Options = nil
		return target
	}})
}

// signInTarget can deny, with the button Cancel, though the vendor asks for no consent.
func signInTarget(s *genesystest.Server) providertest.SignInTarget {
	return providertest.SignInTarget{
		Provider: s.Provider(), Auth: s.AuthCode(callbackURL),
		Options: []oauthclients.Option{oauthclients.WithHTTPClient(s.HTTPClient())},
		SignIn:  s.SignIn, Deny: s.SignInDenied,
		RevokeTokens: s.RevokeTokens, EndSessions: s.EndSessions,
		TokenRequests: func() int { return s.Count(http.MethodPost, "/oauth/token") },
	}
}

// The server compares redirect URIs whole, so that the port must be known before.
func TestInteractive(t *testing.T) {
	for name, s := range map[string]*genesystest.Server{"socket": genesystest.NewServer(t), "in the process": genesystest.New()} {
		t.Run(name, func(t *testing.T) {
			through := oauthclients.WithHTTPClient(s.HTTPClient())
			auth := s.AuthCode("http://" + freeAddress(t) + "/callback")
			token, err := auth.Interactive(t.Context(), s.Provider(), s.Visit, through)
			require.NoError(t, err)
			auth.Token = token
			client, err := oauthclients.New(s.Provider(), auth, through)
			require.NoError(t, err)
			_, err = client.Clients.Get(t.Context(), auth.ClientID)
			require.NoError(t, err)
		})
	}
}

// freeAddress is a port of this machine that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
