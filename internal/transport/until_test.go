package transport_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds requests that are of no use after some time, such as one with an authorization code: no
// wait is begun that would end too late.

// within is a request for a code that lives for d.
func within(d time.Duration) *transport.Request {
	r := rules()["code"].request()
	r.Until = time.Now().Add(d)
	r.Repeatable = func(answer *transport.Response) bool {
		return answer.Status == http.StatusTooManyRequests || transport.IsTurnedAway(answer)
	}
	return r
}

func TestAWaitThatEndsTooLateIsNotBegun(t *testing.T) {
	for name, c := range map[string]struct {
		asked string // of each answer
		count int    // of the requests
		took  time.Duration
		done  bool
	}{
		"in time":          {"10", 3, 20 * time.Second, true},
		"just in time":     {"30", 3, time.Minute, true},
		"the second one":   {"31", 2, 31 * time.Second, false},
		"the first one":    {"61", 1, 0, false},
		"longer than ever": {"3600", 1, 0, false},
	} {
		for _, code := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			t.Run(name+" "+http.StatusText(code), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					no := status(code, "Retry-After", c.asked)
					s, begin := serve(no, no, status(http.StatusOK)), time.Now()
					outcome := over(s).Do(t.Context(), within(time.Minute))
					require.Equal(t, c.count, s.count())
					require.Equal(t, c.took, time.Since(begin))
					require.NoError(t, outcome.Err)
					require.Equal(t, c.done, outcome.Response.Status == http.StatusOK)
					if !c.done {
						asked, err := time.ParseDuration(c.asked + "s")
						require.NoError(t, err)
						require.Equal(t, asked, outcome.RetryAfter)
					}
				})
			})
		}
	}
}

// Behind the 429 of another request it is the same.
func TestAGateThatOpensTooLateIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusTooManyRequests, "Retry-After", "50"), status(http.StatusOK))
		tr := over(s, attempts(1))
		_ = tr.Do(t.Context(), within(time.Minute))
		begin := time.Now()
		outcome := tr.Do(t.Context(), within(49*time.Second))
		require.ErrorIs(t, outcome.Err, transport.ErrHeld)
		require.True(t, outcome.Held)
		require.Equal(t, 50*time.Second, outcome.RetryAfter)
		require.Zero(t, time.Since(begin))
		require.Equal(t, 1, s.count())
		require.NoError(t, tr.Do(t.Context(), within(time.Minute)).Err)
		require.Equal(t, 50*time.Second, time.Since(begin))
		require.Equal(t, 2, s.count())
	})
}

// How long those before it in the queue take is not known before.
func TestATurnThatComesTooLateIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusTooManyRequests, "Retry-After", "10"), after(25*time.Second, status(http.StatusOK)))
		tr := over(s, attempts(1))
		_ = tr.Do(t.Context(), within(time.Minute))
		first := start(t.Context(), tr, within(time.Minute))
		synctest.Wait()
		begin := time.Now()
		late := tr.Do(t.Context(), within(30*time.Second))
		require.True(t, late.Held)
		require.Equal(t, 30*time.Second, time.Since(begin))
		require.Equal(t, 2, s.count())
		require.NoError(t, (<-first).Err)
		require.Equal(t, 35*time.Second, time.Since(begin))
	})
}

// A 429 that comes while it is in the queue tells it that it is too late.
func TestAQueueThatIsClosedForTooLongIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		no := func(wait string) answer { return status(http.StatusTooManyRequests, "Retry-After", wait) }
		s := serve(no("10"), no("40"), status(http.StatusOK))
		tr := over(s, attempts(1))
		_ = tr.Do(t.Context(), within(time.Minute))
		first := start(t.Context(), tr, within(time.Minute))
		synctest.Wait()
		begin := time.Now()
		late := tr.Do(t.Context(), within(30*time.Second))
		require.True(t, late.Held)
		require.Equal(t, []time.Duration{10 * time.Second, 40 * time.Second}, []time.Duration{time.Since(begin), late.RetryAfter})
		<-first
		require.Equal(t, 2, s.count())
	})
}

// The request itself is not ended by it, and what has begun counts.
func TestAnAnswerThatComesAfterwardsCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(after(20*time.Second, status(http.StatusOK)))
		outcome := over(s).Do(t.Context(), within(10*time.Second))
		require.NoError(t, outcome.Err)
		require.Equal(t, http.StatusOK, outcome.Response.Status)
	})
}

// A context that ends while it waits its turn is the reason, and not the code's life.
func TestTheEndOfTheContextIsTheReasonInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusTooManyRequests, "Retry-After", "10"), after(25*time.Second, status(http.StatusOK)))
		tr := over(s, attempts(1))
		_ = tr.Do(t.Context(), within(time.Minute))
		first := start(t.Context(), tr, within(time.Minute))
		synctest.Wait()
		ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errShutdown)
		defer cancel()
		late := tr.Do(ctx, within(30*time.Second))
		require.ErrorIs(t, late.Err, errShutdown)
		require.False(t, late.Held)
		<-first
	})
}
