package tokens

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

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/privatefile"
)

// This file keeps a token in a file that several processes can share.

// FileStore keeps a token in the file at path, as oauthclients.FileTokenStore says.
func FileStore(path string) *File {
	if absolute, err := filepath.Abs(path); err == nil && !isFolder(path) {
		path = absolute
	}
	return &File{path}
}

// File is a Store in a file.
type File struct{ path string }

// IsFolder reports whether the path is one that no file can have.
func (s *File) IsFolder() bool { return isFolder(s.path) }

// isFolder tells a path that no file can have; "" is none either.
func isFolder(path string) bool {
	return path == "" || os.IsPathSeparator(path[len(path)-1]) || filepath.Base(path) == "." || filepath.Base(path) == ".."
}

// errNoToken is found below the error for a file that is there and no good.
var errNoToken = errors.New("holds no token")

// maxTokenFile is far above the size of any token.
const maxTokenFile = 1 << 20

// Load implements Store.
func (s *File) Load(context.Context) (*oauth2.Token, error) {
	text, err := privatefile.Read(s.path, maxTokenFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // empty, by the rule of Store
	}
	if err != nil {
		return nil, err
	}
	// The decoder's own errors repeat parts of the file.
	var token *oauth2.Token
	if json.Unmarshal(text, &token) != nil || IsEmpty(token) {
		return nil, fmt.Errorf("the file %q %w: mend it, or remove it and sign in again", s.path, errNoToken)
	}
	return token, nil
}

// Save implements Store.
func (s *File) Save(_ context.Context, t *oauth2.Token) error {
	path, err := privatefile.Resolve(s.path)
	if err != nil {
		return err
	}
	if IsEmpty(t) {
		sweep(path, 0)
		return privatefile.Remove(s.path)
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
	return privatefile.Replace(path, folder, unfinishedName(path)+"*", text.Bytes())
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

// Swap implements Swapper. It looks and writes under the lock that is held meanwhile.
func (s *File) Swap(ctx context.Context, old, next *oauth2.Token) error {
	stored, err := s.Load(ctx)
	switch found := stamp(stored); {
	case err != nil:
		return err
	case found == stamp(next):
		return nil
	case found != stamp(old):
		return ErrSwapped
	}
	return s.Save(ctx, next)
}

// look is the pause between two looks at a lock, since flock has no wait with an end.
const look = 10 * time.Millisecond

// Lock implements Locker. A lock of this machine is never lost.
func (s *File) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	path, err := privatefile.Resolve(s.path)
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, err
	}
	if unlock, err = privatefile.Lock(ctx, path+".lock", look); err != nil {
		return nil, nil, err
	}
	return context.WithoutCancel(ctx), unlock, nil
}
