package verbs

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file is about a program that would end the client that it signs in with.

func ends(t *testing.T, client *oauthclients.Client) map[string]func(id string) error {
	t.Helper()
	return map[string]func(id string) error{
		"Delete":           func(id string) error { return client.Clients.Delete(t.Context(), id) },
		"RegenerateSecret": func(id string) error { _, err := client.Clients.RegenerateSecret(t.Context(), id); return err },
	}
}

func TestTheOwnClientIsNotEnded(t *testing.T) {
	server := world.NewMemServer()
	for name, auth := range map[string]oauthclients.Auth{
		"client credentials": world.ClientCredentials(), "password": world.PasswordGrant(), "code": world.SessionUntil(world.InAnHour()),
	} {
		client := server.Client(t, auth)
		for verb, end := range ends(t, client) {
			for _, id := range []string{"client-1", "CLIENT-1"} {
				err := end(id)
				require.ErrorIs(t, err, oauthclients.ErrConflict, name)
				require.Equal(t, []string{verb, id}, []string{world.Failure(t, err).Operation, world.Failure(t, err).ClientID})
				require.ErrorContains(t, err, "WithSelfManagement")
			}
		}
	}
	require.Empty(t, server.Requests())
}

// Others are, and its own where the program says so.
func TestOtherClientsAreEnded(t *testing.T) {
	server := world.NewMemServer()
	plain := server.WithOptions(t, world.ClientCredentials())
	allowed := server.WithOptions(t, world.ClientCredentials(), oauthclients.WithSelfManagement())
	token := server.WithOptions(t, oauthclients.BearerToken("t0ken-of-mine"))
	for verb, end := range ends(t, plain) {
		require.NotErrorIs(t, end("client-2"), oauthclients.ErrConflict, verb)
	}
	for _, client := range []*oauthclients.Client{allowed, token} {
		before := server.APIRequests()
		for verb, end := range ends(t, client) {
			require.NotErrorIs(t, end("client-1"), oauthclients.ErrConflict, verb)
		}
		require.Equal(t, before+2, server.APIRequests())
	}
}
