package sipgate

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file is the way to what sipgate has beyond the portable verbs, and what its calls share.

// API is what a sipgate account offers beside its OAuth2 clients. It shares everything with the
// client it came from: credential, retries, limits and errors. It is safe for concurrent use.
type API struct{ driver *driver }

// Of returns sipgate's own API behind c. It sends nothing. If c speaks to another provider, or
// was not made by oauthclients.New, the error is an [*oauthclients.Error] of kind ErrInvalid.
func Of(c *oauthclients.Client) (*API, error) {
	if c == nil || c.Provider() == nil {
		return nil, notOurs("the client was not made by oauthclients.New")
	}
	own, ok := oauthclients.DriverOf[*driver](c)
	if !ok {
		return nil, notOurs("the client speaks to the provider " + c.Provider().Name())
	}
	return &API{driver: own}, nil
}

func notOurs(message string) error {
	return &oauthclients.Error{
		Kind: oauthclients.ErrInvalid, Provider: providerName, Operation: "Of", Message: message,
	}
}

// read makes a call that changes nothing and decodes its answer into result.
func (a *API) read(ctx context.Context, operation, path string, result any) error {
	_, err := a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: operation, Method: http.MethodGet, Path: path, Result: result,
	})
	return err
}

// checkID is for the calls about one client. The core checks the ids of its own verbs only; an
// empty one, and dots, would lead to another resource.
func checkID(operation, id string) error {
	switch {
	case strings.TrimSpace(id) == "":
		return wrongID(operation, "required", "must not be empty")
	case id == "." || id == "..":
		return wrongID(operation, "invalid", "must not be a dot segment")
	}
	return nil
}

func wrongID(operation, code, message string) error {
	return oauthclients.InvalidFields(providerName, operation, []oauthclients.FieldError{{
		Field: "ID", Code: code, Message: message,
	}})
}

// lacks is the error for an answer without what sipgate documents.
func lacks(members ...string) error {
	return errors.New("the answer lacks " + strings.Join(members, " and "))
}
