package docs

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds the snippets of the vendors' pages, and those on what lies beyond the portable verbs.

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

func TestCapabilitiesPageBeyondTheVerbs(t *testing.T) {
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

func snippetNightly(ctx context.Context, client *oauthclients.Client, roleID string) (*oauthclients.OAuthClient, error) {
	want := &oauthclients.OAuthClient{
		Name:       "nightly-export",
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantClientCredentials},
	}
	genesys.ExtraOf(want).RoleDivisions = []genesys.RoleDivision{{RoleID: roleID, DivisionID: "*"}} // all divisions
	genesys.ExtraOf(want).AccessTokenValidity = time.Hour
	app, err := client.Clients.Create(ctx, want)
	return app, err
}

func TestGenesysPage(t *testing.T) {
	server := genesystest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	app, err := snippetNightly(t.Context(), client, "4a0a5b1e-6d0e-4c4b-9d3c-0b4f6a3d2c11")
	require.NoError(t, err)
	require.Equal(t, time.Hour, genesys.ExtraOf(app).AccessTokenValidity)
	require.Equal(t, "*", genesys.ExtraOf(app).RoleDivisions[0].DivisionID)
}
