// Package turns measures two ways to do the same work, one call of each after the other, so that
// whatever else the machine does meets both.
package turns

import (
	"context"
	"slices"
	"testing"
	"time"
)

// Take lets both take turns until the benchmark is over, and fewest times at least: work that takes
// long has one or two in the time of a benchmark. It returns the median of what each took.
func Take[R any](b *testing.B, fewest int, one, other func(context.Context) (R, error)) (ofOne, ofOther time.Duration) {
	b.Helper()
	var ones, others []time.Duration
	turn := func() {
		ones = append(ones, took(b, one))
		others = append(others, took(b, other))
	}
	for b.Loop() {
		turn()
	}
	for len(ones) < fewest {
		turn()
	}
	return Median(ones), Median(others)
}

func took[R any](b *testing.B, do func(context.Context) (R, error)) time.Duration {
	b.Helper()
	start := time.Now()
	if _, err := do(b.Context()); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// Median leaves its argument as it is. It needs at least one value.
func Median[V ~int64 | ~float64](values []V) V {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
