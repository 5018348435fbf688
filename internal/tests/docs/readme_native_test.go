package docs

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds the README's snippets on what lies beyond the portable verbs.

func snippetNative(ctx context.Context, client *oauthclients.Client, id string) error {
	api, err := genesys.Of(client) // an error if the client speaks to another provider
	if err != nil {
		return err
	}
	_, err = api.Deactivate(ctx, id)
	return err
}

func snippetMembers(ctx context.Context, client *oauthclients.Client, id string) error {
	_, err := client.Clients.Update(ctx, id, func(c *oauthclients.OAuthClient) {
		c.AdditionalMembers = map[string]json.RawMessage{"ipAllowList": json.RawMessage(`["192.0.2.0/24"]`)}
	})
	return err
}

func TestREADMEBeyondTheVerbs(t *testing.T) {
	server := genesystest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	require.NoError(t, myTool(t.Context(), client))
	made, err := client.Clients.FindByName(t.Context(), "my tool")
	require.NoError(t, err)
	require.Len(t, made, 1)

	require.NoError(t, snippetMembers(t.Context(), client, made[0].ID))
	require.NoError(t, snippetNative(t.Context(), client, made[0].ID))
	got, err := client.Clients.Get(t.Context(), made[0].ID)
	require.NoError(t, err)
	require.Equal(t, oauthclients.StatusInactive, got.Status)
	require.Contains(t, string(got.Raw()), `"ipAllowList":["192.0.2.0/24"]`)
}
