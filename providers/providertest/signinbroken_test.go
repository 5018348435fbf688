package providertest_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file proves that the sign-in suite fails where it should, in the way of broken_test.go.

// signInBreakage is one thing that is wrong with a provider at which people sign in, or with
// its server.
type signInBreakage struct {
	name string
	bend func(*loginWorld)
	// fails lists the cases that must fail, and no others.
	fails []string
}

func signInBreakages() []signInBreakage {
	return slices.Concat(brokenLogins(), brokenTokens())
}

// TestBrokenSignIn is what the other process runs; in this one there is nothing to do.
func TestBrokenSignIn(t *testing.T) {
	name := os.Getenv(breakageVariable)
	if name == "" {
		return
	}
	for _, b := range signInBreakages() {
		if b.name == name {
			providertest.RunSignIn(t, loginHarness(b.bend))
			return
		}
	}
	t.Fatalf("unknown breakage %q", name)
}

func TestTheSignInSuiteFailsOverABrokenProvider(t *testing.T) {
	t.Parallel()
	atOnce := make(chan struct{}, 4)
	for _, b := range signInBreakages() {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			out := inAnotherProcess(t, "TestBrokenSignIn", b.name)
			require.ElementsMatch(t, underscored(b.fails), ended(out, "FAIL"))
		})
	}
}

// TestEverySignInCaseCanFail keeps a case from being added that nothing can fail.
func TestEverySignInCaseCanFail(t *testing.T) {
	t.Parallel()
	cases := ended(inAnotherProcess(t, "TestBrokenSignIn", "nothing"), "PASS")
	require.NotEmpty(t, cases)
	var failing []string
	for _, b := range signInBreakages() {
		failing = append(failing, underscored(b.fails)...)
	}
	slices.Sort(failing)
	require.ElementsMatch(t, cases, slices.Compact(failing))
}

// ended lists the cases that ended so.
func ended(out, end string) []string {
	names := results(out, end)
	slices.Sort(names)
	return slices.Compact(slices.DeleteFunc(names, func(name string) bool { return strings.Contains(name, "/") }))
}
