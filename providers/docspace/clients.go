package docspace

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file is the driver for the server's wire.

// The verbs as they show in errors and logs.
const (
	opCreate     = "Create"
	opList       = "List"
	opGet        = "Get"
	opUpdate     = "Update"
	opDelete     = "Delete"
	opRegenerate = "RegenerateSecret"
)

type driver struct {
	caller  *oauthclients.Caller
	clients string // path of the clients, escaped
}

var _ oauthclients.Checker = (*driver)(nil)

// CheckCreate finds what a portal would refuse, or answer with a 500.
func (*driver) CheckCreate(want *oauthclients.OAuthClient) error {
	if err := checkExtra(opCreate, want); err != nil {
		return err
	}
	return providerkit.InvalidFields(providerName, opCreate, checkCreate(want))
}

// CheckUpdate finds what a portal would refuse, or answer with a 500.
func (*driver) CheckUpdate(old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) error {
	if err := checkExtra(opUpdate, want); err != nil {
		return err
	}
	raw, err := providerkit.ParseObject(old.Raw)
	if err != nil && len(old.Raw) > 0 {
		return failure(oauthclients.ErrUnavailable, opUpdate, nil, err)
	}
	return providerkit.InvalidFields(providerName, opUpdate, checkUpdate(want, changed, oddMembers(&raw, want, changed)))
}

// Create answers 201 with the client and its secret; one that comes without is read.
func (d *driver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	if err := d.CheckCreate(want); err != nil {
		return nil, err
	}
	record, unread, err := d.client(ctx, oauthclients.ErrOutcomeUnknown, "", &oauthclients.Call{
		Operation: opCreate, Method: http.MethodPost, Path: d.clients, Body: toWire(want), Members: want.AdditionalMembers,
	})
	if err != nil {
		return nil, err
	}
	if record.Client.Secret.IsZero() {
		return d.withSecret(ctx, record, unread)
	}
	return record, providerkit.CreatedUnread(providerName, record.Client.ID, fieldsOf(unread))
}

// withSecret reads the secret that a create did not answer.
func (d *driver) withSecret(ctx context.Context, created *oauthclients.Record, unread []string) (*oauthclients.Record, error) {
	read, err := d.get(ctx, opCreate, created.Client.ID)
	if err == nil && !read.Client.Secret.IsZero() {
		return read, providerkit.CreatedUnread(providerName, read.Client.ID, fieldsOf(unread))
	}
	return created, providerkit.WithUnread(providerkit.CreatedWithoutSecret(providerName, created.Client.ID, err), fieldsOf(unread))
}

// Get answers the secret as well, every time.
func (d *driver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	return d.get(ctx, opGet, id)
}

func (d *driver) get(ctx context.Context, operation, id string) (*oauthclients.Record, error) {
	path, err := clientPath(d.clients, operation, id)
	if err != nil {
		return nil, err
	}
	record, _, err := d.client(ctx, oauthclients.ErrUnavailable, id, &oauthclients.Call{
		Operation: operation, Method: http.MethodGet, Path: path,
	})
	return record, err
}

// client makes a call that answers a client, the one with the given id if that is not "", and tells the
// members that could not be read. Another answer is an error of kind unusable.
func (d *driver) client(ctx context.Context, unusable error, id string, call *oauthclients.Call) (record *oauthclients.Record, unread []string, err error) {
	var answer clientAnswer
	call.Result = &answer
	response, err := d.caller.Call(ctx, call)
	if err != nil {
		return nil, nil, err
	}
	record, err = toRecord(&answer.clientWire, response.Body)
	if err = checkRecord(record, err, id); err != nil {
		return nil, nil, failure(unusable, call.Operation, response, err)
	}
	if id != "" {
		record.Client.Secret = providerkit.ShownSecret(record.Client.Secret)
	}
	return record, answer.unread, nil
}

// checkRecord: what is said of another client must not be taken for the one in question.
func checkRecord(record *oauthclients.Record, err error, id string) error {
	if err == nil && id != "" && !providerkit.SameID(record.Client.ID, id) {
		return errOtherClient
	}
	return err
}

// toRecord looks into an envelope if there is no client outside.
func toRecord(wire *clientWire, body json.RawMessage) (*oauthclients.Record, error) {
	client, err := fromWire(wire)
	if inner := unwrapIf(errors.Is(err, errNoID), body); inner != nil {
		body = inner
		if err := wire.read(inner); err != nil {
			return nil, err
		}
		client, err = fromWire(wire)
	}
	if err != nil {
		return nil, err
	}
	return &oauthclients.Record{Client: client, Raw: body}, nil
}

func unwrapIf(wanted bool, body json.RawMessage) json.RawMessage {
	if !wanted {
		return nil
	}
	return unwrap(body)
}

// List pages by two cursors, newest first.
func (d *driver) List(ctx context.Context, opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	query, err := toQuery(opts)
	if err != nil {
		return nil, err
	}
	page := serverPage{first: opts.Cursor == ""}
	if _, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: opList, Method: http.MethodGet, Path: d.clients, Query: query, Result: &page,
	}); err != nil {
		return nil, err
	}
	return page.RecordPage, nil
}

