// Package ctxerr tells why a context ended.
package ctxerr

import (
	"context"
	"errors"
	"fmt"
)

// Of returns the error of an ended context together with its cause, so that errors.Is finds
// context.Canceled as well as what the caller gave to context.WithCancelCause.
func Of(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}
