package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file writes the lists of names: what a server with dynamic client registration takes beyond the
// portable fields, and whose manners its fake has.

// withLists puts each list under its mark.
func withLists(t *testing.T, text string) string {
	t.Helper()
	for name, list := range map[string]string{"settings": listed(settings()), "manners": listed(manners(t))} {
		marked := regexp.MustCompile(`(?s)<!-- list: ` + name + ` -->\n(\n.*?\n\n)?`)
		text = marked.ReplaceAllLiteralString(text, "<!-- list: "+name+" -->\n\n"+list+"\n")
	}
	return text
}

func settings() []string {
	var names []string
	for _, field := range registrationServer().Create {
		if name, isExtra := strings.CutPrefix(field, "Extra."); isExtra {
			names = append(names, name)
		}
	}
	return names
}

// manners are the constants of type dcrtest.Manner, in the order of the source.
func manners(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "providers/dcr/dcrtest/manner.go", nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var names []string
	for _, declaration := range file.Decls {
		constants, ok := declaration.(*ast.GenDecl)
		if !ok || constants.Tok != token.CONST {
			continue
		}
		for _, spec := range constants.Specs {
			if values, ok := spec.(*ast.ValueSpec); ok {
				names = append(names, values.Names[0].Name)
			}
		}
	}
	require.Contains(t, names, "Keycloak")
	return names
}

// listed writes names as code, in lines of a page's width.
func listed(names []string) string {
	const width = 118
	var list strings.Builder
	used := 0
	for _, name := range names {
		word := "`" + name + "`"
		switch {
		case used == 0:
		case used+len(", ")+len(word) > width:
			list.WriteString(",\n")
			used = 0
		default:
			list.WriteString(", ")
			used += len(", ")
		}
		list.WriteString(word)
		used += len(word)
	}
	return list.String() + "\n"
}
