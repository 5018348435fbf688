package raw

import (
	"context"
	"net/http"
	"time"
)

// This file is Genesys Cloud.

const genesysPath = "/api/v2/oauth/clients"

// GenesysClient is a client in an answer, and with what may be written in a request.
type GenesysClient struct {
	ID                         string                `json:"id,omitempty"`
	Name                       string                `json:"name"`
	Description                string                `json:"description,omitempty"`
	AuthorizedGrantType        string                `json:"authorizedGrantType"`
	AccessTokenValiditySeconds int                   `json:"accessTokenValiditySeconds,omitempty"`
	RegisteredRedirectURI      []string              `json:"registeredRedirectUri,omitempty"`
	Scope                      []string              `json:"scope,omitempty"`
	RoleDivisions              []GenesysRoleDivision `json:"roleDivisions,omitempty"`
	RoleIDs                    []string              `json:"roleIds,omitempty"`
	State                      string                `json:"state,omitempty"`
	Secret                     string                `json:"secret,omitempty"`
	DateCreated                time.Time             `json:"dateCreated,omitzero"`
	DateModified               time.Time             `json:"dateModified,omitzero"`
	DateToDelete               time.Time             `json:"dateToDelete,omitzero"`
	CreatedBy                  GenesysRef            `json:"createdBy,omitzero"`
	ModifiedBy                 GenesysRef            `json:"modifiedBy,omitzero"`
	SelfURI                    string                `json:"selfUri,omitempty"`
}

// GenesysRoleDivision is a role in a division.
type GenesysRoleDivision struct {
	RoleID     string `json:"roleId"`
	DivisionID string `json:"divisionId"`
}

// GenesysRef names a user.
type GenesysRef struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	SelfURI string `json:"selfUri"`
}

// GenesysPage is a page of clients.
type GenesysPage struct {
	Entities []*GenesysClient `json:"entities"`
	NextURI  string           `json:"nextUri"`
}

// GenesysGet reads a client.
func GenesysGet(ctx context.Context, a *API, id string) (*GenesysClient, error) {
	return Do[GenesysClient](ctx, a, http.MethodGet, genesysPath+"/"+id, nil)
}

// GenesysCreate registers a client.
func GenesysCreate(ctx context.Context, a *API, c *GenesysClient) (*GenesysClient, error) {
	return Do[GenesysClient](ctx, a, http.MethodPost, genesysPath, c)
}

// GenesysUpdate reads a client, changes it, and writes it back without what only the server sets.
func GenesysUpdate(ctx context.Context, a *API, id string, change func(*GenesysClient)) (*GenesysClient, error) {
	c, err := GenesysGet(ctx, a, id)
	if err != nil {
		return nil, err
	}
	change(c)
	c.ID, c.Secret, c.SelfURI, c.RoleIDs = "", "", "", nil
	c.DateCreated, c.DateModified, c.CreatedBy, c.ModifiedBy = time.Time{}, time.Time{}, GenesysRef{}, GenesysRef{}
	return Do[GenesysClient](ctx, a, http.MethodPut, genesysPath+"/"+id, c)
}

// GenesysList goes through all pages.
func GenesysList(ctx context.Context, a *API, each func(*GenesysClient)) error {
	for path := genesysPath; path != ""; {
		page, err := Do[GenesysPage](ctx, a, http.MethodGet, path, nil)
		if err != nil {
			return err
		}
		for _, client := range page.Entities {
			each(client)
		}
		path = page.NextURI
	}
	return nil
}
