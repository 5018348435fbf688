package bench_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/bench/raw"
	"github.com/oauthclients/oauthclients/internal/bench/stub"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file measures what grows: the number of goroutines, and the number of clients.

// BenchmarkParallel makes one call from many goroutines: by hand with a pool that is large enough,
// by hand with net/http's default pool, and by the library as New makes it.
func BenchmarkParallel(b *testing.B) {
	for _, goroutines := range []int{1, 4, 16, 64, 256} {
		base := server.Base("genesys", 1)
		library, err := oauthclients.New(genesys.Provider{APIURL: base}, oauthclients.BearerToken(stub.Token))
		require.NoError(b, err)
		byHand, byDefault := raw.New(base, stub.Token), raw.New(base, stub.Token)
		byDefault.HTTP = raw.NewHTTP(0)
		run := func(name string, get func(context.Context) error) {
			b.Run(fmt.Sprintf("goroutines=%d/%s", goroutines, name), func(b *testing.B) { parallel(b, goroutines, get) })
		}
		byRaw := func(api *raw.API) func(context.Context) error {
			return func(ctx context.Context) error {
				_, err := raw.GenesysGet(ctx, api, stub.ID)
				return err
			}
		}
		run("default", byRaw(byDefault))
		run("raw", byRaw(byHand))
		run("library", func(ctx context.Context) error {
			_, err := library.Clients.Get(ctx, stub.ID)
			return err
		})
	}
}

// parallel shares the calls among the goroutines.
func parallel(b *testing.B, goroutines int, get func(context.Context) error) {
	b.Helper()
	b.ReportAllocs()
	before := connections(b)
	var left atomic.Int64
	left.Store(int64(b.N))
	errs := make(chan error, goroutines)
	b.ResetTimer()
	for range goroutines {
		go func() {
			var err error
			for err == nil && left.Add(-1) >= 0 {
				err = get(b.Context())
			}
			errs <- err
		}()
	}
	for range goroutines {
		require.NoError(b, <-errs)
	}
	b.StopTimer()
	b.ReportMetric(float64(connections(b)-before), "conns")
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
