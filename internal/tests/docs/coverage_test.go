package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file lists every endpoint around OAuth2 clients that the vendors' documents have, with the
// Go call that reaches it, the bytes it was written from, and the tests that send them. The
// tables of endpoints on the providers' pages are made from it.

// endpoint is a row of a vendor's documents.
type endpoint struct {
	vendor, method, path string
	// call is how a program reaches it; "" where the library does not, for the reason in why.
	call, why string
	// fixtures are files below the provider's testdata; tests are functions of its tests. A call
	// without a body on either side has no file.
	fixtures, tests []string
}

func TestEveryEndpointIsCovered(t *testing.T) {
	atTop(t)
	for _, e := range endpoints() {
		t.Run(e.vendor+" "+e.method+" "+strings.ReplaceAll(e.path, "/", "|"), func(t *testing.T) {
			if e.call == "" {
				require.NotEmpty(t, e.why, "an endpoint without a call needs the reason")
				return
			}
			folder := filepath.Join("providers", e.vendor)
			sources := testSources(t, folder)
			require.NotEmpty(t, e.tests)
			for _, name := range e.tests {
				require.True(t, slices.Contains(sources.functions, name), "there is no %s", name)
			}
			for _, fixture := range e.fixtures {
				require.FileExists(t, filepath.Join(folder, "testdata", fixture))
				require.True(t, sources.name(fixture), "no test plays %s", fixture)
			}
		})
	}
}

// A fixture that nothing plays proves nothing.
func TestEveryFixtureIsUsed(t *testing.T) {
	atTop(t)
	for _, vendor := range []string{"sipgate", "docspace", "genesys", "dcr"} {
		folder := filepath.Join("providers", vendor)
		sources := testSources(t, folder)
		files, err := os.ReadDir(filepath.Join(folder, "testdata"))
		require.NoError(t, err)
		for _, file := range files {
			if !file.IsDir() { // a folder has the inputs of fuzz targets
				require.True(t, sources.name(file.Name()), "no test plays %s", file.Name())
			}
		}
	}
}

type sources struct {
	functions []string
	text      string
}

// name says whether the tests name a fixture.
func (s sources) name(fixture string) bool { return strings.Contains(s.text, `"`+fixture+`"`) }

func testSources(t *testing.T, folder string) sources {
	t.Helper()
	var found sources
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	require.NoError(t, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		found.text += string(text)
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok {
				found.functions = append(found.functions, function.Name.Name)
			}
		}
	}
	return found
}

// withEndpoints puts the table of a provider under its mark.
func withEndpoints(text string) string {
	marked := regexp.MustCompile(`(?s)<!-- table: endpoints of (\w+) -->\n(\n\|.*?\n\n)?`)
	return marked.ReplaceAllStringFunc(text, func(mark string) string {
		vendor := marked.FindStringSubmatch(mark)[1]
		return "<!-- table: endpoints of " + vendor + " -->\n\n" + endpointTable(vendor) + "\n"
	})
}

func endpointTable(vendor string) string {
	var table strings.Builder
	table.WriteString("| Endpoint | In Go |\n| --- | --- |\n")
	for _, e := range endpoints() {
		if e.vendor != vendor {
			continue
		}
		call := "not covered: " + e.why
		if e.call != "" {
			call = "`" + e.call + "`"
		}
		fmt.Fprintf(&table, "| `%s %s` | %s |\n", e.method, e.path, call)
	}
	return table.String()
}
