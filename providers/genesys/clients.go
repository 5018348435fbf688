package genesys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the driver: the six operations on OAuth clients (/api/v2/oauth/clients).
// The list is in list.go, what an update sends in update.go.

type driver struct {
	caller *oauthclients.Caller
	list   *url.URL // the list's full address, against which next links are checked
}

var (
	_ oauthclients.Driver  = (*driver)(nil)
	_ oauthclients.Checker = (*driver)(nil)
)

// CheckCreate finds what the vendor would refuse.
func (*driver) CheckCreate(want *oauthclients.OAuthClient) error { return validateCreate(want) }

// CheckUpdate finds what the vendor would refuse.
func (*driver) CheckUpdate(_ *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) error {
	return validateUpdate(want, changed)
}

// Create posts a client. The secret is in the answer and nowhere else, so an answer without
// one is an error beside the record.
func (d *driver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	if err := validateCreate(want); err != nil {
		return nil, err
	}
	got, record, err := d.one(ctx, &wireAnswer{}, &oauthclients.Call{
		Operation: "Create", Method: http.MethodPost, Path: clientsPath, Body: toWire(want), Members: want.AdditionalMembers,
	})
	if err != nil {
		return nil, err
	}
	if got.Secret.IsZero() && promisesSecret(got.AuthorizedGrantType) {
		return record, providerkit.WithUnread(providerkit.CreatedWithoutSecret(providerName, got.ID, nil), fieldsOf(got.unread))
	}
	return record, providerkit.CreatedUnread(providerName, got.ID, fieldsOf(got.unread))
}

// Get reads a client.
func (d *driver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	return d.get(ctx, "Get", id)
}

func (d *driver) get(ctx context.Context, operation, id string) (*oauthclients.Record, error) {
	_, record, err := d.one(ctx, &wireAnswer{asked: id}, &oauthclients.Call{
		Operation: operation, Method: http.MethodGet, Path: clientPath(id),
	})
	return record, err
}

// Update puts the whole client, since the vendor's PUT replaces it.
func (d *driver) Update(ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (*oauthclients.Record, error) {
	if err := validateUpdate(want, changed); err != nil {
		return nil, err
	}
	body, err := updateBody(old, want, changed)
	if err != nil {
		return nil, err
	}
	return d.put(ctx, "Update", old.Client.ID, body.JSON(), want.AdditionalMembers)
}

func (d *driver) put(ctx context.Context, operation, id string, body json.RawMessage, added map[string]json.RawMessage) (*oauthclients.Record, error) {
	_, record, err := d.one(ctx, &wireAnswer{asked: id}, &oauthclients.Call{
		Operation: operation, Method: http.MethodPut, Path: clientPath(id), Body: body, Members: added,
	})
	return record, err
}

// Delete deactivates the client if it is not inactive yet, since the vendor refuses to delete
// any other, and deletes it. A client that vanishes after it was read here counts as deleted.
func (d *driver) Delete(ctx context.Context, id string) error {
	found, err := d.get(ctx, "Delete", id)
	if err != nil {
		return err
	}
	if found.Client.Status == oauthclients.StatusDeleted {
		return &oauthclients.Error{
			Kind: oauthclients.ErrNotFound, Provider: providerName, Operation: "Delete",
			Message: "the client is deleted already",
		}
	}
	if found.Client.Status == oauthclients.StatusInactive {
		return d.remove(ctx, id)
	}
	if err := d.deactivate(ctx, found); err != nil {
		return err
	}
	if err := d.remove(ctx, id); err != nil {
		return fmt.Errorf("%w (the client is inactive now)", err)
	}
	return nil
}

func (d *driver) deactivate(ctx context.Context, found *oauthclients.Record) error {
	body, err := deactivateBody(found)
	if err != nil {
		return err
	}
	_, err = d.put(ctx, "Delete", found.Client.ID, body.JSON(), nil)
	return err
}

func (d *driver) remove(ctx context.Context, id string) error {
	_, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: "Delete", Method: http.MethodDelete, Path: clientPath(id),
	})
	if errors.Is(err, oauthclients.ErrNotFound) {
		return nil
	}
	return err
}

// RegenerateSecret posts to /secret, without a body.
func (d *driver) RegenerateSecret(ctx context.Context, id string) (oauthclients.Secret, error) {
	got, _, err := d.one(ctx, &wireAnswer{asked: id, forSecret: true}, &oauthclients.Call{
		Operation: "RegenerateSecret", Method: http.MethodPost, Path: clientPath(id) + "/secret",
	})
	if err != nil {
		return oauthclients.Secret{}, err
	}
	return got.Secret, nil
}

// one makes a call that is answered by one client, which it reads into got.
func (d *driver) one(ctx context.Context, got *wireAnswer, call *oauthclients.Call) (*wireAnswer, *oauthclients.Record, error) {
	call.Result = got
	response, err := d.caller.Call(ctx, call)
	if err != nil {
		return nil, nil, err
	}
	from := fromRead
	if got.asked == "" {
		from = fromWire
	}
	return got, &oauthclients.Record{Client: from(&got.wireClient), Raw: response.Body}, nil
}

func clientPath(id string) string { return clientsPath + "/" + url.PathEscape(id) }
