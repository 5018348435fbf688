//go:build linux || darwin

package tokens

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests files that only some systems have.

// The late one has opened the lock file and waits for its lock when the file is replaced.
func TestALockOfAFileThatWasReplacedMeanwhileIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	_, old, err := locks(path).Lock(t.Context())
	require.NoError(t, err)
	late := make(chan func(), 1)
	go func() {
		_, unlock, _ := locks(path).Lock(t.Context())
		late <- unlock
	}()
	<-time.After(50 * time.Millisecond)
	require.NoError(t, os.Remove(path+".lock"))
	_, unlock, err := locks(path).Lock(t.Context())
	require.NoError(t, err)
	old()
	select {
	case <-late:
		require.Fail(t, "two have the lock")
	case <-time.After(100 * time.Millisecond):
	}
	unlock()
	unlock = <-late
	require.NotNil(t, unlock)
	requireHeld(t, path)
	unlock()
}

// Opening a pipe waits for somebody at its other end.
func TestAPipeInTheTokensPlaceHangsNobody(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	link := pipe + ".link"
	require.NoError(t, os.Symlink(pipe, link))
	for _, path := range []string{pipe, link, "/dev/zero"} {
		store := oauthclients.FileTokenStore(path)
		_, err := store.Load(t.Context())
		require.ErrorContains(t, err, "no regular file")
		require.ErrorContains(t, store.Save(t.Context(), world.FirstToken(world.InAnHour())), "no regular file")
		require.ErrorContains(t, store.Save(t.Context(), nil), "no regular file")
		_, _, err = locks(path).Lock(t.Context())
		require.ErrorContains(t, err, "no regular file")
		require.ErrorIs(t, world.List(t, world.NewRealm().Client(t, world.NoSession(), store)), oauthclients.ErrInvalid)
	}
	require.Equal(t, os.ModeNamedPipe|0o600, modeOf(t, pipe))
}

func TestAPipeInTheLocksPlaceHangsNobody(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, syscall.Mkfifo(path+".lock", 0o600))
	_, _, err := locks(path).Lock(t.Context())
	require.ErrorContains(t, err, path+".lock")
}
