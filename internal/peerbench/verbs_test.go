package peerbench_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/bench/turns"
)

// This file measures one call after the other.

func BenchmarkCreate(b *testing.B) { compare(b, creates(b, server)) }
func BenchmarkList25(b *testing.B) { compare(b, lists(b, server, 25)) }

// compare measures each work by hand and by the other side, one right after the other.
func compare(b *testing.B, works []work) {
	b.Helper()
	for _, w := range works {
		same(b, w)
		b.Run(w.vendor+"/raw", func(b *testing.B) { measure(b, w.raw) })
		b.Run(w.vendor+"/"+w.side, func(b *testing.B) { measure(b, w.other) })
		b.Run(w.vendor+"/ratio", func(b *testing.B) { alternate(b, w) })
	}
}

// alternate does the work in turns, and reports the ratio of the medians.
func alternate(b *testing.B, w work) {
	b.Helper()
	byHand, byOther := turns.Take(b, 1, w.raw, w.other)
	b.ReportMetric(float64(byOther)/float64(byHand), "ratio")
}

// same makes sure that both sides find the same.
func same(tb testing.TB, w work) {
	tb.Helper()
	byHand, err := w.raw(tb.Context())
	require.NoError(tb, err)
	byOther, err := w.other(tb.Context())
	require.NoError(tb, err)
	require.Equal(tb, byHand, byOther, "%s by the %s", w.vendor, w.side)
	require.NotZero(tb, byHand)
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
