package tokens

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests which paths a token can be kept at.

func TestNewRefusesAPathThatNoFileCanHave(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"", ".", "..", "dir/", "dir/.", "dir/..", "../", "/", t.TempDir() + "/"} {
		t.Run(path, func(t *testing.T) {
			store := oauthclients.WithTokenStore(oauthclients.FileTokenStore(path))
			_, err := oauthclients.New(world.NewRealm().Provider(), world.NoSession(), store)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Len(t, world.Failure(t, err).Fields, 1)
			require.Equal(t, "WithTokenStore", world.Failure(t, err).Fields[0].Field)

			r := world.NewRealm()
			_, err = world.WebLogin().Finish(t.Context(), r.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(r.HTTPClient()), store)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Empty(t, r.Requests(), "the code is not spent for a token that could not be kept")
		})
	}
	require.Empty(t, entries(t, "file-in-the-folder"))
}

func TestARelativePathStaysWhereItWas(t *testing.T) {
	for _, path := range []string{"token.json", "./a/../token.json", "folder/token.json", ".token"} {
		t.Run(path, func(t *testing.T) {
			first, second := t.TempDir(), t.TempDir()
			t.Chdir(first)
			store := oauthclients.FileTokenStore(path)
			client := world.NewRealm().Client(t, world.NoSession(), store)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			t.Chdir(second)
			require.NoError(t, store.Save(t.Context(), world.FirstToken(world.AnHourAgo())))
			require.NoError(t, world.List(t, client))
			_, unlock, err := store.(oauthclients.TokenLocker).Lock(t.Context())
			require.NoError(t, err)
			unlock()
			require.Equal(t, "access-2", loaded(t, filepath.Join(first, path)).AccessToken)
			require.FileExists(t, filepath.Join(first, path)+".lock")
			require.Empty(t, entries(t, filepath.Join(second, "any")))
		})
	}
}
