package transport_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds the waits that nobody named: random ones between MinWait and MaxWait.

// waitsOf makes calls that use up all attempts and returns their waits by number of attempt.
func waitsOf(t *testing.T, calls, tries int, a answer, change func(*transport.Options)) [][]time.Duration {
	t.Helper()
	waits := make([][]time.Duration, tries-1)
	for range calls {
		s := serve(a)
		over(s, attempts(tries), change).Do(t.Context(), get())
		seen := s.seen()
		require.Len(t, seen, tries)
		for i := range waits {
			waits[i] = append(waits[i], seen[i+1].at.Sub(seen[i].at))
		}
	}
	return waits
}

func unchanged(*transport.Options) {}

func TestBackoffIsFullJitterBetweenMinWaitAndMaxWait(t *testing.T) {
	faults := map[string]answer{
		"503": status(http.StatusServiceUnavailable), "429": status(http.StatusTooManyRequests),
		"no answer": fails(errors.New("connection reset by peer")),
	}
	for name, a := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const calls = 300
				for i, waits := range waitsOf(t, calls, 10, a, unchanged) {
					slices.Sort(waits)
					require.GreaterOrEqual(t, waits[0], minWait)
					require.LessOrEqual(t, waits[calls-1], maxWait)
					// Clients that failed together must not come back together.
					require.Greater(t, len(slices.Compact(waits)), calls/2, "wait %d is hardly random", i+1)
				}
			})
		})
	}
}

func TestBackoffGrowsFromMinWaitToMaxWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waits := waitsOf(t, 300, 10, status(http.StatusServiceUnavailable), unchanged)
		require.LessOrEqual(t, slices.Max(waits[0]), 4*minWait, "the first wait is short")
		require.Greater(t, slices.Max(waits[3]), slices.Max(waits[0]))
		last := waits[len(waits)-1]
		require.Greater(t, slices.Max(last), maxWait*3/4, "the last ones use the whole range")
		require.Less(t, slices.Min(last), maxWait/4, "jitter is full: short waits stay possible")
	})
}

func TestBackoffAtTheEdgesOfThePolicy(t *testing.T) {
	cases := map[string]struct{ least, most time.Duration }{
		"no room":          {3 * time.Second, 3 * time.Second},
		"one nanosecond":   {1, 2},
		"hardly room":      {3 * time.Second, 3*time.Second + 1},
		"no wait":          {0, 0},
		"only a MaxWait":   {0, time.Second},
		"longer than ever": {time.Second, 1<<63 - 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				waits := waitsOf(t, 20, 5, status(http.StatusServiceUnavailable), func(o *transport.Options) {
					o.Policy.MinWait, o.Policy.MaxWait = c.least, c.most
				})
				for _, w := range slices.Concat(waits...) {
					require.GreaterOrEqual(t, w, c.least)
					require.LessOrEqual(t, w, c.most)
				}
			})
		})
	}
}
