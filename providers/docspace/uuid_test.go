package docspace_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file tests ids that are written in another form than the portal's.

// A portal reads upper case, and answers with the id as it writes it. It also reads groups without their
// zeros; a client with such an id in its answer is not taken for the one that was asked for.
func TestIDsInOtherForms(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	created, err := client.Clients.Create(t.Context(), portalSample(1))
	require.NoError(t, err)
	upper := strings.ToUpper(created.ID)
	require.NotEqual(t, created.ID, upper)
	got, err := client.Clients.Get(t.Context(), upper)
	require.NoError(t, err)
	require.Equal(t, created.ID, got.ID)
	_, err = client.Clients.Update(t.Context(), upper, func(c *oauthclients.OAuthClient) { c.Description = "changed" })
	require.NoError(t, err)
	api, err := docspace.Of(client)
	require.NoError(t, err)
	info, err := api.Info(t.Context(), upper)
	require.NoError(t, err)
	require.Equal(t, created.ID, info.ID)

	short := strings.Replace(created.ID, "-000000000001", "-1", 1)
	require.NotEqual(t, created.ID, short)
	_, err = client.Clients.Get(t.Context(), short)
	require.ErrorContains(t, err, "another client")
	_, err = client.Clients.Update(t.Context(), short, func(c *oauthclients.OAuthClient) { c.Description = "changed again" })
	require.ErrorContains(t, err, "another client")
	require.Equal(t, 1, portal.Count(http.MethodPut, clientsPath+"/"+created.ID), "nothing was written")
	for _, none := range []string{"1-1-1-1-1", "{" + created.ID + "}", strings.ReplaceAll(created.ID, "-", "")} {
		_, err := client.Clients.Get(t.Context(), none)
		require.ErrorIs(t, err, oauthclients.ErrNotFound, none)
	}
	require.NoError(t, client.Clients.Delete(t.Context(), upper))
}
