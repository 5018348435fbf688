package docs

import (
	"log"
	"os"
	"testing"

	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// TestMain goes to the top of the repository, where the documents are.
func TestMain(m *testing.M) {
	if err := os.Chdir("../../.."); err != nil {
		log.Fatal(err)
	}
	world.Main(m)
}
