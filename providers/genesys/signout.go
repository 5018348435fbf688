package genesys

import (
	"context"
	"errors"
	"net/http"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file ends a session: the token of a person who signed in, or of client credentials.

// signOut deletes the token in use (DELETE /api/v2/tokens/me). A token that the API does not
// take any more needs no deleting; the core has looked whether it is the API that says so.
func signOut(ctx context.Context, c *oauthclients.Caller, _ oauthclients.AuthCode, t *oauth2.Token) error {
	_, err := c.Call(ctx, &oauthclients.Call{
		Operation: "SignOut", Method: http.MethodDelete, Path: apiPrefix + "/tokens/me",
		Credential: oauthclients.BearerCredential(oauthclients.NewSecret(t.AccessToken)),
	})
	if errors.Is(err, oauthclients.ErrUnauthenticated) {
		return nil
	}
	return err
}
