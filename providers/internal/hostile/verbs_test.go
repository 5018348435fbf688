package hostile

import (
	"context"

	"github.com/oauthclients/oauthclients"
)

// This file lists the verbs, and what becomes of each when an answer is of no use.

// verb is one call, and the request of it whose answer is hostile. A verb that sends several
// requests stands here once for each.
type verb struct {
	name string
	step step
	skip int // so many requests of the step are answered rightly before
	has  func(*vendor) bool
	call func(context.Context, *oauthclients.Client, *vendor) outcome
	// useless is the end when the answer says nothing that can be used.
	useless func(*vendor) end
}

// outcome is what a verb gave.
type outcome struct {
	clients []*oauthclients.OAuthClient
	page    *oauthclients.Page
	secret  oauthclients.Secret
	err     error

	what   string   // was answered, for the message of a test that fails
	hidden []string // what must not be seen; nil: what begins like every secret here
}

// gave reports whether there is a result.
func (o *outcome) gave() bool { return len(o.clients) > 0 || o.page != nil || !o.secret.IsZero() }

// end is what a call must come to.
type end struct {
	kind    error // nil: it is done, since nobody reads such an answer
	unknown bool  // it may have been executed
	beside  bool  // there is a client beside the error
}

func verbs() []verb {
	return append([]verb{
		{"Create", stepCreate, 0, all, create, outcomeUnknown},
		{"Create, its secret", stepRead, 0, readsSecret, create, notApplied},
		{"List", stepList, 0, all, list, unavailable},
		{"All", stepList, 0, all, walk, unavailable},
		{"Get", stepRead, 0, all, get, unavailable},
		{"Update, what is there", stepRead, 0, all, update, unavailable},
		{"Update, what is written", stepWrite, 0, all, update, written},
		{"Update, what is there then", stepRead, 1, readsBack, update, outcomeUnknown},
		{"Delete", stepRemove, 0, all, remove, done},
		{"RegenerateSecret", stepRegenerate, 0, regenerates, regenerate, outcomeUnknown},
		{"the token", stepToken, 0, func(v *vendor) bool { return v.token != "" }, get, unavailable},
	}, deletesOfGenesys()...)
}

// deletesOfGenesys: a client there must be read and deactivated before.
func deletesOfGenesys() []verb {
	is := func(v *vendor) bool { return v.name == "genesys" }
	return []verb{
		{"Delete, what is there", stepRead, 0, is, remove, unavailable},
		{"Delete, its deactivation", stepWrite, 0, is, remove, written},
	}
}

func all(*vendor) bool           { return true }
func readsSecret(v *vendor) bool { return v.readsAfterPost }
func readsBack(v *vendor) bool   { return !v.writeAnswers }
func regenerates(v *vendor) bool { return v.secretAnswer != "" }

func unavailable(*vendor) end    { return end{kind: oauthclients.ErrUnavailable} }
func outcomeUnknown(*vendor) end { return end{kind: oauthclients.ErrOutcomeUnknown, unknown: true} }
func notApplied(*vendor) end     { return end{kind: oauthclients.ErrNotApplied, beside: true} }
func done(*vendor) end           { return end{} }

// written: a vendor that answers a write with nothing is not listened to.
func written(v *vendor) end {
	if readsBack(v) {
		return end{}
	}
	return end{kind: oauthclients.ErrUnavailable, unknown: true}
}

func create(ctx context.Context, c *oauthclients.Client, v *vendor) outcome {
	client, err := c.Clients.Create(ctx, v.asked())
	return outcome{clients: clientOrNone(client), err: err}
}

func list(ctx context.Context, c *oauthclients.Client, v *vendor) (o outcome) {
	o.page, o.err = c.Clients.List(ctx, oauthclients.ListOptions{})
	if o.page != nil {
		o.clients = o.page.Clients
	}
	return o
}

func walk(ctx context.Context, c *oauthclients.Client, v *vendor) (o outcome) {
	for client, err := range c.Clients.All(ctx, oauthclients.ListOptions{}) {
		o.clients, o.err = append(o.clients, clientOrNone(client)...), err
	}
	if o.err == nil {
		o.page = &oauthclients.Page{} // also an empty list is one
	}
	return o
}

func get(ctx context.Context, c *oauthclients.Client, v *vendor) outcome {
	client, err := c.Clients.Get(ctx, id)
	return outcome{clients: clientOrNone(client), err: err}
}

func update(ctx context.Context, c *oauthclients.Client, v *vendor) outcome {
	client, err := c.Clients.Update(ctx, id, func(c *oauthclients.OAuthClient) { c.Name = "front desk" })
	return outcome{clients: clientOrNone(client), err: err}
}

func remove(ctx context.Context, c *oauthclients.Client, v *vendor) outcome {
	return outcome{err: c.Clients.Delete(ctx, id)}
}

func regenerate(ctx context.Context, c *oauthclients.Client, v *vendor) (o outcome) {
	o.secret, o.err = c.Clients.RegenerateSecret(ctx, id)
	return o
}

func clientOrNone(client *oauthclients.OAuthClient) []*oauthclients.OAuthClient {
	if client == nil {
		return nil
	}
	return []*oauthclients.OAuthClient{client}
}
