package dcr

import (
	"context"
	"net/url"
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file is the driver's way to the store: a handle is locked while it is used, and a new one
// is saved before anything else is done with the answer that brought it.

type handles struct {
	store Store
	// own is for a store that is no Locker: it keeps the goroutines of this client apart.
	own   locks
	holds holds
}

func newHandles(store Store) *handles { return &handles{store: store} }

func (h *handles) lock(ctx context.Context, operation, id string) (unlock func(), err error) {
	if ctx.Err() != nil {
		return nil, failed(oauthclients.ErrUnavailable, operation, "", ended(ctx))
	}
	unlock, err = h.take(ctx, id)
	if err != nil {
		return nil, failed(oauthclients.ErrUnavailable, operation, "the handle of the client could not be locked", err)
	}
	return unlock, nil
}

// manage calls work with the handle of a client that the server lets be managed.
func (h *handles) manage(ctx context.Context, operation, id string, work func(*Handle) error) error {
	return h.use(ctx, operation, id, func(handle *Handle) error {
		if !handle.isManageable() {
			return unmanageable(operation)
		}
		return work(handle)
	})
}

// use calls work with the handle of a client, which nobody else uses meanwhile.
func (h *handles) use(ctx context.Context, operation, id string, work func(*Handle) error) error {
	unlock, err := h.lock(ctx, operation, id)
	if err != nil {
		return err
	}
	defer unlock()
	handle, err := h.load(ctx, operation, id)
	if err != nil {
		return err
	}
	return work(handle)
}

// whyNoNewSecret is about what the store knows: it is asked only where the provider has no new secrets.
func (h *handles) whyNoNewSecret(ctx context.Context, id string) string {
	handle, err := h.find(ctx, opRegenerateSecret, id)
	if err == nil && handle != nil && !handle.isManageable() {
		return onlyRegistered
	}
	return "the standard has no new secrets: RotateSecretOnUpdate is for servers that give one with each update"
}

// load gives ErrNotFound for a client without a handle: nothing can be asked about it.
func (h *handles) load(ctx context.Context, operation, id string) (*Handle, error) {
	handle, err := h.find(ctx, operation, id)
	if err == nil && handle == nil {
		err = failed(oauthclients.ErrNotFound, operation, "the store has no handle for this client", nil)
	}
	return handle, err
}

// find gives nil for a client without a handle.
func (h *handles) find(ctx context.Context, operation, id string) (*Handle, error) {
	handle, err := ask(ctx, h, id, func(ctx context.Context) (*Handle, error) { return h.store.Load(ctx, id) })
	if err != nil {
		return nil, failed(oauthclients.ErrUnavailable, operation, "the handle of the client could not be loaded", err)
	}
	return handle, nil
}

// list gives the next ids.
func (h *handles) list(ctx context.Context, after string, limit int) ([]string, error) {
	ids, err := ask(ctx, h, "", func(ctx context.Context) ([]string, error) { return h.store.List(ctx, after, limit) })
	if err != nil {
		return nil, failed(oauthclients.ErrUnavailable, opList, "the store could not list its handles", err)
	}
	return ids, nil
}

// save goes on when the caller leaves: what an answer brought may be the only handle that the
// server takes from now on.
func (h *handles) save(ctx context.Context, operation string, handle Handle) error {
	err := h.tell(ctx, handle.ClientID, func(ctx context.Context) error { return h.store.Save(ctx, handle) })
	if err != nil {
		return unsaved(operation, handle, "could not be saved", err)
	}
	return nil
}

func (h *handles) remove(ctx context.Context, operation, id, message string) error {
	err := h.tell(ctx, id, func(ctx context.Context) error { return h.store.Delete(ctx, id) })
	if err != nil {
		return failed(oauthclients.ErrNotApplied, operation, message, err)
	}
	return nil
}

// keep saves what an answer to a call with handle brought, and what an update has told of it. An address
// is not taken: the known one has just worked, and nobody has tried the other.
func (d *driver) keep(ctx context.Context, operation string, handle *Handle, b brought, u *update) error {
	token := b.got.handle.Token
	next, noted := *handle, handle.NotShown
	if u != nil {
		names := u.names()
		next.Members = with(handle.Members, names)
		noted = unread(noted, u.old.Raw)
		next.NotShown = d.provider.noted(noted, &u.body, u.want.AdditionalMembers, names, b.answer)
		next.Registration = handle.after(b)
	}
	isNew := token != "" && token != handle.Token.Reveal()
	if isNew {
		next.Token = oauthclients.NewSecret(token)
	}
	same := !isNew && len(next.Members) == len(handle.Members) && sameValues(next.NotShown, noted)
	if same && next.Registration.Reveal() == handle.Registration.Reveal() {
		return nil
	}
	err := d.handles.save(ctx, operation, next)
	if err == nil {
		*handle = next
		return nil
	}
	if same && next.secret().Reveal() == handle.secret().Reveal() { // the rest can be read at the server
		return nil
	}
	return err
}

// with adds names to those that are known. Where nobody knows them, nobody does afterwards.
func with(list, names []string) []string {
	if list == nil || len(names) == 0 {
		return list
	}
	return union(list, names)
}

// union is both lists without repetitions; they stay as they are.
func union(list, names []string) []string {
	all := slices.Clone(list)
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// keepNew saves the handle of a new client, whatever it is worth, and then says what is wrong
// with it.
func (h *handles) keepNew(ctx context.Context, handle Handle, registration *url.URL) error {
	if err := h.save(ctx, opCreate, handle); err != nil {
		return err
	}
	if !handle.isManageable() {
		return nil // it is kept, and the server has nothing more to offer
	}
	if _, faults := check(handle, registration); len(faults) > 0 {
		return unsaved(opCreate, handle, "cannot be used", providerkit.InvalidFields(providerName, opCreate, faults))
	}
	return nil
}
