package docspace_test

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds the logos: the one that comes with the package, and those in files.

const (
	pngStart  = "\x89PNG\r\n\x1a\n"
	jpegStart = "\xff\xd8\xff\xe0"
	smallSVG  = `<svg xmlns="http://www.w3.org/2000/svg"/>`

	largestImage = 256_000
)

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// The content counts and not the name, and the image goes out as it is.
func TestLogoFromFile(t *testing.T) {
	for name, test := range map[string]struct{ file, content, kind string }{
		"PNG":                    {"logo.png", pngStart + "rest", "png"},
		"PNG under another name": {"logo.jpg", pngStart + "rest", "png"},
		"JPEG":                   {"logo.jpg", jpegStart + "rest", "jpeg"},
		"JPEG without a name":    {"logo", jpegStart + "rest", "jpeg"},
		"SVG":                    {"logo.svg", smallSVG, "svg+xml"},
		"SVG under another name": {"logo.png", smallSVG, "svg+xml"},
		"SVG with a prologue": {"logo.svg", "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- <html> -->\n" +
			`<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd" [<!ENTITY ns "http://www.w3.org/2000/svg">]>` + "\n" + smallSVG, "svg+xml"},
		"SVG with a prefix":          {"logo.svg", `<s:svg xmlns:s="http://www.w3.org/2000/svg"></s:svg>`, "svg+xml"},
		"SVG in another encoding":    {"logo.svg", `<?xml version="1.0" encoding="ISO-8859-1"?>` + smallSVG + "<!-- \xe4 -->", "svg+xml"},
		"as large as it may be, PNG": {"logo.png", pngStart + strings.Repeat("x", largestImage-len(pngStart)), "png"},
		"as large as it may be, SVG": {"logo.svg", smallSVG + strings.Repeat(" ", largestImage-len(smallSVG)), "svg+xml"},
	} {
		t.Run(name, func(t *testing.T) {
			uri, err := docspace.LogoFromFile(file(t, test.file, test.content))
			require.NoError(t, err)
			encoded, ok := strings.CutPrefix(uri, "data:image/"+test.kind+";base64,")
			require.True(t, ok, uri[:min(len(uri), 40)])
			image, err := base64.StdEncoding.DecodeString(encoded)
			require.NoError(t, err)
			require.True(t, bytes.Equal([]byte(test.content), image))
			require.LessOrEqual(t, len(uri), 2_000_000)
			requireTaken(t, uri)
		})
	}
}

// requireTaken asks this package's own rules, and the fake's.
func requireTaken(t *testing.T, logo string) {
	t.Helper()
	portal := docspacetest.New()
	sample := portalSample(1)
	sample.LogoURI = logo
	created, err := connect(t, portal, portal.Auth()).Clients.Create(t.Context(), sample)
	require.NoError(t, err)
	require.Equal(t, logo, created.LogoURI)
}

func TestLogoFilesThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ file, content, code, rule string }{
		"too large":         {"logo.png", pngStart + strings.Repeat("x", largestImage-len(pngStart)+1), "length", "256000 bytes"},
		"too large an SVG":  {"logo.svg", smallSVG + strings.Repeat(" ", largestImage-len(smallSVG)+1), "length", "256000 bytes"},
		"empty":             {"logo.png", "", "required", "empty"},
		"GIF":               {"logo.png", "GIF89a.....", "invalid", "PNG, JPEG or SVG"},
		"WebP":              {"logo.png", "RIFF\x00\x00\x00\x00WEBPVP8 ", "invalid", "PNG, JPEG or SVG"},
		"a packed SVG":      {"logo.svgz", "\x1f\x8b\x08", "invalid", "PNG, JPEG or SVG"},
		"text":              {"logo.png", "an image", "invalid", "PNG, JPEG or SVG"},
		"blank":             {"logo.svg", " \n", "invalid", "PNG, JPEG or SVG"},
		"a page":            {"logo.svg", "<!DOCTYPE html><html>" + smallSVG + "</html>", "invalid", "PNG, JPEG or SVG"},
		"text before it":    {"logo.svg", "see: " + smallSVG, "invalid", "PNG, JPEG or SVG"},
		"other XML":         {"logo.svg", `<image xmlns="http://www.w3.org/2000/svg"/>`, "invalid", "PNG, JPEG or SVG"},
		"no namespace":      {"logo.svg", `<svg/>`, "invalid", "namespace"},
		"another namespace": {"logo.svg", `<svg xmlns="http://www.example.com"/>`, "invalid", "namespace"},
		"only a comment":    {"logo.svg", "<!-- " + smallSVG + " -->", "invalid", "PNG, JPEG or SVG"},
		"cut off":           {"logo.svg", `<svg xmlns="http://www.w3.org/2000`, "invalid", "PNG, JPEG or SVG"},
		"half a signature":  {"logo.png", pngStart[:7], "invalid", "PNG, JPEG or SVG"},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, test.file, test.content)
			uri, err := docspace.LogoFromFile(path)
			require.Empty(t, uri)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "docspace: LogoFromFile: ")
			require.ErrorContains(t, err, path)
			require.ErrorContains(t, err, test.rule)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed)
			require.Len(t, failed.Fields, 1)
			require.Equal(t, "LogoURI", failed.Fields[0].Field)
			require.Equal(t, test.code, failed.Fields[0].Code)
		})
	}
}

func TestLogoFilesThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	missing := filepath.Join(folder, "missing.png")
	_, err := docspace.LogoFromFile(missing)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, missing)
	_, err = docspace.LogoFromFile("")
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorIs(t, err, fs.ErrNotExist)

	for _, path := range []string{folder, os.DevNull} {
		_, err = docspace.LogoFromFile(path)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		require.ErrorContains(t, err, path)
		require.ErrorContains(t, err, "not a regular file")
	}
}

// A file of any size costs no more than an image may have.
func TestAHugeFileIsNotRead(t *testing.T) {
	path := file(t, "huge.png", pngStart)
	require.NoError(t, os.Truncate(path, 64<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := docspace.LogoFromFile(path)
	runtime.ReadMemStats(&after)
	require.ErrorContains(t, err, "256000 bytes")
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
}

// Nobody gets it without asking, and it is a logo like any other.
func TestDefaultLogo(t *testing.T) {
	requireTaken(t, docspace.DefaultLogo)
	encoded, ok := strings.CutPrefix(docspace.DefaultLogo, "data:image/svg+xml;base64,")
	require.True(t, ok)
	image, err := base64.StdEncoding.DecodeString(encoded)
	require.NoError(t, err)
	uri, err := docspace.LogoFromFile(file(t, "logo", string(image)))
	require.NoError(t, err)
	require.Equal(t, docspace.DefaultLogo, uri)
	require.Less(t, len(uri), 1000, "it is a small one")

	portal := docspacetest.New()
	sample := portalSample(1)
	sample.LogoURI = ""
	_, err = connect(t, portal, portal.Auth()).Clients.Create(t.Context(), sample)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "LogoURI")
	require.Empty(t, portal.Requests())
}

func FuzzLogoFromFile(f *testing.F) {
	for _, content := range []string{"", pngStart, jpegStart, smallSVG, "<", "<!", "<?xml", "<a>" + smallSVG, "GIF89a", "\ufeff"} {
		f.Add([]byte(content))
	}
	path := filepath.Join(f.TempDir(), "logo")
	f.Fuzz(func(t *testing.T, content []byte) {
		require.NoError(t, os.WriteFile(path, content, 0o600))
		uri, err := docspace.LogoFromFile(path)
		if err != nil {
			require.Empty(t, uri)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			return
		}
		kind, encoded, _ := strings.Cut(uri, ";base64,")
		require.Contains(t, []string{"data:image/png", "data:image/jpeg", "data:image/svg+xml"}, kind)
		image, err := base64.StdEncoding.DecodeString(encoded)
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, image))
	})
}
