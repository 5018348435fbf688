package oauthclients

import (
	"context"
	"errors"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file calls the TokenStore, which somebody else wrote: whatever it does, nobody waits longer
// than he wants, and nobody is at the store or at its token while somebody else still is.

// lock takes the turn in this process, then the store's lock.
func (k *keeper) lock(ctx context.Context) (unlock func(), err error) {
	wait, cancel := context.WithTimeoutCause(ctx, lockWait, errLockWait)
	defer cancel()
	if ctx.Err() != nil { // select would choose by chance
		return nil, k.core.contextError(opToken, ctxerr.Of(ctx))
	}
	select {
	case k.turn <- struct{}{}:
	case <-wait.Done():
		return nil, k.waitError("a renewal of the token, or its TokenStore, has not come to an end", ctxerr.Of(wait))
	}
	locker, shared := k.store.(TokenLocker)
	if !shared {
		k.hold = flight.NewHold(k.endTurn)
		return k.hold.Leave, nil
	}
	hold, err := k.lockStore(wait, locker)
	if err != nil {
		return nil, err
	}
	k.hold = hold
	return func() { k.unlock(ctx, hold) }, nil
}

func (k *keeper) endTurn() { <-k.turn }

// lockStore ends the turn where there is no lock to be had, and when a lock that came too late is
// open again.
func (k *keeper) lockStore(ctx context.Context, locker TokenLocker) (*flight.Hold, error) {
	hold, err := flight.Apart(ctx, func() (hold *flight.Hold, err error) {
		defer func() {
			if hold == nil {
				k.endTurn()
			}
		}()
		open, err := locker.Lock(ctx)
		if err != nil {
			return nil, k.storeError(notLocked, err)
		}
		return flight.NewHold(func() {
			defer k.endTurn()
			if open != nil {
				open()
			}
		}), nil
	}, leaveLate)
	var known *Error
	if err != nil && !errors.As(err, &known) { // what was saved so far may be looked at by the next one already
		err = k.waitError(notLocked, err)
	}
	return hold, err
}

const notLocked = "the TokenStore could not be locked"

func leaveLate(hold *flight.Hold) {
	if hold != nil {
		hold.Leave()
	}
}

// unlock waits for a store that takes its time, as long as the caller does.
func (k *keeper) unlock(ctx context.Context, hold *flight.Hold) {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	_, _ = flight.Apart(ctx, func() (struct{}, error) {
		hold.Leave()
		return struct{}{}, nil
	}, nil) // whether it was opened changes nothing for who goes
}

func (k *keeper) waitError(what string, cause error) error {
	return &Error{Kind: ErrUnavailable, Provider: k.core.name, Operation: opToken, Message: what, Err: cause}
}

// atStore waits for the store until ctx ends, whether the store looks at a context or not. The lock
// stays as long as the store is at it: what it does late must not meet what others do.
func atStore[T any](ctx context.Context, k *keeper, work func() (T, error)) (T, error) {
	hold := k.hold
	hold.Enter()
	return flight.Apart(ctx, func() (T, error) {
		defer hold.Leave()
		return work()
	}, nil)
}

// get asks the store for its token.
func (k *keeper) get(ctx context.Context) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	if ctx.Err() != nil {
		return nil, ctxerr.Of(ctx)
	}
	return atStore(ctx, k, func() (*oauth2.Token, error) { return k.store.Load(ctx) })
}

// put hands the store a token that was just issued, also for a caller who left: the store has its
// full time then, and nobody waits for it.
func (k *keeper) put(ctx context.Context, token *oauth2.Token) error {
	wait, leave := context.WithTimeout(ctx, storeWait)
	defer leave()
	_, err := atStore(wait, k, func() (struct{}, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWait)
		defer cancel()
		return struct{}{}, k.store.Save(ctx, token)
	})
	return err
}
