package soak

import (
	"context"
	"errors"

	"github.com/oauthclients/oauthclients"
)

// This file holds the verbs on clients of one's own, and what each answer says about the server.

func (w *worker) create(ctx context.Context) {
	w.made++
	want := w.vendor.Sample(w.number*perWorker + w.made)
	want.Description = text(want.Name, 0)
	c := &own{want: want, value: newRegister(want.Description)}
	call, cancel := w.hurried(ctx)
	defer cancel()
	got, err := w.client.Clients.Create(call, want)
	told := w.judge(call, "Create", err)
	made := w.witness.creates(want.Name)
	if made > 1 {
		w.violate("Create: %s was made %d times", want.Name, made)
	}
	switch told {
	case done:
		w.created(got, c, made)
	case failed:
		if made != 0 {
			w.violate("Create: %s was made, and told to have failed: %v", want.Name, err)
		}
	case unknown:
		w.lookFor(ctx, c, made)
	case left:
		c.doubtful = true
		w.retire(c)
	}
}

func (w *worker) created(got *oauthclients.OAuthClient, c *own, made int) {
	if made != 1 {
		w.violate("Create: %s was told to be there, and was never made", c.want.Name)
	}
	c.id, c.secret = got.ID, w.witness.secrets(got.ID).secret
	w.check("Create", got, c)
	if got.Secret.IsZero() {
		w.violate("Create: %s came without its secret", c.want.Name)
	}
	w.own = append(w.own, c)
}

// lookFor finds out by name whether a create of unknown outcome made a client.
func (w *worker) lookFor(ctx context.Context, c *own, made int) {
	ctx = withDamage(ctx, 0)
	found, err := w.client.Clients.FindByName(ctx, c.want.Name)
	if w.judge(ctx, "FindByName", err) != done {
		found, err = w.quiet.Clients.FindByName(ctx, c.want.Name)
	}
	if err != nil || len(found) != made {
		w.violate("FindByName: %d of %d %s: %v", len(found), made, c.want.Name, err)
	}
	if len(found) == 0 {
		w.witness.forget(c.want.Name, "")
		return
	}
	c.id, c.secret = found[0].ID, w.witness.secrets(found[0].ID).secret
	w.check("FindByName", found[0], c)
	w.own = append(w.own, c)
}

// missing is for a client that was not found.
func (w *worker) missing(how string, err error, c *own) {
	if !errors.Is(err, oauthclients.ErrNotFound) || !c.doubtful {
		w.violate("%s: %s is there: %v", how, c.want.Name, err)
		return
	}
	w.drop(c)
}

func (w *worker) get(ctx context.Context, c *own) {
	call, cancel := w.hurried(ctx)
	defer cancel()
	got, err := w.client.Clients.Get(call, c.id)
	told := w.judge(call, "Get", err, c.mayBeGone()...)
	switch {
	case told == done:
		c.doubtful = false
		w.check("Get", got, c)
		c.value.settle(got.Description)
	case errors.Is(err, oauthclients.ErrNotFound):
		w.missing("Get", err, c)
	case told != failed:
		w.violate("Get: the outcome of a read is unknown: %v", err)
	}
}

func (w *worker) update(ctx context.Context, c *own) {
	value := c.next()
	end := c.value.write(value)
	call, cancel := w.hurried(ctx)
	defer cancel()
	got, err := w.client.Clients.Update(call, c.id, func(read *oauthclients.OAuthClient) {
		w.check("Update, reading", read, c)
		read.Description = value
	})
	told := w.judge(call, "Update", err, c.mayBeGone()...)
	end(told)
	switch {
	case told == done:
		c.doubtful = false
		w.check("Update", got, c)
	case told == failed && errors.Is(err, oauthclients.ErrNotFound):
		w.missing("Update", err, c)
	case told == left:
		w.retire(c)
	case w.sometimes(): // else the next operations do not know either
		w.look(ctx, c)
	}
}

func (w *worker) delete(ctx context.Context, c *own) {
	call, cancel := w.hurried(ctx)
	defer cancel()
	err := w.client.Clients.Delete(call, c.id)
	told := w.judge(call, "Delete", err, c.mayBeGone()...)
	switch {
	case told == done:
		w.gone(ctx, c)
	case told == failed && errors.Is(err, oauthclients.ErrNotFound):
		w.missing("Delete", err, c)
	case told == left:
		c.doubtful = true
		w.retire(c)
	case told == unknown:
		c.doubtful = true
		if w.sometimes() {
			w.look(ctx, c)
		}
	}
}

// gone looks whether a client that was told to be deleted is.
func (w *worker) gone(ctx context.Context, c *own) {
	if _, err := w.quiet.Clients.Get(ctx, c.id); !errors.Is(err, oauthclients.ErrNotFound) {
		w.violate("Delete: %s is still there: %v", c.want.Name, err)
	}
	w.drop(c)
}

func (w *worker) regenerate(ctx context.Context, c *own) {
	if w.vendor.RegenerateMethod == "" {
		w.get(ctx, c)
		return
	}
	before := w.witness.secrets(c.id)
	call, cancel := w.hurried(ctx)
	defer cancel()
	secret, err := w.client.Clients.RegenerateSecret(call, c.id)
	told := w.judge(call, "RegenerateSecret", err, c.mayBeGone()...)
	if told == left {
		w.retire(c)
		return
	}
	after := w.witness.secrets(c.id)
	c.secret = after.secret
	switch issued := after.count - before.count; {
	case told == done && (issued != 1 || secret.Reveal() != after.secret):
		w.violate("RegenerateSecret: %s has another secret than was returned (%d issued)", c.want.Name, issued)
	case told == failed && issued != 0:
		w.violate("RegenerateSecret: %s has a new secret, and was told that it has not: %v", c.want.Name, err)
	case issued > 1:
		w.violate("RegenerateSecret: %s got %d secrets at once", c.want.Name, issued)
	}
	if errors.Is(err, oauthclients.ErrNotFound) {
		w.missing("RegenerateSecret", err, c)
	}
}
