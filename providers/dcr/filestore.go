package dcr

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file keeps handles in files that several processes can share. How the files are called
// is in filenames.go.

// FileStore keeps handles in a folder, which is made (with mode 0700) when the first is saved:
// each handle in a file of its own, with mode 0600, as JSON with the token in clear text. So a
// call costs the same with ten clients and with a hundred thousand, and a crash can harm no other
// handle than the one that was being written; that one is replaced as a whole, and is on disk
// before Save returns. It is a [Locker] (flock): any number of goroutines, clients and processes on
// one machine can share the folder. A relative path is taken from the folder in which the program
// is now.
//
// The file of a handle that is a symbolic link stands for the file that it leads to; a link that leads
// to no file, a lock that is a link, and what is no regular file are errors. A file that others could
// read or change is taken from them (0600) when it is read; one that belongs to somebody else is an
// error.
//
// The folder must have no other files. Its copies are worth as much as itself; whoever restores an
// old one has tokens that the server may have replaced since.
func FileStore(folder string) (Store, error) {
	if blank(folder) {
		return nil, required("FileStore", "folder")
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, failed(oauthclients.ErrInvalid, "FileStore", "", err)
	}
	return &fileStore{folder: absolute}, nil
}

type fileStore struct {
	folder string
	// queues keeps the goroutines of this process apart before they ask for the lock of the file:
	// that has no queue.
	queues locks
}

var _ Locker = (*fileStore)(nil)

// wireFile is what stands in a file.
type wireFile struct {
	ClientID     string                     `json:"client_id"`
	URI          string                     `json:"registration_client_uri"`
	Token        string                     `json:"registration_access_token"`
	Members      []string                   `json:"members,omitzero"` // none are not unknown ones
	NotShown     map[string]json.RawMessage `json:"not_shown,omitempty"`
	Registration string                     `json:"registration,omitempty"`
}

// Load implements [Store].
func (s *fileStore) Load(_ context.Context, clientID string) (*Handle, error) {
	handle, err := s.read(fileName(clientID))
	if err != nil || handle == nil {
		return nil, err
	}
	if handle.ClientID != clientID {
		return nil, fmt.Errorf("the file %q is that of another client", s.path(fileName(clientID)))
	}
	return handle, nil
}

func (s *fileStore) path(name string) string { return filepath.Join(s.folder, name) }

// maxFile is far above the size of any handle.
const maxFile = 1 << 20

// read gives nil for a file that is not there.
func (s *fileStore) read(name string) (*Handle, error) {
	text, err := providerkit.ReadFile(s.path(name), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // none, by the rule of Store
	}
	if err != nil {
		return nil, err
	}
	var file wireFile
	if json.Unmarshal(text, &file) != nil || file.ClientID == "" { // the decoder's own errors repeat parts of the file
		return nil, fmt.Errorf("the file %q holds no handle", s.path(name))
	}
	return &Handle{
		ClientID: file.ClientID, URI: file.URI, Token: oauthclients.NewSecret(file.Token),
		Members: file.Members, NotShown: file.NotShown, Registration: oauthclients.NewSecret(file.Registration),
	}, nil
}

// Save implements [Store].
func (s *fileStore) Save(_ context.Context, h Handle) error {
	if !utf8.ValidString(h.ClientID + h.URI + h.Token.Reveal() + h.Registration.Reveal()) {
		return errors.New("the handle is not valid UTF-8, and JSON would hold another one")
	}
	text, err := fileOf(h)
	if err != nil {
		return err
	}
	if err := s.makeFolders(); err != nil {
		return err
	}
	s.sweep(time.Minute)
	return providerkit.WriteFile(s.path(fileName(h.ClientID)), s.path(unfinished), text)
}

// fileOf is the file of a handle. One that could not be read any more is not written.
func fileOf(h Handle) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(wireFile{h.ClientID, h.URI, h.Token.Reveal(), h.Members, h.NotShown, h.Registration.Reveal()}); err != nil {
		return nil, errors.New("the handle cannot be written as JSON") // the encoder repeats it
	}
	if text.Len() > maxFile {
		return nil, fmt.Errorf("the handle is too long: a file has at most %d bytes", maxFile)
	}
	return text.Bytes(), nil
}

// makeFolders refuses a symbolic link for the folder of unfinished files: what is old there is removed.
func (s *fileStore) makeFolders() error {
	if err := os.MkdirAll(s.path(unfinished), 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(s.path(unfinished))
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%q is a symbolic link: remove it", s.path(unfinished))
	}
	return err
}

// sweep removes the files of programs that were killed while they wrote: they hold a token. One
// that is younger than age may be another writer's.
func (s *fileStore) sweep(age time.Duration) {
	left, _ := os.ReadDir(s.path(unfinished))
	for _, entry := range left {
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) >= age {
			_ = os.Remove(filepath.Join(s.path(unfinished), entry.Name())) // tried again next time
		}
	}
}

// Delete implements [Store].
func (s *fileStore) Delete(_ context.Context, clientID string) error {
	return providerkit.RemoveFile(s.path(fileName(clientID)))
}

// List implements [Store].
func (s *fileStore) List(_ context.Context, after string, limit int) ([]string, error) {
	entries, err := os.ReadDir(s.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(entries))
	for _, entry := range entries {
		id, err := s.idOf(entry.Name())
		if err != nil {
			return nil, err
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	return pageOf(ids, after, limit), nil
}

// idOf is the client whose handle a file has, "" for the other files of the store.
func (s *fileStore) idOf(name string) (string, error) {
	switch {
	case name[0] == '.':
		return "", nil
	case isHashed(name):
		handle, err := s.read(name)
		if err != nil || handle == nil {
			return "", err
		}
		return handle.ClientID, nil
	}
	return idFrom(name)
}

// lockFiles is how many files the locks are spread over: one for each client would leave as many
// files behind as there ever were clients. Clients that share one wait for each other.
const lockFiles = 64

// Lock implements [Locker].
func (s *fileStore) Lock(ctx context.Context, clientID string) (unlock func(), err error) {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(clientID)) // never fails
	name := fmt.Sprintf(".lock-%02d", hash.Sum32()%lockFiles)
	leave, err := s.queues.Lock(ctx, name)
	if err != nil {
		return nil, err
	}
	unlockFile, err := s.lock(ctx, name)
	if err != nil {
		leave()
		return nil, err
	}
	return func() {
		unlockFile()
		leave()
	}, nil
}

func (s *fileStore) lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return nil, err
	}
	return providerkit.LockFile(ctx, s.path(name))
}
