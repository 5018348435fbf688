package providerkit

import (
	"context"
	"path/filepath"
	"time"

	"github.com/oauthclients/oauthclients/internal/privatefile"
)

// This file is for files that hold a secret, where several processes of a machine may use them at once.

// ReadFile reads the beginning of a file, at most limit bytes. The file that a symbolic link leads to is taken
// for the link; what is no regular file is an error, and so is a file of somebody else's that others can use.
// One of our own that others can use is taken from them (0600). The error is fs.ErrNotExist without a file.
func ReadFile(path string, limit int64) ([]byte, error) { return privatefile.Read(path, limit) }

// WriteFile gives a file a new content, as a whole: a crash leaves the old one or the new one, and it is on disk
// before WriteFile returns. The file has the mode 0600. A symbolic link keeps leading to it; one that leads to no
// file is an error. unfinished is a folder on the same disk for what is being written, "" for the one of the
// file; a program that is killed leaves a file ".new-…" there.
func WriteFile(path, unfinished string, text []byte) error {
	file, err := privatefile.Resolve(path)
	if err != nil {
		return err
	}
	if unfinished == "" || filepath.Dir(file) != filepath.Dir(path) { // a link leads elsewhere, which may be another disk
		unfinished = filepath.Dir(file)
	}
	return privatefile.Replace(file, unfinished, ".new-*", text)
}

// RemoveFile removes a file, and a symbolic link that led to it. That there is none is no error.
func RemoveFile(path string) error { return privatefile.Remove(path) }

// LockFile waits until nobody else has the lock file at path, which it makes where there is none: no other
// goroutine, and no other process of the machine (flock). A lock file that is a symbolic link, or no file at
// all, is an error. The error is that of ctx if it ends first.
func LockFile(ctx context.Context, path string) (unlock func(), err error) {
	const look = 5 * time.Millisecond // between two looks, since flock has no wait with an end
	return privatefile.Lock(ctx, path, look)
}
