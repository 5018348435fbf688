package providertest_test

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file proves that the suite fails where it should. A failing test cannot be had inside a
// passing one, so each breakage runs in a process of its own: this test's executable again,
// told by the environment what to break.

// breakage is one thing that is wrong with a provider, its server, or what the suite is told
// about them.
type breakage struct {
	name string
	bend func(*world)
	// fails lists the subtests that must fail, and no others: a case of the suite, or a case
	// and a part of it, "update clears fields/Name".
	fails []string
}

func breakages() []breakage {
	return slices.Concat(brokenServers(), brokenWrites(), brokenLists(), brokenDrivers(), brokenClaims())
}

const breakageVariable = "PROVIDERTEST_BREAKAGE"

// TestBroken is what the other process runs; in this one there is nothing to do.
func TestBroken(t *testing.T) {
	name := os.Getenv(breakageVariable)
	if name == "" {
		return
	}
	for _, b := range breakages() {
		if b.name == name {
			providertest.Run(t, harness(b.bend))
			return
		}
	}
	t.Fatalf("unknown breakage %q", name)
}

func TestTheSuiteFailsOverABrokenProvider(t *testing.T) {
	t.Parallel()
	atOnce := make(chan struct{}, 4)
	for _, b := range breakages() {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			out := inAnotherProcess(t, "TestBroken", b.name)
			require.ElementsMatch(t, underscored(b.fails), leaves(results(out, "FAIL")))
		})
	}
}

// TestEveryCaseCanFail keeps a case from being added that nothing can fail.
func TestEveryCaseCanFail(t *testing.T) {
	t.Parallel()
	cases := results(inAnotherProcess(t, "TestBroken", "nothing"), "PASS")
	cases = slices.DeleteFunc(cases, func(name string) bool { return strings.Contains(name, "/") })
	require.NotEmpty(t, cases)
	var failing []string
	for _, b := range breakages() {
		for _, name := range underscored(b.fails) {
			name, _, _ = strings.Cut(name, "/")
			failing = append(failing, name)
		}
	}
	slices.Sort(failing)
	require.ElementsMatch(t, cases, slices.Compact(failing))
}

// inAnotherProcess runs one test of this executable with a breakage, and returns its output. A
// suite that panics, or that fails for a race, has not found what is broken. To see more of a
// breakage: PROVIDERTEST_BREAKAGE="its name" go test -run '^TestBroken$' .
func inAnotherProcess(t *testing.T, test, breakage string) string {
	t.Helper()
	executable, err := os.Executable()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), executable, "-test.v", "-test.timeout=1m", "-test.run=^"+test+"$")
	// The race detector would wait for a second at the end of each process.
	command.Env = append(os.Environ(), breakageVariable+"="+breakage, "GORACE=atexit_sleep_ms=0")
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	require.NotContains(t, string(out), "panic: ")
	require.NotContains(t, string(out), "DATA RACE")
	require.Contains(t, string(out), "=== RUN   "+test)
	return string(out)
}

// results lists the subtests that ended so, without the name of the test itself.
func results(out, end string) []string {
	var names []string
	for _, match := range regexp.MustCompile(`(?m)^ *--- `+end+`: [^/\n]*/(.*) \(\d+\.\d+s\)$`).FindAllStringSubmatch(out, -1) {
		names = append(names, match[1])
	}
	return names
}

// leaves are the names without those that failed because a part of them did.
func leaves(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(names, func(other string) bool { return strings.HasPrefix(other, name+"/") })
	})
}

// underscored are names as package testing writes them.
func underscored(names []string) []string {
	written := make([]string, len(names))
	for i, name := range names {
		written[i] = strings.ReplaceAll(name, " ", "_")
	}
	return written
}
