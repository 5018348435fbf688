package tokens

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests token files that are reached by a symbolic link, locks that are one, and files that
// others can use. Pipes are in lostlock_unix_test.go.

// linked makes a token file elsewhere, and a link to it over another link.
func linked(t *testing.T) (link, file string) {
	t.Helper()
	file = world.FileWith(t, world.FirstToken(world.AnHourAgo()))
	between := filepath.Join(t.TempDir(), "between")
	require.NoError(t, os.Symlink(file, between))
	link = filepath.Join(t.TempDir(), "link.json")
	require.NoError(t, os.Symlink(between, link))
	return link, file
}

func TestATokenIsReplacedWhereALinkLeads(t *testing.T) {
	link, file := linked(t)
	r := world.NewRealm()
	require.NoError(t, world.List(t, r.Client(t, world.NoSession(), oauthclients.FileTokenStore(link))))
	require.Equal(t, "refresh-2", loaded(t, file).RefreshToken, "who uses the file itself has the new one too")
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink, "the link is as it was")
	require.Equal(t, []string{"link.json"}, entries(t, link))
	require.Equal(t, []string{"token.json", "token.json.lock"}, entries(t, file))
}

func TestASignOutRemovesTheTokenWhereALinkLeads(t *testing.T) {
	link, file := linked(t)
	client := world.NewRealm().Client(t, world.NoSession(), oauthclients.FileTokenStore(link))
	require.NoError(t, client.SignOut(t.Context()))
	require.NoFileExists(t, file)
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired, "nobody is signed in, and nothing is broken")
	require.NoError(t, oauthclients.FileTokenStore(link).Save(t.Context(), world.FirstToken(world.InAnHour())), "somebody can sign in again")
	require.Equal(t, "access-1", loaded(t, link).AccessToken)
}

func TestALinkAndItsFileHaveOneLock(t *testing.T) {
	link, file := linked(t)
	_, unlock, err := locks(link).Lock(t.Context())
	require.NoError(t, err)
	defer unlock()
	requireHeld(t, file)
}

func TestALinkThatLeadsNowhereIsToldAndLeft(t *testing.T) {
	folder := t.TempDir()
	path, other := filepath.Join(folder, "token.json"), filepath.Join(folder, "other")
	for name, target := range map[string]string{"nowhere": other, "itself": path, "folder": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.Symlink(target, path))
			defer func() { require.NoError(t, os.Remove(path), "the link is still there") }()
			store := oauthclients.FileTokenStore(path)
			_, err := store.Load(t.Context())
			require.Error(t, err)
			_, _, locked := locks(path).Lock(t.Context())
			for _, err := range []error{err, locked, store.Save(t.Context(), world.FirstToken(world.InAnHour())), store.Save(t.Context(), &oauth2.Token{})} {
				require.ErrorContains(t, err, filepath.Base(target), "the file is named")
			}
			require.NoFileExists(t, other)
			require.ErrorIs(t, world.List(t, world.NewRealm().Client(t, world.NoSession(), store)), oauthclients.ErrInvalid, "trying again does not help")
		})
	}
}

func TestALockThatIsALinkIsNotFollowed(t *testing.T) {
	folder := t.TempDir()
	path, other := filepath.Join(folder, "token.json"), filepath.Join(folder, "other")
	require.NoError(t, os.WriteFile(other, []byte("another's"), 0o600))
	for name, target := range map[string]string{"file": other, "nowhere": filepath.Join(folder, "new"), "folder": t.TempDir(), "itself": path + ".lock"} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.Symlink(target, path+".lock"))
			defer func() { require.NoError(t, os.Remove(path+".lock"), "the link is still there") }()
			_, _, err := locks(path).Lock(t.Context())
			require.ErrorContains(t, err, path+".lock")
			require.NoFileExists(t, filepath.Join(folder, "new"))
			text, err := os.ReadFile(other)
			require.NoError(t, err)
			require.Equal(t, "another's", string(text))
		})
	}
	_, unlock, err := locks(path).Lock(t.Context())
	require.NoError(t, err)
	unlock()
}

// The lock becomes a link while somebody has it.
func TestALockThatBecomesALinkIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	_, unlock, err := locks(path).Lock(t.Context())
	require.NoError(t, err)
	defer unlock()
	require.NoError(t, os.Rename(path+".lock", path+".real"))
	require.NoError(t, os.Symlink(path+".real", path+".lock"))
	_, _, err = locks(path).Lock(t.Context())
	require.ErrorContains(t, err, path+".lock")
}

func TestAFileThatOthersCanUseIsTakenFromThem(t *testing.T) {
	if runtime.GOOS == "windows" { // its bits say nothing
		return
	}
	for _, mode := range []os.FileMode{0o666, 0o640, 0o604, 0o602, 0o777} {
		path := world.FileWith(t, world.FirstToken(world.InAnHour()))
		require.NoError(t, os.Chmod(path, mode))
		require.Equal(t, "access-1", loaded(t, path).AccessToken)
		require.Equal(t, os.FileMode(0o600), modeOf(t, path), mode)
	}
}
