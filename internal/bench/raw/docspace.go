package raw

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// This file is ONLYOFFICE DocSpace.

const docspacePath = "/api/2.0/clients"

// DocSpaceClient is a client in an answer.
type DocSpaceClient struct {
	ClientID              string    `json:"client_id"`
	ClientSecret          string    `json:"client_secret"`
	Name                  string    `json:"name"`
	Description           string    `json:"description"`
	Logo                  string    `json:"logo"`
	WebsiteURL            string    `json:"website_url"`
	TermsURL              string    `json:"terms_url"`
	PolicyURL             string    `json:"policy_url"`
	AuthenticationMethods []string  `json:"authentication_methods"`
	Tenant                int64     `json:"tenant"`
	RedirectURIs          []string  `json:"redirect_uris"`
	AllowedOrigins        []string  `json:"allowed_origins"`
	LogoutRedirectURIs    []string  `json:"logout_redirect_uris"`
	Scopes                []string  `json:"scopes"`
	CreatedOn             time.Time `json:"created_on"`
	CreatedBy             string    `json:"created_by"`
	ModifiedOn            time.Time `json:"modified_on"`
	ModifiedBy            string    `json:"modified_by"`
	IsPublic              bool      `json:"is_public"`
	Enabled               *bool     `json:"enabled"`
}

// DocSpaceRequest is a client in a request.
type DocSpaceRequest struct {
	Name              string   `json:"name"`
	Description       string   `json:"description"`
	Logo              string   `json:"logo"`
	WebsiteURL        string   `json:"website_url,omitempty"`
	TermsURL          string   `json:"terms_url,omitempty"`
	PolicyURL         string   `json:"policy_url,omitempty"`
	RedirectURIs      []string `json:"redirect_uris"`
	AllowedOrigins    []string `json:"allowed_origins"`
	LogoutRedirectURI string   `json:"logout_redirect_uri,omitempty"`
	AllowPKCE         bool     `json:"allow_pkce"`
	Scopes            []string `json:"scopes"`
}

// DocSpacePage is a page of clients.
type DocSpacePage struct {
	Data          []*DocSpaceClient `json:"data"`
	Limit         int               `json:"limit"`
	LastClientID  string            `json:"last_client_id"`
	LastCreatedOn string            `json:"last_created_on"`
}

// DocSpaceGet reads a client.
func DocSpaceGet(ctx context.Context, a *API, id string) (*DocSpaceClient, error) {
	return Do[DocSpaceClient](ctx, a, http.MethodGet, docspacePath+"/"+id, nil)
}

// DocSpaceCreate registers a client.
func DocSpaceCreate(ctx context.Context, a *API, c *DocSpaceRequest) (*DocSpaceClient, error) {
	return Do[DocSpaceClient](ctx, a, http.MethodPost, docspacePath, c)
}

// DocSpaceUpdate reads a client, changes it, writes what the server demands, and reads what came
// of it, since the answer has no body.
func DocSpaceUpdate(ctx context.Context, a *API, id string, change func(*DocSpaceClient)) (*DocSpaceClient, error) {
	c, err := DocSpaceGet(ctx, a, id)
	if err != nil {
		return nil, err
	}
	change(c)
	if _, err := Do[struct{}](ctx, a, http.MethodPut, docspacePath+"/"+id, DocSpaceRequest{
		Name: c.Name, Description: c.Description, Logo: c.Logo, RedirectURIs: c.RedirectURIs,
		AllowedOrigins: c.AllowedOrigins, AllowPKCE: true, Scopes: c.Scopes,
	}); err != nil {
		return nil, err
	}
	return DocSpaceGet(ctx, a, id)
}

// DocSpaceList goes through all pages.
func DocSpaceList(ctx context.Context, a *API, size int, each func(*DocSpaceClient)) error {
	query := url.Values{"limit": {strconv.Itoa(size)}}
	for {
		page, err := Do[DocSpacePage](ctx, a, http.MethodGet, docspacePath+"?"+query.Encode(), nil)
		if err != nil {
			return err
		}
		for _, client := range page.Data {
			each(client)
		}
		if page.LastClientID == "" {
			return nil
		}
		query.Set("last_client_id", page.LastClientID)
		query.Set("last_created_on", page.LastCreatedOn)
	}
}
