//go:build linux

package browser_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/browser"
)

// asked installs a browser that writes down what it was asked for.
func asked(t *testing.T) (file string) {
	t.Helper()
	folder := t.TempDir()
	file = filepath.Join(folder, "asked")
	script := "#!/bin/sh\nprintf '%s|' \"$#\" \"$@\" > '" + file + ".new'\n/bin/mv '" + file + ".new' '" + file + "'\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "xdg-open"), []byte(script), 0o700))
	t.Setenv("PATH", folder)
	return file
}

func TestOpen(t *testing.T) {
	file := asked(t)
	const address = `https://login.example.com/a?x=1&y=$(id)&z='"`
	require.NoError(t, browser.Open(address))
	require.Eventually(t, func() bool { _, err := os.Stat(file); return err == nil }, time.Minute, time.Millisecond)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "1|"+address+"|", string(text), "one argument, as it is")
}

// The system would run a program, or read a file.
func TestOpenTakesPagesOnly(t *testing.T) {
	file := asked(t)
	for _, address := range []string{"", "--version", "/etc/passwd", "file:///etc/passwd", "https:", "mailto:ada@example.com", "javascript:alert(1)", "http://%zz"} {
		require.ErrorContains(t, browser.Open(address), "http or https", address)
	}
	require.NoFileExists(t, file)
}

func TestOpenWithoutABrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	require.ErrorContains(t, browser.Open("https://login.example.com/"), "xdg-open")
}
