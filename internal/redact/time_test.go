//go:build unix

package redact_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file repeats the worst that a server can send. It decides what is cleaned.

// worst are texts that make somebody look back or ahead from each of many places.
func worst() []string {
	return []string{
		"'cookie:", "\ncookie: a", `"token":[`, `"token":"`, `"token":{"a":`, "x-token: ", "<secret>", "<secret ", "____:", "://", "://a:b", "://a:b/@ ", "eyJ.", "Bearer 1", "=", `"`, "{", ">",
		"%2525252541", `\`, `\u005c`, "&amp;amp;lt;", "&ab;", "&", "%&\\", "QUJD", "QUJDREVGR0hJSktM ", "414243444546 ", "t0ken-012345", "t0 ken-01\n2345678", "ABABABAC", " ",
	}
}

func secrets() []string {
	return []string{
		"t0ken-0123456789abcdef", "ABABABABABABABABABABABAC", strings.Repeat("\\", 40), "3f2504e0-4f89-41d3-9a0c-0305e82c3301", `s3cr3t+/=with%20odd&signs;"<x>`,
		"correct horse battery staple", "pa55w0rd", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJkZXNrIn0.c2lnbmF0dXJl", strings.Repeat("0123456789", 4), "code-1234567890", "s", strings.Repeat("a", 300),
	}
}

// A text that is eight times as long takes eight times as long, and not sixty-four times. The
// bound lies between.
func TestCleaningTakesTimeInProportion(t *testing.T) {
	const escapes = `%252525255c \\\\\\\\u0025 &amp;amp;amp;amp;amp;lt; \\\u0020 `
	for _, bad := range worst() {
		requireInProportion(t, bad, func(size int) {
			redact.Cut([]byte(escapes+strings.Repeat(bad, size/len(bad))), secrets())
		})
	}
}

// requireInProportion takes the quickest of some runs.
func requireInProportion(t *testing.T, name string, clean func(size int)) {
	t.Helper()
	const size, times, bound, runs = 8 << 10, 8, 24, 20
	small, large := time.Hour, time.Hour
	for range runs {
		small, large = min(small, took(clean, size)), min(large, took(clean, size*times))
		if large < bound*small {
			return
		}
	}
	require.Less(t, large, bound*small, name)
}

// took counts the time of the processors alone: others use this machine too.
func took(clean func(size int), size int) time.Duration {
	start := spent()
	clean(size)
	return spent() - start
}

// spent is what this process has taken of the processors so far.
func spent() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// Values come from servers as well.
func TestLongValuesTakeTimeInProportion(t *testing.T) {
	for _, repeated := range []string{"a", "ab", "%25", " ", "- a", "\\", "aaaaaaaab"} {
		requireInProportion(t, repeated, func(size int) {
			value := strings.Repeat(repeated, size/len(repeated))
			redact.Cut([]byte(value+"y"+value[1:]), []string{value, value + "x"})
		})
	}
}
