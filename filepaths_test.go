package oauthclients_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file tests which paths a token can be kept at.

func TestNewRefusesAPathThatNoFileCanHave(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"", ".", "..", "dir/", "dir/.", "dir/..", "../", "/", t.TempDir() + "/"} {
		t.Run(path, func(t *testing.T) {
			store := oauthclients.WithTokenStore(oauthclients.FileTokenStore(path))
			_, err := oauthclients.New(newRealm().provider(), noSession(), store)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Len(t, failure(t, err).Fields, 1)
			require.Equal(t, "WithTokenStore", failure(t, err).Fields[0].Field)

			r := newRealm()
			_, err = webLogin().Finish(t.Context(), r.provider(), theLogin(), comesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(r.HTTPClient()), store)
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
			client := newRealm().client(t, noSession(), store)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			t.Chdir(second)
			require.NoError(t, store.Save(t.Context(), firstToken(anHourAgo())))
			require.NoError(t, list(t, client))
			_, unlock, err := store.(oauthclients.TokenLocker).Lock(t.Context())
			require.NoError(t, err)
			unlock()
			require.Equal(t, "access-2", loaded(t, filepath.Join(first, path)).AccessToken)
			require.FileExists(t, filepath.Join(first, path)+".lock")
			require.Empty(t, entries(t, filepath.Join(second, "any")))
		})
	}
}
