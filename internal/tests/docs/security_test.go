package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file keeps SECURITY.md true: every promise says where it is tested, and that is there.

func TestSECURITYNamesTestsThatExist(t *testing.T) {
	atTop(t)
	text, err := os.ReadFile("SECURITY.md")
	require.NoError(t, err)
	_, promises, _ := strings.Cut(string(text), "## What this library promises\n")
	promises, _, _ = strings.Cut(promises, "\n## ")
	paragraphs := strings.Split(strings.TrimSpace(promises), "\n\n")[1:] // the first one is about the list
	require.NotEmpty(t, paragraphs)
	for _, promise := range paragraphs {
		_, tested, found := strings.Cut(promise, "*Tested:*")
		require.True(t, found, "a promise without a test:\n%s", promise)
		for _, place := range regexp.MustCompile("`([^` ]*(?:/[a-z]+|_test\\.go))`").FindAllStringSubmatch(tested, -1) {
			files, err := filepath.Glob(place[1])
			require.NoError(t, err)
			require.NotEmpty(t, files, place[1])
		}
	}
}
