package providerkit

import (
	"context"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file calls what the user of a provider wrote.

// Apart calls work, a piece of what a user wrote such as a store, in a goroutine of its own and returns what it
// returned, or the context's error when ctx ends first; work goes on then, and late, if it is not nil, gets the
// value that it returned after all, the zero one beside an error. work is begun also if ctx has ended: what must
// be done in any case, such as saving, is begun so. A panic of work goes on in the caller's goroutine, as a
// [*oauthclients.PanicError], and one that comes late is dropped.
func Apart[T any](ctx context.Context, work func() (T, error), late func(T)) (T, error) {
	return flight.Apart(ctx, work, late)
}
