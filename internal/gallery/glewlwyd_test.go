package gallery

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what Glewlwyd alone does.

func glewlwydCases() []testCase {
	return []testCase{{"a client without a secret", withoutSecret}, {"a public client renamed", publicRenamed}}
}

// withoutSecret: a client that names no method gets no secret there, though the standard has it prove itself
// with one (RFC 7591 section 2). That is told, and an update that names the method brings a good one.
func withoutSecret(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	made, err := client.Clients.Create(ctx, v.want(""))
	var notApplied *oauthclients.NotAppliedError
	if !errors.As(err, &notApplied) || !slices.Equal(notApplied.Fields, []string{"Secret"}) || made == nil || notApplied.ID != made.ID {
		return fmt.Errorf("a client without a secret is told otherwise: %w", err)
	}
	got, err := client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) {
		dcr.ExtraOf(c).TokenEndpointAuthMethod = string(oauthclients.ClientSecretBasic)
	})
	if err != nil {
		return err
	}
	return v.requireSignIn(ctx, got)
}

// publicRenamed: what makes a client public there is a member that it repeats when the client is registered,
// and that no read has. A rename that leaves it out would make the client need a secret that it has not.
func publicRenamed(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	made, err := v.registered(ctx, oauthclients.ClientAuthNone)
	if err != nil {
		return err
	}
	for range 2 {
		renamed, err := client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { c.Name += " renamed" })
		if err != nil {
			return err
		}
		if err := v.requireSignIn(ctx, renamed); err != nil {
			return err
		}
	}
	return nil
}

// requireSignIn signs a person in at a client as it is registered.
func (v *visit) requireSignIn(ctx context.Context, c *oauthclients.OAuthClient) error {
	auth := dcr.AuthCode(c)
	auth.RedirectURL, auth.Scopes = kit.Callback, v.manners().Scopes
	token, err := v.signIn(ctx, auth)
	if err != nil {
		return err
	}
	return v.requireAlive(ctx, token, true)
}
