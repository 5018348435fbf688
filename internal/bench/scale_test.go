package bench_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/bench/raw"
	"github.com/oauthclients/oauthclients/internal/bench/stub"
	"github.com/oauthclients/oauthclients/internal/bench/turns"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file measures what grows: the number of goroutines, and the number of clients.

// Each side has so many rounds, of so many calls.
const (
	rounds = 100
	round  = 500
)

// BenchmarkParallel makes one call from many goroutines: by hand with a pool that is large enough,
// by hand with net/http's default pool, and by the library as New makes it. They take turns, so
// that whatever else the machine does meets all; the medians of all rounds are reported.
func BenchmarkParallel(b *testing.B) {
	for _, goroutines := range []int{1, 4, 16, 64, 256} {
		b.Run(fmt.Sprintf("goroutines=%d", goroutines), func(b *testing.B) {
			byDefault, byHand, library := parallelSides(b)
			sides := []*side{byDefault, byHand, library}
			for b.Loop() {
				for range rounds {
					for _, side := range sides {
						side.round(b, goroutines)
					}
				}
			}
			for _, side := range sides {
				side.report(b)
			}
			b.ReportMetric(turns.Median(ratios(byHand.times, library.times)), "ratio")
		})
	}
}

// side is one way to make the call.
type side struct {
	name  string
	get   func(context.Context) error
	times []time.Duration // of its rounds

	// In all rounds together.
	opened         int64 // connections
	mallocs, bytes uint64
}

func (s *side) report(b *testing.B) {
	b.Helper()
	calls := float64(round * len(s.times))
	b.ReportMetric(round/turns.Median(s.times).Seconds(), s.name+"-calls/s")
	b.ReportMetric(float64(s.mallocs)/calls, s.name+"-allocs/op")
	b.ReportMetric(float64(s.bytes)/calls, s.name+"-B/op")
	b.ReportMetric(float64(s.opened), s.name+"-conns")
}

func parallelSides(b *testing.B) (byDefault, byHand, library *side) {
	b.Helper()
	base := server.Base("genesys", 1)
	client, err := oauthclients.New(genesys.Provider{APIURL: base}, oauthclients.BearerToken(stub.Token))
	require.NoError(b, err)
	byRaw := func(idle int) func(context.Context) error {
		api := raw.New(base, stub.Token)
		api.HTTP = raw.NewHTTP(idle)
		return func(ctx context.Context) error {
			_, err := raw.GenesysGet(ctx, api, stub.ID)
			return err
		}
	}
	byDefault = &side{name: "default", get: byRaw(0)}
	byHand = &side{name: "raw", get: byRaw(64)}
	library = &side{name: "library", get: func(ctx context.Context) error {
		_, err := client.Clients.Get(ctx, stub.ID)
		return err
	}}
	return byDefault, byHand, library
}

// round shares its calls among the goroutines.
func (s *side) round(b *testing.B, goroutines int) {
	b.Helper()
	var before, after runtime.MemStats
	opened := connections(b)
	var left atomic.Int64
	left.Store(round)
	errs := make(chan error, goroutines)
	runtime.ReadMemStats(&before)
	start := time.Now()
	for range goroutines {
		go func() {
			var err error
			for err == nil && left.Add(-1) >= 0 {
				err = s.get(b.Context())
			}
			errs <- err
		}()
	}
	for range goroutines {
		require.NoError(b, <-errs)
	}
	s.times = append(s.times, time.Since(start))
	runtime.ReadMemStats(&after)
	s.mallocs += after.Mallocs - before.Mallocs
	s.bytes += after.TotalAlloc - before.TotalAlloc
	s.opened += connections(b) - opened
}

// ratios are those of the rounds of one side to the rounds of the other that came next.
func ratios(one, other []time.Duration) []float64 {
	found := make([]float64, len(one))
	for i := range one {
		found[i] = float64(one[i]) / float64(other[i])
	}
	return found
}

func connections(tb testing.TB) int64 {
	tb.Helper()
	counts, err := server.Counts(tb.Context())
	require.NoError(tb, err)
	return counts.Connections - counts.Asked // each question has a connection of its own
}

// BenchmarkWalk goes through all pages of accounts of several sizes.
func BenchmarkWalk(b *testing.B) {
	for _, clients := range []int{100, 1_000, 10_000, 100_000} {
		w := walks(b, clients)[1]
		same(b, w)
		b.Run(fmt.Sprintf("clients=%d/raw", clients), func(b *testing.B) { measure(b, w.raw) })
		b.Run(fmt.Sprintf("clients=%d/library", clients), func(b *testing.B) { measure(b, w.library) })
	}
}
