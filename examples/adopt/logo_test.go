package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file holds what becomes of the file of a logo.

func TestDataURI(t *testing.T) {
	png, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(pixel, "data:image/png;base64,"))
	require.NoError(t, err)
	for name, c := range map[string]struct{ content, media string }{
		"logo.png": {string(png), "image/png"},
		"logo":     {string(png), "image/png"}, // the content counts
		"logo.jpg": {"\xff\xd8\xff\xe0", "image/jpeg"},
		"logo.SVG": {logo, "image/svg+xml"},
	} {
		file := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(file, []byte(c.content), 0o600))
		uri, err := dataURI(file)
		require.NoError(t, err)
		require.Equal(t, "data:"+c.media+";base64,"+base64.StdEncoding.EncodeToString([]byte(c.content)), uri)
	}
	uri, err := dataURI(pixel)
	require.NoError(t, err)
	require.Equal(t, pixel, uri)
}
