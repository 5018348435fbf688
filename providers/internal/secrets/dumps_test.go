package secrets

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The library never dumps a request or an answer, and publishes nothing: what programs link has no
// part in the packages that would. The suite in providertest is for tests.
func TestNothingIsDumped(t *testing.T) {
	const top = "../../.."
	files := 0
	require.NoError(t, filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "providertest" || entry.Name() == "examples" || entry.Name() == "testdata" || entry.Name() == "e2e"):
			return filepath.SkipDir
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			require.NotContains(t, []string{"net/http/httputil", "net/http/pprof", "expvar"}, imported, path)
		}
		return nil
	}))
	require.Greater(t, files, 50)
}
