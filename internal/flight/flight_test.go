package flight_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file holds work that is done once for all who ask for it. Who may leave, and what then
// becomes of the work, is in leave_test.go.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// result is what one caller got.
type result struct {
	value string
	err   error
}

// ask calls Do from a goroutine of its own.
func ask(ctx context.Context, g *flight.Group[string], work func(context.Context) (string, error)) <-chan result {
	got := make(chan result, 1)
	go func() {
		value, err := g.Do(ctx, work)
		got <- result{value, err}
	}()
	return got
}

// pass lets virtual time go by.
func pass(d time.Duration) { <-time.After(d) }

// slow is work that takes a second and counts itself. It does not look at its context.
func slow(runs *atomic.Int32) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		runs.Add(1)
		pass(time.Second)
		return "done", nil
	}
}

func TestAThousandCallersShareOneRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		var runs atomic.Int32
		begin := time.Now()
		var all []<-chan result
		for range 1000 {
			all = append(all, ask(t.Context(), &g, slow(&runs)))
		}
		for _, got := range all {
			require.Equal(t, result{"done", nil}, <-got)
		}
		require.EqualValues(t, 1, runs.Load())
		require.Equal(t, time.Second, time.Since(begin))
	})
}

func TestThoseWhoComeLaterShareTheRestOfTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		var runs atomic.Int32
		begin := time.Now()
		first := ask(t.Context(), &g, slow(&runs))
		pass(900 * time.Millisecond)
		value, err := g.Do(t.Context(), slow(&runs))
		require.NoError(t, err)
		require.Equal(t, "done", value)
		require.Equal(t, time.Second, time.Since(begin))
		require.Equal(t, result{"done", nil}, <-first)
		require.EqualValues(t, 1, runs.Load())
	})
}

func TestWhatIsDoneIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		var runs atomic.Int32
		for want := range int32(3) {
			_, err := g.Do(t.Context(), slow(&runs))
			require.NoError(t, err)
			require.Equal(t, want+1, runs.Load())
		}
	})
}

func TestAFailureIsSharedAndNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		errNo := errors.New("no token today")
		fails := func(context.Context) (string, error) {
			pass(time.Second)
			return "", errNo
		}
		first, second := ask(t.Context(), &g, fails), ask(t.Context(), &g, fails)
		require.ErrorIs(t, (<-first).err, errNo)
		require.ErrorIs(t, (<-second).err, errNo)

		var runs atomic.Int32
		value, err := g.Do(t.Context(), slow(&runs))
		require.NoError(t, err)
		require.Equal(t, "done", value)
	})
}

type key struct{}

func TestTheWorkHasTheValuesOfItsFirstCallerButNotItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "trace-1"), time.Minute)
		defer cancel()
		_, err := g.Do(ctx, func(ctx context.Context) (string, error) {
			require.Equal(t, "trace-1", ctx.Value(key{}))
			_, bounded := ctx.Deadline()
			require.False(t, bounded, "the first caller's deadline is not that of the others")
			return "", ctx.Err()
		})
		require.NoError(t, err)
	})
}

func TestTheContextOfTheWorkEndsWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		var inside context.Context
		_, err := g.Do(t.Context(), func(ctx context.Context) (string, error) {
			inside = ctx //nolint:fatcontext // looked at when the work is over
			return "", ctx.Err()
		})
		require.NoError(t, err)
		require.ErrorIs(t, inside.Err(), context.Canceled, "nothing of it may leak")
	})
}

// Real goroutines without a plan, for the race detector.
func TestManyFlightsOneAfterAnother(t *testing.T) {
	var g flight.Group[int32]
	var active, most atomic.Int32
	work := func(context.Context) (int32, error) {
		most.Store(max(most.Load(), active.Add(1)))
		defer active.Add(-1)
		return 7, nil
	}
	var callers sync.WaitGroup
	for range 50 {
		callers.Go(func() {
			for range 200 {
				value, err := g.Do(t.Context(), work)
				if value != 7 || err != nil {
					t.Errorf("got %d, %v", value, err)
				}
			}
		})
	}
	callers.Wait()
	require.EqualValues(t, 1, most.Load(), "two runs at the same time")
}
