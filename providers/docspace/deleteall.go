package docspace

import (
	"context"
	"net/http"

	"github.com/oauthclients/oauthclients"
)

// This file holds the two calls that delete many clients at once. They have no id, and no call
// that takes an id can become one of them: see clientPath.

const (
	opDeleteAllMine = "DeleteAllMine"
	opDeleteTenant  = "DeleteTenant"
)

// DeleteAllMine deletes EVERY client that the account registered at the portal: "DELETE /clients".
// It cannot be undone, there is no question in between, and every program that uses one of these
// clients stops working. To delete one client, take Delete of [oauthclients.ClientsService].
//
// It is no error if there was none. The clients' tokens end at once, their consents within seconds. The
// portal does not empty its cache: for up to five minutes Get may give a client that is gone, with its
// secret, and people can sign in with it. The list is right at once.
//
// A guest gets ErrPermission. The call is not repeated once it may have been executed, so that it
// does not delete what was registered in between: such an error is ErrOutcomeUnknown.
func (a *API) DeleteAllMine(ctx context.Context) error {
	return a.deleteAll(ctx, opDeleteAllMine, a.driver.clients)
}

// DeleteTenant deletes EVERY client of the WHOLE PORTAL, whoever registered it: "DELETE
// /clients/tenant". It cannot be undone, there is no question in between, and every program that
// uses a client of this portal stops working, also those of other accounts. Only administrators
// may.
//
// Everything else is as for [API.DeleteAllMine]; who is no administrator gets ErrPermission.
func (a *API) DeleteTenant(ctx context.Context) error {
	return a.deleteAll(ctx, opDeleteTenant, a.driver.clients+"/tenant")
}

// deleteAll is given a path, so that nothing a caller can name is in it.
func (a *API) deleteAll(ctx context.Context, operation, path string) error {
	_, err := a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: operation, Method: http.MethodDelete, Path: path,
		Once: true, // a second time it would take what came after the first
	})
	return err
}
