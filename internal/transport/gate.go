package transport

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// This file holds requests back: behind a gate that a 429 closed, and by the rate limit.

// ErrHeld says that a request was not sent because the wait it would need is too long.
var ErrHeld = errors.New("not sent: the rate limit asks for a longer wait than is allowed")

// gates has one gate per queue, mostly the HTTP method, since the vendors limit by method.
type gates struct {
	mu    sync.Mutex
	named map[string]*gate
}

// gate lets everything through until a 429 closes it. Then requests queue: they wait until
// the server's wait is over and go one at a time, so that a window that is still full costs
// one 429 and not one per waiter. It opens fully when the queue is empty, or when a window went
// by without another 429: a busy client always has a queue.
type gate struct {
	mu      sync.Mutex
	until   time.Time
	queued  int
	queuing bool
	turn    *semaphore.Weighted
}

func (g *gates) get(name string) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.named == nil {
		g.named = map[string]*gate{}
	}
	if g.named[name] == nil {
		g.named[name] = &gate{turn: semaphore.NewWeighted(1)}
	}
	return g.named[name]
}

func (g *gate) close(wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queuing = true
	if until := time.Now().Add(wait); until.After(g.until) {
		g.until = until
	}
}

// remaining is how long the gate stays closed.
func (g *gate) remaining() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Until(g.until)
}

// bars says whether a call may not go on: the gate is closed, or others are queuing and the
// call has no turn.
func (g *gate) bars(hasTurn bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Until(g.until) > 0 || g.isQueuing() && g.queued > 0 && !hasTurn
}

// window is how long the vendors' limits last at the most.
const window = time.Minute

// isQueuing also ends the queue; the caller has the lock.
func (g *gate) isQueuing() bool {
	since := time.Since(g.until)
	if g.queued == 0 && since >= 0 || since >= window {
		g.queuing = false
	}
	return g.queuing
}

// opened says that those who still wait for their turn need not.
func (g *gate) opened() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.isQueuing()
}

// join counts the caller into the queue, if there is one.
func (g *gate) join() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.isQueuing() {
		return false
	}
	g.queued++
	return true
}

func (g *gate) unjoin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queued--
}

// admit waits until the next attempt may be sent. A 429 may come while it waits for the rate
// limit; then it waits for both again, so that the rate holds when the gate opens.
func (c *call) admit(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	g := c.transport.gates.get(c.request.Gate)
	for {
		if err := c.passGate(ctx, g); err != nil {
			return err
		}
		if err := c.passLimiter(ctx); err != nil {
			return err
		}
		if !g.bars(c.leave != nil) {
			return ctx.Err()
		}
	}
}

func (c *call) passGate(ctx context.Context, g *gate) error {
	if !c.canWait(ctx, g.remaining()) {
		return c.hold(g.remaining())
	}
	if err := c.queue(ctx, g); err != nil || c.leave == nil {
		return err
	}
	// While this call has the turn only requests that were under way can close it again.
	for wait := g.remaining(); wait > 0; wait = g.remaining() {
		if !c.canWait(ctx, wait) {
			return c.hold(wait)
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
	return nil
}

// queue waits for this call's turn, if there is a queue and it has no place in it yet.
func (c *call) queue(ctx context.Context, g *gate) error {
	if c.leave != nil || !g.join() {
		return nil
	}
	if err := g.turn.Acquire(ctx, 1); err != nil {
		g.unjoin()
		return err
	}
	c.leave = func() {
		g.turn.Release(1)
		g.unjoin()
	}
	if g.opened() {
		c.leaveGate()
	}
	return nil
}

// leaveGate lets the next request in the queue go.
func (c *call) leaveGate() {
	if c.leave != nil {
		c.leave()
		c.leave = nil
	}
}

func (c *call) closeGate(wait time.Duration) { c.transport.gates.get(c.request.Gate).close(wait) }

// hold gives up on a wait that is too long for the policy or the caller's deadline.
func (c *call) hold(wait time.Duration) error {
	c.held, c.asked = true, wait
	return ErrHeld
}

func (c *call) passLimiter(ctx context.Context) error {
	if c.transport.limiter == nil || !c.request.Limited {
		return nil
	}
	err := c.transport.limiter.Wait(ctx)
	if err != nil && ctx.Err() == nil {
		return c.hold(0) // the deadline would come first; no server asked for the wait
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
