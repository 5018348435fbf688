package sipgate

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file is the way to what sipgate has beyond the portable verbs, and what its calls share.

// API is what a sipgate account offers beside its OAuth2 clients. It shares everything with the
// client it came from: credential, retries, limits and errors. It is safe for concurrent use.
type API struct{ driver *driver }

// Of returns sipgate's own API behind c. It sends nothing. If c speaks to another provider, or
// was not made by oauthclients.New, the error is an [*oauthclients.Error] of kind ErrInvalid.
func Of(c *oauthclients.Client) (*API, error) {
	own, err := providerkit.DriverOf[*driver](providerName, c)
	if err != nil {
		return nil, err
	}
	return &API{driver: own}, nil
}

// read makes a call that changes nothing and decodes its answer into result.
func (a *API) read(ctx context.Context, operation, path string, result any) error {
	_, err := a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: operation, Method: http.MethodGet, Path: path, Result: result,
	})
	return err
}

// lacks is the error for an answer without what sipgate documents.
func lacks(members ...string) error {
	return errors.New("the answer lacks " + strings.Join(members, " and "))
}
