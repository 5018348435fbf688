package transport_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// This file shows that one 429 does not slow a busy client down for good: its goroutines come
// back at once, so that its queue is never empty.

func TestABusyClientIsFreeAgainAWindowAfterA429(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(limited("1"), after(100*time.Millisecond, status(http.StatusOK)))
		tr := over(s)
		begin := time.Now()
		var workers sync.WaitGroup
		for range 16 {
			workers.Go(func() {
				for time.Since(begin) < 3*time.Minute {
					tr.Do(t.Context(), get())
				}
			})
		}
		workers.Wait()
		inThirdMinute := 0
		for _, a := range s.arrivals {
			if a.at.Sub(begin) >= 2*time.Minute {
				inThirdMinute++
			}
		}
		require.GreaterOrEqual(t, inThirdMinute, 16*600-16, "16 workers with ten requests per second each")
		require.Equal(t, 16, s.busiest)
	})
}

// errEcho is what net/http says of an answer that repeats the request in a broken header.
var errEcho = errors.New("malformed header: Bearer t0ken-of-it")

func TestAnErrorKeepsTheSecretsOfItsRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		request := get()
		request.Secrets = func() []string { return []string{"t0ken-of-it"} }
		outcome := over(serve(fails(errEcho)), attempts(1)).Do(t.Context(), request)
		require.ErrorIs(t, outcome.Err, errEcho)
		require.EqualError(t, outcome.Err, "malformed header: Bearer [REDACTED]")
	})
}
