package transport_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds the queue behind a closed gate: it empties one request at a time, it loses
// nobody, and it leaves an open gate behind.

// queue starts n requests that wait behind the gate.
func queue(ctx context.Context, tr *transport.Transport, n int) []<-chan *transport.Outcome {
	outcomes := make([]<-chan *transport.Outcome, n)
	for i := range outcomes {
		outcomes[i] = start(ctx, tr, get())
	}
	synctest.Wait()
	return outcomes
}

// requireOK waits for all of them and wants them answered.
func requireOK(t *testing.T, outcomes []<-chan *transport.Outcome) {
	t.Helper()
	for _, outcome := range outcomes {
		got := <-outcome
		require.NoError(t, got.Err)
		require.Equal(t, http.StatusOK, got.Response.Status)
	}
}

func TestTheQueueEmptiesOneByOneAndThenTheGateIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, s := closed(t, "10", after(time.Second, status(http.StatusOK)))
		begin := time.Now()
		waiting := queue(t.Context(), tr, 5)
		require.Equal(t, 1, s.count(), "all wait")
		pass(12*time.Second + 500*time.Millisecond)
		late := start(t.Context(), tr, get())
		requireOK(t, append(waiting, late))
		require.Equal(t, 1, s.busiest)
		require.Equal(t, 16*time.Second, time.Since(begin), "five that waited and the late one, a second each")

		requireOK(t, queue(t.Context(), tr, 5))
		require.Equal(t, 5, s.busiest, "open again")
	})
}

func TestAWindowThatIsStillFullCostsOne429(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, s := closed(t, "10", limited("20"), status(http.StatusOK))
		begin := time.Now()
		waiting := queue(t.Context(), tr, 20)
		pass(29 * time.Second)
		require.Equal(t, 2, s.count(), "one request tried the window in the meantime")
		codes := map[int]int{}
		for _, outcome := range waiting {
			codes[(<-outcome).Response.Status]++
		}
		require.Equal(t, map[int]int{http.StatusOK: 19, http.StatusTooManyRequests: 1}, codes)
		require.Equal(t, 30*time.Second, time.Since(begin))
	})
}

func TestNobodyIsStuckWhenAWaiterLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, s := closed(t, "10", after(time.Second, status(http.StatusOK)))
		begin := time.Now()
		ctx, cancel := context.WithCancelCause(t.Context())
		head := queue(ctx, tr, 1)
		others := queue(t.Context(), tr, 1)
		middle := queue(ctx, tr, 2)
		others = append(others, queue(t.Context(), tr, 2)...)
		pass(5 * time.Second)
		cancel(errShutdown)
		for _, outcome := range append(head, middle...) {
			got := <-outcome
			require.ErrorIs(t, got.Err, errShutdown)
			require.Zero(t, got.Attempts)
		}
		require.Equal(t, 5*time.Second, time.Since(begin))
		requireOK(t, others)
		require.Equal(t, 13*time.Second, time.Since(begin))
		require.Equal(t, 1+3, s.count())

		requireOK(t, queue(t.Context(), tr, 3))
		require.Equal(t, 3, s.busiest, "open again")
	})
}

func TestTheGateOpensWhenEveryWaiterHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, s := closed(t, "10", after(time.Second, status(http.StatusOK)))
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		held := queue(ctx, tr, 4)
		pass(time.Second)
		cancel()
		for _, outcome := range held {
			require.ErrorIs(t, (<-outcome).Err, context.Canceled)
		}
		pass(9 * time.Second)
		begin := time.Now()
		requireOK(t, queue(t.Context(), tr, 3))
		require.Equal(t, time.Second, time.Since(begin))
		require.Equal(t, 3, s.busiest)
	})
}

// Whoever is in front may hang: those behind leave with their own contexts.
func TestAWaiterBehindOneThatHangsLeavesInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, _ := closed(t, "10", hangs, status(http.StatusOK))
		begin := time.Now()
		head := queue(t.Context(), tr, 1)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 15*time.Second, errShutdown)
		defer cancel()
		impatient := queue(ctx, tr, 1)
		patient := queue(t.Context(), tr, 1)
		require.ErrorIs(t, (<-impatient[0]).Err, errShutdown)
		require.Equal(t, 15*time.Second, time.Since(begin))
		require.Error(t, (<-head[0]).Err, "its attempt took too long")
		requireOK(t, patient)
		require.Equal(t, 40*time.Second, time.Since(begin))
	})
}

