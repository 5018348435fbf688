package verbs

import (
	"testing"

	"github.com/oauthclients/oauthclients/internal/tests/world"
)

func TestMain(m *testing.M) { world.Main(m) }
