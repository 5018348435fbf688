package faults

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file holds the verbs: what is called, and how to find out past the proxy what came of it.

type verb struct {
	run func(ctx context.Context, t *testing.T, w *world) told
	// truth compares what the caller was told with what is at the server.
	truth func(t *testing.T, w *world, x told)
}

func get() verb {
	return verb{
		func(ctx context.Context, t *testing.T, w *world) told {
			t.Helper()
			client, err := w.client.Clients.Get(ctx, w.subject.ID)
			return told{client: client, err: err}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			if x.err == nil && x.client.Status != dcr.StatusDead && x.client.Status != dcr.StatusUnreadable {
				require.Equal(t, w.subject.Name, x.client.Name)
			}
		},
	}
}

func list() verb {
	return verb{
		func(ctx context.Context, t *testing.T, w *world) told {
			t.Helper()
			page, err := w.client.Clients.List(ctx, oauthclients.ListOptions{})
			if err != nil {
				return told{err: err}
			}
			require.Len(t, page.Clients, 1)
			return told{client: page.Clients[0]}
		},
		get().truth,
	}
}

const newName = "Another name"

func update() verb {
	return verb{
		func(ctx context.Context, t *testing.T, w *world) told {
			t.Helper()
			client, err := w.client.Clients.Update(ctx, w.subject.ID, func(c *oauthclients.OAuthClient) { c.Name = newName })
			return told{client: client, err: err}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			there, err := w.direct.Clients.Get(t.Context(), w.subject.ID)
			require.NoError(t, err)
			switch {
			case x.err == nil:
				require.Equal(t, []string{newName, newName}, []string{there.Name, x.client.Name})
			case !x.unknown():
				require.Equal(t, w.subject.Name, there.Name)
			}
		},
	}
}

func remove() verb {
	return verb{
		func(ctx context.Context, t *testing.T, w *world) told {
			t.Helper()
			return told{err: w.client.Clients.Delete(ctx, w.subject.ID)}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			_, err := w.direct.Clients.Get(t.Context(), w.subject.ID)
			switch {
			case x.err == nil:
				require.ErrorIs(t, err, oauthclients.ErrNotFound)
			case !x.unknown():
				require.NoError(t, err)
			}
		},
	}
}

func create() verb {
	return verb{
		func(ctx context.Context, t *testing.T, w *world) told {
			t.Helper()
			client, err := w.client.Clients.Create(ctx, w.sample)
			return told{client: client, err: err}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			there, err := w.direct.Clients.FindByName(t.Context(), w.sample.Name)
			require.NoError(t, err)
			if x.client == nil {
				require.Error(t, x.err)
				require.True(t, len(there) == 0 || x.unknown() && len(there) == 1, "%d clients, and the caller was told: %v", len(there), x.err)
				return
			}
			require.Len(t, there, 1)
			require.Equal(t, there[0].ID, x.client.ID)
			require.Equal(t, x.err == nil, !x.client.Secret.IsZero(), "a secret, or an error that says that there is none")
		},
	}
}

func regenerate() verb {
	return verb{
		func(ctx context.Context, t *testing.T, w *world) told {
			t.Helper()
			secret, err := w.client.Clients.RegenerateSecret(ctx, w.subject.ID)
			return told{secret: secret, err: err}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			there, err := w.direct.Clients.Get(t.Context(), w.subject.ID)
			require.NoError(t, err)
			require.Equal(t, x.err == nil, !x.secret.IsZero())
			if there.Secret.IsZero() { // Genesys Cloud shows a secret once
				return
			}
			switch {
			case x.err == nil:
				require.Equal(t, there.Secret.Reveal(), x.secret.Reveal())
			case !x.unknown():
				require.Equal(t, w.subject.Secret.Reveal(), there.Secret.Reveal())
			}
		},
	}
}
