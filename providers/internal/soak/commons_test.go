package soak

import (
	"context"
	"sync"

	"github.com/oauthclients/oauthclients"
)

// This file holds the clients that all goroutines work on at the same time: the later writer
// wins.

// common is such a client, and what may be true of it.
type common struct {
	want  *oauthclients.OAuthClient
	id    string
	value *register // its description

	mu      sync.Mutex
	written int             // how many descriptions it has had
	secrets map[string]bool // those that somebody was told
	unknown int             // how many secrets there may be beside them
}

func newCommon(want, got *oauthclients.OAuthClient) *common {
	return &common{
		want: want, id: got.ID, value: newRegister(want.Description), secrets: map[string]bool{got.Secret.Reveal(): true},
	}
}

func (c *common) next() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.written++
	return text(c.want.Name, c.written)
}

// issued takes down a secret, and reports whether it is new.
func (c *common) issued(secret oauthclients.Secret, t told) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch t {
	case done:
		known := c.secrets[secret.Reveal()]
		c.secrets[secret.Reveal()] = true
		return !known
	case unknown, left:
		c.unknown++
	case failed:
	}
	return true
}

// had says whether a description was ever written.
func (c *common) had(description string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := range c.written + 1 {
		if description == text(c.want.Name, n) {
			return true
		}
	}
	return false
}

// share does one operation on a client of everybody's.
func (w *worker) share(ctx context.Context, c *common) {
	call, cancel := w.hurried(ctx)
	defer cancel()
	switch n := w.random.IntN(20); {
	case n < 13:
		w.updateCommon(call, c)
	case n < 16 && w.vendor.RegenerateMethod != "":
		secret, err := w.client.Clients.RegenerateSecret(call, c.id)
		if !c.issued(secret, w.judge(call, "RegenerateSecret (common)", err)) {
			w.violate("RegenerateSecret: %s got a secret that somebody else has got already", c.want.Name)
		}
	case n < 17:
		found, err := w.client.Clients.FindByName(call, c.want.Name)
		if w.judge(call, "FindByName (common)", err) == done && len(found) != 1 {
			w.violate("FindByName: %d of %s", len(found), c.want.Name)
		}
	default:
		got, err := w.client.Clients.Get(call, c.id)
		if w.judge(call, "Get (common)", err) == done {
			w.checkCommon("Get", got, c)
		}
	}
}

// updateCommon may be told that its value was not applied: at a vendor that must be asked what
// came of an update, somebody else's may have come between.
func (w *worker) updateCommon(call context.Context, c *common) {
	value := c.next()
	end := c.value.write(value)
	got, err := w.client.Clients.Update(call, c.id, func(read *oauthclients.OAuthClient) {
		w.checkCommon("Update, reading", read, c)
		read.Description = value
	})
	told := w.judge(call, "Update (common)", err, oauthclients.ErrNotApplied)
	end(told)
	if told == done && got.Description != value {
		w.violate("Update: %s has the description %q instead of %q", c.want.Name, got.Description, value)
	}
}

func (w *worker) checkCommon(how string, got *oauthclients.OAuthClient, c *common) {
	if wrong := intact(got, c.want); len(wrong) > 0 {
		w.violate("%s: %s lost %v", how, c.want.Name, wrong)
	}
	if !c.had(got.Description) {
		w.violate("%s: nobody gave %s the description %q", how, c.want.Name, got.Description)
	}
}
