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

// scopeConstants reads the values of all constants in scopes.go: nothing else lists them.
func scopeConstants(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "scopes.go", nil, 0)
	require.NoError(t, err)
	var values []string
	ast.Inspect(file, func(node ast.Node) bool {
		if constant, ok := node.(*ast.ValueSpec); ok {
			require.True(t, strings.HasPrefix(constant.Names[0].Name, "Scope"))
			value, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			values = append(values, value)
		}
		return true
	})
	return values
}
