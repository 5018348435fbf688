package docspace_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file proves that no id leads from one client to the resources beside it, at the fake
// that has those resources: DELETE of "tenant" removes every client of the portal.

// A server that follows the guide may give out any id.
func TestIDsOfAGuideServerAreEscaped(t *testing.T) {
	client := newClient(t, guide(), keyed(providertest.Exchange{
		Method: http.MethodGet, Path: clientsPath + "/eu:42+%C3%BC", Response: "guide_create_response.json",
	}))
	_, err := client.Clients.Get(t.Context(), "eu:42+ü")
	require.ErrorContains(t, err, "another client", "the file has another id")
}

func TestNoIDReachesTheNeighbours(t *testing.T) {
	for name, options := range map[string][]docspacetest.Option{"server": nil, "guide": {docspacetest.WithGuideWire()}} {
		t.Run(name, func(t *testing.T) {
			portal := docspacetest.New(options...)
			client, err := oauthclients.New(portal.Provider(), portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
			require.NoError(t, err)
			want := invoiceImporter()
			if name == "guide" {
				want = myNewApp()
			}
			kept, err := client.Clients.Create(t.Context(), want)
			require.NoError(t, err)
			sent := len(portal.Requests())
			for _, id := range []string{
				"tenant", "TENANT", "info", "consents", "/", "/tenant", "tenant/", "%2Ftenant", "tenant;x", "tenant?x", "tenant#x",
				"..%2Ftenant", "\\tenant", kept.ID + "/regenerate", kept.ID + ";x", " " + kept.ID, kept.ID + "\n",
			} {
				require.ErrorIs(t, client.Clients.Delete(t.Context(), id), oauthclients.ErrNotFound, id)
				_, err := client.Clients.Get(t.Context(), id)
				require.ErrorIs(t, err, oauthclients.ErrNotFound, id)
			}
			require.Len(t, portal.Requests(), sent, "nothing was sent")
			_, err = client.Clients.Get(t.Context(), kept.ID)
			require.NoError(t, err)
		})
	}
}
