package tokens

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file calls the Store, which somebody else wrote: whatever it does, nobody waits longer
// than he wants, and nobody is at the store or at its token while somebody else still is.

var (
	errLockWait = fmt.Errorf("gave up waiting for another renewal of the token: %w", context.DeadlineExceeded)
	errLost     = errors.New("the lock was lost again and again")
)

const (
	notLocked = "the TokenStore could not be locked"
	notEnded  = "a renewal of the token, or its TokenStore, has not come to an end"
)

// lock takes the turn in this process, then the store's lock.
func (k *Keeper) lock(ctx context.Context) (unlock func(), err error) {
	if ctx.Err() != nil { // select would choose by chance
		return nil, ctxerr.Of(ctx)
	}
	wait, had, over := waiting(ctx)
	select {
	case k.turn <- struct{}{}:
	case <-wait.Done():
		over()
		return nil, waitError(notEnded, ctxerr.Of(wait))
	}
	if ctx.Err() != nil { // wait hears of it a little later
		k.endTurn()
		over()
		return nil, waitError(notEnded, ctxerr.Of(ctx))
	}
	locker, shared := k.store.(Locker)
	if !shared {
		over()
		k.hold, k.held = flight.NewHold(k.endTurn), nil
		return k.hold.Leave, nil
	}
	lock, err := k.lockStore(wait, over, locker)
	if err != nil {
		over()
		return nil, err
	}
	if ctx.Err() != nil { // who has left must not come back with a lock
		k.unlock(ctx, lock.hold)
		return nil, waitError(notLocked, ctxerr.Of(ctx))
	}
	had()
	k.hold, k.held = lock.hold, lock.held
	return func() { k.unlock(ctx, lock.hold) }, nil
}

func (k *Keeper) endTurn() { <-k.turn }

// waiting bounds the wait for a lock. Its context lives until over, for the context of the lock may be made
// from it; what ends the wait does not end the lock after had.
func waiting(ctx context.Context) (wait context.Context, had, over func()) {
	inner, end := context.WithCancelCause(context.WithoutCancel(ctx))
	timer := time.AfterFunc(lockWait, func() { end(errLockWait) })
	stop := context.AfterFunc(ctx, func() { end(ctxerr.Of(ctx)) })
	had = func() { timer.Stop(); stop() }
	return timely{inner}, had, func() { had(); end(nil) }
}

// timely is a context that says of a deadline that it was one.
type timely struct{ context.Context } //nolint:containedctx // it is a context

// Err implements [context.Context].
func (t timely) Err() error {
	err := t.Context.Err()
	if err != nil && errors.Is(context.Cause(t.Context), context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return err
}

// storeLock is the lock of a store.
type storeLock struct {
	hold *flight.Hold
	held context.Context //nolint:containedctx // it ends when the lock is lost
}

// lockStore ends the turn where there is no lock to be had, and when a lock that came too late is
// open again.
func (k *Keeper) lockStore(ctx context.Context, over func(), locker Locker) (*storeLock, error) {
	lock, err := flight.Apart(ctx, func() (lock *storeLock, err error) {
		defer func() {
			if lock == nil {
				k.endTurn()
			}
		}()
		held, open, err := locker.Lock(ctx)
		if err != nil {
			return nil, k.storeError(notLocked, err)
		}
		return &storeLock{held: held, hold: flight.NewHold(func() {
			defer k.endTurn()
			defer over()
			if open != nil {
				open()
			}
		})}, nil
	}, leaveLate)
	var known *Error
	if err != nil && !errors.As(err, &known) { // what was saved so far may be looked at by the next one already
		err = waitError(notLocked, err)
	}
	return lock, err
}

func leaveLate(lock *storeLock) {
	if lock != nil {
		lock.hold.Leave()
	}
}

// isLost: somebody else may have the lock by now.
func (k *Keeper) isLost() bool { return k.held != nil && k.held.Err() != nil }

// unlock waits for a store that takes its time, as long as the caller does.
func (k *Keeper) unlock(ctx context.Context, hold *flight.Hold) {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	_, _ = flight.Apart(ctx, func() (struct{}, error) {
		hold.Leave()
		return struct{}{}, nil
	}, nil) // whether it was opened changes nothing for who goes
}

func waitError(what string, cause error) error { return &Error{Message: what, Err: cause} }

// atStore waits for the store until ctx ends, whether the store looks at a context or not. The lock
// stays as long as the store is at it: what it does late must not meet what others do.
func atStore[T any](ctx context.Context, k *Keeper, work func() (T, error)) (T, error) {
	hold := k.hold
	hold.Enter()
	return flight.Apart(ctx, func() (T, error) {
		defer hold.Leave()
		return work()
	}, nil)
}

// get asks the store for its token.
func (k *Keeper) get(ctx context.Context) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	if ctx.Err() != nil {
		return nil, ctxerr.Of(ctx)
	}
	return atStore(ctx, k, func() (*oauth2.Token, error) { return k.store.Load(ctx) })
}

// put hands the store a token that was just issued, also for a caller who left: the store has its
// full time then, and nobody waits for it.
func (k *Keeper) put(ctx context.Context, write func(ctx context.Context) error) error {
	wait, leave := context.WithTimeout(ctx, storeWait)
	defer leave()
	_, err := atStore(wait, k, func() (struct{}, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWait)
		defer cancel()
		return struct{}{}, write(ctx)
	})
	return err
}
