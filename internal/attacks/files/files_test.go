// Package files puts something else in the place of the files that hold tokens.
package files

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file has what can stand in the place of a file.

const (
	planted   = "pl4nted-s3cret-value-0123456789"
	limit     = 500 * time.Millisecond
	allowance = 100*time.Millisecond + time.Second
)

// place is something other than a plain file of its owner's. put makes it at the path, around the
// content that a plain file would have there.
type place struct {
	name string
	put  func(t *testing.T, path string, content []byte)
	// refused: a store that reads it must say so.
	refused bool
	// open: others may read it, which a store refuses or ends.
	open bool
}

func places() []place {
	all := []place{
		{name: "a FIFO", refused: true, put: func(t *testing.T, path string, _ []byte) { require.NoError(t, syscall.Mkfifo(path, 0o600)) }}, //nolint:thelper // a row
		{name: "a folder", refused: true, put: func(t *testing.T, path string, _ []byte) { require.NoError(t, os.Mkdir(path, 0o700)) }},     //nolint:thelper // a row
		{name: "100 MB of blanks", refused: true, put: func(t *testing.T, path string, content []byte) { //nolint:thelper // a row
			write(t, path, content, 0o600)
			require.NoError(t, os.Truncate(path, 100<<20))
		}},
		{name: "a link that leads nowhere", put: func(t *testing.T, path string, _ []byte) { link(t, filepath.Join(t.TempDir(), "nothing"), path) }}, //nolint:thelper // a row
		{name: "a link to itself", refused: true, put: func(t *testing.T, path string, _ []byte) { link(t, path, path) }},                            //nolint:thelper // a row
		{name: "a link to a device", refused: true, put: func(t *testing.T, path string, _ []byte) { link(t, "/dev/zero", path) }},                   //nolint:thelper // a row
	}
	for name, change := range map[string]func([]byte) []byte{
		"half of it": func(c []byte) []byte { return c[:len(c)/2] },
		"nothing":    func([]byte) []byte { return nil },
		"zeros":      func(c []byte) []byte { return make([]byte, len(c)) },
		"a list":     func(c []byte) []byte { return []byte("[" + string(c) + "]") },
		"a text":     func([]byte) []byte { return []byte(`"access_token=` + planted + `"`) },
		"a number": func([]byte) []byte {
			return []byte(`{"access_token":12345,"refresh_token":"` + planted + `","token":7}`)
		},
		"more behind": func(c []byte) []byte { return append(bytes.Clone(c), ` {"access_token":"`+planted+`"}`...) },
	} {
		all = append(all, place{name: name, refused: true, put: func(t *testing.T, path string, content []byte) { write(t, path, change(content), 0o600) }}) //nolint:thelper // a row
	}
	all = append(all, place{name: "with a BOM", put: func(t *testing.T, path string, content []byte) { //nolint:thelper // a row
		write(t, path, append([]byte("\xef\xbb\xbf"), content...), 0o600)
	}})
	for name, mode := range map[string]fs.FileMode{"readable by all": 0o644, "writable by all": 0o666, "readable by the group": 0o640} {
		all = append(all, place{name: name, open: true, put: func(t *testing.T, path string, content []byte) { write(t, path, content, mode) }}) //nolint:thelper // a row
	}
	return all
}

func write(t *testing.T, path string, content []byte, mode fs.FileMode) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, content, mode))
	require.NoError(t, os.Chmod(path, mode)) // past the umask
}

func link(t *testing.T, leads, path string) {
	t.Helper()
	require.NoError(t, os.Symlink(leads, path))
}

// requireEnds checks how a call on such a place ended.
func requireEnds(t *testing.T, ended target.Ended, secrets ...string) {
	t.Helper()
	require.False(t, ended.Hung, "it hangs past its context")
	require.Nil(t, ended.Panic)
	require.Less(t, ended.Late, allowance)
	if ended.Err == nil {
		return
	}
	text := ended.Err.Error()
	require.Less(t, len(text), 4<<10)
	require.NotContains(t, text, "\n")
	for _, secret := range append(secrets, planted) {
		require.Empty(t, target.Shows(text, secret), text)
	}
}

// requireClosed: whoever accepts a file that others can read ends that, or says so.
func requireClosed(t *testing.T, path string, err error) {
	t.Helper()
	if err != nil {
		return
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "others can read the token, without a word: %v", info.Mode())
}

// requireNowhere looks for a secret in all files of a folder and in what its links lead to.
func requireNowhere(t *testing.T, secret string, folders ...string) {
	t.Helper()
	for _, folder := range folders {
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			content, err := os.ReadFile(path)
			require.NotContains(t, string(content), secret, path)
			return err
		}))
	}
}
