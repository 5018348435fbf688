package world

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file holds the provider that the root package is tested with: it speaks the plain JSON
// of the server in memserver.go, and every test may replace parts of it.

// MemName is the name of the provider.
const MemName = "mem"

// MemProvider is a provider whose Connection and Capabilities a test can edit.
type MemProvider struct {
	BaseURL string
	Edit    func(*oauthclients.Connection)
	Able    func(*oauthclients.Capabilities)
}

// Name is the same for all of them.
func (MemProvider) Name() string { return MemName }

// Capabilities are all that the core knows of, but for a few fields; Able edits them.
func (p MemProvider) Capabilities() oauthclients.Capabilities {
	c := memCapabilities()
	if p.Able != nil {
		p.Able(&c)
	}
	return c
}

// memCapabilities leaves TermsURI to nobody, and LogoURI, Scopes and Extra.Region to Create.
func memCapabilities() oauthclients.Capabilities {
	both := []string{
		"Name", "Description", "RedirectURIs", "PostLogoutRedirectURIs", "AllowedOrigins", "GrantTypes",
		"ClientURI", "PolicyURI", "Extra.Lifetime", "Extra.Tags", "Extra.NotBefore", "Extra.Strict",
	}
	return oauthclients.Capabilities{
		Auth: []oauthclients.AuthKind{
			oauthclients.AuthKindNone, oauthclients.AuthKindBearer, oauthclients.AuthKindBasic,
			oauthclients.AuthKindPassword, oauthclients.AuthKindClientCredentials, oauthclients.AuthKindTokenSource,
			oauthclients.AuthKindAuthorizationCode,
		},
		GrantTypes:       []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
		Create:           append(slices.Clone(both), "LogoURI", "Scopes", "Extra.Region"),
		Update:           both,
		Members:          []string{"id", "client_secret", "name", "description", "redirect_uris"},
		RegenerateSecret: true,
		Paging:           true,
		MaxPageSize:      50,
	}
}

// Connect has the addresses of a MemServer; Edit edits them.
func (p MemProvider) Connect() (*oauthclients.Connection, error) {
	endpoint := oauth2.Endpoint{TokenURL: p.BaseURL + "/oauth/token", AuthStyle: oauth2.AuthStyleInParams}
	login := endpoint
	login.AuthURL = p.BaseURL + "/oauth/authorize"
	connection := &oauthclients.Connection{
		Driver: func(c *oauthclients.Caller) oauthclients.Driver { return &MemDriver{caller: c} },
		Endpoints: oauthclients.Endpoints{
			BaseURL: p.BaseURL + "/v1",
			Grants: map[oauthclients.GrantType]oauth2.Endpoint{
				oauthclients.GrantPassword: endpoint, oauthclients.GrantClientCredentials: endpoint,
				oauthclients.GrantAuthorizationCode: login, oauthclients.GrantRefreshToken: endpoint,
			},
		},
	}
	if p.Edit != nil {
		p.Edit(connection)
	}
	return connection, nil
}

// MemExtra has one field of each kind that the core compares. Region is for Create alone, and
// Usage is output only.
type MemExtra struct {
	Lifetime  time.Duration
	Tags      []string
	NotBefore time.Time
	Strict    bool
	Region    string
	Usage     int
}

// Provider is the one of these tests.
func (*MemExtra) Provider() string { return MemName }

// Clone shares nothing with the original.
func (e *MemExtra) Clone() oauthclients.Extra {
	clone := *e
	clone.Tags = slices.Clone(e.Tags)
	return &clone
}

// MemDriver is the driver of a MemProvider: one request for each verb.
type MemDriver struct{ caller *oauthclients.Caller }

// memWire is a client on the wire.
type memWire struct {
	ID           string   `json:"id,omitempty"`
	Secret       string   `json:"client_secret,omitempty"`
	Name         string   `json:"name"`
	Description  string   `json:"description"`
	RedirectURIs []string `json:"redirect_uris"`
}

func (w *memWire) client() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		ID: w.ID, Secret: oauthclients.NewSecret(w.Secret), Name: w.Name,
		Description: w.Description, RedirectURIs: w.RedirectURIs,
	}
}

func memPath(id string) string { return "/clients/" + url.PathEscape(id) }

func (d *MemDriver) one(ctx context.Context, call *oauthclients.Call) (*oauthclients.Record, error) {
	var wire memWire
	call.Result = &wire
	answer, err := d.caller.Call(ctx, call)
	if err != nil {
		return nil, err
	}
	return &oauthclients.Record{Client: wire.client(), Raw: answer.Body}, nil
}

// Create posts the members that the wire has, and the additional ones.
func (d *MemDriver) Create(ctx context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	return d.one(ctx, &oauthclients.Call{
		Operation: "Create", Method: http.MethodPost, Path: "/clients",
		Body: memWire{Name: want.Name, Description: want.Description, RedirectURIs: want.RedirectURIs}, Members: want.AdditionalMembers,
	})
}

// Get reads one client.
func (d *MemDriver) Get(ctx context.Context, id string) (*oauthclients.Record, error) {
	return d.one(ctx, &oauthclients.Call{Operation: "Get", Method: http.MethodGet, Path: memPath(id)})
}

// Update puts all that was read, with the edits.
func (d *MemDriver) Update(
	ctx context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, _ []string,
) (*oauthclients.Record, error) {
	body := map[string]any{}
	if err := json.Unmarshal(old.Raw, &body); err != nil {
		return nil, err
	}
	body["name"], body["description"], body["redirect_uris"] = want.Name, want.Description, want.RedirectURIs
	return d.one(ctx, &oauthclients.Call{
		Operation: "Update", Method: http.MethodPut, Path: memPath(old.Client.ID), Body: body, Members: want.AdditionalMembers,
	})
}

// List reads one page.
func (d *MemDriver) List(ctx context.Context, opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	query := url.Values{"cursor": {opts.Cursor}, "limit": {strconv.Itoa(opts.PageSize)}}
	var list struct {
		Clients []memWire `json:"clients"`
		Next    string    `json:"next"`
	}
	answer, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: "List", Method: http.MethodGet, Path: "/clients", Query: query, Result: &list,
	})
	if err != nil {
		return nil, err
	}
	page := &oauthclients.RecordPage{Body: answer.Body, Member: "clients", NextCursor: list.Next}
	for i := range list.Clients {
		page.Records = append(page.Records, oauthclients.Record{Client: list.Clients[i].client()})
	}
	return page, nil
}

// Delete removes one client.
func (d *MemDriver) Delete(ctx context.Context, id string) error {
	_, err := d.caller.Call(ctx, &oauthclients.Call{Operation: "Delete", Method: http.MethodDelete, Path: memPath(id)})
	return err
}

// RegenerateSecret posts to an address below the client.
func (d *MemDriver) RegenerateSecret(ctx context.Context, id string) (oauthclients.Secret, error) {
	record, err := d.one(ctx, &oauthclients.Call{
		Operation: "RegenerateSecret", Method: http.MethodPost, Path: memPath(id) + "/secret",
	})
	if err != nil {
		return oauthclients.Secret{}, err
	}
	return record.Client.Secret, nil
}
