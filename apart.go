package oauthclients

import (
	"context"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file calls what the user of the library wrote.

// PanicError is what a panic goes on with that came from a goroutine of the library: one of a
// TokenSource, a [TokenStore], the open function of [AuthCode.Interactive] or another piece of the
// user's code. It panics again in the goroutine of the call that waited for it, where it can be
// recovered; several calls may have waited for the same thing, and then each of them panics. Where
// nobody waits any more it is dropped.
//
// It has Value, what the code panicked with, and Stack, where; it is an error whose text has both,
// and [errors.As] finds a Value that is an error.
type PanicError = flight.PanicError

// Apart calls work, a piece of what a user wrote, in a goroutine of its own and returns what it
// returned, or the context's error when ctx ends first; work goes on then, and late, if it is not nil,
// gets the value that it returned after all, the zero one beside an error. work is begun also if ctx
// has ended: what must be done in any case, such as saving, is begun so. A panic of work goes on in the
// caller's goroutine, as a [*PanicError], and one that comes late is dropped. It is for authors of
// providers that take something like a store from their users.
func Apart[T any](ctx context.Context, work func() (T, error), late func(T)) (T, error) {
	return flight.Apart(ctx, work, late)
}
