package oauthclients

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/redact"
	"github.com/oauthclients/oauthclients/internal/tokencache"
)

// This file keeps the token of a strategy between its renewals: in memory and in the TokenStore.
// Loading, renewing and saving are one step that nobody interrupts, in this process or, with a
// TokenLocker, in any.

// keeper has the token of one strategy.
type keeper struct {
	core  *core
	auth  Auth
	store TokenStore // nil: the token lives in memory only

	// turn is held over load, renew and save; who has it may use the fields up to mu.
	turn      chan struct{}
	current   *oauth2.Token // nil: none, or somebody signed out
	kept      bool          // the store had a token at some time: when it is empty, somebody signed out
	seen      string        // stamp of what the store had when it was last loaded
	late      bool          // current could not be saved yet
	spent     recent        // refresh tokens that were renewed away
	deadToken string        // a refresh token that is not sent again, "" for none
	dead      error         // what the provider said of it

	mu       sync.Mutex
	rejected recent // access tokens that the API refuses
}

// recent remembers the last few of many values.
type recent []string

func (r *recent) add(value string) {
	const most = 16 // more would only matter to a store that is further behind than any
	if *r = append(*r, value); len(*r) > most {
		*r = slices.Delete(*r, 0, 1)
	}
}

const (
	// lockWait bounds the wait for somebody else's renewal, which takes no longer than its retries.
	lockWait = 5 * time.Minute
	// storeWait bounds one access to the store.
	storeWait = 30 * time.Second
)

var errLockWait = errors.New("gave up waiting for another renewal of the token")

func newKeeper(c *core, auth Auth, store TokenStore) *keeper {
	k := &keeper{core: c, auth: auth, store: store, turn: make(chan struct{}, 1)}
	if code, ok := auth.(AuthCode); ok && code.Token != nil {
		k.current = aged(code.Token)
	}
	return k
}

// rotates reports whether a renewal must not be given up half way: a refresh token may be used
// up as soon as it is sent, and the store must not miss what came for it.
func (k *keeper) rotates() bool {
	return k.store != nil || k.auth.kind() == AuthKindAuthorizationCode
}

// fetch returns a token for the next calls: the one that somebody else has stored meanwhile, or
// a renewed one.
func (k *keeper) fetch(ctx context.Context) (*oauth2.Token, error) {
	if k.rotates() {
		ctx = context.WithoutCancel(ctx)
	}
	unlock, err := k.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	old, err := k.load(ctx)
	if err != nil || k.usable(old) {
		return old, err
	}
	return k.renew(ctx, old)
}

func (k *keeper) renew(ctx context.Context, old *oauth2.Token) (*oauth2.Token, error) {
	if old != nil && old.RefreshToken != "" && old.RefreshToken == k.deadToken {
		return nil, k.dead // asking again would not help, and looks like an attack
	}
	next, err := k.auth.fetch(ctx, k.core, old)
	if errors.Is(err, ErrLoginRequired) {
		return k.instead(ctx, old, err)
	}
	if err != nil {
		return k.still(old, err)
	}
	return k.renewed(ctx, old, next)
}

// renewed takes a new token in place of the old one.
func (k *keeper) renewed(ctx context.Context, old, next *oauth2.Token) (*oauth2.Token, error) {
	if k.auth.kind() == AuthKindPassword {
		next.RefreshToken = "" // nobody will use it, so that it should not lie about
	}
	if old != nil && old.RefreshToken != "" && old.RefreshToken != next.RefreshToken {
		k.spent.add(old.RefreshToken)
	}
	if err := k.keep(ctx, next); err != nil {
		return nil, err
	}
	return next, nil
}

// still returns the old token if the provider cannot be asked and the token is not over yet: it
// was to be renewed a little early.
func (k *keeper) still(old *oauth2.Token, failure error) (*oauth2.Token, error) {
	asked := !errors.Is(failure, ErrUnavailable) && !errors.Is(failure, ErrRateLimited)
	if asked || old == nil || !k.isLive(old) {
		return nil, failure
	}
	return old, nil
}

// instead looks into the store once more: without a lock another process may have used the
// refresh token first, and what came for it is there.
func (k *keeper) instead(ctx context.Context, old *oauth2.Token, failure error) (*oauth2.Token, error) {
	if k.store != nil && !isEmpty(old) {
		found, err := k.load(ctx)
		if err == nil && k.usable(found) {
			return found, nil
		}
		if err == nil && !isEmpty(found) && found.RefreshToken != old.RefreshToken {
			next, err := k.auth.fetch(ctx, k.core, found) // once: there is no loop
			if err == nil {
				return k.renewed(ctx, found, next)
			}
		}
	}
	if old != nil {
		k.deadToken, k.dead = old.RefreshToken, failure
	}
	return nil, failure
}

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
		k.current, k.kept = aged(stored), true
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

// keep saves a token before anybody uses it. One that cannot be saved stays in memory and is
// saved before the next call: it may be the only one that the provider still takes.
func (k *keeper) keep(ctx context.Context, next *oauth2.Token) error {
	k.current = next
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

// usable reports whether a token can go out as it is: it is not rejected, and not about to end
// unless nothing can renew it.
func (k *keeper) usable(t *oauth2.Token) bool {
	if t == nil || t.AccessToken == "" || k.isRejected(t) {
		return false
	}
	left := time.Until(t.Expiry)
	renewable := k.auth.kind() != AuthKindAuthorizationCode || t.RefreshToken != ""
	return t.Expiry.IsZero() || left > tokencache.Margin(t) || left > 0 && !renewable
}

// aged is a copy of a token that was not issued just now. Unless it tells its life it is taken
// for one that lived longer than it still will.
func aged(t *oauth2.Token) *oauth2.Token {
	old := *t
	if old.ExpiresIn == 0 {
		old.ExpiresIn = math.MaxInt64
	}
	return &old
}

// reject marks a token as refused by the API, whatever its expiry says.
func (k *keeper) reject(t *oauth2.Token) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.Contains(k.rejected, t.AccessToken) {
		k.rejected.add(t.AccessToken)
	}
}

func (k *keeper) isRejected(t *oauth2.Token) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Contains(k.rejected, t.AccessToken)
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
		release()
		return nil, k.storeError("the TokenStore could not be locked", err)
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
	e := &Error{Kind: ErrUnavailable, Provider: k.core.name, Operation: opToken, Message: what, Err: err}
	if errors.Is(err, errNoToken) {
		e.Kind = ErrInvalid // trying again does not help
	}
	if k.current != nil {
		e.Err = redact.Error(err, []string{k.current.AccessToken, k.current.RefreshToken})
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
