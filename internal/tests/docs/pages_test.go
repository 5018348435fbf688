package docs

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file keeps the README and the pages of docs true: their code is compiled and run, their tables are
// what the providers say, and their links lead somewhere.
// `go test -run TestPages ./internal/tests/docs -update` writes what is generated.

var update = flag.Bool("update", false, "write the generated parts of README.md and docs")

func TestPages(t *testing.T) {
	atTop(t)
	for _, page := range pages(t) {
		text := read(t, page)
		want := withLists(t, withEndpoints(withTables(t, withPrograms(t, text))))
		if *update {
			require.NoError(t, os.WriteFile(page, []byte(want), 0o600))
			continue
		}
		require.Equal(t, want, text, "%s: run: go test -run TestPages ./internal/tests/docs -update", page)
	}
}

// pages are those that a user reads: the README, and every page below docs.
func pages(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md"}
	require.NoError(t, filepath.WalkDir("docs", func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".md" {
			found = append(found, path)
		}
		return err
	}))
	require.Greater(t, len(found), 10)
	return found
}

func read(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	return string(text)
}

// withPrograms puts each named file under its mark.
func withPrograms(t *testing.T, text string) string {
	t.Helper()
	marked := regexp.MustCompile("(?s)<!-- code: (\\S+) -->\n```go\n.*?```\n")
	return marked.ReplaceAllStringFunc(text, func(block string) string {
		name := marked.FindStringSubmatch(block)[1]
		return fmt.Sprintf("<!-- code: %s -->\n```go\n%s```\n", name, read(t, filepath.FromSlash(name)))
	})
}

// TestPagesAreCompiled finds every Go block, line by line, in a Go file of this repository.
func TestPagesAreCompiled(t *testing.T) {
	atTop(t)
	sources := compiledSources(t)
	for _, page := range pages(t) {
		parts := strings.Split(read(t, page), "\n```")
		require.Equal(t, 1, len(parts)%2, "%s: a block without its end", page)
		for i, part := range parts {
			require.NotContains(t, part, "```", "%s: a fence that is not at the beginning of its line", page)
			language, code, _ := strings.Cut(part, "\n")
			if i%2 == 0 {
				continue // the text between the blocks
			}
			require.NotEmpty(t, language, "%s: a block says what language it is in:\n%s", page, code)
			if language == "go" {
				require.True(t, slices.ContainsFunc(sources, func(source string) bool {
					return strings.Contains(source, unindented(code))
				}), "this block of %s is in no compiled file:\n%s", page, code)
			}
		}
	}
}

// compiledSources are the Go files that are compiled whatever the machine.
func compiledSources(t *testing.T) []string {
	t.Helper()
	var sources []string
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "node_modules") {
			return fs.SkipDir
		}
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		if text := read(t, path); !strings.Contains(text, "//go:build") {
			sources = append(sources, unindented(text))
		}
		return nil
	}))
	return sources
}

func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func TestREADMEIsShort(t *testing.T) {
	atTop(t)
	require.LessOrEqual(t, strings.Count(read(t, "README.md"), "\n"), 200)
}
