package oauthclients

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file is what the keeper loads from its TokenStore and saves in it, under the lock. How it
// gets there is in keeperlock.go.

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
	stored, err := k.get(ctx)
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

// rescue keeps the refresh token of an answer that is of no other use: it may be the only one that the
// provider still takes. What the old token was good for stays.
func (k *keeper) rescue(ctx context.Context, old, got *oauth2.Token, failure error) error {
	if k.auth.kind() == AuthKindClientCredentials || isEmpty(got) || old != nil && got.RefreshToken == old.RefreshToken {
		return failure
	}
	next := oauth2.Token{}
	if old != nil {
		next = *old
		k.spent.add(old.RefreshToken)
	}
	next.RefreshToken = got.RefreshToken
	return joinErrors(failure, k.keep(ctx, &next))
}

func (k *keeper) save(ctx context.Context) error {
	k.late, k.kept = true, true
	own := *k.current // the store may do with it what it likes
	if err := k.put(ctx, &own); err != nil {
		e := k.storeError("the token could not be saved in the TokenStore", err)
		e.Kind = ErrUnavailable // it is tried again with the next call, by itself
		return e
	}
	k.late, k.seen = false, stamp(k.current)
	return nil
}

// replace saves the token of a new sign-in, whatever the store had. Once it has the lock it goes on
// for a caller who leaves: the token is issued, and may be the only one that the provider takes.
func (k *keeper) replace(ctx context.Context, token *oauth2.Token) error {
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
		return k.keep(ctx, token), nil
	})
	if err != nil {
		return k.waitError("the token is not known to be saved in the TokenStore", err)
	}
	return failure
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

// storeError keeps out of the text what a store may have put into its own.
func (k *keeper) storeError(what string, err error) *Error {
	e := &Error{Kind: ErrUnavailable, Provider: k.core.name, Operation: opToken, Message: what, Err: redact.Error(err, k.known)}
	var odd unusable
	if errors.Is(err, errNoToken) || errors.As(err, &odd) {
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
