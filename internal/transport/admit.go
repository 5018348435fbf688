package transport

import (
	"context"
	"errors"
	"time"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

// This file holds a call back: behind a gate that a 429 closed, and by the rate limit.

// ErrHeld says that a request was not sent because the wait it would need is too long.
var ErrHeld = errors.New("not sent: the rate limit asks for a longer wait than is allowed")

// admit waits until the next attempt may be sent. A 429 may come while it waits for the rate
// limit; then it waits for both again, so that the rate holds when the gate opens.
func (c *call) admit(ctx context.Context) error {
	if err := ctxerr.Ended(ctx); err != nil {
		return err
	}
	g := c.transport.gates.get(c.request.Gate)
	for {
		if err := c.passGate(ctx, g); err != nil {
			return err
		}
		if err := c.passLimiter(ctx); err != nil {
			return err
		}
		if !g.bars(c.hasPlace) {
			return ctxerr.Ended(ctx)
		}
	}
}

func (c *call) passGate(ctx context.Context, g *gate) error {
	if wait := g.remaining(); wait > 0 && !c.canWait(ctx, wait) {
		return c.hold(ctx, wait)
	}
	if err := c.queue(ctx, g); err != nil || !c.hasPlace {
		return err
	}
	// While this call has a place only requests that are under way can close it again.
	for wait := g.remaining(); wait > 0; wait = g.remaining() {
		if !c.canWait(ctx, wait) {
			return c.hold(ctx, wait)
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
	return nil
}

// queue waits for this call's turn, if there is a queue and it has no place in it yet.
func (c *call) queue(ctx context.Context, g *gate) error {
	if c.hasPlace {
		return nil
	}
	if c.waits == nil {
		c.waits = g.join(ctx, c.request.Until)
	}
	if c.waits == nil {
		return nil
	}
	select {
	case place := <-c.waits.turn: // what is there counts, though it has become too late to wait
		return c.called(ctx, g, place)
	default:
	}
	tooLate, stop := c.tooLate()
	defer stop()
	select {
	case place := <-c.waits.turn:
		return c.called(ctx, g, place)
	case <-tooLate:
		return c.hold(ctx, g.remaining())
	case <-ctx.Done():
		return errQueued
	}
}

// called is for a call whose turn has come: it gets the place, or hears that the wait got too long.
func (c *call) called(ctx context.Context, g *gate, place bool) error {
	c.waits, c.hasPlace = nil, place
	if !place {
		return c.hold(ctx, g.remaining())
	}
	return nil
}

// tooLate tells when the request is of no use any more; never for most.
func (c *call) tooLate() (tooLate <-chan time.Time, stop func()) {
	if c.request.Until.IsZero() {
		return nil, func() {}
	}
	timer := time.NewTimer(time.Until(c.request.Until))
	return timer.C, func() { timer.Stop() }
}

// requeue is for a call that was refused and will try again. It is in the queue from now on: those
// who were refused together would find the gate open when their wait is over.
func (c *call) requeue(ctx context.Context) {
	g := c.transport.gates.get(c.request.Gate)
	if c.hasPlace {
		c.waits, c.hasPlace = g.rejoin(ctx, c.request.Until), false
		return
	}
	c.waits = g.join(ctx, c.request.Until)
}

// leaveGate lets the next request in the queue go.
func (c *call) leaveGate() {
	g := c.transport.gates.get(c.request.Gate)
	if c.waits != nil {
		g.withdraw(c.waits)
		c.waits = nil
	}
	if c.hasPlace {
		g.leave()
		c.hasPlace = false
	}
}

func (c *call) closeGate(wait time.Duration) {
	c.transport.gates.get(c.request.Gate).close(wait, c.transport.policy.MaxWait)
}

// errQueued is for a call whose context ended in the queue. Nobody knew how long that would take.
var errQueued = errors.New("while it waited its turn after a rate limit")

// hold gives up on a wait that is too long for the policy or the caller's deadline. A context that
// has ended meanwhile is the reason itself: who is told of a rate limit waits and tries again.
func (c *call) hold(ctx context.Context, wait time.Duration) error {
	if err := ctxerr.Ended(ctx); err != nil {
		return err
	}
	c.held, c.asked = true, wait
	return ErrHeld
}

func (c *call) passLimiter(ctx context.Context) error {
	limiter := c.transport.limiter
	if limiter == nil || !c.request.Limited {
		return nil
	}
	err := limiter.Wait(ctx)
	if err == nil || ctx.Err() != nil {
		return err
	}
	// The deadline would come first. A reservation would tell the wait, and lengthen that of others.
	missing := 1 - limiter.Tokens()
	return c.hold(ctx, max(0, time.Duration(missing/float64(limiter.Limit())*float64(time.Second))))
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
