package oauthclients_test

import (
	"testing"

	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// The tests of this package are in internal/tests. Here are its Examples, and what must be in the package.

func TestMain(m *testing.M) { world.Main(m) }
