package providerkit_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests files with a secret.

func TestAFileIsReplacedAsAWhole(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "token")
	_, err := providerkit.ReadFile(path, 10)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, providerkit.WriteFile(path, "", []byte("first")))
	require.NoError(t, providerkit.WriteFile(path, "", []byte("second")))
	text, err := providerkit.ReadFile(path, 3)
	require.NoError(t, err)
	require.Equal(t, "sec", string(text))
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing unfinished is left")
	require.NoError(t, providerkit.RemoveFile(path))
	require.NoError(t, providerkit.RemoveFile(path), "there is none any more")
}

func TestALinkStandsForItsFile(t *testing.T) {
	folder, elsewhere, unfinished := t.TempDir(), t.TempDir(), t.TempDir()
	target, link := filepath.Join(elsewhere, "token"), filepath.Join(folder, "token")
	require.NoError(t, providerkit.WriteFile(target, unfinished, []byte("a")))
	require.NoError(t, os.Symlink(target, link))
	require.NoError(t, providerkit.WriteFile(link, filepath.Join(folder, "not there"), []byte("b")), "the link leads to another folder")
	text, err := providerkit.ReadFile(target, 10)
	require.NoError(t, err)
	require.Equal(t, "b", string(text))
	require.NoError(t, providerkit.RemoveFile(target))
	require.ErrorContains(t, providerkit.WriteFile(link, "", []byte("c")), "leads to no file")
}

func TestALockIsHeldByOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".lock")
	unlock, err := providerkit.LockFile(t.Context(), path)
	require.NoError(t, err)
	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	_, err = providerkit.LockFile(ctx, path)
	require.ErrorIs(t, err, gone)
	unlock()
	unlock, err = providerkit.LockFile(t.Context(), path)
	require.NoError(t, err)
	unlock()
}
