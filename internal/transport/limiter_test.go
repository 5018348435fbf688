package transport_test

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds the client's own rate limit.

// windowed is a server with a fixed window of ten seconds.
type windowed struct {
	mu                sync.Mutex
	size              int
	end               time.Time
	used              int
	accepted, refused int
}

func (w *windowed) answer(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); !now.Before(w.end) {
		w.end, w.used = now.Add(10*time.Second), 0
	}
	if w.used == w.size {
		w.refused++
		return limited("10")(r)
	}
	w.used++
	w.accepted++
	return status(http.StatusOK)(r)
}

func limiter(perSecond rate.Limit, burst int) func(*transport.Options) {
	return func(o *transport.Options) { o.Limiter = rate.NewLimiter(perSecond, burst) }
}

// requireRate checks that in no stretch of time there were more requests than the rate allows.
func requireRate(t *testing.T, seen []arrival, perSecond float64, burst int) {
	t.Helper()
	for i := range seen {
		for j := i + burst; j < len(seen); j++ {
			least := time.Duration(float64(j-i+1-burst) / perSecond * float64(time.Second))
			took := seen[j].at.Sub(seen[i].at)
			require.GreaterOrEqual(t, took, least-time.Microsecond, "requests %d to %d came too fast", i, j)
		}
	}
}

func TestManyCallsStayBelowTheRate(t *testing.T) {
	cases := map[string]struct {
		perSecond float64
		burst     int
	}{"50 a second": {50, 5}, "one at a time": {10, 1}, "five a minute": {5.0 / 60, 1}, "all at once": {1, 200}}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const calls = 200
				s := serve(status(http.StatusOK))
				tr := over(s, limiter(rate.Limit(c.perSecond), c.burst))
				begin := time.Now()
				requireOK(t, queue(t.Context(), tr, calls))
				require.Equal(t, calls, s.count())
				requireRate(t, s.seen(), c.perSecond, c.burst)
				want := time.Duration(float64(calls-c.burst) / c.perSecond * float64(time.Second))
				require.InDelta(t, want, time.Since(begin), float64(time.Millisecond), "and not slower either")
			})
		})
	}
}

func TestRetriesCountAgainstTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusServiceUnavailable))
		tr := over(s, attempts(5), limiter(0.01, 1)) // much slower than any backoff
		tr.Do(t.Context(), get())
		require.Len(t, s.seen(), 5)
		requireRate(t, s.seen(), 0.01, 1)
	})
}

func TestCallsOfEveryGateShareTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusOK))
		tr := over(s, limiter(1, 1))
		outcomes := append(queue(t.Context(), tr, 3), start(t.Context(), tr, create()), start(t.Context(), tr, rules()["DELETE"].request()))
		requireOK(t, outcomes)
		requireRate(t, s.seen(), 1, 1)
	})
}

func TestRequestsThatAreNotLimitedGoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusOK))
		tr := over(s, limiter(0.001, 1))
		begin := time.Now()
		for range 10 {
			request := rules()["code"].request()
			request.Limited = false
			require.NoError(t, tr.Do(t.Context(), request).Err)
		}
		require.Zero(t, time.Since(begin))
		require.NoError(t, tr.Do(t.Context(), get()).Err)
		require.Zero(t, time.Since(begin), "they took no token either")
	})
}

func TestAWaitForTheLimiterBeyondTheDeadlineIsRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusOK))
		tr := over(s, limiter(0.1, 1))
		require.NoError(t, tr.Do(t.Context(), get()).Err)
		begin := time.Now()
		ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Second, errShutdown)
		defer cancel()
		for range 20 {
			outcome := tr.Do(ctx, get())
			require.True(t, outcome.Held)
			require.ErrorIs(t, outcome.Err, transport.ErrHeld)
			require.Zero(t, outcome.Attempts)
			require.Equal(t, 10*time.Second, outcome.RetryAfter, "when the limit lets the next one go")
		}
		require.Zero(t, time.Since(begin))
		require.Equal(t, 1, s.count())

		require.NoError(t, tr.Do(t.Context(), get()).Err)
		require.Equal(t, 10*time.Second, s.gap(t), "what was refused took no token")
	})
}

// yielding lets other goroutines run whenever somebody looks at the deadline.
type yielding struct{ context.Context } //nolint:containedctx // it is a context

func (y yielding) Deadline() (time.Time, bool) {
	runtime.Gosched()
	return y.Context.Deadline()
}

// The same with many at once: their refusals must not add up to a wait for all others.
func TestManyRefusalsAtOnceTakeNoToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 10 {
			s := serve(status(http.StatusOK))
			tr := over(s, limiter(0.1, 1))
			require.NoError(t, tr.Do(t.Context(), get()).Err)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			for _, outcome := range queue(yielding{ctx}, tr, 100) {
				require.True(t, (<-outcome).Held)
			}
			cancel()
			require.NoError(t, tr.Do(t.Context(), get()).Err)
			require.Equal(t, 10*time.Second, s.gap(t))
		}
	})
}

func TestAWaiterThatLeavesGivesItsTokenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusOK))
		tr := over(s, limiter(0.1, 1))
		require.NoError(t, tr.Do(t.Context(), get()).Err)
		ctx, cancel := context.WithCancelCause(t.Context())
		waiting := queue(ctx, tr, 1)
		pass(time.Second)
		cancel(errShutdown)
		require.ErrorIs(t, (<-waiting[0]).Err, errShutdown)

		require.NoError(t, tr.Do(t.Context(), get()).Err)
		require.Equal(t, 10*time.Second, s.gap(t))
	})
}

func TestTheRateHoldsWhileTheGateOpensAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 60
		w := &windowed{size: 5}
		s := serve(w.answer)
		tr := over(s, attempts(20), limiter(4, 2))
		requireOK(t, queue(t.Context(), tr, calls))
		require.Equal(t, calls, w.accepted)
		requireRate(t, s.seen(), 4, 2)
	})
}
