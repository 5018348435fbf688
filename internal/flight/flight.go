// Package flight does a thing once for all who ask for it at the same time.
//
// x/sync/singleflight does nearly that, but it cannot end the work when the last caller has
// left, so that a hanging server would keep it for ever.
package flight

import (
	"context"
	"sync"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

// Group shares one piece of work. The zero Group is ready for use.
type Group[T any] struct {
	// Endless work takes no notice of its context. What everybody has left still goes on, so
	// that the next caller joins it instead of starting more of it.
	Endless bool

	mu      sync.Mutex
	current *flight[T]
}

type flight[T any] struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{} // closed when the outcome is set
	outcome outcome[T]
}

// Do returns the result of work, started by the first caller and shared by those who come
// until it ends. A caller leaves when its own context ends, with the context's cause; the work
// goes on for the others, and its context ends when nobody waits any more.
//
// A panic of the work goes on in the goroutine of everybody who waits for it, as a [*PanicError]: each of
// them would have had it alone as well. Work that everybody has left panics unheard. Work that ends
// its goroutine is an error for all.
func (g *Group[T]) Do(ctx context.Context, work func(context.Context) (T, error)) (T, error) {
	if ctx.Err() != nil {
		var none T
		return none, ctxerr.Of(ctx)
	}
	f := g.board(ctx, work)
	defer g.leave(f)
	select {
	case <-f.done:
		return f.outcome.result()
	case <-ctx.Done():
		var none T
		return none, ctxerr.Of(ctx)
	}
}

// Forget keeps those who come from now on from joining the work that is under way.
func (g *Group[T]) Forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.current = nil
}

func (g *Group[T]) board(ctx context.Context, work func(context.Context) (T, error)) *flight[T] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.current == nil {
		f := &flight[T]{done: make(chan struct{})}
		// The first caller's values stay; its end must not end the work of the others.
		ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
		g.current = f
		go run(func() (T, error) { return work(ctx) }, func(got outcome[T]) { g.end(f, got) })
	}
	g.current.waiting++
	return g.current
}

func (g *Group[T]) end(f *flight[T], got outcome[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f.outcome = got
	g.land(f)
	close(f.done)
}

// leave takes one caller off the flight and abandons it when it was the last.
func (g *Group[T]) leave(f *flight[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		f.cancel()
		if !g.Endless {
			g.land(f)
		}
	}
}

// land makes room for the next flight.
func (g *Group[T]) land(f *flight[T]) {
	if g.current == f {
		g.current = nil
	}
}
