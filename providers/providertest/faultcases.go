package providertest

import (
	"cmp"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the cases in which an answer gets lost on its way: the server did what was
// asked, and nobody knows. They need a server that can be broken on purpose.

// lose makes the answer to the next request of a method to the clients get lost.
func (x Target) lose(method string) {
	x.Inject(fakeserver.Fault{
		Method: method, PathContains: cmp.Or(x.ClientsPath, "/clients"), Times: 1, Execute: true, Drop: true,
	})
}

func createIsNotRepeated(t *testing.T, x Target) {
	if x.Inject == nil {
		return
	}
	x.create(t, 1) // there is a token now
	x.lose(http.MethodPost)
	before := x.Requests()
	_, err := x.Client.Clients.Create(t.Context(), x.Sample(2))
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	require.Equal(t, before+1, x.Requests(), "a create that may have been executed is not sent again")
	found, err := x.Client.Clients.FindByName(t.Context(), x.Sample(2).Name)
	require.NoError(t, err)
	if x.Unlisted {
		require.Empty(t, found)
		return
	}
	require.Len(t, found, 1)
}

func regenerateIsNotRepeated(t *testing.T, x Target) {
	if x.Inject == nil || !x.capabilities().RegenerateSecret {
		return
	}
	created := x.create(t, 1)
	before := x.Requests()
	_, err := x.Client.Clients.RegenerateSecret(t.Context(), created.ID)
	require.NoError(t, err)
	usual := x.Requests() - before
	x.lose(x.RegenerateMethod)
	secret, err := x.Client.Clients.RegenerateSecret(t.Context(), created.ID)
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	require.True(t, secret.IsZero())
	require.Equal(t, before+2*usual, x.Requests(), "a second one would kill the secret of the first")
}

func deleteIsRepeated(t *testing.T, x Target) {
	if x.Inject == nil {
		return
	}
	created := x.create(t, 1)
	x.lose(http.MethodDelete)
	require.NoError(t, x.Client.Clients.Delete(t.Context(), created.ID), "the 404 of the repetition is our own doing")
	_, err := x.Client.Clients.Get(t.Context(), created.ID)
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
}

func updateIsRepeated(t *testing.T, x Target) {
	if x.Inject == nil {
		return
	}
	created := x.create(t, 1)
	x.lose(http.MethodPut)
	before := x.Requests()
	updated, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
	if x.UpdateOnce {
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		require.Equal(t, before+2, x.Requests(), "one to read it, and one to write it")
		return
	}
	require.NoError(t, err)
	require.Equal(t, "Another name", updated.Name)
}
