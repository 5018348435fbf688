//go:build linux || darwin

package oauthclients_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// This file tests the same as lostlock_test.go where a pipe can hold a program up between the
// opening of the lock file and the locking.

func TestALockOfAFileThatWasReplacedMeanwhileIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	pipe := path + ".pipe"
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.NoError(t, os.Link(pipe, path+".lock"))
	late := make(chan func(), 1)
	go func() {
		unlock, _ := locks(path).Lock(t.Context()) // opens the pipe, which waits for a writer
		late <- unlock
	}()
	<-time.After(50 * time.Millisecond)
	require.NoError(t, os.Remove(path+".lock"))
	unlock, err := locks(path).Lock(t.Context())
	require.NoError(t, err)
	writer, err := os.OpenFile(pipe, os.O_RDWR, 0) // never waits
	require.NoError(t, err)
	defer func() { _ = writer.Close() }()
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
