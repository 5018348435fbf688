package bench_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/bench/raw"
	"github.com/oauthclients/oauthclients/internal/bench/stub"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file measures what grows: the number of goroutines, and the number of clients.

// round is how many calls one side makes in each of its turns, of which it has so many.
const (
	round = 500
	turns = 100
)

// BenchmarkParallel makes one call from many goroutines: by hand with a pool that is large enough,
// by hand with net/http's default pool, and by the library as New makes it. They take turns, so
// that whatever else the machine does meets all; the medians of all turns are reported.
func BenchmarkParallel(b *testing.B) {
	for _, goroutines := range []int{1, 4, 16, 64, 256} {
		b.Run(fmt.Sprintf("goroutines=%d", goroutines), func(b *testing.B) {
			byDefault, byHand, library := parallelSides(b)
			sides := []*side{byDefault, byHand, library}
			for b.Loop() {
				for range turns {
					for _, side := range sides {
						side.turn(b, goroutines)
					}
				}
			}
			b.ReportMetric(ratio(byHand.times, library.times), "ratio") // before median sorts them
			for _, side := range sides {
				b.ReportMetric(round/median(side.times).Seconds(), side.name+"-calls/s")
				b.ReportMetric(float64(side.opened), side.name+"-conns")
			}
		})
	}
}

// side is one way to make the call.
type side struct {
	name   string
	get    func(context.Context) error
	times  []time.Duration // of its turns
	opened int64           // connections, in all turns
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

// turn shares a round of calls among the goroutines.
func (s *side) turn(b *testing.B, goroutines int) {
	b.Helper()
	before := connections(b)
	var left atomic.Int64
	left.Store(round)
	errs := make(chan error, goroutines)
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
	s.opened += connections(b) - before
}

// ratio is the median of what one side took to what the other took in the turn behind it.
func ratio(one, other []time.Duration) float64 {
	ratios := make([]float64, len(one))
	for i := range one {
		ratios[i] = float64(one[i]) / float64(other[i])
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
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