// serverPage is the answer to a list, which was asked for from its beginning or not.
type serverPage struct {
	*oauthclients.RecordPage

	first bool
}

// UnmarshalJSON implements [json.Unmarshaler].
func (p *serverPage) UnmarshalJSON(body []byte) (err error) {
	p.RecordPage, err = toPage(body, p.first)
	return err
}

func toPage(body json.RawMessage, first bool) (*oauthclients.RecordPage, error) {
	page, err := readPage(body, fromListWire)
	if err != nil {
		return nil, err
	}
	next, err := page.nextCursor()
	if err == nil && first && next == "" {
		err = page.total.missing(len(page.records))
	}
	if err != nil {
		return nil, err
	}
	return &oauthclients.RecordPage{Records: page.records, Body: page.body, Member: page.member, NextCursor: next}, nil
}

// fromListWire: a list has the secrets as they are stored, encrypted. Nobody can use them.
func fromListWire(w *clientWire) (*oauthclients.OAuthClient, error) {
	w.ClientSecret, w.CamelClientSecret = "", ""
	return fromWire(w)
}

// Update answers nothing, and a portal accepts members that it then ignores: only reading the
// client again tells what happened.
func (d *driver) Update(ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (*oauthclients.Record, error) {
	if err := checkExtra(opUpdate, want); err != nil {
		return nil, err
	}
	raw, err := providerkit.ParseObject(old.Raw)
	if err != nil {
		return nil, failure(oauthclients.ErrUnavailable, opUpdate, nil, err)
	}
	odd := oddMembers(&raw, want, changed)
	if err := providerkit.InvalidFields(providerName, opUpdate, checkUpdate(want, changed, odd)); err != nil {
		return nil, err
	}
	path, err := clientPath(d.clients, opUpdate, old.Client.ID)
	if err != nil {
		return nil, err
	}
	body, err := toUpdate(old, want, changed)
	if err != nil {
		return nil, failure(oauthclients.ErrUnavailable, opUpdate, nil, err)
	}
	for name, text := range odd {
		body.Add(name, text)
	}
	if _, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: opUpdate, Method: http.MethodPut, Path: path, Body: body.JSON(), Members: want.AdditionalMembers,
	}); err != nil {
		return nil, err
	}
	record, err := d.get(ctx, opUpdate, old.Client.ID)
	return record, notReadBack(err)
}

// notReadBack keeps a failed read after a write from looking like a failed write.
func notReadBack(err error) error {
	if err == nil {
		return nil
	}
	return &oauthclients.Error{
		Kind: oauthclients.ErrOutcomeUnknown, Provider: providerName, Operation: opUpdate,
		Message: "the update was accepted, but what came of it could not be read", Err: err,
	}
}

// Delete answers nothing.
func (d *driver) Delete(ctx context.Context, id string) error {
	return deleteClient(ctx, d.caller, d.clients, id)
}

func deleteClient(ctx context.Context, caller *oauthclients.Caller, clients, id string) error {
	path, err := clientPath(clients, opDelete, id)
	if err != nil {
		return err
	}
	_, err = caller.Call(ctx, &oauthclients.Call{Operation: opDelete, Method: http.MethodDelete, Path: path})
	return err
}

// RegenerateSecret answers the new secret and nothing else; the old one is dead by then.
func (d *driver) RegenerateSecret(ctx context.Context, id string) (oauthclients.Secret, error) {
	path, err := clientPath(d.clients, opRegenerate, id)
	if err != nil {
		return oauthclients.Secret{}, err
	}
	var answer clientAnswer
	response, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: opRegenerate, Method: http.MethodPatch, Path: path + "/regenerate", Result: &answer,
	})
	if err != nil {
		return oauthclients.Secret{}, err
	}
	secret := secretOf(&answer.clientWire, response.Body)
	switch answered := answer.id(); {
	case answered != "" && !providerkit.SameID(answered, id): // mostly it has no id
		err = errOtherClient
	case secret.IsZero():
		err = errors.New("the answer has no client_secret; Get reads the present one")
	}
	if err != nil {
		return oauthclients.Secret{}, failure(oauthclients.ErrOutcomeUnknown, opRegenerate, response, err)
	}
	return secret, nil
}

func secretOf(wire *clientWire, body json.RawMessage) oauthclients.Secret {
	if inner := unwrapIf(wire.secret() == "", body); inner != nil {
		_ = wire.read(inner) // no secret either way
	}
	return oauthclients.NewSecret(wire.secret())
}

// failure is an answer that is no use; nil for one that was read before.
func failure(kind error, operation string, response *oauthclients.Response, cause error) error {
	e := &oauthclients.Error{Kind: kind, Provider: providerName, Operation: operation, Err: cause}
	if response != nil {
		e.StatusCode = response.Status
	}
	return e
}
