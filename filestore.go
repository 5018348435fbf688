package oauthclients

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofrs/flock"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

// This file keeps a token in a file that several processes can share.

// FileTokenStore keeps the token in the file at path, as JSON with the members of
// [oauth2.Token] in clear text. The file and its folder are made when they are needed, the file
// with mode 0600 (the folder with 0700), and replaced as a whole, so that nobody ever reads half
// a token. A file beside it, path + ".lock", is locked while a token is renewed (flock): any
// number of goroutines, clients and processes can use the same path, on one machine. A relative
// path is taken from the folder in which the program is now.
//
// Use one file per account and provider: whose token it is does not stand in it. A file that
// holds no token is an error that names it; the file is left as it is. Through a symbolic link at
// path the file that it leads to is read, replaced, locked and removed (with the link, which would
// lead nowhere). A link that leads to no file, and what is no regular file, is an error. A
// file that others could read or change is taken from them (0600) when it is read; one that belongs
// to somebody else is an error.
func FileTokenStore(path string) TokenStore {
	if absolute, err := filepath.Abs(path); err == nil && !isFolder(path) {
		path = absolute
	}
	return fileTokenStore{path}
}

// isFolder tells a path that no file can have; "" is none either.
func isFolder(path string) bool {
	return path == "" || os.IsPathSeparator(path[len(path)-1]) || filepath.Base(path) == "." || filepath.Base(path) == ".."
}

type fileTokenStore struct{ path string }

var _ TokenLocker = fileTokenStore{}

// errNoToken is found below the error for a file that is there and no good.
var errNoToken = errors.New("holds no token")

// maxTokenFile is far above the size of any token.
const maxTokenFile = 1 << 20

// Load implements [TokenStore].
func (s fileTokenStore) Load(context.Context) (*oauth2.Token, error) {
	text, err := readPrivate(s.path, maxTokenFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // empty, by the rule of TokenStore
	}
	if err != nil {
		return nil, err
	}
	// The decoder's own errors repeat parts of the file.
	var token *oauth2.Token
	if json.Unmarshal(text, &token) != nil || isEmpty(token) {
		return nil, fmt.Errorf("the file %q %w: mend it, or remove it and sign in again", s.path, errNoToken)
	}
	return token, nil
}

// Save implements [TokenStore].
func (s fileTokenStore) Save(_ context.Context, t *oauth2.Token) error {
	path, err := resolved(s.path)
	if err != nil {
		return err
	}
	if isEmpty(t) {
		sweep(path, 0)
		return removePrivate(s.path)
	}
	if !utf8.ValidString(t.AccessToken) || !utf8.ValidString(t.RefreshToken) {
		return errors.New("the token is no text, and JSON would hold another one")
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(t); err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	sweep(path, time.Minute)
	return replacePrivate(path, folder, unfinishedName(path)+"*", text.Bytes())
}

func unfinishedName(path string) string { return "." + filepath.Base(path) + ".new-" }

// sweep removes the unfinished files of programs that were killed while they wrote: they hold a
// token. One that is younger than age may be another writer's.
func sweep(path string, age time.Duration) {
	entries, _ := os.ReadDir(filepath.Dir(path)) // no folder, no files
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), unfinishedName(path)) {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) >= age {
			_ = os.Remove(filepath.Join(filepath.Dir(path), entry.Name())) // tried again next time
		}
	}
}

// Lock implements [TokenLocker].
func (s fileTokenStore) Lock(ctx context.Context) (unlock func(), err error) {
	for {
		lock, err := s.lock(ctx)
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

func (s fileTokenStore) lock(ctx context.Context) (*flock.Flock, error) {
	path, err := resolved(s.path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	if err := checkLock(lock.Path()); err != nil {
		return nil, err
	}
	const look = 10 * time.Millisecond // between two looks, since flock has no wait with an end
	if _, err := lock.TryLockContext(ctx, look); err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("the lock %q is held by somebody else: %w", lock.Path(), ctxerr.Of(ctx))
		}
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}
