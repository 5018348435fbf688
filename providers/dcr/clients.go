package dcr

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/oauthclients/oauthclients"
)

// This file holds the verbs.

type driver struct {
	caller  *oauthclients.Caller
	handles *handles
	// found is the registration endpoint, once it is known.
	found atomic.Pointer[url.URL]
}

// wireHandle is what every answer may have of the handle (RFC 7592 section 3).
type wireHandle struct {
	ID    string `json:"client_id"`
	URI   string `json:"registration_client_uri"`
	Token string `json:"registration_access_token"`
}

// clientAnswer is an answer about the client asked, "" for a new one.
type clientAnswer struct {
	asked  string
	handle wireHandle
	client wireClient
	// unreadable says why there is no client, only a handle: an answer that is of no other use may
	// still bring the only token that works.
	unreadable error
}

var (
	errNoID        = errors.New("the answer has no client_id")
	errOtherClient = errors.New("the answer is about another client than the one that was asked for")
)

// UnmarshalJSON implements [json.Unmarshaler]. What is said of another client is not taken, its
// handle least of all.
func (a *clientAnswer) UnmarshalJSON(body []byte) error {
	if err := a.read(body); err != nil {
		return err
	}
	if a.asked != "" && a.handle.ID != "" && a.handle.ID != a.asked {
		return errOtherClient
	}
	return nil
}

func (a *clientAnswer) read(body []byte) error {
	var whole struct {
		wireClient

		URI   string `json:"registration_client_uri"`
		Token string `json:"registration_access_token"`
	}
	if a.unreadable = decode(body, &whole); a.unreadable != nil {
		return decode(body, &a.handle)
	}
	a.client, a.handle = whole.wireClient, wireHandle{ID: whole.ID, URI: whole.URI, Token: whole.Token}
	if a.client.ID == "" {
		a.unreadable = errNoID
	}
	return nil
}

// record is the client of an answer with the given body.
func (a *clientAnswer) record(body json.RawMessage) (*oauthclients.Record, error) {
	if a.unreadable != nil {
		return nil, a.unreadable
	}
	return &oauthclients.Record{Client: fromWire(&a.client), Raw: body}, nil
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
	found, err := url.Parse(endpoints.Others[registrationEndpoint])
	if err == nil {
		d.found.Store(found)
	}
	return found, err
}

// Create registers a client (RFC 7591 section 3) and saves its handle.
func (d *driver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	if err := validate(opCreate, want, writableFields()); err != nil {
		return nil, err
	}
	registration, err := d.registration(ctx)
	if err != nil {
		return nil, err
	}
	var got clientAnswer
	answer, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: opCreate, Method: http.MethodPost, Path: registration.RequestURI(),
		Body: newClient(want), Members: want.AdditionalMembers, Result: &got,
	})
	if err != nil {
		return nil, err
	}
	handle := Handle{ClientID: got.handle.ID, URI: got.handle.URI, Token: oauthclients.NewSecret(got.handle.Token)}
	if handle.ClientID == "" {
		return nil, failed(oauthclients.ErrOutcomeUnknown, opCreate, errNoID.Error(), &HandleError{Handle: handle, Reason: "names no client"})
	}
	kept := d.handles.keepNew(ctx, handle, registration)
	record, err := created(&got, answer.Body)
	if kept != nil {
		err = kept
	}
	return record, err
}

// created is what the answer says of a client that exists now, whatever that is.
func created(got *clientAnswer, body json.RawMessage) (*oauthclients.Record, error) {
	record, err := got.record(body)
	if err != nil {
		record = &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: got.handle.ID}, Raw: body}
		return record, failed(oauthclients.ErrNotApplied, opCreate, "the client exists, but what the server says of it cannot be read", err)
	}
	if lacksSecret(record.Client) {
		return record, oauthclients.CreatedWithoutSecret(providerName, got.handle.ID, nil)
	}
	return record, nil
}

// lacksSecret: the client was registered to prove who it is with a secret that it was not given.
func lacksSecret(c *oauthclients.OAuthClient) bool {
	switch settings(c).TokenEndpointAuthMethod {
	case "client_secret_basic", "client_secret_post", "client_secret_jwt":
		return c.Secret.IsZero()
	}
	return false
}

// Get reads a client (RFC 7592 section 2.1).
func (d *driver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	return d.read(ctx, opGet, id)
}

func (d *driver) read(ctx context.Context, operation, id string) (record *oauthclients.Record, err error) {
	err = d.handles.use(ctx, operation, id, func(h *Handle) error {
		record, err = d.readWith(ctx, operation, h)
		return err
	})
	return record, err
}

