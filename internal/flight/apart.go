package flight

import (
	"context"
	"sync/atomic"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

// This file calls code of somebody else that may take no notice of a context.

// Apart calls work in a goroutine of its own and returns what it returned. It leaves when ctx ends
// first, with the context's cause; work goes on then, and late, if it is not nil, gets the value that
// it returned after all (the zero one beside an error). A panic of work goes on in the caller's
// goroutine, as a [*PanicError]; one that comes late has nobody to go to and is dropped. An end of its
// goroutine is an error.
//
// It begins the work also if ctx has ended: what must be done in any case, such as saving, is begun
// so. Whoever wants nothing begun looks at ctx before.
func Apart[T any](ctx context.Context, work func() (T, error), late func(T)) (T, error) {
	h := &handover[T]{done: make(chan struct{}), late: late}
	go run(work, h.bring)
	select {
	case <-h.done:
	case <-ctx.Done():
		if h.decided.CompareAndSwap(false, true) {
			var none T
			return none, ctxerr.Of(ctx)
		}
		<-h.done
	}
	return h.outcome.result()
}

// handover is between the goroutine that does the work and the one that waits for it.
type handover[T any] struct {
	outcome outcome[T]
	done    chan struct{} // closed when outcome is set and will be taken
	decided atomic.Bool   // whoever sets it first: the work has ended, or the caller has left
	late    func(T)
}

func (h *handover[T]) bring(got outcome[T]) {
	h.outcome = got
	if h.decided.CompareAndSwap(false, true) {
		close(h.done)
		return
	}
	if h.late != nil {
		run(func() (struct{}, error) { h.late(got.value); return struct{}{}, nil }, func(outcome[struct{}]) {})
	}
}
