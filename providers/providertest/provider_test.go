package providertest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the provider that speaks to the server of server_test.go. A test can bend
// what it claims and how its driver works.

// provider works as it should while its functions are those of rightProvider.
type provider struct {
	name string
	url  string
	// able edits the capabilities each time somebody asks for them.
	able func(*oauthclients.Capabilities)

	// during gives the context of a verb's requests.
	during func(ctx context.Context, verb string) context.Context
	// escape makes one segment of a path out of an id.
	escape func(id string) string
	// accept checks what is to be written.
	accept func(verb string, want *oauthclients.OAuthClient) error
	// body edits what a write sends.
	body func(verb string, changed []string, body map[string]any)
	// call edits a call before it is made.
	call func(*oauthclients.Call)
	// record and page edit what was read.
	record func(verb string, want *oauthclients.OAuthClient, r *oauthclients.Record)
	page   func(*oauthclients.RecordPage)
	// explain reads what a refusal says; nil leaves it to the core.
	explain func(*oauthclients.Response, *oauthclients.Error)
	// copied runs at the end of Extra.Clone.
	copied func(from, to *extra)
}

func rightProvider(address string) *provider {
	return &provider{
		name: "mem", url: address,
		able:   func(*oauthclients.Capabilities) {},
		during: func(ctx context.Context, _ string) context.Context { return ctx },
		escape: url.PathEscape,
		accept: nameRequired,
		body:   func(string, []string, map[string]any) {},
		call:   func(*oauthclients.Call) {},
		record: func(string, *oauthclients.OAuthClient, *oauthclients.Record) {},
		page:   func(*oauthclients.RecordPage) {},
		copied: func(*extra, *extra) {},
	}
}

func nameRequired(verb string, want *oauthclients.OAuthClient) error {
	if want.Name != "" {
		return nil
	}
	return providerkit.InvalidFields("mem", verb, []oauthclients.FieldError{{Field: "Name", Code: "required", Message: "must not be empty"}})
}

func (p *provider) Name() string { return p.name }

// Capabilities leave PostLogoutRedirectURIs, PolicyURI and TermsURI to nobody, and LogoURI to
// Create.
func (p *provider) Capabilities() oauthclients.Capabilities {
	c := oauthclients.Capabilities{
		Auth: []oauthclients.AuthKind{oauthclients.AuthKindNone},
		GrantTypes: []oauthclients.GrantType{
			oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken, oauthclients.GrantClientCredentials,
		},
		Create: []string{
			"Name", "Description", "RedirectURIs", "AllowedOrigins", "GrantTypes", "Scopes", "ClientURI", "LogoURI", "Extra.Tier", "Extra.Tags",
		},
		Update: []string{"Name", "Description", "RedirectURIs", "AllowedOrigins", "GrantTypes", "Scopes", "ClientURI", "Extra.Tier", "Extra.Tags"},
		Members: []string{
			"id", "client_secret", "status", "created_at", "usage", "client_name", "description", "redirect_uris", "allowed_origins",
			"grant_types", "scopes", "client_uri", "logo_uri", "tier", "tags",
		},
		RegenerateSecret: true,
		Paging:           true,
		MaxPageSize:      50,
	}
	p.able(&c)
	return c
}

func (p *provider) Connect() (*oauthclients.Connection, error) {
	return &oauthclients.Connection{
		Driver:    func(c *oauthclients.Caller) oauthclients.Driver { return &driver{c, p} },
		Endpoints: oauthclients.Endpoints{BaseURL: p.url + "/v1"},
		Explain:   p.explain,
	}, nil
}

type driver struct {
	caller *oauthclients.Caller
	*provider
}

func (d *driver) path(id string) string { return "/clients/" + d.escape(id) }

func (d *driver) send(ctx context.Context, call *oauthclients.Call) (*oauthclients.Response, error) {
	d.call(call)
	return d.caller.Call(d.during(ctx, call.Operation), call)
}

// one makes a call whose answer is one client.
func (d *driver) one(ctx context.Context, call *oauthclients.Call, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	var w wire
	call.Result = &w
	got, err := d.send(ctx, call)
	if err != nil {
		return nil, err
	}
	record := &oauthclients.Record{Client: d.fromWire(&w), Raw: got.Body}
	d.record(call.Operation, want, record)
	return record, nil
}

// write makes a call that sends want, laid over body.
func (d *driver) write(
	ctx context.Context, call *oauthclients.Call, want *oauthclients.OAuthClient, changed []string, body map[string]any,
) (*oauthclients.Record, error) {
	if err := d.accept(call.Operation, want); err != nil {
		return nil, err
	}
	edits, err := json.Marshal(toWire(want))
	if err == nil {
		err = json.Unmarshal(edits, &body)
	}
	if err != nil {
		return nil, err
	}
	d.body(call.Operation, changed, body)
	call.Body, call.Members = body, want.AdditionalMembers
	return d.one(ctx, call, want)
}

func (d *driver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	call := &oauthclients.Call{Operation: "Create", Method: http.MethodPost, Path: "/clients"}
	return d.write(ctx, call, want, nil, map[string]any{})
}

func (d *driver) Update(
	ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string,
) (*oauthclients.Record, error) {
	body := map[string]any{}
	if err := json.Unmarshal(old.Raw, &body); err != nil {
		return nil, err
	}
	call := &oauthclients.Call{Operation: "Update", Method: http.MethodPut, Path: d.path(old.Client.ID)}
	return d.write(ctx, call, want, changed, body)
}

func (d *driver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	return d.one(ctx, &oauthclients.Call{Operation: "Get", Method: http.MethodGet, Path: d.path(id)}, nil)
}

func (d *driver) Delete(ctx context.Context, id string) error {
	_, err := d.send(ctx, &oauthclients.Call{Operation: "Delete", Method: http.MethodDelete, Path: d.path(id)})
	return err
}

func (d *driver) RegenerateSecret(ctx context.Context, id string) (oauthclients.Secret, error) {
	record, err := d.one(ctx, &oauthclients.Call{
		Operation: "RegenerateSecret", Method: http.MethodPost, Path: d.path(id) + "/secret",
	}, nil)
	if err != nil {
		return oauthclients.Secret{}, err
	}
	return record.Client.Secret, nil
}

func (d *driver) List(ctx context.Context, opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	query := url.Values{}
	if d.Capabilities().Paging {
		query = url.Values{"cursor": {opts.Cursor}, "limit": {strconv.Itoa(opts.PageSize)}}
	}
	var list struct {
		Clients []wire `json:"clients"`
		Next    string `json:"next"`
	}
	got, err := d.send(ctx, &oauthclients.Call{
		Operation: "List", Method: http.MethodGet, Path: "/clients", Query: query, Result: &list,
	})
	if err != nil {
		return nil, err
	}
	page := &oauthclients.RecordPage{Body: got.Body, Member: "clients", NextCursor: list.Next}
	for i := range list.Clients {
		page.Records = append(page.Records, oauthclients.Record{Client: d.fromWire(&list.Clients[i])})
	}
	d.page(page)
	return page, nil
}
