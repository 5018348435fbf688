package dcr_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file tests files of handles that are reached by a symbolic link, locks that are one, and files
// that others can use.

func TestAHandleIsReplacedAndRemovedWhereALinkLeads(t *testing.T) {
	store, folder := fileStore(t)
	require.NoError(t, store.Save(t.Context(), handle("a")))
	path, file := filepath.Join(folder, "a"), filepath.Join(t.TempDir(), "elsewhere")
	require.NoError(t, os.Rename(path, file))
	require.NoError(t, os.Symlink(file, path))
	next := handle("a")
	next.URI += "/next"
	require.NoError(t, store.Save(t.Context(), next))
	info, err := os.Lstat(path)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink, "the link is as it was")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), next.URI)
	requireHandle(t, store, "a", next.URI, next.Token.Reveal())

	require.NoError(t, store.Delete(t.Context(), "a"))
	require.NoFileExists(t, file, "the token is nowhere")
	got, err := store.Load(t.Context(), "a")
	require.NoError(t, err)
	require.Nil(t, got)
}

func TestAHandleThatIsNoFileIsTold(t *testing.T) {
	store, folder := fileStore(t)
	require.NoError(t, store.Save(t.Context(), handle("b")))
	path, other := filepath.Join(folder, "a"), filepath.Join(t.TempDir(), "other")
	for name, target := range map[string]string{"nowhere": other, "itself": path, "folder": t.TempDir(), "device": "/dev/zero"} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.Symlink(target, path))
			defer func() { require.NoError(t, os.Remove(path), "the link is still there") }()
			_, err := store.Load(t.Context(), "a")
			for _, err := range []error{err, store.Save(t.Context(), handle("a")), store.Delete(t.Context(), "a")} {
				require.ErrorContains(t, err, filepath.Base(target))
			}
			require.NoFileExists(t, other)
		})
	}
}

func TestALockThatIsALinkIsNotFollowed(t *testing.T) {
	store, folder := fileStore(t)
	unlock, err := store.(dcr.Locker).Lock(t.Context(), "a")
	require.NoError(t, err)
	unlock()
	locks, err := filepath.Glob(filepath.Join(folder, ".lock-*"))
	require.NoError(t, err)
	require.Len(t, locks, 1)
	require.NoError(t, os.Remove(locks[0]))
	other := filepath.Join(t.TempDir(), "other")
	require.NoError(t, os.Symlink(other, locks[0]))
	_, err = store.(dcr.Locker).Lock(t.Context(), "a")
	require.ErrorContains(t, err, locks[0])
	require.NoFileExists(t, other)
}

// What is old in the folder of unfinished files is removed: it must be the store's own.
func TestTheFolderOfUnfinishedFilesIsNoLink(t *testing.T) {
	store, folder := fileStore(t)
	others := t.TempDir()
	file := filepath.Join(others, "another's")
	require.NoError(t, os.WriteFile(file, []byte("another's"), 0o600))
	require.NoError(t, os.Chtimes(file, time.Now(), time.Now().Add(-time.Hour)))
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.Symlink(others, filepath.Join(folder, ".new")))
	require.ErrorContains(t, store.Save(t.Context(), handle("a")), ".new")
	require.FileExists(t, file)
}

func TestAHandleThatOthersCanUseIsTakenFromThem(t *testing.T) {
	if runtime.GOOS == "windows" { // its bits say nothing
		return
	}
	store, folder := fileStore(t)
	require.NoError(t, store.Save(t.Context(), handle("a")))
	for _, mode := range []os.FileMode{0o666, 0o640, 0o604, 0o602} {
		path := filepath.Join(folder, "a")
		require.NoError(t, os.Chmod(path, mode))
		_, err := store.Load(t.Context(), "a")
		require.NoError(t, err)
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode(), mode)
	}
}
