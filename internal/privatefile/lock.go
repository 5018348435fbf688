package privatefile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/gofrs/flock"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

// This file locks files (flock): among goroutines and processes of one machine.

// Lock waits until nobody else has the lock file at path, looking again and again, and makes it where it is
// not there. The error is that of ctx if it ends first.
func Lock(ctx context.Context, path string, look time.Duration) (unlock func(), err error) {
	for {
		lock, err := take(ctx, path, look)
		if err != nil {
			return nil, err
		}
		if isThere(lock) {
			return func() {
				_ = lock.Close() // closing the file gives the lock free, also where unlocking fails
			}, nil
		}
		_ = lock.Close() // somebody removed the file, and may lock a new one
	}
}

func take(ctx context.Context, path string, look time.Duration) (*flock.Flock, error) {
	lock := flock.New(path, flock.SetPermissions(0o600))
	if err := checkLock(path); err != nil {
		return nil, err
	}
	if _, err := lock.TryLockContext(ctx, look); err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("the lock %q is held by somebody else: %w", path, ctxerr.Of(ctx))
		}
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// checkLock refuses a lock file that is none: opening a symbolic link would make a file elsewhere,
// and opening a pipe would hang.
func checkLock(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("the lock %q is a symbolic link or no file at all: remove it", path)
	}
	return err
}

// isThere reports whether the locked file is the one that others would lock.
func isThere(lock *flock.Flock) bool {
	own, err := lock.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(lock.Path())
	return err == nil && os.SameFile(own, named)
}
