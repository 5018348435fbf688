package flight_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file holds callers that leave before the work is done.

var errEnough = errors.New("waited long enough")

// hanging is work that goes on until its context ends, and tells when that was.
func hanging(ended chan<- time.Time) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		<-ctx.Done()
		ended <- time.Now()
		return "", ctx.Err()
	}
}

func TestACallerLeavesWithItsOwnContextAndCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		var runs atomic.Int32
		begin := time.Now()
		patient := ask(t.Context(), &g, slow(&runs))
		synctest.Wait()
		ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, errEnough)
		defer cancel()
		value, err := g.Do(ctx, slow(&runs))
		require.ErrorIs(t, err, errEnough)
		require.Empty(t, value)
		require.Equal(t, 50*time.Millisecond, time.Since(begin))

		require.Equal(t, result{"done", nil}, <-patient)
		require.Equal(t, time.Second, time.Since(begin))
		require.EqualValues(t, 1, runs.Load())
	})
}

func TestTheWorkGoesOnWhenTheFirstCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		ctx, cancel := context.WithCancelCause(t.Context())
		work := func(ctx context.Context) (string, error) {
			select {
			case <-time.After(time.Second):
				return "done", nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}
		first := ask(ctx, &g, work)
		synctest.Wait()
		second := ask(t.Context(), &g, work)
		synctest.Wait()
		cancel(errEnough)
		require.ErrorIs(t, (<-first).err, errEnough)
		require.Equal(t, result{"done", nil}, <-second)
	})
}

func TestTheLastCallerToLeaveEndsTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		ended := make(chan time.Time, 1)
		begin := time.Now()
		short, cancelShort := context.WithTimeout(t.Context(), time.Second)
		defer cancelShort()
		long, cancelLong := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancelLong()
		first, second := ask(short, &g, hanging(ended)), ask(long, &g, hanging(ended))
		require.ErrorIs(t, (<-first).err, context.DeadlineExceeded)
		require.ErrorIs(t, (<-second).err, context.DeadlineExceeded)
		require.Equal(t, 3*time.Second, (<-ended).Sub(begin))
	})
}

func TestANewCallerDoesNotWaitForAbandonedWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		release := make(chan struct{})
		stubborn := func(context.Context) (string, error) {
			<-release
			return "stale", nil
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		abandoned := ask(ctx, &g, stubborn)
		synctest.Wait()
		cancel(errEnough)
		require.ErrorIs(t, (<-abandoned).err, errEnough)

		var runs atomic.Int32
		fresh := ask(t.Context(), &g, slow(&runs))
		synctest.Wait()
		close(release) // the old work ends while the new one is under way
		synctest.Wait()
		third := ask(t.Context(), &g, slow(&runs))
		require.Equal(t, result{"done", nil}, <-fresh)
		require.Equal(t, result{"done", nil}, <-third)
		require.EqualValues(t, 1, runs.Load(), "the end of the old work made no room for a second run")
	})
}

func TestAContextThatHasEndedStartsNothing(t *testing.T) {
	var g flight.Group[string]
	var runs atomic.Int32
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errEnough)
	_, err := g.Do(ctx, slow(&runs))
	require.ErrorIs(t, err, errEnough)
	require.Zero(t, runs.Load())
}

func TestAContextThatHasEndedDoesNotEndTheWorkOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		var runs atomic.Int32
		other := ask(t.Context(), &g, slow(&runs))
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 100 {
			_, err := g.Do(ctx, slow(&runs))
			require.ErrorIs(t, err, context.Canceled)
		}
		require.Equal(t, result{"done", nil}, <-other)
	})
}
