package stores

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// This file lets parts panic in a process of their own: a panic in a goroutine that the library
// started would end it, and nobody could recover it.

// childVariable tells a child what to attack.
const childVariable = "OAUTHCLIENTS_ATTACK"

func TestAPanicOfTheCallersComesBackToTheCaller(t *testing.T) {
	t.Parallel()
	groups := map[string]func(*testing.T){
		"TokenStore Load": func(t *testing.T) { attackTokenStores(t, "Load", onlyPanics) }, //nolint:thelper // it is the test, in another process
		"TokenStore Save": func(t *testing.T) { attackTokenStores(t, "Save", onlyPanics) }, //nolint:thelper // the same
		"TokenStore Lock": func(t *testing.T) { attackTokenStores(t, "Lock", onlyPanics) }, //nolint:thelper // the same
		"handles":         func(t *testing.T) { attackHandles(t, onlyPanics) },             //nolint:thelper // the same
		"TokenSource":     func(t *testing.T) { attackSources(t, onlyPanics) },             //nolint:thelper // the same
		"RoundTripper":    func(t *testing.T) { attackTransports(t, onlyPanics) },          //nolint:thelper // the same
		"open":            func(t *testing.T) { attackBrowsers(t, onlyPanics) },            //nolint:thelper // the same
	}
	if attack, ok := groups[os.Getenv(childVariable)]; ok {
		attack(t)
		return
	}
	for name := range groups {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAPanicOfTheCallersComesBackToTheCaller$")
			child.Env = append(os.Environ(), childVariable+"="+name)
			output, err := child.CombinedOutput()
			require.NoError(t, err, "%.1500s", output)
		})
	}
}

func onlyPanics(*testing.T) map[string]part { return map[string]part{"panics": panics} }