func (d *driver) readWith(ctx context.Context, operation string, h *Handle) (*oauthclients.Record, error) {
	return d.managed(ctx, h, &oauthclients.Call{Operation: operation, Method: http.MethodGet})
}

// Update replaces the metadata of a client as a whole (RFC 7592 section 2.2).
func (d *driver) Update(ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (record *oauthclients.Record, err error) {
	if err := validate(opUpdate, want, changedFor(changed)); err != nil {
		return nil, err
	}
	body, err := lay(want, changed, old.Raw)
	if err != nil {
		return nil, failed(oauthclients.ErrUnavailable, opUpdate, "", err)
	}
	err = d.handles.use(ctx, opUpdate, old.Client.ID, func(h *Handle) error {
		record, err = d.replace(ctx, opUpdate, h, body, want.AdditionalMembers)
		return err
	})
	return record, err
}

// replace is sent once: the server may have replaced the token that it was sent with.
func (d *driver) replace(ctx context.Context, operation string, h *Handle, body metadata, members map[string]json.RawMessage) (*oauthclients.Record, error) {
	record, err := d.managed(ctx, h, &oauthclients.Call{
		Operation: operation, Method: http.MethodPut, Body: body, Members: members, Once: true,
	})
	var e *oauthclients.Error
	if errors.As(err, &e) && e.OutcomeUnknown() {
		e.Message = joined(e.Message, "the server may have replaced the registration access token; the one that was sent is kept")
	}
	return record, err
}

// Delete removes a client (RFC 7592 section 2.3), and then its handle.
func (d *driver) Delete(ctx context.Context, id string) error {
	return d.handles.use(ctx, opDelete, id, func(h *Handle) error {
		call, err := d.managing(ctx, h, &oauthclients.Call{Operation: opDelete, Method: http.MethodDelete})
		if err != nil {
			return err
		}
		_, err = d.caller.Call(ctx, call)
		if err != nil && !isDeleted(err) {
			return err
		}
		return d.handles.remove(ctx, opDelete, id, "the client is deleted, but its handle could not be removed from the store")
	})
}

// isDeleted: the token is dead because an earlier attempt has deleted the client.
func isDeleted(err error) bool {
	var e *oauthclients.Error
	return errors.As(err, &e) && e.OutcomeUnknown() && isRefused(err)
}

// RegenerateSecret writes a client as it is, at a server that answers that with a new secret.
func (d *driver) RegenerateSecret(ctx context.Context, id string) (secret oauthclients.Secret, err error) {
	err = d.handles.use(ctx, opRegenerateSecret, id, func(h *Handle) error {
		old, err := d.readWith(ctx, opRegenerateSecret, h)
		if err != nil {
			return err
		}
		body, err := lay(old.Client, nil, old.Raw)
		if err != nil {
			return failed(oauthclients.ErrUnavailable, opRegenerateSecret, "", err)
		}
		next, err := d.replace(ctx, opRegenerateSecret, h, body, nil)
		if next != nil {
			secret = next.Client.Secret
		}
		if err == nil && !secret.IsZero() && secret.Reveal() == old.Client.Secret.Reveal() {
			secret = oauthclients.Secret{}
			err = failed(oauthclients.ErrNotApplied, opRegenerateSecret, "the server kept the secret: RotateSecretOnUpdate is not true of it", nil)
		}
		return err
	})
	return secret, err
}

// managed calls a client's own address, saves what the answer brings of a new handle, and reads
// the rest of it. The record comes beside an error of the store, since what was asked is done.
func (d *driver) managed(ctx context.Context, h *Handle, call *oauthclients.Call) (*oauthclients.Record, error) {
	call, err := d.managing(ctx, h, call)
	if err != nil {
		return nil, err
	}
	got := clientAnswer{asked: h.ClientID}
	call.Result = &got
	answer, err := d.caller.Call(ctx, call)
	if err != nil {
		return nil, err
	}
	kept := d.handles.keep(ctx, call.Operation, h, got.handle)
	record, err := got.record(answer.Body)
	if kept != nil {
		return record, kept
	}
	if err != nil {
		return nil, unreadable(call, answer.Status, err)
	}
	return record, nil
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
		return nil, oauthclients.InvalidFields(providerName, call.Operation, faults)
	}
	if uri.Scheme != registration.Scheme || uri.Host != registration.Host { // or it is the base of every call
		call.BaseURL = origin(uri)
	}
	call.Path = uri.RequestURI()
	call.Credential = oauthclients.BearerCredential(h.Token)
	return call, nil
}
