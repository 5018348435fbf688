package files

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file attacks the folder of dcr.FileStore.

const handleToken = "t0ken-of-the-handle"

func handle() dcr.Handle {
	return dcr.Handle{ClientID: "client", URI: "https://login.example.com/reg/client", Token: oauthclients.NewSecret(handleToken)}
}

// folderWith is a folder with one handle; path is the file of it.
func folderWith(t *testing.T) (store dcr.Store, folder, path string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "handles")
	store, err := dcr.FileStore(folder)
	require.NoError(t, err)
	require.NoError(t, store.Save(t.Context(), handle()))
	require.NoError(t, filepath.WalkDir(folder, func(found string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(found)
		if strings.Contains(string(content), handleToken) {
			path = found
		}
		return err
	}))
	require.NotEmpty(t, path)
	return store, folder, path
}

// storeCalls are the methods of a store.
func storeCalls() map[string]func(context.Context, dcr.Store) error {
	return map[string]func(context.Context, dcr.Store) error{
		"Load": func(ctx context.Context, s dcr.Store) error {
			_, err := s.Load(ctx, "client")
			return err
		},
		"Save":   func(ctx context.Context, s dcr.Store) error { return s.Save(ctx, handle()) },
		"Delete": func(ctx context.Context, s dcr.Store) error { return s.Delete(ctx, "client") },
		"List": func(ctx context.Context, s dcr.Store) error {
			_, err := s.List(ctx, "", 10)
			return err
		},
		"Lock": func(ctx context.Context, s dcr.Store) error {
			unlock, err := s.(dcr.Locker).Lock(ctx, "client")
			if err == nil {
				unlock()
			}
			return err
		},
	}
}

func TestAHandleThatIsSomethingElse(t *testing.T) {
	t.Parallel()
	for _, place := range places() {
		for name, call := range storeCalls() {
			t.Run(place.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				store, _, path := folderWith(t)
				content, err := os.ReadFile(path)
				require.NoError(t, err)
				require.NoError(t, os.Remove(path))
				place.put(t, path, content)
				ended := target.Run(t, limit, func(ctx context.Context) error { return call(ctx, store) })
				requireEnds(t, ended, handleToken)
				if place.refused && name == "Load" {
					require.Error(t, ended.Err)
				}
				if place.open && (name == "Load" || name == "Save") {
					requireClosed(t, path, ended.Err)
				}
			})
		}
	}
}

func TestNoHandleIsLeftBehindALink(t *testing.T) {
	t.Parallel()
	store, folder, path := folderWith(t)
	elsewhere := t.TempDir()
	require.NoError(t, os.Rename(path, filepath.Join(elsewhere, "real")))
	link(t, filepath.Join(elsewhere, "real"), path)
	ended := target.Run(t, limit, func(ctx context.Context) error { return store.Delete(ctx, "client") })
	requireEnds(t, ended, handleToken)
	if ended.Err == nil {
		requireNowhere(t, handleToken, folder, elsewhere)
	}
}

// A folder that is a link is still a folder, and one that is a file is none.
func TestAFolderOfHandlesThatIsALink(t *testing.T) {
	t.Parallel()
	_, folder, _ := folderWith(t)
	alias := filepath.Join(t.TempDir(), "alias")
	link(t, folder, alias)
	store, err := dcr.FileStore(alias)
	require.NoError(t, err)
	loaded, err := store.Load(t.Context(), "client")
	require.NoError(t, err)
	require.Equal(t, handleToken, loaded.Token.Reveal())
	require.NoError(t, store.Delete(t.Context(), "client"))
	requireNowhere(t, handleToken, folder)
}

func TestAFolderOfHandlesThatIsSomethingElse(t *testing.T) {
	t.Parallel()
	for _, place := range places() {
		if place.name == "a folder" || place.name == "a link that leads nowhere" {
			continue // these are folders, or can become one
		}
		for name, call := range storeCalls() {
			path := filepath.Join(t.TempDir(), "handles")
			place.put(t, path, []byte("{}"))
			store, err := dcr.FileStore(path)
			if err != nil {
				require.NotContains(t, err.Error(), planted)
				continue
			}
			ended := target.Run(t, limit, func(ctx context.Context) error { return call(ctx, store) })
			requireEnds(t, ended, handleToken)
			if name == "Save" {
				require.Error(t, ended.Err, place.name)
			}
		}
	}
}
