package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/docspace"
)

// This file holds what becomes of a logo.

func TestDataURI(t *testing.T) {
	file := filepath.Join(t.TempDir(), "logo.svg")
	require.NoError(t, os.WriteFile(file, []byte(logo), 0o600))
	for place, want := range map[string]string{
		file:      "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(logo)),
		pixel:     pixel,
		"default": docspace.DefaultLogo,
	} {
		uri, err := dataURI(place)
		require.NoError(t, err)
		require.Equal(t, want, uri)
	}
}
