package outside

import (
	"context"
	"net/http"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds what the vendor has beyond the portable verbs.

// API is the vendor's native API, over the same connection as the client it came from.
type API struct{ driver *driver }

// Of returns the native API behind client; an error if the client speaks to another provider.
func Of(client *oauthclients.Client) (*API, error) {
	own, err := providerkit.DriverOf[*driver](providerName, client)
	if err != nil {
		return nil, err
	}
	return &API{own}, nil
}

// Lock keeps a client from getting tokens.
func (a *API) Lock(ctx context.Context, id string) (*oauthclients.OAuthClient, error) {
	record, err := a.driver.one(ctx, &oauthclients.Call{
		Operation: "Lock", Method: http.MethodPost, Path: appPath(id) + "/lock",
		Repeatable: true, // a locked client that is locked again stays as it is
	})
	if err != nil {
		return nil, err
	}
	return record.Client, nil
}

// Version is open to everybody: it sends no credential.
func (a *API) Version(ctx context.Context) (string, error) {
	var answer struct {
		Version string `json:"version"`
	}
	_, err := a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: "Version", Method: http.MethodGet, Path: "/version",
		Credential: oauthclients.NoCredential(), Result: &answer,
	})
	return answer.Version, err
}

// OwnerOf tells whose key this is; it is asked with that key, not with the client's own.
func (a *API) OwnerOf(ctx context.Context, key oauthclients.Secret) (string, error) {
	var answer struct {
		Owner string `json:"owner"`
	}
	_, err := a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: "OwnerOf", Method: http.MethodGet, Path: "/owner",
		Credential: oauthclients.BearerCredential(key), Result: &answer,
	})
	return answer.Owner, err
}
