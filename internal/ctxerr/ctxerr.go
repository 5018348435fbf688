// Package ctxerr tells why a context ended.
package ctxerr

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Ended is Of for a context that is over, also if it has not noticed yet: a deadline passes a little
// before its context ends. It is nil for a context that goes on.
func Ended(ctx context.Context) error {
	if err := Of(ctx); err != nil {
		return err
	}
	if deadline, bounded := ctx.Deadline(); bounded && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// Of returns the error of an ended context together with its cause, so that errors.Is finds
// context.Canceled as well as what the caller gave to context.WithCancelCause.
func Of(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}
