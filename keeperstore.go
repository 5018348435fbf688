package oauthclients

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file is the keeper's way to its TokenStore: the lock, and what is loaded and saved under it.

// load returns the stored token, or without a store the one in memory; nil if there is none.
func (k *keeper) load(ctx context.Context) (*oauth2.Token, error) {
	if k.store == nil {
		return k.current, nil
	}
	stored, err := k.loadStore(ctx)
	if err != nil {
		return nil, err
	}
	// A store that is behind, such as a cache, would bring back a token that is used up.
	behind := k.current != nil && stored != nil && slices.Contains(k.spent, stored.RefreshToken)
	if behind || k.late && stamp(stored) == k.seen {
		return k.current, k.save(ctx)
	}
	k.late, k.seen = false, stamp(stored)
	switch {
	case !isEmpty(stored):
		k.take(aged(stored))
		k.kept = true
		if stored.AccessToken != "" { // a refresh token alone is renewed first
			return k.current, k.core.sendable(stored)
		}
	case k.kept:
		k.current = nil
	}
	return k.current, nil
}

func (k *keeper) loadStore(ctx context.Context) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	stored, err := k.store.Load(ctx)
	if err != nil {
		return nil, k.storeError("the token could not be loaded from the TokenStore", err)
	}
	return stored, nil
}

// take makes a token the present one.
func (k *keeper) take(t *oauth2.Token) {
	k.current = t
	for _, value := range []string{t.AccessToken, t.RefreshToken} {
		if !slices.Contains(k.known, value) {
			k.known.add(value)
		}
	}
}

// keep saves a token before anybody uses it. One that cannot be saved stays in memory and is
// saved before the next call: it may be the only one that the provider still takes.
func (k *keeper) keep(ctx context.Context, next *oauth2.Token) error {
	k.take(next)
	if k.store == nil {
		return nil
	}
	return k.save(ctx)
}

func (k *keeper) save(ctx context.Context) error {
	k.late, k.kept = true, true
	ctx, cancel := storeContext(ctx)
	defer cancel()
	own := *k.current // the store may do with it what it likes
	if err := k.store.Save(ctx, &own); err != nil {
		return k.storeError("the token could not be saved in the TokenStore", err)
	}
	k.late, k.seen = false, stamp(k.current)
	return nil
}

// replace saves the token of a new sign-in, whatever the store had.
func (k *keeper) replace(ctx context.Context, token *oauth2.Token) error {
	unlock, err := k.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := k.loadStore(ctx); err != nil {
		return err // what cannot be read is not written over
	}
	return k.keep(ctx, token)
}

// ready finds out whether a token could be saved, before a person goes to the trouble of signing in.
func (k *keeper) ready(ctx context.Context) error {
	unlock, err := k.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	_, err = k.loadStore(ctx)
	return err
}

// storeContext lets a token be saved that was just issued, also for a caller who left.
func storeContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), storeWait)
}

// lock takes the turn in this process, then the store's lock.
func (k *keeper) lock(ctx context.Context) (unlock func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, lockWait, errLockWait)
	defer cancel()
	if ctx.Err() != nil { // select would choose by chance
		return nil, k.core.contextError(opToken, ctxerr.Of(ctx))
	}
	select {
	case k.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, k.core.contextError(opToken, ctxerr.Of(ctx))
	}
	release := func() { <-k.turn }
	locker, shared := k.store.(TokenLocker)
	if !shared {
		return release, nil
	}
	open, err := locker.Lock(ctx)
	if err != nil {
		err = k.storeError("the TokenStore could not be locked", err)
		release()
		return nil, err
	}
	return func() {
		if open != nil {
			open()
		}
		release()
	}, nil
}

// storeError keeps out of the text what a store may have put into its own.
func (k *keeper) storeError(what string, err error) error {
	e := &Error{Kind: ErrUnavailable, Provider: k.core.name, Operation: opToken, Message: what, Err: redact.Error(err, k.known)}
	if errors.Is(err, errNoToken) {
		e.Kind = ErrInvalid // trying again does not help
	}
	return e
}

func isEmpty(t *oauth2.Token) bool { return t == nil || t.AccessToken == "" && t.RefreshToken == "" }

// stamp tells one token from another.
func stamp(t *oauth2.Token) string {
	if isEmpty(t) {
		return ""
	}
	return t.AccessToken + "\n" + t.RefreshToken
}
