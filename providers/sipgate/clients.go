package sipgate

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the driver: one method per verb, one or two requests per method.

const clientsPath = "/authorization/oauth2/clients"

// The operations as they stand in errors.
const (
	opCreate           = "Create"
	opList             = "List"
	opGet              = "Get"
	opUpdate           = "Update"
	opDelete           = "Delete"
	opRegenerateSecret = "RegenerateSecret"
)

type driver struct{ caller *oauthclients.Caller }

var (
	_ oauthclients.Driver  = (*driver)(nil)
	_ oauthclients.Checker = (*driver)(nil)
)

// CheckCreate finds what the vendor would refuse.
func (*driver) CheckCreate(want *oauthclients.OAuthClient) error {
	return validate(opCreate, want, nil)
}

// CheckUpdate finds what the vendor would refuse.
func (*driver) CheckUpdate(old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) error {
	raw, err := providerkit.ParseObject(old.Raw)
	if err != nil && len(old.Raw) > 0 {
		return undecodable(opUpdate, 0, err)
	}
	return validate(opUpdate, want, oddMembers(&raw, want, changed))
}

func clientPath(id string) string { return clientsPath + "/" + url.PathEscape(id) }

// Create takes two requests if the answer to the first lacks the secret: sipgate's description
// promises it there, but sipgate's own sample reads it afterwards.
func (d *driver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	if err := validate(opCreate, want, nil); err != nil {
		return nil, err
	}
	created, unread, err := d.one(ctx, "", &oauthclients.Call{
		Operation: opCreate, Method: http.MethodPost, Path: clientsPath, Body: toWire(want), Members: want.AdditionalMembers,
	})
	if err != nil {
		return nil, err
	}
	if !created.Client.Secret.IsZero() {
		return created, providerkit.CreatedUnread(providerName, created.Client.ID, fieldsOf(unread))
	}
	read, err := d.Get(ctx, created.Client.ID)
	if err != nil || read.Client.Secret.IsZero() {
		return created, providerkit.WithUnread(providerkit.CreatedWithoutSecret(providerName, created.Client.ID, err), fieldsOf(unread))
	}
	return read, providerkit.CreatedUnread(providerName, read.Client.ID, fieldsOf(unread))
}

// List has no use for its options: sipgate gives the whole list at once.
func (d *driver) List(ctx context.Context, _ oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	var list listAnswer
	answer, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: opList, Method: http.MethodGet, Path: clientsPath, Result: &list,
	})
	if err != nil {
		return nil, err
	}
	return &oauthclients.RecordPage{Records: list.records, Body: answer.Body, Member: list.member}, nil
}

func (d *driver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	record, _, err := d.one(ctx, id, &oauthclients.Call{Operation: opGet, Method: http.MethodGet, Path: clientPath(id)})
	return record, err
}

// Update replaces the client: PUT demands all its settings, changed or not.
func (d *driver) Update(
	ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string,
) (*oauthclients.Record, error) {
	body, err := providerkit.ParseObject(old.Raw)
	if err != nil {
		return nil, undecodable(opUpdate, 0, err)
	}
	odd := oddMembers(&body, want, changed)
	if err := validate(opUpdate, want, odd); err != nil {
		return nil, err
	}
	if err := lay(toWire(want), &body); err != nil {
		return nil, undecodable(opUpdate, 0, err)
	}
	for name, text := range odd {
		body.Add(name, text)
	}
	record, _, err := d.one(ctx, old.Client.ID, &oauthclients.Call{
		Operation: opUpdate, Method: http.MethodPut, Path: clientPath(old.Client.ID), Body: body.JSON(), Members: want.AdditionalMembers,
	})
	return record, err
}

func (d *driver) Delete(ctx context.Context, id string) error {
	_, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: opDelete, Method: http.MethodDelete, Path: clientPath(id),
	})
	return err
}

// RegenerateSecret sends nothing: version 2 of the API has no such operation.
func (d *driver) RegenerateSecret(context.Context, string) (oauthclients.Secret, error) {
	return oauthclients.Secret{}, &oauthclients.UnsupportedError{
		Provider: providerName, Operation: opRegenerateSecret,
	}
}

// one makes a call that is answered with one client, the one with the given id if that is not "", and
// tells the members that could not be read.
func (d *driver) one(ctx context.Context, id string, call *oauthclients.Call) (record *oauthclients.Record, unread []string, err error) {
	client := clientAnswer{asked: id}
	call.Result = &client
	answer, err := d.caller.Call(ctx, call)
	if err != nil {
		return nil, nil, err
	}
	from := fromRead
	if id == "" {
		from = fromWire
	}
	return &oauthclients.Record{Client: from(&client.wireClient), Raw: answer.Body}, client.unread, nil
}

// validate checks the only two rules that hold for every client. Patterns in URIs pass
// unchecked: sipgate documents more of them than can be told apart here. An Extra that says it
// is sipgate's gets past the core, and would be dropped in silence. What is odd goes back as it came.
func validate(operation string, c *oauthclients.OAuthClient, odd map[string]json.RawMessage) error {
	if c.Extra != nil {
		return &oauthclients.UnsupportedError{
			Provider: providerName, Operation: operation, Fields: []string{"Extra"}, Reason: "there are no settings of its own",
		}
	}
	var faults []oauthclients.FieldError
	if strings.TrimSpace(c.Name) == "" && odd["name"] == nil {
		faults = append(faults, oauthclients.FieldError{
			Field: "Name", Code: "required", Message: "must not be blank",
		})
	}
	if len(c.RedirectURIs) == 0 && odd["redirectUris"] == nil {
		faults = append(faults, oauthclients.FieldError{
			Field: "RedirectURIs", Code: "required", Message: "must have at least one entry",
		})
	}
	return providerkit.InvalidFields(providerName, operation, faults)
}

// undecodable is the error for JSON that is not what sipgate documents.
func undecodable(operation string, status int, cause error) error {
	return &oauthclients.Error{
		Kind: oauthclients.ErrUnavailable, Provider: providerName, Operation: operation,
		StatusCode: status, Err: cause,
	}
}
