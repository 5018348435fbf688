package docs

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file follows the links of the pages that stay in the repository.

var linked = regexp.MustCompile(`\]\(([^)#\s]*)(#[^)\s]+)?\)`)

// links are those of a page, the file and the heading of each; code has none.
func links(t *testing.T, page string) [][]string {
	t.Helper()
	code := regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
	return linked.FindAllStringSubmatch(code.ReplaceAllLiteralString(read(t, page), ""), -1)
}

func TestPagesLead(t *testing.T) {
	atTop(t)
	for _, page := range append(pages(t), "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md") {
		for _, link := range links(t, page) {
			if strings.Contains(link[1], "://") {
				continue
			}
			target := page
			if link[1] != "" {
				target = filepath.Join(filepath.Dir(page), link[1])
			}
			require.FileExists(t, target, page)
			if link[2] != "" {
				require.Contains(t, anchors(read(t, target)), link[2], "%s leads to %s", page, target)
			}
		}
	}
}

// anchors are those that a page gets for its headings.
func anchors(text string) []string {
	var found []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		words := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		found = append(found, "#"+strings.ReplaceAll(words, " ", "-"))
	}
	return found
}

// A reader gets from the README to every page.
func TestPagesAreReached(t *testing.T) {
	atTop(t)
	reached, todo := map[string]bool{}, []string{"README.md"}
	for len(todo) > 0 {
		page := todo[0]
		todo = todo[1:]
		if reached[page] || filepath.Ext(page) != ".md" {
			continue
		}
		reached[page] = true
		for _, link := range links(t, page) {
			if link[1] != "" && !strings.Contains(link[1], "://") {
				todo = append(todo, filepath.Join(filepath.Dir(page), link[1]))
			}
		}
	}
	for _, page := range pages(t) {
		require.True(t, reached[page], "no link leads to %s", page)
	}
}
