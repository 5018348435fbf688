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

// This file holds the limit of one attempt: 30 seconds, or the Timeout of the caller's client.
// It counts neither the waits between attempts nor those before one.

func clientTimeout(d time.Duration) func(*transport.Options) {
	return func(o *transport.Options) { o.HTTPClient.Timeout = d }
}

func TestAnAttemptIsLimited(t *testing.T) {
	limits := map[string]struct {
		change func(*transport.Options)
		want   time.Duration
	}{
		"default":           {unchanged, 30 * time.Second},
		"the client's":      {clientTimeout(5 * time.Second), 5 * time.Second},
		"the client's long": {clientTimeout(2 * time.Minute), 2 * time.Minute},
	}
	for name, limit := range limits {
		t.Run(name+", no headers", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				outcome := over(serve(hangs), limit.change).Do(context.WithoutCancel(t.Context()), create())
				require.Equal(t, limit.want, time.Since(begin))
				require.Error(t, outcome.Err)
				require.Nil(t, outcome.Response)
				require.True(t, outcome.Sent)
				require.Equal(t, 1, outcome.Attempts)
			})
		})
		t.Run(name+", half a body", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				outcome := over(serve(hangingBody(http.StatusCreated)), limit.change).Do(context.WithoutCancel(t.Context()), create())
				require.Equal(t, limit.want, time.Since(begin))
				require.NoError(t, outcome.Err)
				require.Error(t, outcome.Response.Broken)
				require.True(t, outcome.Sent)
				require.Equal(t, 1, outcome.Attempts)
			})
		})
	}
}

func TestAnAttemptThatTookTooLongIsRepeatedByItsRule(t *testing.T) {
	for name, want := range map[string]int{"GET": 3, "PUT": 3, "DELETE": 3, "create": 1, "code": 1} {
		for fault, a := range map[string]answer{"no headers": hangs, "half a body": hangingBody(http.StatusOK)} {
			t.Run(name+", "+fault, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := serve(a)
					begin := time.Now()
					outcome := over(s).Do(context.WithoutCancel(t.Context()), rules()[name].request())
					require.Equal(t, want, s.count())
					require.Equal(t, want, outcome.Attempts)
					require.True(t, outcome.Sent)
					require.Less(t, time.Since(begin), time.Duration(want)*30*time.Second+2*maxWait)
				})
			})
		}
	}
}

func TestEveryAttemptHasItsOwnLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := after(4*time.Second, status(http.StatusServiceUnavailable, "Retry-After", "60"))
		s := serve(slow, slow, slow, after(4*time.Second, status(http.StatusOK)))
		begin := time.Now()
		outcome := over(s, attempts(4), clientTimeout(5*time.Second)).Do(t.Context(), get())
		require.NoError(t, outcome.Err)
		require.Equal(t, http.StatusOK, outcome.Response.Status)
		require.Equal(t, 4*4*time.Second+3*time.Minute, time.Since(begin))
	})
}

func TestTheWaitAtTheGateIsNotPartOfTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusTooManyRequests, "Retry-After", "60"), after(4*time.Second, status(http.StatusOK)))
		tr := over(s, attempts(1), clientTimeout(5*time.Second))
		tr.Do(t.Context(), get())
		begin := time.Now()
		outcome := tr.Do(t.Context(), get())
		require.NoError(t, outcome.Err)
		require.Equal(t, http.StatusOK, outcome.Response.Status)
		require.Equal(t, 64*time.Second, time.Since(begin))
	})
}

func TestTheWaitForTheLimiterIsNotPartOfTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(after(4*time.Second, status(http.StatusOK)))
		tr := over(s, clientTimeout(5*time.Second), limiter(rate.Every(time.Minute), 1))
		for range 3 {
			require.NoError(t, tr.Do(t.Context(), get()).Err)
		}
		seen := s.seen()
		require.Equal(t, 2*time.Minute, seen[2].at.Sub(seen[0].at))
	})
}

// The caller's deadline is the harder limit when it is closer.
func TestTheContextsDeadlineEndsAnAttemptSooner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 3*time.Second, errShutdown)
		defer cancel()
		begin := time.Now()
		outcome := over(serve(hangs), clientTimeout(5*time.Second)).Do(ctx, get())
		require.Equal(t, 3*time.Second, time.Since(begin))
		require.ErrorIs(t, outcome.Err, errShutdown)
		require.Equal(t, 1, outcome.Attempts)
	})
}
