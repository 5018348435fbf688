package transport

import (
	"context"
	"slices"
	"sync"
	"time"
)

// This file is the gate that a 429 closes. What a call does at it is in admit.go.

// gates has one gate per queue, mostly the HTTP method, since the vendors limit by method.
type gates struct {
	mu    sync.Mutex
	named map[string]*gate
}

// gate lets everything through until a 429 closes it. Then requests queue: they wait until
// the server's wait is over and go one at a time, so that a window that is still full costs
// one 429 and not one per waiter. It opens when the queue is empty. A busy client always has
// a queue: after a window without another 429 more and more of it may be under way at once,
// one more with each round, so that the next full window is met by few.
type gate struct {
	mu       sync.Mutex
	until    time.Time // when it lets the next request through
	asked    time.Time // when the server wants the next request; later than until if that is far away
	queuing  bool
	places   int       // how many of the queue may be under way at once
	taken    int       // how many are
	answered int       // how many were since places grew
	proved   bool      // one was not refused since it was closed
	waiting  []*waiter // who has no place yet, in order
}

// waiter is a call without a place.
type waiter struct {
	turn     chan bool // has room for one: true for a place, false if the wait got too long
	deadline time.Time // of its context; zero: none
	until    time.Time // that of its request
}

func newWaiter(ctx context.Context, until time.Time) *waiter {
	w := &waiter{turn: make(chan bool, 1), until: until}
	w.deadline, _ = ctx.Deadline()
	return w
}

// leavesBefore: it cannot go when the gate opens.
func (w *waiter) leavesBefore(opens time.Time) bool {
	return !w.deadline.IsZero() && !w.deadline.After(opens) || !w.until.IsZero() && w.until.Before(opens)
}

func (g *gates) get(name string) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.named == nil {
		g.named = map[string]*gate{}
	}
	if g.named[name] == nil {
		g.named[name] = &gate{}
	}
	return g.named[name]
}

// close closes the gate for the wait that a 429 asked for. After longest one request may go and
// ask again, however long that wait is: a single absurd answer must not stop a client for a day.
// Those who would wait too long are told at once.
func (g *gate) close(wait, longest time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	g.queuing, g.places, g.answered, g.proved = true, 1, 0, false
	g.until = later(g.until, now.Add(min(wait, longest)))
	g.asked = later(g.asked, now.Add(wait)) // a Time reaches further than any Duration
	g.waiting = slices.DeleteFunc(g.waiting, func(w *waiter) bool {
		tooLong := wait > longest || w.leavesBefore(g.until)
		if tooLong {
			w.turn <- false
		}
		return tooLong
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// remaining is how long the server asked to wait, as long as the gate is closed; 0 if it is open.
func (g *gate) remaining() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.untilOpen() <= 0 {
		return 0
	}
	return time.Until(g.asked)
}

// untilOpen is how long it is closed; the caller has the lock. Most gates never were, and need no
// clock.
func (g *gate) untilOpen() time.Duration {
	if g.until.IsZero() {
		return 0
	}
	return time.Until(g.until)
}

// bars says whether a call may not go on: the gate is closed, or others are queuing and the
// call has no place.
func (g *gate) bars(hasPlace bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.untilOpen() > 0 || g.isQueuing() && !hasPlace
}

// isQueuing also ends the queue; the caller has the lock. Before the time that the server asked for it
// goes on until one request was not refused.
func (g *gate) isQueuing() bool {
	if g.queuing && g.taken == 0 && len(g.waiting) == 0 && g.untilOpen() <= 0 && (g.proved || time.Until(g.asked) <= 0) {
		g.queuing = false
	}
	return g.queuing
}

// join puts a call at the end of the queue; nil if there is none.
func (g *gate) join(ctx context.Context, until time.Time) *waiter {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.isQueuing() {
		return nil
	}
	w := newWaiter(ctx, until)
	g.waiting = append(g.waiting, w)
	g.grant()
	return w
}

// rejoin puts a call that had a place at the front: it was refused, and would use up its attempts
// if others were always before it.
func (g *gate) rejoin(ctx context.Context, until time.Time) *waiter {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := newWaiter(ctx, until)
	g.waiting = slices.Insert(g.waiting, 0, w)
	g.taken--
	g.grant()
	return w
}

// grant gives free places away; the caller has the lock.
func (g *gate) grant() {
	for g.taken < g.places && len(g.waiting) > 0 {
		g.waiting[0].turn <- true
		g.waiting = slices.Delete(g.waiting, 0, 1)
		g.taken++
	}
}

// window is how long the vendors' limits last at the most.
const window = time.Minute

// leave gives a place free that had its answer.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.taken--
	g.proved = g.proved || g.untilOpen() <= 0
	if g.answered++; g.answered >= g.places && time.Since(g.until) >= window {
		g.places, g.answered = g.places+1, 0
	}
	g.grant()
}

// withdraw takes a call out of the queue that waits no more.
func (g *gate) withdraw(w *waiter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.waiting, w); i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
	} else if <-w.turn { // its turn has come
		g.taken--
		g.grant()
	}
}
