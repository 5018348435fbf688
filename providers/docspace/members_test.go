package docspace_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds AdditionalMembers: sent on either wire, kept by a server of the guide, and
// dropped by a portal, which is told. The conformance suite has the rest.

func oneMember(name, value string) map[string]json.RawMessage {
	return map[string]json.RawMessage{name: json.RawMessage(value)}
}

// sentLast is the body of the last request with this method.
func sentLast(t *testing.T, portal *docspacetest.Server, method string) map[string]any {
	t.Helper()
	var body map[string]any
	for _, r := range portal.Requests() {
		if r.Method == method {
			require.NoError(t, json.Unmarshal(r.Body, &body))
		}
	}
	return body
}

// The whole client goes along with an update of a member, for a portal demands it every time.
func TestAPortalDropsAdditionalMembers(t *testing.T) {
	portal, client, id := portalWithClient(t)
	before, err := client.Clients.Get(t.Context(), id)
	require.NoError(t, err)
	updated, err := client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) {
		c.AdditionalMembers = oneMember("token_lifetime", `{"minutes":5}`)
	})
	var dropped *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &dropped)
	require.Equal(t, &oauthclients.NotAppliedError{ID: id, Fields: []string{"AdditionalMembers.token_lifetime"}}, dropped)
	require.Equal(t, before.Name, updated.Name)
	require.True(t, docspace.ExtraOf(updated).AllowPKCE, "it was not turned off by the way")
	body := sentLast(t, portal, http.MethodPut)
	require.Equal(t, map[string]any{"minutes": 5.0}, body["token_lifetime"])
	for _, member := range []string{"name", "description", "logo", "allowed_origins", "allow_pkce", "redirect_uris", "scopes"} {
		require.Contains(t, body, member)
	}
}

func TestAServerOfTheGuideKeepsAdditionalMembers(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithGuideWire())
	client := connect(t, portal, portal.Auth())
	want := myNewApp()
	want.AdditionalMembers = oneMember("tokenLifetime", `5`)
	created, err := client.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	require.InDelta(t, 5, sentLast(t, portal, http.MethodPost)["tokenLifetime"], 0)
	require.JSONEq(t, `5`, string(rawMember(t, created, "tokenLifetime")))
}

// Status and the like have a field or a call: as members they would go past every check.
func TestMembersOfAPortalThatHaveAField(t *testing.T) {
	portal, client, id := portalWithClient(t)
	for _, name := range []string{"enabled", "Enabled", "client_secret", "clientSecret", "allow_pkce", "is_public", "logout_redirect_uri", "tenant"} {
		_, err := client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.AdditionalMembers = oneMember(name, `true`) })
		require.ErrorIs(t, err, oauthclients.ErrInvalid, name)
		require.ErrorContains(t, err, "AdditionalMembers."+name)
	}
	require.Zero(t, portal.Count(http.MethodPut, ""))
}
