// Package privatefile reads, replaces, removes and locks files that hold a secret, on a machine where
// several processes may do so at once. Links are followed to what they stand for, nobody else can use such
// a file, and a crash leaves the old content or the new one.
package privatefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// This file reads and writes. What is locked is in lock.go.

// Resolve returns the file that path names, through a symbolic link where there is one, so that reading,
// writing, removing and locking all are about the same file. One that is not there is as good as
// any. What is no file, such as a pipe, could hang whoever reads it.
func Resolve(path string) (string, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	named := path
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if path, err = filepath.EvalSymlinks(named); err != nil {
			return "", unusable(fmt.Sprintf("the symbolic link %q leads to no file: %v", named, err))
		}
		info, err = os.Lstat(path)
	}
	if err == nil && !info.Mode().IsRegular() {
		err = unusable(fmt.Sprintf("%q is no regular file", path))
		if named != path {
			err = unusable(fmt.Sprintf("the symbolic link %q leads to %q, which is no regular file", named, path))
		}
	}
	return path, err
}

// unusable says of a file what only a person can mend.
type unusable string

func (u unusable) Error() string { return string(u) }

// IsUnusable reports whether only a person can mend what an error is about: trying again does not help.
func IsUnusable(err error) bool {
	var odd unusable
	return errors.As(err, &odd)
}

// Unusable is such an error.
func Unusable(text string) error { return unusable(text) }

// Read returns the beginning of a file that is nobody else's. The error is fs.ErrNotExist if
// there is none.
func Read(path string, limit int64) ([]byte, error) {
	path, err := Resolve(path)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path) //nolint:gosec // the user chose the path
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // nothing was written
	if err := tighten(file); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(file, limit))
}

// tighten takes a file with a secret from everybody but its owner. On Windows the bits mean nothing.
func tighten(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Mode().Perm()&0o077 == 0 || runtime.GOOS == "windows" {
		return err
	}
	if err := file.Chmod(0o600); err != nil {
		return unusable(fmt.Sprintf("others can use the file %q (mode %#o), and that could not be changed: give it to its owner alone (0600)",
			file.Name(), info.Mode().Perm()))
	}
	return nil
}

// Replace gives a new file, made in folder with a name after pattern, the name of path. Its
// content is on disk before it has that name, so that a crash leaves the old content or the new
// one; then the name itself is brought to disk.
func Replace(path, folder, pattern string, text []byte) error {
	file, err := os.CreateTemp(folder, pattern) // with mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// Remove removes a file, and a symbolic link that led to it and would lead nowhere.
func Remove(path string) error {
	file, err := Resolve(path)
	if err != nil {
		return err
	}
	for _, name := range slices.Compact([]string{file, path}) {
		if err := os.Remove(name); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			return err
		}
		if err := syncFolder(filepath.Dir(name)); err != nil {
			return err
		}
	}
	return nil
}

// syncFolder brings the names in a folder to disk, where a folder can be opened for that.
func syncFolder(path string) error {
	folder, err := os.Open(path) //nolint:gosec // the user chose the path
	if err != nil {
		return nil //nolint:nilerr // it may be written to and not read; the file itself is on disk
	}
	_ = folder.Sync() // some systems have no such thing
	return folder.Close()
}
