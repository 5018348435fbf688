package soak

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/oauthclients/oauthclients"
)

// This file holds one goroutine's mix of operations, and what it knows of its own clients.

// own is a client that one goroutine alone works on, so that it knows all about it.
type own struct {
	want     *oauthclients.OAuthClient
	value    *register // its description
	written  int       // how many descriptions it has had
	id       string
	secret   string
	doubtful bool // it may be gone, or was never made: nobody knows yet
}

// mayBeGone is what an operation on the client may be told.
func (c *own) mayBeGone() []error {
	if c.doubtful {
		return []error{oauthclients.ErrNotFound}
	}
	return nil
}

func (c *own) next() string {
	c.written++
	return text(c.want.Name, c.written)
}

// worker is one goroutine.
type worker struct {
	*world
	number int
	random *rand.Rand
	made   int // clients so far
	own    []*own
	limbo  []*own // what their last write did shows only when all is over: nobody waited for it
}

func newWorker(x *world, number int, seed uint64) *worker {
	return &worker{world: x, number: number, random: rand.New(rand.NewPCG(seed, uint64(number)))}
}

// step does one operation.
func (w *worker) step(ctx context.Context) {
	w.begin()
	if len(w.own) == 0 {
		w.create(ctx)
		return
	}
	c := w.own[w.random.IntN(len(w.own))]
	switch n := w.random.IntN(100); {
	case n < 22:
		w.get(ctx, c)
	case n < 45:
		w.update(ctx, c)
	case n < 58:
		w.delete(ctx, c)
	case n < 68:
		w.createIfFew(ctx, c)
	case n < 79:
		w.regenerate(ctx, c)
	case n < 82:
		w.find(ctx, c)
	case n < 83:
		w.all(ctx)
	case n < 86:
		w.list(ctx)
	default:
		w.share(ctx, w.commons[w.random.IntN(commons)])
	}
}

// createIfFew keeps the number of clients from growing with the number of operations.
func (w *worker) createIfFew(ctx context.Context, c *own) {
	if len(w.own) < 2 {
		w.create(ctx)
		return
	}
	w.delete(ctx, c)
}

// hurried is the context of one operation. Sometimes a caller has little patience; then the
// first wait may be too long already.
func (w *worker) hurried(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.random.IntN(50) == 0 {
		return context.WithTimeout(withDamage(ctx, patience+1), time.Duration(w.random.IntN(3000))*time.Microsecond)
	}
	return context.WithCancel(withDamage(ctx, 0))
}

// sometimes is a coin.
func (w *worker) sometimes() bool { return w.random.IntN(2) == 0 }

// drop is for a client that is gone.
func (w *worker) drop(c *own) {
	w.own = slices.DeleteFunc(w.own, func(other *own) bool { return other == c })
	w.witness.forget(c.want.Name, c.id)
}

// retire leaves a client alone: the server may still be at work on it.
func (w *worker) retire(c *own) {
	w.own = slices.DeleteFunc(w.own, func(other *own) bool { return other == c })
	w.limbo = append(w.limbo, c)
}

// check holds what somebody read of a client against what it may be.
func (w *worker) check(how string, got *oauthclients.OAuthClient, c *own) {
	w.verify(how, got, c.want, c.value)
	if c.id != "" && got.ID != c.id {
		w.violate("%s: %s has the id %q instead of %q", how, c.want.Name, got.ID, c.id)
	}
	if secret := got.Secret.Reveal(); secret != "" && secret != c.secret {
		w.violate("%s: the secret of %s is not the present one", how, c.want.Name)
	}
}

// verify is the part of check that needs no owner.
func (x *world) verify(how string, got, want *oauthclients.OAuthClient, value *register) {
	if wrong := intact(got, want); len(wrong) > 0 {
		x.violate("%s: %s lost %v", how, want.Name, wrong)
	}
	if !value.allows(got.Description) {
		x.violate("%s: %s cannot have the description %q now", how, want.Name, got.Description)
	}
}

// look finds out past the faults what became of a client, at a time when nothing is under way.
func (w *worker) look(ctx context.Context, c *own) {
	got, err := w.quiet.Clients.Get(ctx, c.id)
	if err != nil {
		w.missing("a look", err, c)
		return
	}
	c.doubtful = false
	w.check("a look", got, c)
	if w.showsSecret && got.Secret.IsZero() {
		w.violate("a look: %s has no secret", c.want.Name)
	}
	if w.keepsMembers && !keepsMember(got) {
		w.violate("a look: %s lost what the library does not know", c.want.Name)
	}
	c.value.settle(got.Description)
}
