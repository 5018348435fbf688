package flight

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// This file holds how work can end: with a result, with a panic, or with the end of its goroutine.
// None of these may end the process from a goroutine that nobody can defend.

// outcome is what work left behind.
type outcome[T any] struct {
	value    T
	err      error
	panicked *PanicError
}

// errGone is left where the work ended its goroutine (runtime.Goexit) instead of returning.
var errGone = errors.New("flight: the work ended without a result")

// run calls work, and end with how it ended, whatever that is.
func run[T any](work func() (T, error), end func(outcome[T])) {
	got := outcome[T]{err: errGone}
	defer func() {
		if value := recover(); value != nil {
			got.panicked = asPanic(value)
		}
		end(got)
	}()
	got.value, got.err = work()
}

// Begin calls work in a goroutine of its own. What comes out of the channel gives the result, or goes
// on with the panic, in the goroutine that calls it.
func Begin[T any](work func() (T, error)) <-chan func() (T, error) {
	ended := make(chan func() (T, error), 1)
	go run(work, func(got outcome[T]) { ended <- got.result })
	return ended
}

// result is for a caller: a panic goes on in its goroutine.
func (o outcome[T]) result() (T, error) {
	if o.panicked != nil {
		panic(o.panicked) //nolint:forbidigo // it is the panic of the caller's own code, back where the caller can recover it
	}
	return o.value, o.err
}

// PanicError is a panic that came from another goroutine. It is the value with which it goes on in the
// goroutine of each caller that waited for the work.
type PanicError struct {
	// Value is what the work panicked with.
	Value any
	// Stack is that of the goroutine in which it did.
	Stack []byte
}

// asPanic keeps the first stack of a panic that has come through several goroutines.
func asPanic(value any) *PanicError {
	if p, ok := value.(*PanicError); ok {
		return p
	}
	return &PanicError{Value: value, Stack: debug.Stack()}
}

// Error has the value and the stack, as the runtime prints them for a panic.
func (p *PanicError) Error() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }

// Unwrap returns the value if it is an error.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
