package oauthclients_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds what a provider says that only it cannot take.

func TestAProviderRefusesAUserAgentWithTheReason(t *testing.T) {
	var asked string
	provider := newMemServer().provider()
	provider.connect = func(c *oauthclients.Connection) {
		c.CheckUserAgent = func(agent string) string { asked = agent; return "is not liked" }
	}
	_, err := oauthclients.New(provider, oauthclients.BearerToken("token"), oauthclients.WithUserAgent("inventory/2.1"))
	requireFaults(t, err, "WithUserAgent")
	require.ErrorContains(t, err, "is not liked")
	require.Regexp(t, `^inventory/2\.1 oauthclients/`, asked, "the whole of it")
}

// Only what begins a sign-in needs the way back.
func TestAProviderRefusesARedirectURLWithTheReason(t *testing.T) {
	provider := newMemServer().provider()
	provider.connect = func(c *oauthclients.Connection) {
		c.CheckRedirectURL = func(string) string { return "is not liked" }
	}
	auth := oauthclients.AuthCode{ClientID: "c", RedirectURL: "https://app.example.com/cb?x=1", DisablePKCE: true}
	_, err := auth.Begin(t.Context(), provider)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "AuthCode.RedirectURL: is not liked")
	_, err = oauthclients.New(provider, auth)
	require.NotErrorIs(t, err, oauthclients.ErrInvalid)
}
