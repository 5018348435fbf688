package gallery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what an update does with the secret of a client.

// secretAtHome renames a client that has a secret. A server may take one that comes back for another secret, so
// that it does not: nothing that is sent has it, and people sign in with what the client has afterwards.
func secretAtHome(ctx context.Context, v *visit) error {
	if !v.manners().Manages {
		return errors.New("it only registers")
	}
	seen := &wire{}
	client, err := v.client(seen.option())
	if err != nil {
		return err
	}
	method := v.manners().Methods[0]
	made, err := client.Clients.Create(ctx, v.want(method))
	if err != nil && !errors.Is(err, oauthclients.ErrNotApplied) {
		return err
	}
	if made.Secret.IsZero() {
		return errors.New("it has no secret")
	}
	renamed, err := client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { c.Name += " renamed" })
	if sent := requireWithout(seen, made.Secret); sent != nil {
		return errors.Join(sent, err)
	}
	if err != nil {
		return err
	}
	if rotated := renamed.Secret.Reveal() != made.Secret.Reveal(); rotated != v.manners().RotatesSecret {
		return fmt.Errorf("after the update it has another secret: %t", rotated)
	}
	auth := dcr.AuthCode(renamed)
	auth.RedirectURL, auth.AuthMethod, auth.Scopes = kit.Callback, method, v.manners().Scopes
	token, err := v.signIn(ctx, auth)
	if err != nil {
		return fmt.Errorf("with the secret that it has now: %w", err)
	}
	return v.requireAlive(ctx, token, true)
}

// requireWithout: no update that was sent has the secret, neither as its member nor anywhere else.
func requireWithout(seen *wire, secret oauthclients.Secret) error {
	updates := seen.seen(func(e exchange) bool { return e.method == http.MethodPut })
	if len(updates) == 0 {
		return errors.New("no update was sent")
	}
	for _, e := range updates {
		var members map[string]json.RawMessage
		if err := json.Unmarshal([]byte(e.sent), &members); err != nil {
			return fmt.Errorf("an update that is no JSON: %w", err)
		}
		if _, there := members["client_secret"]; there || strings.Contains(e.sent, secret.Reveal()) || strings.Contains(e.authorization, secret.Reveal()) {
			return fmt.Errorf("the update has the secret, and was answered with %d", e.status)
		}
	}
	return nil
}
