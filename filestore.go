package oauthclients

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

// This file keeps a token in a file that several processes can share.

// FileTokenStore keeps the token in the file at path, as JSON with the members of
// [oauth2.Token] in clear text. The file and its folder are made when they are needed, the file
// with mode 0600 (the folder with 0700), and replaced as a whole, so that nobody ever reads half
// a token. A file beside it, path + ".lock", is locked while a token is renewed (flock): any
// number of goroutines, clients and processes can use the same path, on one machine.
//
// A file that holds no token is an error that names it; the file is left as it is. A symbolic
// link at path is replaced by the file.
func FileTokenStore(path string) TokenStore { return fileTokenStore{path} }

type fileTokenStore struct{ path string }

var _ TokenLocker = fileTokenStore{}

// maxTokenFile is far above the size of any token.
const maxTokenFile = 1 << 20

// Load implements [TokenStore].
func (s fileTokenStore) Load(context.Context) (*oauth2.Token, error) {
	file, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // empty, by the rule of TokenStore
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // nothing was written
	text, err := io.ReadAll(io.LimitReader(file, maxTokenFile))
	if err != nil {
		return nil, err
	}
	// The decoder's own errors repeat parts of the file.
	var token *oauth2.Token
	if json.Unmarshal(text, &token) != nil || isEmpty(token) {
		return nil, fmt.Errorf("the file %q holds no token: mend it, or remove it and sign in again", s.path)
	}
	return token, nil
}

// Save implements [TokenStore].
func (s fileTokenStore) Save(_ context.Context, t *oauth2.Token) error {
	if isEmpty(t) {
		if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(t); err != nil {
		return err
	}
	return s.replace(text.Bytes())
}

// replace writes a new file beside the old one and gives it the name of the old one. Its content
// is on disk before it has that name, so that a crash leaves one token or the other.
func (s fileTokenStore) replace(text []byte) error {
	folder := filepath.Dir(s.path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, "."+filepath.Base(s.path)+".*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), s.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// Lock implements [TokenLocker].
func (s fileTokenStore) Lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(s.path+".lock", flock.SetPermissions(0o600))
	const look = 10 * time.Millisecond // between two looks, since flock has no wait with an end
	if _, err := lock.TryLockContext(ctx, look); err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("the lock %q is held by somebody else: %w", lock.Path(), ctxerr.Of(ctx))
		}
		return nil, errors.Join(err, lock.Close())
	}
	return func() {
		_ = lock.Close() // closing the file gives the lock free, also where unlocking fails
	}, nil
}
