package tokens

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what programs leave behind that are killed while they save: a file that holds a
// token and that nobody would ever look for.

// unfinished kills programs that save until one leaves its file with something in it, and returns
// where it is. Each has a folder of its own: one that was killed sooner leaves an empty file.
func unfinished(t *testing.T) (path, left string) {
	t.Helper()
	for {
		path = filepath.Join(t.TempDir(), "token.json")
		writer := world.Start(t, "save", path, "")
		require.Equal(t, "saving", writer.Hear(t))
		for ended := false; !ended; { // it is in the middle of it
			ended = len(entries(t, path)) > 1
		}
		writer.Kill(t)
		for _, name := range entries(t, path) {
			left = filepath.Join(filepath.Dir(path), name)
			if text, err := os.ReadFile(left); name != "token.json" && err == nil && len(text) > 0 {
				return path, left
			}
		}
	}
}

// requireFiles checks what is in the folder of path, the lock aside.
func requireFiles(t *testing.T, path string, want ...string) {
	t.Helper()
	found := []string{}
	for _, name := range entries(t, path) {
		if !strings.HasSuffix(name, ".lock") {
			found = append(found, name)
		}
	}
	require.ElementsMatch(t, want, found)
}

func TestTheNextSaveRemovesWhatAKilledProgramLeft(t *testing.T) {
	path, left := unfinished(t)
	require.NoError(t, os.Chtimes(left, time.Now(), time.Now().Add(-2*time.Minute)))
	require.NoError(t, oauthclients.FileTokenStore(path).Save(t.Context(), world.FirstToken(world.InAnHour())))
	requireFiles(t, path, "token.json")
	require.Equal(t, "access-1", loaded(t, path).AccessToken)
}

func TestASignOutRemovesWhatAKilledProgramLeft(t *testing.T) {
	path, left := unfinished(t)
	require.NoError(t, oauthclients.FileTokenStore(path).Save(t.Context(), &oauth2.Token{}))
	require.NoFileExists(t, left)
	requireFiles(t, path)
}

// Another program may be writing it at this moment.
func TestASaveLeavesAYoungFileOfAnotherWriter(t *testing.T) {
	path, left := unfinished(t)
	before, err := os.ReadFile(left)
	require.NoError(t, err)
	require.NoError(t, os.Chtimes(left, time.Now(), time.Now().Add(-30*time.Second)))
	require.NoError(t, oauthclients.FileTokenStore(path).Save(t.Context(), world.FirstToken(world.InAnHour())))
	after, err := os.ReadFile(left)
	require.NoError(t, err)
	require.Equal(t, before, after)
	requireFiles(t, path, "token.json", filepath.Base(left))
}

func TestASaveLeavesTheFilesOfOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	others := []string{".token.json.swp", ".token.json", "other.json", ".other.json.new-1", "token.json.new-1", "token.json.bak"}
	for _, name := range others {
		name = filepath.Join(filepath.Dir(path), name)
		require.NoError(t, os.WriteFile(name, []byte("another's"), 0o600))
		require.NoError(t, os.Chtimes(name, world.AnHourAgo(), world.AnHourAgo()))
	}
	store := oauthclients.FileTokenStore(path)
	require.NoError(t, store.Save(t.Context(), world.FirstToken(world.InAnHour())))
	requireFiles(t, path, append(others, "token.json")...)
	require.NoError(t, store.Save(t.Context(), nil))
	requireFiles(t, path, others...)
}
