package tokens

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/privatefile"
	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file is what the keeper loads from its Store and saves in it, under the lock. How it
// gets there is in turn.go.

// load returns the stored token, or without a store the one in memory; nil if there is none.
func (k *Keeper) load(ctx context.Context) (*oauth2.Token, error) {
	if k.store == nil {
		return k.current, nil
	}
	stored, err := k.loadStore(ctx)
	if err != nil {
		return nil, err
	}
	// A store that is behind, such as a cache, would bring back a token that is used up.
	behind := k.current != nil && stored != nil && slices.Contains(k.spent, stored.RefreshToken)
	if behind || k.late && stamp(stored) == stamp(k.seen) {
		k.seen = copied(stored)
		return k.current, k.write(ctx)
	}
	k.late, k.seen = false, copied(stored)
	switch {
	case !IsEmpty(stored):
		k.take(aged(stored))
		k.kept = true
		if stored.AccessToken != "" { // a refresh token alone is renewed first
			return k.current, k.strategy.Check(stored)
		}
	case k.kept:
		k.current = nil
	}
	return k.current, nil
}

func (k *Keeper) loadStore(ctx context.Context) (*oauth2.Token, error) {
	stored, err := k.get(ctx)
	if err != nil {
		return nil, k.storeError("the token could not be loaded from the TokenStore", err)
	}
	return stored, nil
}

// take makes a token the present one.
func (k *Keeper) take(t *oauth2.Token) {
	k.current = t
	for _, value := range []string{t.AccessToken, t.RefreshToken} {
		if !slices.Contains(k.known, value) {
			k.known.add(value)
		}
	}
}

// keep saves a token before anybody uses it, and returns the one to use: where somebody else has put
// another one in place of the one that was renewed, that one stays. One that cannot be saved stays in
// memory and is saved before the next call: it may be the only one that the provider still takes.
func (k *Keeper) keep(ctx context.Context, next *oauth2.Token) (*oauth2.Token, error) {
	k.take(next)
	if k.store == nil {
		return next, nil
	}
	err := k.write(ctx)
	if !errors.Is(err, ErrSwapped) {
		if err != nil {
			next = nil
		}
		return next, err
	}
	return k.swapped(ctx, next)
}

// swapped uses the token that somebody else has put in the store, instead of next. An empty store is no
// sign-out of somebody else, which waits for the lock: next is put there. A token that has to be renewed first
// is left to the next call.
func (k *Keeper) swapped(ctx context.Context, next *oauth2.Token) (*oauth2.Token, error) {
	found, err := k.loadStore(ctx)
	if err != nil {
		return nil, err
	}
	if k.seen = copied(found); k.seen == nil {
		if err := k.write(ctx); err != nil {
			return nil, err
		}
		return next, nil
	}
	k.late = false
	k.take(aged(found))
	if !k.usable(found) {
		return nil, waitError("the TokenStore has another token by now, which has to be renewed first", ErrSwapped)
	}
	return k.current, k.strategy.Check(found)
}

// rescue keeps the refresh token of an answer that is of no other use: it may be the only one that the
// provider still takes. What the old token was good for stays.
func (k *Keeper) rescue(ctx context.Context, old, got *oauth2.Token, failure error) error {
	if !k.strategy.Refreshes || IsEmpty(got) || old != nil && got.RefreshToken == old.RefreshToken {
		return failure
	}
	next := oauth2.Token{}
	if old != nil {
		next = *old
		k.spent.add(old.RefreshToken)
	}
	next.RefreshToken = got.RefreshToken
	_, err := k.keep(ctx, &next)
	return both(failure, err)
}

// write puts the present token in place of the one that the store was seen to have. ErrSwapped is found in
// the error if it has another one.
func (k *Keeper) write(ctx context.Context) error {
	if _, swaps := k.store.(Swapper); !swaps && k.isLost() {
		if err := k.unchanged(ctx); err != nil {
			return err
		}
	}
	return k.save(ctx, k.swap)
}

// unchanged looks whether somebody else has saved a token since the lock was lost.
func (k *Keeper) unchanged(ctx context.Context) error {
	k.late, k.kept = true, true
	stored, err := k.loadStore(context.WithoutCancel(ctx))
	if err == nil && !IsEmpty(stored) && stamp(stored) != stamp(k.seen) && stamp(stored) != stamp(k.current) {
		err = k.unsaved(ErrSwapped)
	}
	return err
}

// swap writes over what was seen, where the store can look for itself.
func (k *Keeper) swap(ctx context.Context, next *oauth2.Token) error {
	if swapper, swaps := k.store.(Swapper); swaps {
		return swapper.Swap(ctx, copied(k.seen), next)
	}
	return k.store.Save(ctx, next)
}

func (k *Keeper) save(ctx context.Context, write func(context.Context, *oauth2.Token) error) error {
	k.late, k.kept = true, true
	own := *k.current // the store may do with it what it likes
	if err := k.put(ctx, func(ctx context.Context) error { return write(ctx, &own) }); err != nil {
		return k.unsaved(err)
	}
	k.late, k.seen = false, k.current
	return nil
}

func (k *Keeper) unsaved(err error) error {
	e := k.storeError("the token could not be saved in the TokenStore", err)
	e.Lasting = false // it is tried again with the next call, by itself
	return e
}

// Replace saves the token of a new sign-in, whatever the store had. Once it has the lock it goes on
// for a caller who leaves: the token is issued, and may be the only one that the provider takes.
func (k *Keeper) Replace(ctx context.Context, token *oauth2.Token) error {
	unlock, err := k.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	failure, err := atStore(ctx, k, func() (error, error) {
		ctx := context.WithoutCancel(ctx)
		if _, err := k.loadStore(ctx); err != nil {
			return err, nil // what cannot be read is not written over
		}
		k.take(token)
		return k.save(ctx, k.store.Save), nil
	})
	if err != nil {
		return waitError("the token is not known to be saved in the TokenStore", err)
	}
	return failure
}

// Ready finds out whether a token could be saved, before a person goes to the trouble of signing in.
func (k *Keeper) Ready(ctx context.Context) error {
	unlock, err := k.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	_, err = k.loadStore(ctx)
	return err
}

// storeError keeps out of the text what a store may have put into its own.
func (k *Keeper) storeError(what string, err error) *Error {
	e := &Error{Message: what, Err: redact.Error(err, k.known)}
	e.Lasting = errors.Is(err, errNoToken) || privatefile.IsUnusable(err)
	return e
}

// stamp tells one token from another.
func stamp(t *oauth2.Token) string {
	if IsEmpty(t) {
		return ""
	}
	return t.AccessToken + "\n" + t.RefreshToken
}

// copied is nil for no token.
func copied(t *oauth2.Token) *oauth2.Token {
	if IsEmpty(t) {
		return nil
	}
	own := *t
	return &own
}
