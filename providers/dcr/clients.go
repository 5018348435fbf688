package dcr

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the verbs.

type driver struct {
	caller   *oauthclients.Caller
	handles  *handles
	provider Provider
	// found is the registration endpoint, once it is known.
	found atomic.Pointer[url.URL]
}

// registration is the registration endpoint, which a server may have to be asked for.
func (d *driver) registration(ctx context.Context) (*url.URL, error) {
	if found := d.found.Load(); found != nil {
		return found, nil
	}
	endpoints, err := d.caller.Endpoints(ctx)
	if err != nil {
		return nil, err
	}
	address := endpoints.Others[registrationEndpoint]
	if address == "" && endpoints.Incomplete != nil { // the place that failed may have had it
		return nil, endpoints.Incomplete
	}
	found, err := d.provider.registrationAt(address)
	if err == nil {
		d.found.Store(found)
	}
	return found, err
}

var _ oauthclients.Checker = (*driver)(nil)

// CheckCreate finds what breaks the rules of the RFCs.
func (d *driver) CheckCreate(want *oauthclients.OAuthClient) error {
	if err := validate(opCreate, want, writableFields()); err != nil {
		return err
	}
	return d.provider.checkNotShown(opCreate, want)
}

// CheckUpdate finds what breaks the rules of the RFCs.
func (d *driver) CheckUpdate(_ *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) error {
	if err := validate(opUpdate, want, changedFor(changed)); err != nil {
		return err
	}
	return d.provider.checkNotShown(opUpdate, want)
}

// Create registers a client (RFC 7591 section 3) and saves its handle.
func (d *driver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	if err := d.CheckCreate(want); err != nil {
		return nil, err
	}
	registration, err := d.registration(ctx)
	if err != nil {
		return nil, err
	}
	var got clientAnswer
	wire := newClient(want)
	body, err := d.register(ctx, registration, wire, want, &got)
	if err != nil {
		return nil, err
	}
	handle, err := d.newHandle(&got, want, body)
	if err != nil {
		return nil, err
	}
	if handle.ClientID == "" {
		return nil, failed(oauthclients.ErrOutcomeUnknown, opCreate, errNoID.Error(), &HandleError{Handle: handle, Reason: "names no client"})
	}
	d.conceal(ctx, &got)
	unsafe := d.handles.keepNew(ctx, handle, registration)
	got.client.complete(d.provider.unseen(&handle, body))
	record := got.record(body, handle.isManageable())
	wire.ResponseTypes = settings(want).ResponseTypes // what nobody asked for may be missing
	record.NotShown = notShown(wire, want, body)
	return record, faultsOf(opCreate, handle.ClientID, oddOf(&got), lackOf(record.Client, want), unsafe)
}

// conceal keeps what an answer brought out of what a store may say of it.
func (d *driver) conceal(ctx context.Context, got *clientAnswer) {
	if !d.handles.isPrompt() { // the library's own says nothing
		d.caller.Conceal(ctx, oauthclients.NewSecret(got.handle.Token), got.client.Secret)
	}
}

// register asks for a client. What only this library has added is left out if it is refused.
func (d *driver) register(ctx context.Context, registration *url.URL, wire *wireClient, want *oauthclients.OAuthClient, got *clientAnswer) (json.RawMessage, error) {
	body, err := d.post(ctx, registration, wire, want, got)
	if len(settings(want).ResponseTypes) == 0 && wire.ResponseTypes != nil && err != nil && refusedMember(err) == memberResponses {
		wire.ResponseTypes, *got = nil, clientAnswer{}
		body, err = d.post(ctx, registration, wire, want, got)
	}
	return body, err
}

func (d *driver) post(ctx context.Context, registration *url.URL, wire *wireClient, want *oauthclients.OAuthClient, got *clientAnswer) (json.RawMessage, error) {
	answer, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: opCreate, Method: http.MethodPost, Path: registration.RequestURI(),
		Body: wire, Members: want.AdditionalMembers, Result: got,
	})
	if err != nil {
		return nil, naming(got.failure(opCreate, err), slices.Sorted(maps.Keys(want.AdditionalMembers)))
	}
	return answer.Body, nil
}

