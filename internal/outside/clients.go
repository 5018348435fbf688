package outside

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the driver: one method per verb.

type driver struct{ caller *oauthclients.Caller }

func appPath(id string) string { return "/apps/" + url.PathEscape(id) }

// one makes a call that is answered with one client.
func (d *driver) one(ctx context.Context, call *oauthclients.Call) (*oauthclients.Record, error) {
	var client appAnswer
	call.Result = &client
	answer, err := d.caller.Call(ctx, call)
	if err != nil {
		return nil, err
	}
	record := &oauthclients.Record{Client: fromWire(&client.wireClient), Raw: answer.Body}
	if call.Operation == "Create" {
		return record, providerkit.CreatedUnread(providerName, record.Client.ID, client.unread)
	}
	return record, nil
}

func (d *driver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	if want.Name == "" {
		return nil, providerkit.InvalidFields(providerName, "Create", []oauthclients.FieldError{
			{Field: "Name", Code: "required", Message: "must not be empty"},
		})
	}
	return d.one(ctx, &oauthclients.Call{
		Operation: "Create", Method: http.MethodPost, Path: "/apps", Body: toWire(want),
	})
}

func (d *driver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	return d.one(ctx, &oauthclients.Call{Operation: "Get", Method: http.MethodGet, Path: appPath(id)})
}

func (d *driver) List(ctx context.Context, opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	query := url.Values{}
	if opts.PageSize > 0 {
		query.Set("count", strconv.Itoa(opts.PageSize))
	}
	if opts.Cursor != "" {
		query.Set("after", opts.Cursor)
	}
	var list appList
	answer, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: "List", Method: http.MethodGet, Path: "/apps", Query: query, Result: &list,
	})
	if err != nil {
		return nil, err
	}
	return &oauthclients.RecordPage{Records: list.records, Body: answer.Body, Member: "apps", NextCursor: list.more}, nil
}

func (d *driver) Update(
	ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, _ []string,
) (*oauthclients.Record, error) {
	body, err := lay(toWire(want), old.Raw)
	if err != nil {
		return nil, &oauthclients.Error{
			Kind: oauthclients.ErrUnavailable, Provider: providerName, Operation: "Update", Err: err,
		}
	}
	return d.one(ctx, &oauthclients.Call{
		Operation: "Update", Method: http.MethodPut, Path: appPath(old.Client.ID), Body: body,
	})
}

func (d *driver) Delete(ctx context.Context, id string) error {
	_, err := d.caller.Call(ctx, &oauthclients.Call{Operation: "Delete", Method: http.MethodDelete, Path: appPath(id)})
	return err
}

func (d *driver) RegenerateSecret(ctx context.Context, id string) (oauthclients.Secret, error) {
	record, err := d.one(ctx, &oauthclients.Call{
		Operation: "RegenerateSecret", Method: http.MethodPost, Path: appPath(id) + "/app_secret",
	})
	if err != nil {
		return oauthclients.Secret{}, err
	}
	return record.Client.Secret, nil
}