// The one in front learns of a wait that is too long; so do all behind it, without a request.
func TestAWaitThatGrowsBeyondMaxWaitEmptiesTheQueueAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, s := closed(t, "10", limited("600"), status(http.StatusOK))
		begin := time.Now()
		held := 0
		for _, outcome := range queue(t.Context(), tr, 10) {
			if got := <-outcome; got.Held {
				held++
				require.ErrorIs(t, got.Err, transport.ErrHeld)
				require.Equal(t, 10*time.Minute, got.RetryAfter)
			}
		}
		require.Equal(t, 9, held, "one got the 429 itself")
		require.Equal(t, 2, s.count())
		require.Equal(t, 10*time.Second, time.Since(begin))
	})
}

func TestWhoIsRefusedByTheRateLimitMakesRoomAtTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(limited("10"), status(http.StatusOK))
		tr := over(s, attempts(1), limiter(rate.Every(30*time.Second), 1))
		tr.Do(t.Context(), get())
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		hurried := queue(ctx, tr, 1)
		patient := queue(t.Context(), tr, 2)
		got := <-hurried[0]
		require.Equal(t, 10*time.Second, time.Since(begin), "at its turn it learns of 20 more seconds")
		require.ErrorIs(t, got.Err, transport.ErrHeld)
		requireOK(t, patient)
		require.Equal(t, time.Minute, time.Since(begin))
	})
}

// A request that waits for the rate limit has not been sent: a 429 in the meantime is for it
// as well.
func TestA429HoldsBackThoseWhoWaitForTheRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(after(time.Second/2, limited("30")), status(http.StatusOK))
		tr := over(s, attempts(1), limiter(1, 1))
		outcomes := queue(t.Context(), tr, 10)
		pass(29 * time.Second)
		require.Equal(t, 1, s.count(), "requests sent into a window that is known to be full")
		codes := map[int]int{}
		for _, outcome := range outcomes {
			codes[(<-outcome).Response.Status]++
		}
		require.Equal(t, map[int]int{http.StatusOK: 9, http.StatusTooManyRequests: 1}, codes)
	})
}

// Whoever passed the gate before it closed, and was held back by the rate limit until the gate
// opens, takes its turn like everybody else.
func TestTheRateLimitIsNoWayPastTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(after(time.Second, limited("10")), after(5*time.Second, status(http.StatusOK)))
		tr := over(s, attempts(1), limiter(rate.Every(20*time.Second), 1))
		first := start(t.Context(), tr, get())
		synctest.Wait()
		outcomes := queue(t.Context(), tr, 1) // waits for the rate limit, until 20 s
		require.Equal(t, http.StatusTooManyRequests, (<-first).Response.Status)
		for range 4 { // 11 s to 31 s
			request := get()
			request.Limited = false
			outcomes = append(outcomes, start(t.Context(), tr, request))
		}
		requireOK(t, outcomes)
		require.Equal(t, 1, s.busiest)
		require.Equal(t, 6, s.count())
	})
}

// Whoever has to wait before it tries again lets the next one go.
func TestTheQueueDoesNotWaitForARetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(limited("10"), status(http.StatusServiceUnavailable, "Retry-After", "60"), after(time.Second, status(http.StatusOK)))
		tr := over(s, attempts(3))
		first := start(t.Context(), tr, get())
		synctest.Wait()
		waiting := queue(t.Context(), tr, 4)
		begin := time.Now()
		pass(20 * time.Second)
		require.Equal(t, 1+5, s.count(), "the one that met the 503 waits, the others do not")
		requireOK(t, append(waiting, first))
		require.Equal(t, 71*time.Second, time.Since(begin))
		require.Equal(t, 1, s.busiest)
	})
}

// Many requests, many refusals: all of them get through, and none is refused for good.
func TestAStormOf429Ends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const window, calls = 10, 60
		w := &windowed{size: window}
		tr := over(serve(w.answer), attempts(10))
		outcomes := queue(t.Context(), tr, calls)
		requireOK(t, outcomes)
		require.Equal(t, calls, w.accepted)
		require.LessOrEqual(t, w.refused, calls+10, "once the gate is closed each window costs one refusal")
	})
}
