package dcr_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file tests programs that share a folder, and programs that are killed, with real processes.

// sharedWorld is a world at a real socket, with handles in files.
func sharedWorld(t *testing.T, options ...dcrtest.Option) (w *world, folder string) {
	t.Helper()
	server := dcrtest.NewServer(t, options...)
	store, folder := fileStore(t)
	w = &world{server, nil, store}
	w.client = worldAt(t, server, store)
	return w, folder
}

// requireExactly: the store has the handles that are good at the server, and no others.
func (w *world) requireExactly(t *testing.T) {
	t.Helper()
	ids, err := w.store.List(t.Context(), "", 1000)
	require.NoError(t, err)
	require.Equal(t, w.server.Registered(), ids)
	for _, id := range ids {
		w.requireCurrent(t, id)
	}
}

func TestTwoProgramsShareAFolder(t *testing.T) {
	for name, options := range map[string][]dcrtest.Option{
		"rotating":            {dcrtest.WithTokenRotation()},
		"rotating with reads": {dcrtest.WithTokenRotation(), dcrtest.WithReadRotation()},
		"Hydra":               {dcrtest.WithHydraManners()},
	} {
		t.Run(name, func(t *testing.T) {
			w, folder := sharedWorld(t, options...)
			var shared []string
			for range clientsOfEach {
				shared = append(shared, w.create(t).ID)
			}
			all := strings.Join(shared, " ")
			one, two := start(t, "crowd", folder, w.server.URL(), all), start(t, "crowd", folder, w.server.URL(), all)
			for _, p := range []*program{one, two} {
				said, err := p.end(t)
				require.NoError(t, err, said)
			}
			const kept = clientsOfEach + 2*(clientsOfEach/2)
			require.Len(t, w.server.Registered(), kept)
			w.requireExactly(t)
			require.Subset(t, w.server.Registered(), shared)
			for c, err := range w.client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
				require.NoError(t, err)
				require.Empty(t, c.Status, "each one answers to its handle")
			}
		})
	}
}

// killed plays a program that is killed, and sees that it was.
func killed(t *testing.T, role, folder, issuer, client string) {
	t.Helper()
	said, err := start(t, role, folder, issuer, client).end(t)
	require.ErrorContains(t, err, "killed", said)
}

func TestAProgramThatIsKilledBetweenTheAnswerAndTheSaving(t *testing.T) {
	w, folder := sharedWorld(t, dcrtest.WithTokenRotation())
	other, edited := w.create(t), w.create(t)
	before, err := w.store.Load(t.Context(), edited.ID)
	require.NoError(t, err)

	killed(t, "die before saving", folder, w.server.URL(), edited.ID)
	requireHandle(t, w.store, edited.ID, before.URI, before.Token.Reveal())
	w.requireCurrent(t, other.ID)
	err = w.rename(t, edited.ID) // and its lock is free
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated, "the new token died with the program")

	killed(t, "register, die before saving", folder, w.server.URL(), "")
	require.Len(t, w.server.Registered(), 3)
	ids, err := w.store.List(t.Context(), "", 10)
	require.NoError(t, err)
	require.Len(t, ids, 2, "nobody knows the third, and the others are as they were")
	require.NoError(t, w.rename(t, other.ID))
	w.requireCurrent(t, other.ID)
}

func TestAProgramThatIsKilledAfterTheSaving(t *testing.T) {
	w, folder := sharedWorld(t, dcrtest.WithTokenRotation())
	edited := w.create(t)
	killed(t, "die after saving", folder, w.server.URL(), edited.ID)
	w.requireExactly(t)
	killed(t, "register, die after saving", folder, w.server.URL(), "")
	require.Len(t, w.server.Registered(), 2)
	w.requireExactly(t)
	for _, id := range w.server.Registered() {
		require.NoError(t, w.rename(t, id))
	}
}

// Whenever a program is killed, the handle is whole: the one that is good now, or the one before.
func TestAProgramThatIsKilledAtAnyTime(t *testing.T) {
	w, folder := sharedWorld(t, dcrtest.WithTokenRotation())
	other, edited := w.create(t), w.create(t)
	api, err := dcr.Of(w.client)
	require.NoError(t, err)
	for round := range 12 {
		p := start(t, "edit", folder, w.server.URL(), edited.ID)
		p.hear(t, 1+round)
		require.NoError(t, p.Process.Kill())
		_, err := p.end(t)
		require.Error(t, err)
		h, err := w.store.Load(t.Context(), edited.ID)
		require.NoError(t, err)
		require.Equal(t, edited.ID, h.ClientID)
		require.False(t, h.Token.IsZero())
		w.requireCurrent(t, other.ID)
		now, _ := w.server.Handle(edited.ID)
		if now.Token.Reveal() != h.Token.Reveal() {
			require.ErrorIs(t, w.rename(t, edited.ID), oauthclients.ErrUnauthenticated)
			require.NoError(t, api.Adopt(t.Context(), now))
		}
		require.NoError(t, w.rename(t, edited.ID))
		w.requireExactly(t)
	}
}
