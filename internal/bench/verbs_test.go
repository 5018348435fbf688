package bench_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// This file measures one call after the other.

func BenchmarkGet(b *testing.B)    { compare(b, gets(b)) }
func BenchmarkCreate(b *testing.B) { compare(b, creates(b)) }
func BenchmarkUpdate(b *testing.B) { compare(b, updates(b)) }
func BenchmarkList25(b *testing.B) { compare(b, lists(b, 25)) }

// BenchmarkAll10000 goes through the pages of an account with 10,000 clients.
func BenchmarkAll10000(b *testing.B) { compare(b, walks(b, 10_000)) }

// compare measures each work by hand and by the library, one right after the other.
func compare(b *testing.B, works []work) {
	b.Helper()
	for _, w := range works {
		same(b, w)
		b.Run(w.provider+"/raw", func(b *testing.B) { measure(b, w.raw) })
		b.Run(w.provider+"/library", func(b *testing.B) { measure(b, w.library) })
		b.Run(w.provider+"/ratio", func(b *testing.B) { alternate(b, w) })
	}
}

// fewest turns are needed for a median that stays.
const fewest = 25

// alternate does the work by hand and by the library in turns, so that whatever else the machine
// does meets both, and reports the medians and their ratio.
func alternate(b *testing.B, w work) {
	b.Helper()
	ctx := b.Context()
	var byHand, byLibrary []time.Duration
	turn := func() {
		byHand = append(byHand, took(b, ctx, w.raw))
		byLibrary = append(byLibrary, took(b, ctx, w.library))
	}
	for b.Loop() {
		turn()
	}
	for len(byHand) < fewest { // going through all pages takes too long to come here often
		turn()
	}
	hand, library := median(byHand), median(byLibrary)
	b.ReportMetric(float64(hand), "raw-ns")
	b.ReportMetric(float64(library), "library-ns")
	b.ReportMetric(float64(library)/float64(hand), "ratio")
}

func took(b *testing.B, ctx context.Context, do func(context.Context) (result, error)) time.Duration { //nolint:revive // b comes first
	b.Helper()
	start := time.Now()
	if _, err := do(ctx); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// same makes sure that both sides do the same.
func same(tb testing.TB, w work) {
	tb.Helper()
	byHand, err := w.raw(tb.Context())
	require.NoError(tb, err)
	byLibrary, err := w.library(tb.Context())
	require.NoError(tb, err)
	require.Equal(tb, byHand, byLibrary, w.provider)
}

func measure(b *testing.B, do func(context.Context) (result, error)) {
	b.Helper()
	b.ReportAllocs()
	ctx := b.Context()
	for b.Loop() {
		if _, err := do(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
