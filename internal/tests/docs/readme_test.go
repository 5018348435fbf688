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

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file keeps the README and the pages of docs true: their programs are the ones that are compiled and
// run, and their tables are what the providers' Capabilities and the list of endpoints say.
// `go test -run TestREADME ./internal/tests/docs -update` writes them.

var update = flag.Bool("update", false, "write the generated parts of README.md and docs")

func TestREADME(t *testing.T) {
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		want := withSettings(withEndpoints(withTable(withPrograms(t, string(text)))))
		if *update {
			require.NoError(t, os.WriteFile(page, []byte(want), 0o600))
			continue
		}
		require.Equal(t, want, string(text), "%s: run: go test -run TestREADME ./internal/tests/docs -update", page)
	}
}

// pages are those that a user reads.
func pages(t *testing.T) []string {
	t.Helper()
	docs, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	return append([]string{"README.md"}, docs...)
}

// withPrograms puts each named file under its mark.
func withPrograms(t *testing.T, text string) string {
	t.Helper()
	marked := regexp.MustCompile("(?s)<!-- code: (\\S+) -->\n```go\n.*?```\n")
	return marked.ReplaceAllStringFunc(text, func(block string) string {
		name := marked.FindStringSubmatch(block)[1]
		code, err := os.ReadFile(filepath.FromSlash(name))
		require.NoError(t, err)
		return fmt.Sprintf("<!-- code: %s -->\n```go\n%s```\n", name, code)
	})
}

func withTable(text string) string {
	marked := regexp.MustCompile(`(?s)<!-- table: capabilities -->\n(\n\|.*?\n\n)?`)
	return marked.ReplaceAllLiteralString(text, "<!-- table: capabilities -->\n\n"+capabilityTable()+"\n")
}

// TestREADMESnippetsAreCompiled finds every other Go block, line by line, in a Go file of this
// repository.
func TestREADMESnippetsAreCompiled(t *testing.T) {
	sources, count := compiledSources(t), map[string]int{}
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, block := range regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
			count[page]++
			require.True(t, slices.ContainsFunc(sources, func(source string) bool {
				return strings.Contains(source, unindented(block[1]))
			}), "this block of %s is in no compiled file:\n%s", page, block[1])
		}
	}
	require.Greater(t, count["README.md"], 3)
	require.Greater(t, count[filepath.Join("docs", "registration.md")], 3)
}

// TestREADMELinksLead follows those that stay in the repository.
func TestREADMELinksLead(t *testing.T) {
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, link := range regexp.MustCompile(`\]\(([^)#]+)(#[^)]+)?\)`).FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(link[1], "://") {
				require.FileExists(t, filepath.Join(filepath.Dir(page), link[1]), page)
			}
		}
	}
}

func compiledSources(t *testing.T) []string {
	t.Helper()
	var sources []string
	require.NoError(t, filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		sources = append(sources, unindented(string(text)))
		return err
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

type column struct {
	title string
	oauthclients.Capabilities

	changes string // whether clients can be changed and deleted
}

func registrationServer() oauthclients.Capabilities {
	return dcr.Provider{Issuer: "https://login.example.com"}.Capabilities()
}

func capabilityTable() string {
	columns := []column{
		{"sipgate", sipgate.Provider{}.Capabilities(), "yes"},
		{"DocSpace", docspace.Provider{}.Capabilities(), "yes"},
		{"DocSpace, `WireGuide`", docspace.Provider{Wire: docspace.WireGuide}.Capabilities(), "yes"},
		{"Genesys Cloud", genesys.Provider{}.Capabilities(), "yes"},
		{"RFC 7591 / 7592", registrationServer(), "if the server has RFC 7592"},
	}
	var table strings.Builder
	row := func(first string, cell func(column) string) {
		table.WriteString("| " + first + " |")
		for i := range columns {
			table.WriteString(" " + cell(columns[i]) + " |")
		}
		table.WriteString("\n")
	}
	row("", func(c column) string { return c.title })
	row("---", func(column) string { return "---" })
	row("Create, List, All, Get, FindByName", func(column) string { return "yes" })
	row("Update, Delete", func(c column) string { return c.changes })
	row("RegenerateSecret", func(c column) string { return yes(c.RegenerateSecret) })
	row("Paging", pagingCell)
	row("Auth", func(c column) string { return withoutURN(c.Auth) })
	row("Grant types", grantCell)
	vendors := len(columns) - 1
	for _, field := range allFields(columns[:vendors]) {
		row("`"+field+"`", func(c column) string { return fieldCell(c, field) })
	}
	others := len(allFields(columns)) - len(allFields(columns[:vendors]))
	row("`Extra` of `dcr`", func(c column) string {
		if c.title != columns[vendors].title {
			return ""
		}
		return fmt.Sprintf("[%d fields](docs/registration.md#settings)", others)
	})
	return table.String()
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func withoutURN[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = strings.ReplaceAll(string(item), "urn:ietf:params:oauth:grant-type:", "")
	}
	return strings.Join(texts, ", ")
}

func pagingCell(c column) string {
	if !c.Paging {
		return "one page"
	}
	if c.MaxPageSize == 0 {
		return "yes"
	}
	return fmt.Sprintf("up to %d", c.MaxPageSize)
}

func grantCell(c column) string {
	if c.FixedGrantTypes {
		return "fixed: " + withoutURN(c.GrantTypes)
	}
	return withoutURN(c.GrantTypes)
}

func fieldCell(c column, field string) string {
	creates, updates := slices.Contains(c.Create, field), slices.Contains(c.Update, field)
	switch {
	case creates && updates:
		return "yes"
	case creates:
		return "create"
	case updates:
		return "update"
	case field == "GrantTypes" && c.FixedGrantTypes:
		return "fixed"
	}
	return ""
}

// allFields lists the fields in the order of OAuthClient, then those of the Extras.
func allFields(columns []column) []string {
	fields := []string{
		"Name", "Description", "RedirectURIs", "PostLogoutRedirectURIs", "AllowedOrigins", "GrantTypes",
		"Scopes", "ClientURI", "LogoURI", "PolicyURI", "TermsURI",
	}
	for i := range columns {
		for _, field := range slices.Concat(columns[i].Create, columns[i].Update) {
			if !slices.Contains(fields, field) {
				fields = append(fields, field)
			}
		}
	}
	return fields
}
