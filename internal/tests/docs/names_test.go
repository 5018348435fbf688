package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file holds the prose to the API: a name that is written as code is there.

// packages are those whose names the pages use, with their folders.
func packages() map[string]string {
	return map[string]string{
		"oauthclients": ".", "browser": "browser",
		"sipgate": "providers/sipgate", "docspace": "providers/docspace", "genesys": "providers/genesys", "dcr": "providers/dcr",
		"sipgatetest": "providers/sipgate/sipgatetest", "docspacetest": "providers/docspace/docspacetest",
		"genesystest": "providers/genesys/genesystest", "dcrtest": "providers/dcr/dcrtest",
		"fakeserver": "providers/fakeserver", "providertest": "providers/providertest",
	}
}

func TestPagesNameWhatExists(t *testing.T) {
	atTop(t)
	known := map[string][]string{}
	for name, folder := range packages() {
		known[name] = exported(t, folder)
	}
	code, name := regexp.MustCompile("`[^`\n]+`"), regexp.MustCompile(`\b([a-z]+)\.([A-Z]\w*)`)
	for _, page := range pages(t) {
		for _, text := range code.FindAllString(read(t, page), -1) {
			for _, found := range name.FindAllStringSubmatch(text, -1) {
				if known[found[1]] != nil {
					require.Contains(t, known[found[1]], found[2], "%s: %s", page, text)
				}
			}
		}
	}
}

// exported lists the names that a package declares, those of its methods too.
func exported(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	add := func(ids ...*ast.Ident) {
		for _, id := range ids {
			names = append(names, id.Name)
		}
	}
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != folder:
			return fs.SkipDir
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncDecl:
				add(node.Name)
				return false
			case *ast.TypeSpec:
				add(node.Name)
			case *ast.ValueSpec:
				add(node.Names...)
			}
			return true
		})
		return nil
	}))
	return names
}

// The page of a provider names every field that its clients take.
func TestPagesOfProvidersNameEveryField(t *testing.T) {
	atTop(t)
	for _, c := range columns() {
		text := read(t, filepath.Join("docs", "providers", c.provider.Name()+".md"))
		for _, field := range slices.Concat(c.Create, c.Update) {
			short := strings.TrimPrefix(field, "Extra.")
			require.True(t, strings.Contains(text, "`"+field+"`") || strings.Contains(text, "`"+short+"`"), "%s: %s", c.title, field)
		}
	}
}

// The pages name every kind of error.
func TestPagesNameEveryKind(t *testing.T) {
	atTop(t)
	text := read(t, filepath.Join("docs", "errors.md"))
	for _, name := range exported(t, ".") {
		if regexp.MustCompile(`^Err[A-Z]`).MatchString(name) && name != "ErrSwapped" {
			require.Contains(t, text, "`"+name+"`")
		}
	}
}
