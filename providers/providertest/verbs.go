package providertest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds the cases about the verbs as such: lifecycle, ids, contexts, secrets.

func lifecycle(t *testing.T, x Target) {
	ctx, clients := t.Context(), x.Client.Clients
	created := x.create(t, 1)
	require.Equal(t, x.NoSecret, created.Secret.IsZero(), "a secret is issued with the client")

	got, err := clients.Get(ctx, created.ID)
	require.NoError(t, err)
	require.Equal(t, created.ID, got.ID)
	require.Equal(t, created.Name, got.Name)

	page, err := clients.List(ctx, oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Clients, 1)
	require.Equal(t, created.ID, page.Clients[0].ID)
	for _, name := range portable() {
		requireSame(t, name, got, page.Clients[0])
	}

	updated, err := clients.Update(ctx, created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
	require.NoError(t, err)
	require.Equal(t, "Another name", updated.Name)

	require.NoError(t, clients.Delete(ctx, created.ID))
	_, err = clients.Get(ctx, created.ID)
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
	require.ErrorIs(t, clients.Delete(ctx, created.ID), oauthclients.ErrNotFound)
}

func unknownID(t *testing.T, x Target) { x.requireUnknown(t, x.UnknownID) }

// oddIDs must stay one segment of the path: none may reach another resource.
func oddIDs(t *testing.T, x Target) {
	kept := x.create(t, 1)
	for _, id := range []string{
		"a/b", "../clients", "..%2Fclients", "a?b=c", "a#b", "a b", "a;b", "ü", "%", "%00", "a\\b", "\"", "/", kept.ID + "/", kept.ID + "?x",
	} {
		t.Run(id, func(t *testing.T) { x.requireUnknown(t, id) })
	}
	_, err := x.Client.Clients.Get(t.Context(), kept.ID)
	require.NoError(t, err, "the client beside the odd ids must be untouched")
}

func (x Target) requireUnknown(t *testing.T, id string) {
	t.Helper()
	ctx, clients := t.Context(), x.Client.Clients
	got, err := clients.Get(ctx, id)
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
	require.Nil(t, got)
	_, err = clients.Update(ctx, id, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
	require.ErrorIs(t, clients.Delete(ctx, id), oauthclients.ErrNotFound)
	if x.capabilities().RegenerateSecret {
		secret, err := clients.RegenerateSecret(ctx, id)
		require.ErrorIs(t, err, oauthclients.ErrNotFound)
		require.True(t, secret.IsZero())
	}
}

func refusedIDs(t *testing.T, x Target) {
	kept := x.create(t, 1)
	for _, id := range []string{"", " ", "\t\n", ".", ".."} {
		for verb, call := range x.verbsByID(t.Context()) {
			t.Run(fmt.Sprintf("%s %q", verb, id), func(t *testing.T) {
				err := x.sendsNothing(t, func() error { return call(id) })
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.ErrorContains(t, err, verb)
				require.ErrorContains(t, err, "ID")
			})
		}
	}
	_, err := x.Client.Clients.Get(t.Context(), kept.ID)
	require.NoError(t, err)
}

func (x Target) verbsByID(ctx context.Context) map[string]func(id string) error {
	clients := x.Client.Clients
	return map[string]func(id string) error{
		"Get":    func(id string) error { _, err := clients.Get(ctx, id); return err },
		"Delete": func(id string) error { return clients.Delete(ctx, id) },
		"Update": func(id string) error {
			_, err := clients.Update(ctx, id, func(*oauthclients.OAuthClient) {})
			return err
		},
		"RegenerateSecret": func(id string) error { _, err := clients.RegenerateSecret(ctx, id); return err },
	}
}

func regenerate(t *testing.T, x Target) {
	created := x.create(t, 1)
	if !x.capabilities().RegenerateSecret {
		err := x.sendsNothing(t, func() error {
			secret, err := x.Client.Clients.RegenerateSecret(t.Context(), created.ID)
			require.True(t, secret.IsZero())
			return err
		})
		require.ErrorIs(t, err, errors.ErrUnsupported)
		return
	}
	seen := map[string]bool{created.Secret.Reveal(): true}
	for range 2 {
		secret, err := x.Client.Clients.RegenerateSecret(t.Context(), created.ID)
		require.NoError(t, err)
		require.False(t, secret.IsZero())
		require.False(t, seen[secret.Reveal()], "the secret must be a new one")
		seen[secret.Reveal()] = true
	}
	x.requireUntouched(t, created)
}

func endedContext(t *testing.T, x Target) {
	cause := errors.New("the caller left")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	for verb, call := range x.verbsByID(ctx) {
		if verb == "RegenerateSecret" && !x.capabilities().RegenerateSecret {
			continue
		}
		require.ErrorIs(t, x.sendsNothing(t, func() error { return call(x.UnknownID) }), cause, verb)
	}
	require.ErrorIs(t, x.sendsNothing(t, func() error {
		_, err := x.Client.Clients.Create(ctx, x.Sample(1))
		return err
	}), cause)
	require.ErrorIs(t, x.sendsNothing(t, func() error {
		_, err := x.Client.Clients.List(ctx, oauthclients.ListOptions{})
		return err
	}), cause)
}

func secretsDoNotShow(t *testing.T, x Target) {
	created := x.create(t, 1)
	if x.NoSecret {
		require.True(t, created.Secret.IsZero())
		return
	}
	type wrapper struct{ hidden *oauthclients.OAuthClient }
	secret := created.Secret.Reveal()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		require.NotContains(t, fmt.Sprintf(verb, created), secret, verb)
		require.NotContains(t, fmt.Sprintf(verb, *created), secret, verb)
		require.NotContains(t, fmt.Sprintf(verb, wrapper{created}), secret, verb)
	}
}

func rawJSON(t *testing.T, x Target) {
	created := x.create(t, 1)
	page, err := x.Client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Clients, 1)
	got, err := x.Client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	updated, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
	require.NoError(t, err)
	for _, client := range []*oauthclients.OAuthClient{created, page.Clients[0], got, updated} {
		require.Contains(t, string(client.Raw()), created.ID)
		if !x.NoSecret {
			require.NotContains(t, string(client.Raw()), created.Secret.Reveal())
		}
	}
}

func createIgnoresOutput(t *testing.T, x Target) {
	want := x.Sample(1)
	want.ID, want.Secret, want.Status = "mine", oauthclients.NewSecret("mine"), "mine"
	want.CreatedAt, want.UpdatedAt = time.Unix(1, 0), time.Unix(2, 0)
	created, err := x.Client.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	require.NotEqual(t, "mine", created.ID)
	require.NotEqual(t, "mine", created.Secret.Reveal())
	require.NotEqual(t, oauthclients.Status("mine"), created.Status)
	require.Equal(t, "mine", want.ID, "the caller's own struct stays as it was")
}
