package raw

import (
	"context"
	"net/http"
)

// This file is a server with dynamic client registration (RFC 7591 and 7592), and Ory Hydra, whose
// administration has the same metadata.

// StandardClient is a client's metadata.
type StandardClient struct {
	ClientID                  string   `json:"client_id,omitempty"`
	ClientSecret              string   `json:"client_secret,omitempty"`
	ClientName                string   `json:"client_name,omitempty"`
	RedirectURIs              []string `json:"redirect_uris,omitempty"`
	PostLogoutRedirectURIs    []string `json:"post_logout_redirect_uris,omitempty"`
	GrantTypes                []string `json:"grant_types,omitempty"`
	ResponseTypes             []string `json:"response_types,omitempty"`
	Scope                     string   `json:"scope,omitempty"`
	ClientURI                 string   `json:"client_uri,omitempty"`
	LogoURI                   string   `json:"logo_uri,omitempty"`
	PolicyURI                 string   `json:"policy_uri,omitempty"`
	TermsURI                  string   `json:"tos_uri,omitempty"`
	Contacts                  []string `json:"contacts,omitempty"`
	SubjectType               string   `json:"subject_type,omitempty"`
	TokenEndpointAuthMethod   string   `json:"token_endpoint_auth_method,omitempty"`
	UserinfoSignedResponseAlg string   `json:"userinfo_signed_response_alg,omitempty"`
	ClientIDIssuedAt          int64    `json:"client_id_issued_at,omitempty"`
	ClientSecretExpiresAt     int64    `json:"client_secret_expires_at,omitempty"`
	RegistrationAccessToken   string   `json:"registration_access_token,omitempty"`
	RegistrationClientURI     string   `json:"registration_client_uri,omitempty"`
}

// StandardGet reads a client at path, the path of its own address.
func StandardGet(ctx context.Context, a *API, path string) (*StandardClient, error) {
	return Do[StandardClient](ctx, a, http.MethodGet, path, nil)
}

// StandardCreate registers a client at path.
func StandardCreate(ctx context.Context, a *API, path string, c *StandardClient) (*StandardClient, error) {
	return Do[StandardClient](ctx, a, http.MethodPost, path, c)
}

// StandardUpdate reads a client, changes it, and writes it back without what only the server sets.
func StandardUpdate(ctx context.Context, a *API, path string, change func(*StandardClient)) (*StandardClient, error) {
	c, err := StandardGet(ctx, a, path)
	if err != nil {
		return nil, err
	}
	change(c)
	c.ClientIDIssuedAt, c.ClientSecretExpiresAt = 0, 0
	c.RegistrationAccessToken, c.RegistrationClientURI = "", ""
	return Do[StandardClient](ctx, a, http.MethodPut, path, c)
}

// StandardList reads a list of clients as Hydra gives it, without anything around it.
func StandardList(ctx context.Context, a *API, path string) ([]StandardClient, error) {
	list, err := Do[[]StandardClient](ctx, a, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	return *list, nil
}
