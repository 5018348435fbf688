package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
)

// This file is the part to read: how a client goes from one vendor to another.

// patience is how long a creation may take, Ctrl-C or not.
const patience = 2 * time.Minute

// adoption is one client on its way.
type adoption struct {
	*wishes
	accounts []account
	p        *printer
	stdout   io.Writer
}

// adopt does what the command line asks for. The report goes to errout if the secret goes to out.
func adopt(ctx context.Context, wanted *wishes, accounts []account, out, errout io.Writer) error {
	p := &printer{out: out}
	if wanted.secret == "-" {
		p.out = errout
	}
	a := &adoption{wishes: wanted, accounts: accounts, p: p, stdout: out}
	return errors.Join(a.run(ctx), p.err)
}

func (a *adoption) run(ctx context.Context) error {
	from, fromErr := accountAt(a.accounts, a.from)
	to, toErr := accountAt(a.accounts, a.to)
	if err := errors.Join(fromErr, toErr); err != nil {
		return err
	}
	found, err := a.find(ctx)
	if err != nil {
		return err
	}
	id, err := a.choose(found[a.from])
	if err != nil {
		return err
	}
	if there := found[a.to]; len(there) > 0 {
		return fmt.Errorf("%s has a client named %q already, nothing was created: %s", a.to, a.name, ids(there))
	}
	wanted, err := a.read(ctx, from, id)
	if err != nil {
		return err
	}
	return a.create(ctx, to, wanted)
}

// find looks at every account: names are not unique at any vendor, so that each may have several.
func (a *adoption) find(ctx context.Context) (map[string][]*oauthclients.OAuthClient, error) {
	found := map[string][]*oauthclients.OAuthClient{}
	for _, account := range a.accounts {
		clients, err := account.client.Clients.FindByName(ctx, a.name)
		if err != nil {
			return nil, err
		}
		found[account.name] = clients
		if len(clients) == 0 {
			a.p.line(account.name, "no client of that name")
		} else {
			a.p.line(account.name, "%s", ids(clients))
		}
	}
	return found, nil
}

func (a *adoption) choose(found []*oauthclients.OAuthClient) (id string, err error) {
	for _, client := range found {
		if client.ID == a.id || a.id == "" && len(found) == 1 {
			return client.ID, nil
		}
	}
	switch {
	case len(found) == 0:
		return "", fmt.Errorf("%s has no client named %q", a.from, a.name)
	case a.id == "":
		return "", fmt.Errorf("%s has %d clients named %q; choose one with -id: %s", a.from, len(found), a.name, ids(found))
	}
	return "", fmt.Errorf("%s has no client named %q with the id %s, but %s", a.from, a.name, a.id, ids(found))
}

func ids(clients []*oauthclients.OAuthClient) string {
	list := make([]string, len(clients))
	for i, client := range clients {
		list[i] = client.ID
	}
	return strings.Join(list, ", ")
}

// read gets the client and makes it ready for another vendor. What a provider sets by itself (id,
// secret, status, dates) may stay in it: Create takes no notice. The Extra of one vendor means
// nothing to another.
func (a *adoption) read(ctx context.Context, from account, id string) (*oauthclients.OAuthClient, error) {
	client, err := from.client.Clients.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if client.Extra != nil {
		a.p.line("stays", "what only %s has (Extra)", from.name)
		client.Extra = nil
	}
	given := make([]string, len(a.given))
	for i, field := range a.given {
		given[i] = field.name
	}
	if err := clearFields(client, given); err != nil {
		return nil, err
	}
	for _, field := range a.given {
		add(client, field.name, field.value)
	}
	return client, nil
}

// create makes the client and keeps its secret. A creation that was begun is finished: who leaves
// in the middle of it may leave a client behind whose secret nobody has.
func (a *adoption) create(ctx context.Context, to account, wanted *oauthclients.OAuthClient) (err error) {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	place, err := openSafe(a.secret, a.stdout)
	if err != nil {
		return err
	}
	created, err := a.send(ctx, to, wanted)
	if created == nil {
		return errors.Join(a.explained(err), place.discard())
	}
	a.p.line("created", "%s at %s, id %s", created.Name, to.name, created.ID)
	return errors.Join(err, a.keep(place, to, created))
}

// send creates the client. What the vendor cannot take is found before any request, so that it can
// be created a second time, without exactly that.
func (a *adoption) send(ctx context.Context, to account, wanted *oauthclients.OAuthClient) (*oauthclients.OAuthClient, error) {
	created, err := to.client.Clients.Create(ctx, wanted)
	var refused *oauthclients.UnsupportedError
	if !errors.As(err, &refused) || len(refused.Fields) == 0 {
		return created, err
	}
	fields := strings.Join(refused.Fields, ", ")
	if !a.drop {
		a.p.line("would drop", "%s", fields)
		return nil, fmt.Errorf("%w\nNothing was created; -drop creates it without these", err)
	}
	a.p.line("drops", "%s", fields)
	if err := clearFields(wanted, refused.Fields); err != nil {
		return nil, err
	}
	return to.client.Clients.Create(ctx, wanted)
}

// explained says what to do about a client that was not created.
func (a *adoption) explained(err error) error {
	switch {
	case errors.Is(err, oauthclients.ErrOutcomeUnknown):
		return fmt.Errorf("%w\nIt may exist all the same, and its secret is lost then. Run this again: it tells the id if so. "+
			"Then delete it, or get a new secret with Clients.RegenerateSecret where %s has that", err, a.to)
	case errors.Is(err, oauthclients.ErrInvalid):
		return fmt.Errorf("%w\nNothing was created; -set Field=value and -logo give what %s wants", err, a.to)
	}
	return err
}

// keep loses no secret: if it cannot be written, the error says how to come by one.
func (a *adoption) keep(place *safe, to account, created *oauthclients.OAuthClient) error {
	err := errors.New("there was none in the answer")
	if !created.Secret.IsZero() {
		err = place.keep(created.Secret)
	}
	if err == nil {
		a.p.line("secret", "%s", place.where)
		return nil
	}
	another := "read it with Clients.Get"
	if to.client.Provider().Capabilities().RegenerateSecret {
		another = "get a new one with Clients.RegenerateSecret"
	}
	return errors.Join(fmt.Errorf("the client %s exists at %s, but its secret was not kept: %w\n%s(ctx, %q)",
		created.ID, to.name, err, another, created.ID), place.discard())
}
