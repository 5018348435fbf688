package docspace

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file is the driver for the wire of the published guide.

type guideDriver struct {
	caller  *oauthclients.Caller
	clients string // path of the clients, escaped
}

var _ oauthclients.Checker = (*guideDriver)(nil)

// CheckCreate finds what the guide does not have.
func (*guideDriver) CheckCreate(want *oauthclients.OAuthClient) error {
	if err := checkExtra(opCreate, want); err != nil {
		return err
	}
	if allowsPKCE(want) {
		return &oauthclients.UnsupportedError{Provider: providerName, Operation: opCreate, Fields: []string{"Extra.AllowPKCE"}}
	}
	return providerkit.InvalidFields(providerName, opCreate, checkGuide(want, []string{"Name"}))
}

// CheckUpdate finds what the guide does not have.
func (*guideDriver) CheckUpdate(_ *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) error {
	if err := checkExtra(opUpdate, want); err != nil {
		return err
	}
	return providerkit.InvalidFields(providerName, opUpdate, checkGuide(want, changed))
}

// Create answers 200 or 201; the guide shows no secret, so that one without is no error.
func (d *guideDriver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	if err := d.CheckCreate(want); err != nil {
		return nil, err
	}
	record, unread, err := d.client(ctx, oauthclients.ErrOutcomeUnknown, "", &oauthclients.Call{
		Operation: opCreate, Method: http.MethodPost, Path: d.clients, Body: toGuideWire(want), Members: want.AdditionalMembers,
	})
	if err != nil {
		return nil, err
	}
	return record, providerkit.CreatedUnread(providerName, record.Client.ID, fieldsOf(unread))
}

func (d *guideDriver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	return d.get(ctx, opGet, id)
}

func (d *guideDriver) get(ctx context.Context, operation, id string) (*oauthclients.Record, error) {
	path, err := clientPath(d.clients, operation, id)
	if err != nil {
		return nil, err
	}
	record, _, err := d.client(ctx, oauthclients.ErrUnavailable, id, &oauthclients.Call{
		Operation: operation, Method: http.MethodGet, Path: path,
	})
	return record, err
}

// client is as that of the other driver.
func (d *guideDriver) client(ctx context.Context, unusable error, id string, call *oauthclients.Call) (record *oauthclients.Record, unread []string, err error) {
	var answer guideAnswer
	call.Result = &answer
	response, err := d.caller.Call(ctx, call)
	if err != nil {
		return nil, nil, err
	}
	record, err = toGuideRecord(&answer.guideWire, response.Body)
	if err = checkRecord(record, err, id); err != nil {
		return nil, nil, failure(unusable, call.Operation, response, err)
	}
	if id != "" {
		record.Client.Secret = providerkit.ShownSecret(record.Client.Secret)
	}
	return record, answer.unread, nil
}

func toGuideRecord(wire *guideWire, body json.RawMessage) (*oauthclients.Record, error) {
	client, err := fromGuideWire(wire)
	if inner := unwrapIf(errors.Is(err, errNoID), body); inner != nil {
		body = inner
		if err := wire.read(inner); err != nil {
			return nil, err
		}
		client, err = fromGuideWire(wire)
	}
	if err != nil {
		return nil, err
	}
	return &oauthclients.Record{Client: client, Raw: body}, nil
}

// List has no paging in the guide.
func (d *guideDriver) List(ctx context.Context, _ oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	var page guidePage
	if _, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: opList, Method: http.MethodGet, Path: d.clients, Result: &page,
	}); err != nil {
		return nil, err
	}
	return page.RecordPage, nil
}

// guidePage is the answer to a list.
type guidePage struct{ *oauthclients.RecordPage }

// UnmarshalJSON implements [json.Unmarshaler].
func (p *guidePage) UnmarshalJSON(body []byte) (err error) {
	p.RecordPage, err = toGuidePage(body)
	return err
}

// errGuideCursor: the guide has no way to ask for what is behind a cursor.
var errGuideCursor = errors.New("the list is not whole: last_client_id and last_created_on lead to a next page, which the guide has not; portals of WireServer have it")

func toGuidePage(body json.RawMessage) (*oauthclients.RecordPage, error) {
	page, err := readPage(body, fromGuideListWire)
	if err != nil {
		return nil, err
	}
	if len(page.records) > 0 && page.lastClientID+page.lastCreatedOn != "" {
		return nil, errGuideCursor
	}
	if err := page.total.missing(len(page.records)); err != nil {
		return nil, err
	}
	return &oauthclients.RecordPage{Records: page.records, Body: page.body, Member: page.member}, nil
}

func fromGuideListWire(w *guideWire) (*oauthclients.OAuthClient, error) {
	client, err := fromGuideWire(w)
	if err == nil {
		client.Secret = providerkit.ShownSecret(client.Secret)
	}
	return client, err
}

// Update sends every member, so that a server which replaces and one which merges do the same.
func (d *guideDriver) Update(ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (*oauthclients.Record, error) {
	if err := d.CheckUpdate(old, want, changed); err != nil {
		return nil, err
	}
	path, err := clientPath(d.clients, opUpdate, old.Client.ID)
	if err != nil {
		return nil, err
	}
	body, err := guideUpdateWire(old.Raw, want)
	if err != nil {
		return nil, failure(oauthclients.ErrUnavailable, opUpdate, nil, err)
	}
	response, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: opUpdate, Method: http.MethodPut, Path: path, Body: body.JSON(), Members: want.AdditionalMembers,
	})
	if err != nil {
		return nil, err
	}
	if record := answeredUpdate(response.Body, old.Client.ID); record != nil {
		return record, nil
	}
	record, err := d.get(ctx, opUpdate, old.Client.ID)
	return record, notReadBack(err)
}

// answeredUpdate is the client in an answer to PUT, nil if the answer is empty or tells less
// than the whole client: then it has to be read.
func answeredUpdate(body json.RawMessage, id string) *oauthclients.Record {
	var wire guideWire
	if wire.read(body) != nil {
		return nil
	}
	record, err := toGuideRecord(&wire, body)
	if err != nil || record.Client.ID != id || !wire.complete() || len(wire.unread) > 0 {
		return nil
	}
	record.Client.Secret = providerkit.ShownSecret(record.Client.Secret)
	return record
}

// Delete answers 200.
func (d *guideDriver) Delete(ctx context.Context, id string) error {
	return deleteClient(ctx, d.caller, d.clients, id)
}

// RegenerateSecret is not in the guide; the core does not ask for it.
func (d *guideDriver) RegenerateSecret(context.Context, string) (oauthclients.Secret, error) {
	return oauthclients.Secret{}, &oauthclients.UnsupportedError{Provider: providerName, Operation: opRegenerate}
}
