package transport_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds many requests that are under way when the first 429 comes. They were refused
// together and must not come back together: a window that fills up again would refuse them all
// once more, until each has used up its attempts.

// refusing answers the first n requests with 429, whenever they come, and all others with 200;
// each answer takes a second.
func refusing(n int) *server {
	answers := make([]answer, n+1)
	for i := range answers {
		answers[i] = after(time.Second, limited("10"))
	}
	answers[n] = after(time.Second, status(http.StatusOK))
	return serve(answers...)
}

func TestThoseWhoWereRefusedTogetherComeBackOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const crowd = 20
		s, begin := refusing(crowd), time.Now()
		requireOK(t, queue(t.Context(), over(s), crowd))
		seen := s.seen()
		require.Len(t, seen, 2*crowd)
		for i, again := range seen[crowd:] {
			require.Equal(t, 11*time.Second+time.Duration(i)*time.Second, again.at.Sub(begin))
		}
	})
}

// Whoever comes while the others wait is behind them.
func TestALatecomerQueuesBehindThoseWhoWereRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, begin := refusing(5), time.Now()
		refused := queue(t.Context(), over(s), 5)
		pass(11*time.Second + 500*time.Millisecond)
		requireOK(t, refused)
		require.Equal(t, 16*time.Second, time.Since(begin))
	})
}

// bucket is a server that has room for one request every ten seconds.
type bucket struct {
	mu       sync.Mutex
	free     time.Time
	refusals int
}

func (b *bucket) answer(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if time.Now().Before(b.free) {
		b.refusals++
		return limited("10")(r)
	}
	b.free = time.Now().Add(10 * time.Second)
	return status(http.StatusOK)(r)
}

// The one in front is refused when the one before it took the only place. It stays in front: a
// place in the middle of the queue would cost it another attempt each time it comes round.
func TestWhoIsRefusedAtTheFrontStaysThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const crowd = 40
		b, begin := &bucket{}, time.Now()
		s := serve(after(time.Second, b.answer))
		tries := map[int]int{}
		for _, outcome := range queue(t.Context(), over(s, attempts(3)), crowd) {
			got := <-outcome
			require.NoError(t, got.Err)
			require.Equal(t, http.StatusOK, got.Response.Status)
			tries[got.Attempts]++
		}
		require.Equal(t, map[int]int{1: 1, 2: 1, 3: crowd - 2}, tries)
		require.Equal(t, (crowd-1)+(crowd-2), b.refusals, "those under way at first, and one for each place after that")
		require.Less(t, time.Since(begin), (crowd+1)*12*time.Second)
	})
}

// A queue that never ends may not slow the client down for good. It widens with care: the first
// 429 of the next full window finds few under way.
func TestAfterAQuietWindowTheQueueWidensByOneWithEveryRound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const oneByOne, wider = 60, 2 + 3 + 4 + 5 + 6
		tr, s := closed(t, "10", after(time.Second, status(http.StatusOK)))
		begin := time.Now()
		requireOK(t, queue(t.Context(), tr, oneByOne+wider))
		require.Equal(t, 6, s.busiest)
		require.Equal(t, (10+oneByOne+5)*time.Second, time.Since(begin))
	})
}

// A 429 ends that: its window is as good as full, whoever is under way.
func TestA429MakesTheWideQueueNarrowAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const before = 60 + 2 + 3 + 4
		answers := make([]answer, before+2)
		for i := range answers {
			answers[i] = after(time.Second, status(http.StatusOK))
		}
		answers[before] = after(time.Second/2, limited("10"))
		tr, s := closed(t, "10", answers...)
		begin, codes := time.Now(), map[int]int{}
		for _, outcome := range queue(t.Context(), tr, before+5+3) {
			codes[(<-outcome).Response.Status]++
		}
		require.Equal(t, map[int]int{http.StatusOK: before + 4 + 3, http.StatusTooManyRequests: 1}, codes)
		for i, again := range s.seen()[1+before+5:] {
			require.Equal(t, 83500*time.Millisecond+time.Duration(i)*time.Second, again.at.Sub(begin))
		}
	})
}

// Whoever leaves with a place, or with one that comes at the same moment, gives it to the next.
func TestAPlaceIsNotLostWithItsOwner(t *testing.T) {
	for name, leaves := range map[string]time.Duration{
		"as it waits for the window": 5 * time.Second, "as the window opens": 10 * time.Second, "with its request under way": 10*time.Second + 1,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr, _ := closed(t, "10", after(time.Second, status(http.StatusOK)))
				ctx, cancel := context.WithCancelCause(t.Context())
				leaver, others := queue(ctx, tr, 1), queue(t.Context(), tr, 3)
				pass(leaves)
				cancel(errShutdown)
				require.ErrorIs(t, (<-leaver[0]).Err, errShutdown)
				requireOK(t, others)
			})
		})
	}
}

// Whoever is in front may have the time for a window that got longer; those behind who have not
// learn of it at once.
func TestAWindowThatGetsLongerThanADeadlineIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, begin := serve(limited("10"), limited("20"), status(http.StatusOK)), time.Now()
		tr := over(s)
		patient := queue(t.Context(), tr, 1)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 25*time.Second, errShutdown)
		defer cancel()
		hurried := queue(ctx, tr, 3)
		patient = append(patient, queue(t.Context(), tr, 1)...)
		for _, outcome := range hurried {
			got := <-outcome
			require.Equal(t, 10*time.Second, time.Since(begin))
			require.True(t, got.Held)
			require.ErrorIs(t, got.Err, transport.ErrHeld)
			require.Equal(t, 20*time.Second, got.RetryAfter)
			require.Zero(t, got.Attempts)
		}
		requireOK(t, patient)
		require.Equal(t, 30*time.Second, time.Since(begin))
		require.Equal(t, 4, s.count())
	})
}

// Nobody can tell how long a queue takes. Who runs out of time in it learns what held it up, but not
// that a rate limit refused the call: there is no wait to be told after which it would go better.
func TestAnEndInTheQueue(t *testing.T) {
	for name, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeoutCause(ctx, 15*time.Second, errShutdown)
		},
		"cancel": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(15*time.Second, func() { cancel(errShutdown) })
			return ctx, func() { cancel(nil) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr, _ := closed(t, "10", after(9*time.Second, status(http.StatusOK)))
				begin, first := time.Now(), queue(t.Context(), tr, 1)
				ctx, cancel := end(t.Context())
				defer cancel()
				got := tr.Do(ctx, get())
				require.Equal(t, 15*time.Second, time.Since(begin))
				require.ErrorIs(t, got.Err, errShutdown)
				require.False(t, got.Held)
				require.ErrorContains(t, got.Err, "rate limit")
				require.Zero(t, got.Attempts)
				requireOK(t, first)
			})
		})
	}
}
