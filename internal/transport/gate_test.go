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

// This file holds the gate: a 429 holds back the requests behind it, so that a full window
// costs one refused request and not one per goroutine. How the queue empties is in
// queue_test.go.

// limited answers 429 with a Retry-After in seconds.
func limited(seconds string) answer {
	return status(http.StatusTooManyRequests, "Retry-After", seconds)
}

// closed returns a transport of which the GET gate has just been closed, and its server,
// which forgot that request and has the given answers left.
func closed(t *testing.T, seconds string, answers ...answer) (*transport.Transport, *server) {
	t.Helper()
	s := serve(append([]answer{limited(seconds)}, answers...)...)
	tr := over(s, attempts(1))
	outcome := tr.Do(t.Context(), get())
	require.Equal(t, http.StatusTooManyRequests, outcome.Response.Status)
	require.Equal(t, 1, s.count())
	return tr, s
}

func TestA429HoldsBackTheOtherRequestsOfItsGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(limited("10"), status(http.StatusOK))
		tr, begin := over(s), time.Now()
		first := start(t.Context(), tr, get())
		pass(time.Second)
		second := start(t.Context(), tr, get())
		other := tr.Do(t.Context(), create())
		require.Equal(t, time.Second, time.Since(begin), "another gate is open")
		require.Equal(t, http.StatusOK, other.Response.Status)

		held := <-second
		require.Equal(t, 10*time.Second, time.Since(begin))
		require.Equal(t, http.StatusOK, held.Response.Status)
		require.Equal(t, 1, held.Attempts, "waiting at the gate is no attempt")
		require.False(t, held.Held)
		require.Equal(t, 2, (<-first).Attempts)
		require.Equal(t, 4, s.count())
	})
}

func TestTheGateIsClosedByA429OfWhateverRule(t *testing.T) {
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(limited("10"), status(http.StatusOK))
				tr := over(s, attempts(1))
				tr.Do(t.Context(), rule.request())
				tr.Do(t.Context(), rule.request())
				require.Equal(t, 10*time.Second, s.gap(t))
			})
		})
	}
}

func TestTheGateIsClosedForAnImpliedWaitAndABackoffToo(t *testing.T) {
	for name, hook := range map[string]func(string, *transport.Response) (time.Duration, bool){"implied": vendor(6*time.Second, false), "backoff": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(status(http.StatusTooManyRequests), status(http.StatusOK))
				tr, request := over(s, attempts(1)), get()
				request.RetryAfter = hook
				tr.Do(t.Context(), request)
				tr.Do(t.Context(), request)
				if hook != nil {
					require.Equal(t, 6*time.Second, s.gap(t))
					return
				}
				backedOff(t, s.gap(t))
			})
		})
	}
}

func TestOnlyA429ClosesTheGate(t *testing.T) {
	for _, code := range []int{400, 403, 408, 500, 503} {
		synctest.Test(t, func(t *testing.T) {
			s := serve(status(code, "Retry-After", "10"), status(http.StatusOK))
			tr := over(s, attempts(1))
			tr.Do(t.Context(), get())
			tr.Do(t.Context(), get())
			require.Zero(t, s.gap(t), "status %d", code)
		})
	}
}

func TestAWaitAtTheGateBeyondMaxWaitIsRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, s := closed(t, "100", status(http.StatusOK))
		pass(5 * time.Second)
		begin := time.Now()
		outcome := tr.Do(t.Context(), get())
		require.Zero(t, time.Since(begin))
		require.True(t, outcome.Held)
		require.ErrorIs(t, outcome.Err, transport.ErrHeld)
		require.Nil(t, outcome.Response)
		require.Zero(t, outcome.Attempts)
		require.False(t, outcome.Sent)
		require.Equal(t, 95*time.Second, outcome.RetryAfter)
		require.Equal(t, 1, s.count())

		pass(25 * time.Second) // 70 s are left, which is MaxWait
		require.Equal(t, http.StatusOK, tr.Do(t.Context(), get()).Response.Status)
		require.Equal(t, 100*time.Second, s.gap(t))
	})
}

func TestAWaitAtTheGateBeyondTheDeadlineIsRefusedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, s := closed(t, "60", status(http.StatusOK))
		ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errShutdown)
		defer cancel()
		begin := time.Now()
		outcome := tr.Do(ctx, get())
		require.Zero(t, time.Since(begin))
		require.True(t, outcome.Held)
		require.ErrorIs(t, outcome.Err, transport.ErrHeld)
		require.Equal(t, 60*time.Second, outcome.RetryAfter)
		require.Equal(t, 1, s.count())
	})
}

// A retry waits at the gate as well, when another request closed it for longer.
func TestARetryIsHeldBackByAnother429(t *testing.T) {
	cases := map[string]struct {
		seconds string
		held    bool
	}{"within MaxWait": {"60", false}, "beyond": {"600", true}}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(status(http.StatusServiceUnavailable, "Retry-After", "5"), limited(c.seconds), status(http.StatusOK))
				tr, begin := over(s), time.Now()
				retried := start(t.Context(), tr, get())
				pass(time.Second)
				other := start(t.Context(), tr, get())
				outcome := <-retried
				if c.held {
					require.Equal(t, 5*time.Second, time.Since(begin))
					require.True(t, outcome.Held)
					require.ErrorIs(t, outcome.Err, transport.ErrHeld)
					require.Equal(t, 1, outcome.Attempts)
					require.True(t, outcome.Sent, "the 503 may have been executed")
					require.Equal(t, 596*time.Second, outcome.RetryAfter)
				} else {
					require.Equal(t, http.StatusOK, outcome.Response.Status)
					require.Equal(t, 2, outcome.Attempts)
					require.Equal(t, 61*time.Second, time.Since(begin))
				}
				<-other
			})
		})
	}
}

func TestTheLongestWaitOfSeveral429Counts(t *testing.T) {
	for name, answers := range map[string][2]string{"longer first": {"20", "2"}, "longer last": {"2", "20"}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(after(time.Second, limited(answers[0])), after(time.Second, limited(answers[1])), status(http.StatusOK))
				tr := over(s, attempts(1))
				first := start(t.Context(), tr, get())
				synctest.Wait()
				second := start(t.Context(), tr, get())
				<-first
				<-second
				begin := time.Now()
				require.Equal(t, http.StatusOK, tr.Do(t.Context(), get()).Response.Status)
				require.Equal(t, 20*time.Second, time.Since(begin))
			})
		})
	}
}

func TestTransportsDoNotShareTheirGates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed(t, "60")
		begin := time.Now()
		require.Equal(t, http.StatusOK, over(serve(status(http.StatusOK))).Do(t.Context(), get()).Response.Status)
		require.Zero(t, time.Since(begin))
	})
}
