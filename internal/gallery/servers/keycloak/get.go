package keycloak

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/oauthclients/oauthclients/internal/gallery/kit"
)

// This file gets the distribution, and builds it for our options.

// sum is that of the zip.
const sum = "27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f"

func get(ctx context.Context, folder string) error {
	if err := kit.Maven(ctx, folder, "dependency:copy"); err != nil {
		return err
	}
	archive := filepath.Join(folder, "keycloak.zip")
	if err := check(archive); err != nil {
		return err
	}
	if err := unzip(archive, folder); err != nil {
		return err
	}
	if err := os.Remove(archive); err != nil {
		return err
	}
	if err := imports(folder); err != nil {
		return err
	}
	return kit.Command(ctx, folder, "bash", append([]string{script, "build"}, buildOptions()...)...)
}

func check(archive string) error {
	file, err := os.Open(archive) //nolint:gosec // it is in our folder
	if err != nil {
		return err
	}
	defer file.Close()
	got := sha256.New()
	if _, err := io.Copy(got, file); err != nil {
		return err
	}
	if hex.EncodeToString(got.Sum(nil)) != sum {
		return errors.New("the zip is not the one that is pinned")
	}
	return nil
}

func unzip(archive, folder string) error {
	reader, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer reader.Close()
	for _, entry := range reader.File {
		if err := unpack(entry, folder); err != nil {
			return err
		}
	}
	return nil
}

func unpack(entry *zip.File, folder string) error {
	_, name, _ := strings.Cut(entry.Name, "/") // all is in a folder with the version
	if name == "" || !filepath.IsLocal(name) {
		return nil
	}
	path := filepath.Join(folder, "keycloak", name)
	if entry.FileInfo().IsDir() {
		return os.MkdirAll(path, folderMode)
	}
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return err
	}
	content, err := entry.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, entry.Mode().Perm()|ownerWrites) //nolint:gosec // it is in our folder
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content) //nolint:gosec // its sum was checked
	return errors.Join(err, file.Close())
}

const (
	ownerWrites fs.FileMode = 0o200
	folderMode  fs.FileMode = 0o755
)

// imports puts the realms where a start looks for them.
func imports(folder string) error {
	to := filepath.Join(folder, "keycloak", "data", "import")
	if err := os.MkdirAll(to, folderMode); err != nil {
		return err
	}
	for _, name := range realms() {
		if err := os.Rename(filepath.Join(folder, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}
