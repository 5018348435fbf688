package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/oauthclients/oauthclients"
)

// This file keeps the new secret, the one thing that cannot be asked for a second time everywhere.

// safe is where a secret goes. It is opened before there is a secret: a file that cannot be made
// is found out while nothing is lost.
type safe struct {
	out   io.Writer
	file  *os.File // nil for standard output
	where string
}

// openSafe makes a new file for its owner only; an old one is not written over. For "-" it is
// standard output.
func openSafe(place string, stdout io.Writer) (*safe, error) {
	if place == "-" {
		return &safe{out: stdout, where: "on standard output"}, nil
	}
	file, err := os.OpenFile(place, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the file that the user names
	if err != nil {
		return nil, fmt.Errorf("the secret would have no place, nothing was created: %w", err)
	}
	return &safe{out: file, file: file, where: "in " + place + ", for its owner only"}, nil
}

// keep writes the secret with a line feed behind it, down to the disk.
func (s *safe) keep(secret oauthclients.Secret) error {
	_, err := fmt.Fprintln(s.out, secret.Reveal())
	if err == nil && s.file != nil {
		err = errors.Join(s.file.Sync(), s.file.Close())
	}
	return err
}

// discard removes the file in which there is no secret.
func (s *safe) discard() error {
	if s.file == nil {
		return nil
	}
	_ = s.file.Close() // nothing in it is of use
	return os.Remove(s.file.Name())
}
