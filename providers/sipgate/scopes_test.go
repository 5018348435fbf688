package sipgate

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the catalogue of scopes against the list that sipgate declares.

func TestScopesAreTheDeclaredOnes(t *testing.T) {
	declared := strings.Fields(string(providertest.Fixture(t, "scopes.txt")))
	require.Len(t, declared, 121)
	require.ElementsMatch(t, append(declared, ScopeOfflineAccess), scopeConstants(t))
}

// scopeConstants reads the values of all constants in scopes.go: nothing else lists them. Each one
// is untyped, so that it fits wherever a string does, and says what it grants.
func scopeConstants(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "scopes.go", nil, parser.ParseComments)
	require.NoError(t, err)
	var values []string
	for _, declaration := range file.Decls {
		block := declaration.(*ast.GenDecl)
		for _, spec := range block.Specs {
			constant := spec.(*ast.ValueSpec)
			name := constant.Names[0].Name
			require.True(t, strings.HasPrefix(name, "Scope"), name)
			require.Nil(t, constant.Type, name)
			says := constant.Comment.Text()
			if len(block.Specs) == 1 {
				says = block.Doc.Text()
			}
			require.NotEmpty(t, says, name)
			value, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			values = append(values, value)
		}
	}
	return values
}
