package docspace_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file tests what is lost to others who write at the same time.

// A lost race is a conflict, and nothing was done: who tries again has the client as it was.
func TestALostRaceIsAConflict(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	created, err := client.Clients.Create(t.Context(), portalSample(1))
	require.NoError(t, err)
	portal.LoseRaces(2)
	rename := func(c *oauthclients.OAuthClient) { c.Name = "another" }
	_, err = client.Clients.Update(t.Context(), created.ID, rename)
	require.ErrorIs(t, err, oauthclients.ErrConflict)
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	_, err = client.Clients.RegenerateSecret(t.Context(), created.ID)
	require.ErrorIs(t, err, oauthclients.ErrConflict)
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	got, err := client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	require.Equal(t, created.Name, got.Name)
	require.Equal(t, created.Secret, got.Secret)
	require.Equal(t, 1, portal.Count(http.MethodPut, clientsPath+"/"+created.ID), "the caller decides")

	got, err = client.Clients.Update(t.Context(), created.ID, rename)
	require.NoError(t, err)
	require.Equal(t, "another", got.Name)
}

// A self-hosted portal skips clients that share the microsecond in which a page ends, and its answers do
// not show it. The doc of the package says so.
func TestClientsOfOneMicrosecond(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	portal.RegisterTogether("import", 5)
	for size, want := range map[int]int{0: 5, 50: 5, 2: 2} {
		count := 0
		for _, err := range client.Clients.All(t.Context(), oauthclients.ListOptions{PageSize: size}) {
			require.NoError(t, err)
			count++
		}
		require.Equal(t, want, count, fmt.Sprint(size))
	}
}
