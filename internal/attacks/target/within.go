package target

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"testing"
	"time"
)

// This file bounds what an attack may take.

// Hang is when a call counts as hanging, which has no end: a busy machine alone makes megabytes take
// seconds.
const Hang = 30 * time.Second

// Ended is how a call ended.
type Ended struct {
	Err   error
	Panic any
	// Hung: it had not ended after [Hang].
	Hung bool
	// Late is by how much it outlasted its context.
	Late time.Duration
	// Took is how long it took.
	Took time.Duration
}

// Run calls with a context of that length. A call that hangs is left behind.
func Run(t *testing.T, limit time.Duration, call func(context.Context) error) Ended {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), limit)
	defer cancel()
	begin, done := time.Now(), make(chan Ended, 1)
	go func() {
		e := Ended{Panic: "runtime.Goexit"}
		defer func() {
			if value := recover(); value != nil {
				e.Panic = value
			}
			done <- e
		}()
		e.Err = call(ctx)
		e.Panic = nil
	}()
	watch := time.NewTimer(limit + Hang)
	defer watch.Stop()
	select {
	case e := <-done:
		e.Took = time.Since(begin)
		e.Late = max(e.Took-limit, 0)
		return e
	case <-watch.C:
		return Ended{Hung: true, Late: Hang, Err: fmt.Errorf("no end after %v", limit+Hang)}
	}
}

// Together lets so many attacks run at once, more than there are processors: most of them wait. It
// is for a TestMain, before the tests run.
func Together(n int) error {
	flag.Parse()
	return flag.Set("test.parallel", strconv.Itoa(n))
}
