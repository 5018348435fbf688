package sipgate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds which clients have sipgate's own API.

// native is the API of a client that plays exchanges.
func native(t *testing.T, client *oauthclients.Client) *sipgate.API {
	t.Helper()
	api, err := sipgate.Of(client)
	require.NoError(t, err)
	require.NotNil(t, api)
	return api
}

func TestOnlySipgatesClientsHaveItsAPI(t *testing.T) {
	other, err := oauthclients.New(genesys.Provider{Region: genesys.EUWest1}, oauthclients.BearerToken(bearer))
	require.NoError(t, err)
	cases := map[string]struct {
		client *oauthclients.Client
		reason string
	}{
		"another provider's": {other, "genesys"},
		"none":               {nil, "oauthclients.New"},
		"not made by New":    {&oauthclients.Client{}, "oauthclients.New"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			api, err := sipgate.Of(c.client)
			require.Nil(t, api)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "sipgate: Of: ")
			require.ErrorContains(t, err, c.reason)
		})
	}
}
