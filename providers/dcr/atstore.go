package dcr

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file calls the Store, which the user may have written: whatever it does, nobody waits longer
// than he wants, and nobody is at a handle while somebody else still is.

const (
	// storeWait bounds one access to the store.
	storeWait = 30 * time.Second
	// lockWait bounds the wait for another call with the same client, which takes no longer than its
	// retries.
	lockWait = 5 * time.Minute
)

var errLockWait = errors.New("gave up waiting for another call with this client")

// hold is a lock that somebody has. What was begun under it may be left and still go on: the lock is
// given free when the holder and all of that have ended.
type hold struct {
	users atomic.Int32
	free  func()
}

func newHold(free func()) *hold {
	h := &hold{free: free}
	h.enter()
	return h
}

func (h *hold) enter() {
	if h != nil {
		h.users.Add(1)
	}
}

func (h *hold) leave() {
	if h != nil && h.users.Add(-1) == 0 && h.free != nil {
		h.free()
	}
}

// holds are the locks that calls have now, by client.
type holds struct {
	mu   sync.Mutex
	held map[string]*hold
}

func (h *holds) of(id string) *hold {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.held[id]
}

func (h *holds) put(id string, own *hold) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held == nil {
		h.held = map[string]*hold{}
	}
	h.held[id] = own
}

func (h *holds) drop(id string, own *hold) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held[id] == own {
		delete(h.held, id)
	}
}

// isPrompt: the library's own store in memory hangs nobody, and needs no goroutine.
func (h *handles) isPrompt() bool {
	_, own := h.store.(*memoryStore)
	return own
}

// take takes the lock of a client.
func (h *handles) take(ctx context.Context, id string) (unlock func(), err error) {
	locker, shared := h.store.(Locker)
	if h.isPrompt() {
		return locker.Lock(ctx, id)
	}
	wait, cancel := context.WithTimeoutCause(ctx, lockWait, errLockWait)
	defer cancel()
	if !shared {
		locker = &h.own
	}
	own, err := providerkit.Apart(wait, func() (*hold, error) {
		open, err := locker.Lock(wait, id)
		if err != nil {
			return nil, err
		}
		return newHold(open), nil
	}, (*hold).leave)
	if err != nil {
		return nil, err
	}
	h.holds.put(id, own)
	return func() {
		h.holds.drop(id, own)
		h.give(ctx, own)
	}, nil
}

// give waits for a store that takes its time, as long as the caller does.
func (h *handles) give(ctx context.Context, own *hold) {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	_, _ = providerkit.Apart(ctx, func() (struct{}, error) {
		own.leave()
		return struct{}{}, nil
	}, nil) // whether it was opened changes nothing for who goes
}

// ask reads from the store, for as long as the caller waits.
func ask[T any](ctx context.Context, h *handles, id string, work func(context.Context) (T, error)) (T, error) {
	if ctx.Err() != nil {
		var none T
		return none, ended(ctx)
	}
	if h.isPrompt() {
		return work(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	return atStore(ctx, h, id, func() (T, error) { return work(ctx) })
}

// tell writes to the store, also for a caller who left: the store has its full time then, and nobody
// waits for it.
func (h *handles) tell(ctx context.Context, id string, work func(context.Context) error) error {
	if h.isPrompt() {
		return work(ctx)
	}
	wait, leave := context.WithTimeout(ctx, storeWait)
	defer leave()
	_, err := atStore(wait, h, id, func() (struct{}, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWait)
		defer cancel()
		return struct{}{}, work(ctx)
	})
	return err
}

// atStore keeps the lock of the client as long as the store is at its handle.
func atStore[T any](ctx context.Context, h *handles, id string, work func() (T, error)) (T, error) {
	own := h.holds.of(id)
	own.enter()
	return providerkit.Apart(ctx, func() (T, error) {
		defer own.leave()
		return work()
	}, nil)
}

// ended is the error of an ended context together with its cause.
func ended(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}
