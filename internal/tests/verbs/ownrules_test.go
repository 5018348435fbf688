package verbs

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file holds what a provider says that only it cannot take.

func TestAProviderRefusesAUserAgentWithTheReason(t *testing.T) {
	var asked string
	provider := world.NewMemServer().Provider()
	provider.Edit = func(c *oauthclients.Connection) {
		c.CheckUserAgent = func(agent string) string { asked = agent; return "is not liked" }
	}
	_, err := oauthclients.New(provider, oauthclients.BearerToken("token"), oauthclients.WithUserAgent("inventory/2.1"))
	world.RequireFaults(t, err, "WithUserAgent")
	require.ErrorContains(t, err, "is not liked")
	require.Regexp(t, `^inventory/2\.1 oauthclients/`, asked, "the whole of it")
}

// Only what begins a sign-in needs the way back.
func TestAProviderRefusesARedirectURLWithTheReason(t *testing.T) {
	provider := world.NewMemServer().Provider()
	provider.Edit = func(c *oauthclients.Connection) {
		c.CheckRedirectURL = func(string) string { return "is not liked" }
	}
	auth := oauthclients.AuthCode{ClientID: "c", RedirectURL: "https://app.example.com/cb?x=1", DisablePKCE: true}
	_, err := auth.Begin(t.Context(), provider)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "AuthCode.RedirectURL: is not liked")
	_, err = oauthclients.New(provider, auth)
	require.NotErrorIs(t, err, oauthclients.ErrInvalid)
}

// A provider that has no new secrets can say why one client gets none.
func TestAProviderSaysWhyThereIsNoNewSecret(t *testing.T) {
	server := world.NewMemServer()
	provider := server.Provider()
	provider.Able = func(c *oauthclients.Capabilities) { c.RegenerateSecret = false }
	provider.Edit = func(c *oauthclients.Connection) {
		c.WhyNoNewSecret = func(_ context.Context, id string) string { return id + " is not liked" }
	}
	client, err := oauthclients.New(provider, oauthclients.NoAuth{})
	require.NoError(t, err)
	_, err = client.Clients.RegenerateSecret(t.Context(), "id-1")
	requireUnsupported(t, err, "RegenerateSecret")
	require.ErrorContains(t, err, "RegenerateSecret: not supported by this provider (id-1 is not liked)")
	require.Empty(t, server.Requests())
}
