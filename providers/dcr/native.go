package dcr

import (
	"context"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds what there is beyond the portable verbs: the handles.

// API is what dynamic client registration has beyond the portable verbs. It shares everything with
// the client it came from, and is safe for concurrent use.
type API struct{ driver *driver }

// Of returns that API behind c. It sends nothing. If c speaks to another provider, or was not made
// by oauthclients.New, the error is an [*oauthclients.Error] of kind ErrInvalid.
func Of(c *oauthclients.Client) (*API, error) {
	own, err := providerkit.DriverOf[*driver](providerName, c)
	if err != nil {
		return nil, err
	}
	return &API{driver: own}, nil
}

// Adopt puts the handle of a client that was registered elsewhere into the store, in place of one
// that the store may have for it, and reads the client with it. ErrInvalid if a part of it is
// missing or its URI is not on the host of the registration endpoint. If the server refuses the
// handle, or says that it is of another client, the store has what it had before; if the server
// cannot be asked, the handle is kept. A refusal is about the token, not about the client, which may
// live: see [StatusDead]. With [OnlyOurs] all that the client has counts as set by the user. Without
// NotShown and Registration of its own the handle keeps what the store has of them.
func (a *API) Adopt(ctx context.Context, h Handle) error {
	return a.driver.caller.Verb(ctx, opAdopt, h.ClientID, func(ctx context.Context) error {
		a.driver.caller.Conceal(ctx, h.secrets()...)
		return a.takeOver(ctx, h)
	})
}

func (a *API) takeOver(ctx context.Context, h Handle) error {
	if err := providerkit.InvalidFields(providerName, opAdopt, notShownFaults(h)); err != nil {
		return err
	}
	if !h.isManageable() && !h.Registration.IsZero() && !h.lost() { // of a server that only registers: there is nothing to read
		return a.keep(ctx, h)
	}
	registration, err := a.driver.registration(ctx)
	if err != nil {
		return err
	}
	_, faults := check(h, registration)
	if err := providerkit.InvalidFields(providerName, opAdopt, faults); err != nil {
		return err
	}
	unlock, err := a.driver.handles.lock(ctx, opAdopt, h.ClientID)
	if err != nil {
		return err
	}
	defer unlock()
	return a.adopt(ctx, h)
}

// keep puts the handle of a client that cannot be managed back into the store.
func (a *API) keep(ctx context.Context, h Handle) error {
	if blank(h.ClientID) {
		return required(opAdopt, "Handle.ClientID")
	}
	unlock, err := a.driver.handles.lock(ctx, opAdopt, h.ClientID)
	if err != nil {
		return err
	}
	defer unlock()
	return a.driver.handles.save(ctx, opAdopt, h)
}

func (a *API) adopt(ctx context.Context, h Handle) error {
	handles := a.driver.handles
	before, err := handles.find(ctx, opAdopt, h.ClientID)
	if err != nil {
		return err
	}
	if h.NotShown == nil && before != nil { // nobody else can tell them
		h.NotShown = before.NotShown
	}
	if h.Registration.IsZero() && before != nil {
		h.Registration = before.Registration
	}
	if err := handles.save(ctx, opAdopt, h); err != nil { // first: reading may replace the token
		return err
	}
	record, err := a.driver.readWith(ctx, opAdopt, &h)
	if err == nil && a.driver.provider.UpdateSends == OnlyOurs && h.Members == nil {
		h.Members = returnedWith(record.Raw)
		return handles.save(ctx, opAdopt, h)
	}
	if !isRefused(err) && !isOther(err) {
		return err
	}
	if before != nil {
		return errorOr(handles.save(ctx, opAdopt, *before), err)
	}
	return errorOr(handles.remove(ctx, opAdopt, h.ClientID, "the server refuses the handle, which could not be removed from the store"), err)
}

// Handle returns the handle of a client, to be used elsewhere. ErrNotFound if the store has none.
// It holds a token: whoever has it can do everything with the client.
func (a *API) Handle(ctx context.Context, id string) (Handle, error) {
	if err := checkID("Handle", id); err != nil {
		return Handle{}, err
	}
	var handle *Handle
	err := a.driver.caller.Verb(ctx, "Handle", id, func(ctx context.Context) (err error) {
		handle, err = a.driver.handles.load(ctx, "Handle", id)
		return err
	})
	if err != nil {
		return Handle{}, err
	}
	return *handle, nil
}

// Forget removes the handle of a client from the store and leaves the client as it is: one that is
// dead, one that somebody else manages from now on, or one that a server without management has
// forgotten. ErrNotFound if the store has none.
func (a *API) Forget(ctx context.Context, id string) error {
	if err := checkID("Forget", id); err != nil {
		return err
	}
	return a.driver.caller.Verb(ctx, "Forget", id, func(ctx context.Context) error {
		return a.driver.handles.use(ctx, "Forget", id, func(h *Handle) error {
			a.driver.caller.Conceal(ctx, h.secrets()...)
			return a.driver.handles.remove(ctx, "Forget", id, "the handle could not be removed from the store")
		})
	})
}

func checkID(operation, id string) error {
	if !blank(id) {
		return nil
	}
	return required(operation, "ID")
}
