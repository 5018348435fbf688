package kit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// This file gets what a server is made of.

// Folder is where a server is kept. Its name changes with its version and its files, so that what is
// there is what is written here.
func (s *Server) Folder(cache string) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		fmt.Fprintf(sum, "%s %d\n", name, len(s.Files[name]))
		sum.Write(s.Files[name])
	}
	return filepath.Join(cache, strings.ReplaceAll(strings.ToLower(s.Name), " ", "-")+"-"+s.Version+"-"+hex.EncodeToString(sum.Sum(nil))[:12])
}

// marker is written when everything is there.
const marker = ".got"

// Fetch gets the server, unless it is there.
func (s *Server) Fetch(ctx context.Context, cache string) (folder string, err error) {
	folder = s.Folder(cache)
	if _, err := os.Stat(filepath.Join(folder, marker)); err == nil {
		return folder, nil
	}
	if err := os.RemoveAll(folder); err != nil { // half of it helps nobody
		return "", err
	}
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return "", err
	}
	for name, content := range s.Files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil { //nolint:gosec // no secret is in it
			return "", err
		}
	}
	if s.Get != nil {
		if err := s.Get(ctx, folder); err != nil {
			return "", fmt.Errorf("getting %s %s: %w", s.Name, s.Version, err)
		}
	}
	return folder, os.WriteFile(filepath.Join(folder, marker), nil, 0o600)
}

// NPM installs what the package-lock.json of the folder says, and runs no script of a package.
func NPM(ctx context.Context, folder string) error {
	return command(ctx, folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
}

// PyPI installs what the requirements.txt of the folder says, every package with its version. What a server
// imports is compiled when it starts, and the rest never.
func PyPI(ctx context.Context, folder string) error {
	if err := command(ctx, folder, "python3", "-m", "venv", "venv"); err != nil {
		return err
	}
	return command(ctx, folder, Python(folder), "-m", "pip", "install",
		"--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--requirement", "requirements.txt")
}

// Python is the interpreter that PyPI has made.
func Python(folder string) string { return filepath.Join(folder, "venv", "bin", "python") }

func command(ctx context.Context, folder, name string, args ...string) error {
	if _, err := exec.LookPath(name); err != nil {
		return errors.New(name + " is not installed")
	}
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // the programs are those of the gallery
	cmd.Dir = folder
	if printed, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, last(printed))
	}
	return nil
}

func last(printed []byte) string {
	const enough = 2 << 10
	return string(printed[max(0, len(printed)-enough):])
}
