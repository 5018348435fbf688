package dcr_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file looks at the files of a FileStore.

func fileStore(t *testing.T) (store dcr.Store, folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "registrations")
	store, err := dcr.FileStore(folder)
	require.NoError(t, err)
	return store, folder
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	store, folder := fileStore(t)
	require.NoError(t, store.Save(t.Context(), handle("s6Bh")))
	for path, mode := range map[string]os.FileMode{folder: 0o700 | os.ModeDir, filepath.Join(folder, "s6%42h"): 0o600} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode(), path)
	}
	text, err := os.ReadFile(filepath.Join(folder, "s6%42h"))
	require.NoError(t, err)
	var file map[string]string
	require.NoError(t, json.Unmarshal(text, &file))
	require.Equal(t, map[string]string{
		"client_id": "s6Bh", "registration_client_uri": handle("s6Bh").URI, "registration_access_token": "token of s6Bh",
	}, file)
}

func TestAFileThatHoldsNoHandleIsLeftAlone(t *testing.T) {
	store, folder := fileStore(t)
	require.NoError(t, store.Save(t.Context(), handle("a")))
	path := filepath.Join(folder, "a")
	for _, content := range []string{"", "{}", "not JSON: hunter2", `{"client_id":"b","registration_client_uri":"x","registration_access_token":"hunter2"}`} {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := store.Load(t.Context(), "a")
		require.ErrorContains(t, err, path)
		require.NotContains(t, err.Error(), "hunter2")
		left, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, content, string(left))
	}
}

func TestAForeignFileIsTold(t *testing.T) {
	for _, name := range []string{"README.md", "%4", "%zz", "%41%", "Upper"} {
		store, folder := fileStore(t)
		require.NoError(t, store.Save(t.Context(), handle("a")))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), nil, 0o600))
		_, err := store.List(t.Context(), "", 10)
		require.ErrorContains(t, err, name)
	}
}

// A program that was killed while it wrote leaves a file with a token in it.
func TestUnfinishedFilesAreRemovedWhenTheyAreOld(t *testing.T) {
	store, folder := fileStore(t)
	require.NoError(t, store.Save(t.Context(), handle("a")))
	old, young := filepath.Join(folder, ".new", "1"), filepath.Join(folder, ".new", "2")
	for _, path := range []string{old, young} {
		require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	}
	require.NoError(t, os.Chtimes(old, time.Now(), time.Now().Add(-2*time.Minute)))
	require.NoError(t, store.Save(t.Context(), handle("b")))
	require.NoFileExists(t, old)
	require.FileExists(t, young, "it may be another writer's")
	ids, err := store.List(t.Context(), "", 10)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, ids)
}

func TestAFolderThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	store, err := dcr.FileStore(file)
	require.NoError(t, err)
	require.Error(t, store.Save(t.Context(), handle("a")))
	_, err = store.Load(t.Context(), "a")
	require.Error(t, err)
	_, err = store.List(t.Context(), "", 1)
	require.Error(t, err)
	require.Error(t, store.Delete(t.Context(), "a"))
	_, err = store.(dcr.Locker).Lock(t.Context(), "a")
	require.Error(t, err)

	_, err = dcr.FileStore(" ")
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "folder")
}
