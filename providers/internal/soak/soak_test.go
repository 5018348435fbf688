package soak

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file is the test: the runs, their rounds, and what must hold after each.

const (
	rounds = 4
	// rough is the round with faults that hurt other operations than the one that meets them:
	// rate limits, and connections that end while they are idle.
	rough = 2
	// roomToGrow is how much more memory may be in use after the last round than after the
	// first. If every one of 10,000 operations kept as little as 150 bytes, it would be more.
	roomToGrow = 1 << 20
)

func TestSoak(t *testing.T) {
	operations, seeds := 1000, []string{"1"}
	if given := os.Getenv("SOAK_OPERATIONS"); given != "" {
		var err error
		operations, err = strconv.Atoi(given)
		require.NoError(t, err)
	}
	if given := strings.Fields(os.Getenv("SOAK_SEEDS")); len(given) > 0 {
		seeds = given
	}
	for _, spoken := range protocols() {
		for _, vendor := range vendors.All() {
			for _, text := range seeds {
				t.Run(spoken.name+" "+vendor.Name+" seed "+text, func(t *testing.T) {
					seed, err := strconv.ParseUint(text, 10, 64)
					require.NoError(t, err)
					soak(t, vendor, spoken, seed, operations)
				})
			}
		}
	}
}

func soak(t *testing.T, vendor vendors.Vendor, spoken protocol, seed uint64, operations int) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute+time.Duration(operations)*60*time.Millisecond)
	defer cancel()
	begun := time.Now()
	x := newWorld(t, vendor, spoken, seed)
	for round := range rounds {
		x.mischief.hurtOthers(round == rough)
		x.work(ctx, t, operations*round/rounds, operations*(round+1)/rounds)
		x.rest(t)
		x.audit(ctx, t, false)
		require.Empty(t, x.broken(), "seed %d, round %d", seed, round)
	}
	x.proxy.Close()
	x.audit(ctx, t, true)
	_, peak := x.proxy.Connections()
	t.Log(x.report(operations, time.Since(begun), peak))
	require.Empty(t, x.broken(), "seed %d", seed)
	require.LessOrEqual(t, peak, spoken.connections, "connections at the same time")
	require.LessOrEqual(t, x.heap[rounds-1], x.heap[0]+roomToGrow, "memory")
	require.NoError(t, goleak.Find(before))
}

// rest ends the connections that nobody uses, which must be all of them, forgets what the fake
// and the proxy have written down, and weighs what is left.
func (x *world) rest(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		x.proxy.Client().CloseIdleConnections() // one of HTTP/2 is idle when the last request that its caller left is over
		open, _ := x.proxy.Connections()
		return open == 0
	}, time.Minute, time.Millisecond, "connections that stay")
	x.fake.Forget()
	x.proxy.Forget()
	x.weigh()
}

func (x *world) report(operations int, took time.Duration, peak int) string {
	requests, disturbed, faults := x.mischief.sum()
	heap := make([]string, len(x.heap))
	for i, bytes := range x.heap {
		heap[i] = fmt.Sprintf("%.2f", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf(`%d operations of %d goroutines in %s: %d requests, %d disturbed
duplicates, lost updates, dead secrets, wrong answers: %d; connections: %d at the most, 0 left; heap after each quarter: %s MiB
faults: %s
outcomes: %s`, operations, goroutines, took.Round(time.Millisecond), requests, disturbed,
		len(x.violations), peak, strings.Join(heap, ", "), listed(faults), listed(x.outcomes))
}
