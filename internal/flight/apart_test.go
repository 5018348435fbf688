package flight_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file tests code of somebody else: it may stay, panic, or end its goroutine.

var errWild = errors.New("out of reach")

// panicOf is what call panics with, nil if it does not.
func panicOf(call func()) (value any) {
	defer func() { value = recover() }()
	call()
	return nil
}

func goesWild() { panic(errWild) } //nolint:forbidigo // what others do is what is tested

// requireWild checks what a panic is that came from another goroutine.
func requireWild(t *testing.T, value any) {
	t.Helper()
	panicked, ok := value.(*flight.PanicError)
	require.True(t, ok, "%v", value)
	require.Equal(t, errWild, panicked.Value)
	require.ErrorIs(t, panicked, errWild)
	require.Contains(t, string(panicked.Stack), "goesWild")
	require.Contains(t, panicked.Error(), "out of reach\n\n")
}

func TestApartReturnsWhatTheWorkReturns(t *testing.T) {
	value, err := flight.Apart(t.Context(), func() (string, error) { return "done", errWild }, nil)
	require.Equal(t, "done", value)
	require.ErrorIs(t, err, errWild)
}

func TestApartLeavesWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errEnough)
		defer cancel()
		begin := time.Now()
		late := make(chan string, 1)
		value, err := flight.Apart(ctx, func() (string, error) { pass(time.Minute); return "done", nil }, func(v string) { late <- v })
		require.Empty(t, value)
		require.ErrorIs(t, err, errEnough)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(begin))
		require.Equal(t, "done", <-late)
		require.Equal(t, time.Minute, time.Since(begin))
	})
}

// What must be done is begun also for who has left.
func TestApartBeginsTheWorkInAnyCase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		late := make(chan string, 1)
		_, err := flight.Apart(ctx, func() (string, error) { pass(time.Second); return "done", nil }, func(v string) { late <- v })
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, "done", <-late)
	})
}

func TestAPanicApartComesBack(t *testing.T) {
	requireWild(t, panicOf(func() {
		_, _ = flight.Apart(t.Context(), func() (string, error) { goesWild(); return "", nil }, nil)
	}))
	requireWild(t, panicOf(func() { // through two goroutines, with the first stack
		_, _ = flight.Apart(t.Context(), func() (string, error) {
			return flight.Apart(t.Context(), func() (string, error) { goesWild(); return "", nil }, nil)
		}, nil)
	}))
}

func TestWorkThatEndsItsGoroutineIsAnError(t *testing.T) {
	ends := func() (string, error) { runtime.Goexit(); return "", nil }
	_, err := flight.Apart(t.Context(), ends, nil)
	require.ErrorContains(t, err, "ended without a result")
	_, err = (<-flight.Begin(ends))()
	require.ErrorContains(t, err, "ended without a result")
}

// Nobody is there for it; the process goes on.
func TestALatePanicIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		got := make(chan string, 1)
		wild := func() (string, error) { pass(time.Minute); goesWild(); return "never", nil }
		_, err := flight.Apart(ctx, wild, func(v string) { got <- v; goesWild() })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Empty(t, <-got, "there is no value, and yet an end")
		synctest.Wait()
	})
}

func TestWhatWasBegunGivesItsResultWhereItIsAskedFor(t *testing.T) {
	value, err := (<-flight.Begin(func() (string, error) { return "done", errWild }))()
	require.Equal(t, "done", value)
	require.ErrorIs(t, err, errWild)
	result := <-flight.Begin(func() (string, error) { goesWild(); return "", nil })
	requireWild(t, panicOf(func() { _, _ = result() }))
}

func TestAPanicGoesToEverybodyOnAFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		wild := func(context.Context) (string, error) { pass(time.Second); goesWild(); return "", nil }
		got := make(chan any, 10)
		for range cap(got) {
			go func() { got <- panicOf(func() { _, _ = g.Do(t.Context(), wild) }) }()
		}
		for range cap(got) {
			requireWild(t, <-got)
		}
		value, err := g.Do(t.Context(), func(context.Context) (string, error) { return "done", nil })
		require.NoError(t, err)
		require.Equal(t, "done", value, "the next flight starts anew")
	})
}

func TestAPanicOfAFlightThatEverybodyHasLeftIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := flight.Group[string]{Endless: true}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := g.Do(ctx, func(context.Context) (string, error) { pass(time.Minute); goesWild(); return "", nil })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		pass(time.Hour)
		_, err = g.Do(t.Context(), func(context.Context) (string, error) { return "done", nil })
		require.NoError(t, err)
	})
}

func TestALockStaysAsLongAsSomebodyIsThere(t *testing.T) {
	free := 0
	hold := flight.NewHold(func() { free++ })
	hold.Enter()
	hold.Leave()
	hold.Enter()
	hold.Leave() // the holder
	require.Zero(t, free)
	hold.Leave() // what was begun under it
	require.Equal(t, 1, free)
}
