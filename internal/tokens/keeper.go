package tokens

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file keeps the token of a strategy between its renewals: in memory and in the Store. Loading,
// renewing and saving are one step that nobody interrupts.

// Keeper has the token of one strategy.
type Keeper struct {
	strategy Strategy
	store    Store // nil: the token lives in memory only

	// turn is held over load, renew and save; who has it may use the fields up to mu.
	turn      chan struct{}
	hold      *flight.Hold    // who has the turn, and what of the store's is still under way
	held      context.Context //nolint:containedctx // over when the store's lock is lost; nil without one
	current   *oauth2.Token   // nil: none, or somebody signed out
	kept      bool            // the store had a token at some time: when it is empty, somebody signed out
	seen      *oauth2.Token   // what the store had when it was last loaded; nil for nothing
	late      bool            // current could not be saved yet
	spent     recent          // refresh tokens that were renewed away
	known     recent          // tokens that the store has or had: its errors may repeat them
	deadToken string          // a refresh token that is not sent again, "" for none
	dead      error           // what the provider said of it

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

// NewKeeper returns a keeper that has the token to start with, nil for none. Without a store it lives in
// memory.
func NewKeeper(s Strategy, store Store, start *oauth2.Token) *Keeper {
	k := &Keeper{strategy: s, store: store, turn: make(chan struct{}, 1)}
	if start != nil {
		k.take(aged(start))
	}
	return k
}

// Rotates reports whether a renewal must not be given up half way: a refresh token may be used
// up as soon as it is sent, and the store must not miss what came for it.
func (k *Keeper) Rotates() bool { return k.store != nil || k.strategy.Signed }

// Fetch returns a token for the next calls: the one that somebody else has stored meanwhile, or
// a renewed one.
func (k *Keeper) Fetch(ctx context.Context) (*oauth2.Token, error) {
	if k.Rotates() {
		ctx = context.WithoutCancel(ctx)
	}
	for range patience {
		token, lost, err := k.fetch(ctx)
		if !lost {
			return token, err
		}
	}
	return nil, waitError(notLocked, errLost)
}

// patience is how often a lock is taken again that was lost before anything was sent.
const patience = 3

// fetch sends nothing once the lock is lost: somebody else may be renewing the same token.
func (k *Keeper) fetch(ctx context.Context) (token *oauth2.Token, lost bool, err error) {
	unlock, err := k.lock(ctx)
	if err != nil {
		return nil, false, err
	}
	defer unlock()
	old, err := k.load(ctx)
	if err != nil || k.usable(old) {
		return old, false, err
	}
	if k.isLost() {
		return nil, true, nil
	}
	token, err = k.renew(ctx, old)
	return token, false, err
}

func (k *Keeper) renew(ctx context.Context, old *oauth2.Token) (*oauth2.Token, error) {
	if old != nil && old.RefreshToken != "" && old.RefreshToken == k.deadToken {
		return k.anew(ctx, old, k.dead) // asking again would not help, and looks like an attack
	}
	trade := ctx
	if old != nil && old.RefreshToken != "" { // it may be used up as soon as it is sent
		trade = context.WithoutCancel(ctx)
	}
	next, err := k.strategy.Fetch(trade, old)
	if k.strategy.IsDead(err) {
		return k.instead(ctx, old, err)
	}
	return k.renewed(ctx, old, next, err)
}

// renewed takes a new token in place of the old one, or beside a failure what came of one.
func (k *Keeper) renewed(ctx context.Context, old, next *oauth2.Token, failure error) (*oauth2.Token, error) {
	if failure != nil {
		return k.still(old, k.rescue(ctx, old, next, failure))
	}
	if old != nil && old.RefreshToken != "" && old.RefreshToken != next.RefreshToken {
		k.spent.add(old.RefreshToken)
	}
	return k.keep(ctx, next)
}

// still returns the old token if the provider cannot be asked and the token is not over yet: it
// was to be renewed a little early.
func (k *Keeper) still(old *oauth2.Token, failure error) (*oauth2.Token, error) {
	if !k.strategy.IsSilent(failure) || old == nil || !k.isLive(old) {
		return nil, failure
	}
	return old, nil
}

// instead looks into the store once more: without a lock another process may have used the
// refresh token first, and what came for it is there.
func (k *Keeper) instead(ctx context.Context, old *oauth2.Token, failure error) (*oauth2.Token, error) {
	if k.store != nil && !IsEmpty(old) {
		found, err := k.load(ctx)
		if err == nil && k.usable(found) {
			return found, nil
		}
		if err == nil && !IsEmpty(found) && found.RefreshToken != old.RefreshToken {
			next, err := k.strategy.Fetch(ctx, found) // once: there is no loop
			if !k.strategy.IsDead(err) {
				return k.renewed(ctx, found, next, err)
			}
			old, failure = found, err
		}
	}
	if old != nil {
		k.deadToken, k.dead = old.RefreshToken, failure
	}
	return k.anew(ctx, old, failure)
}

// anew begins another session where the strategy can do so without a person.
func (k *Keeper) anew(ctx context.Context, old *oauth2.Token, failure error) (*oauth2.Token, error) {
	if k.strategy.Signed || !k.strategy.Refreshes {
		return nil, failure
	}
	next, err := k.strategy.Fetch(ctx, nil)
	return k.renewed(ctx, old, next, err)
}

// usable reports whether a token can go out as it is: it is not rejected, and not about to end
// unless nothing can renew it.
func (k *Keeper) usable(t *oauth2.Token) bool {
	if t == nil || t.AccessToken == "" || k.isRejected(t) {
		return false
	}
	left := time.Until(t.Expiry)
	renewable := !k.strategy.Signed || t.RefreshToken != ""
	return t.Expiry.IsZero() || left > Margin(t) || left > 0 && !renewable
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

// Reject marks a token as refused by the API, whatever its expiry says.
func (k *Keeper) Reject(t *oauth2.Token) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.Contains(k.rejected, t.AccessToken) {
		k.rejected.add(t.AccessToken)
	}
}

func (k *Keeper) isRejected(t *oauth2.Token) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Contains(k.rejected, t.AccessToken)
}