// newHandle is what the store keeps of a new client.
func (d *driver) newHandle(got *clientAnswer, want *oauthclients.OAuthClient, body json.RawMessage) (handle Handle, err error) {
	handle = Handle{ClientID: got.handle.ID, URI: got.handle.URI, Token: oauthclients.NewSecret(got.handle.Token)}
	handle.Registration = oauthclients.NewSecret(kept(got, body))
	if d.provider.UpdateSends == OnlyOurs || len(want.AdditionalMembers) > 0 {
		if handle.Members, err = membersOf(want); err != nil {
			return handle, err
		}
	}
	if len(d.provider.NotShown) == 0 && len(want.AdditionalMembers) == 0 {
		return handle, nil
	}
	set, err := metadataOf(want)
	handle.NotShown = d.provider.noted(nil, &set, want.AdditionalMembers, namesIn(&set), body)
	return handle, err
}

// Get reads a client (RFC 7592 section 2.1).
func (d *driver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	return d.read(ctx, opGet, id)
}

func (d *driver) read(ctx context.Context, operation, id string) (record *oauthclients.Record, err error) {
	err = d.handles.use(ctx, operation, id, func(h *Handle) error {
		if !h.isManageable() {
			record, err = d.registered(h)
			return err
		}
		record, err = d.readWith(ctx, operation, h)
		return err
	})
	return record, err
}

func (d *driver) readWith(ctx context.Context, operation string, h *Handle) (*oauthclients.Record, error) {
	return d.managed(ctx, h, &oauthclients.Call{Operation: operation, Method: http.MethodGet}, nil)
}

// Delete removes a client (RFC 7592 section 2.3), and then its handle.
func (d *driver) Delete(ctx context.Context, id string) error {
	return d.handles.manage(ctx, opDelete, id, func(h *Handle) error {
		call, err := d.managing(ctx, h, &oauthclients.Call{Operation: opDelete, Method: http.MethodDelete})
		if err != nil {
			return err
		}
		answer, err := d.caller.Call(ctx, call)
		if err != nil && !isDeleted(err) {
			return managementError(h, call, answer, err)
		}
		return d.handles.remove(ctx, opDelete, id, "the client is deleted, but its handle could not be removed from the store")
	})
}

// isDeleted: the token is dead because an earlier attempt has deleted the client.
func isDeleted(err error) bool {
	var e *oauthclients.Error
	return errors.As(err, &e) && e.OutcomeUnknown() && isRefused(err)
}

// managed calls a client's own address, saves what the answer brings of a new handle, and reads
// the rest of it. The record comes beside an error of the store, since what was asked is done.
// u is nil for a call that changes nothing.
func (d *driver) managed(ctx context.Context, h *Handle, call *oauthclients.Call, u *update) (*oauthclients.Record, error) {
	call, err := d.managing(ctx, h, call)
	if err != nil {
		return nil, err
	}
	got := clientAnswer{asked: h.ClientID}
	call.Result = &got
	answer, err := d.caller.Call(ctx, call)
	if err != nil {
		return nil, managementError(h, call, answer, got.failure(call.Operation, err))
	}
	d.conceal(ctx, &got)
	secret := h.secretOf(&got.client)
	kept := d.keep(ctx, call.Operation, h, brought{&got, secret, answer.Body}, u)
	if got.handle.ID == "" {
		return nil, errorOr(kept, unreadable(call, answer.Status, errNoID))
	}
	got.client.Secret = secret
	got.client.complete(d.provider.unseen(h, answer.Body))
	return got.record(answer.Body, true), kept
}

// unreadable: what a write did is not known if the answer to it makes no sense.
func unreadable(call *oauthclients.Call, status int, cause error) error {
	kind := oauthclients.ErrUnavailable
	if call.Method != http.MethodGet {
		kind = oauthclients.ErrOutcomeUnknown
	}
	return &oauthclients.Error{Kind: kind, Provider: providerName, Operation: call.Operation, StatusCode: status, Err: cause}
}

// managing sends a call to the address of a handle with its token, if that is at the same place
// as the registration endpoint.
func (d *driver) managing(ctx context.Context, h *Handle, call *oauthclients.Call) (*oauthclients.Call, error) {
	registration, err := d.registration(ctx)
	if err != nil {
		return nil, err
	}
	uri, faults := check(*h, registration)
	if len(faults) > 0 {
		return nil, providerkit.InvalidFields(providerName, call.Operation, faults)
	}
	if uri.Scheme != registration.Scheme || uri.Host != registration.Host { // or it is the base of every call
		call.BaseURL = origin(uri)
	}
	call.Path = uri.RequestURI()
	call.Credential = oauthclients.BearerCredential(h.Token)
	return call, nil
}
