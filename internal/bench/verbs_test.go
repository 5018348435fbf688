package bench_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/bench/turns"
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

// alternate does the work by hand and by the library in turns, and reports the medians and their
// ratio.
func alternate(b *testing.B, w work) {
	b.Helper()
	hand, library := turns.Take(b, fewest, w.raw, w.library)
	b.ReportMetric(float64(hand), "raw-ns")
	b.ReportMetric(float64(library), "library-ns")
	b.ReportMetric(float64(library)/float64(hand), "ratio")
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
