package docs

import (
	"testing"

	"github.com/oauthclients/oauthclients/internal/tests/world"
)

func TestMain(m *testing.M) { world.Main(m) }

// atTop goes to the top of the repository, where the documents are. It is not done in TestMain: what is opened
// after that go test would look for in the wrong folder, and repeat an old result when a page has changed.
func atTop(t *testing.T) {
	t.Helper()
	t.Chdir("../../..")
}
