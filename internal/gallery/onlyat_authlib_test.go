package gallery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what Authlib alone does.

func authlibCases() []testCase {
	return []testCase{
		{"another order", anotherOrder}, {"clearing where updates merge", clearing(contacts)}, {"a refusal with status 400", refusalByCode},
		{"the secret of a public client", publicSecret}, {"no grant types", noGrants},
	}
}

func contacts(c *oauthclients.OAuthClient) *[]string { return &dcr.ExtraOf(c).Contacts }

// refusalByCode: access_denied has status 400 there, for a token that is wrong, and for one that was good.
func refusalByCode(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	c, err := v.registered(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	if err := v.deletedElsewhere(ctx, client, c.ID); err != nil {
		return err
	}
	const dead, initial = "the registration access token is dead, or the client is gone", "the server wants an initial access token"
	_, err = client.Clients.Get(ctx, c.ID)
	if err := deniedWith400(err, dead); err != nil {
		return err
	}
	if err := requireStatus(ctx, client, c.ID, dcr.StatusDead); err != nil {
		return err
	}
	if err := refusedAdoption(ctx, client, c.ID, dead); err != nil {
		return err
	}
	for _, auth := range []oauthclients.Auth{oauthclients.NoAuth{}, oauthclients.BearerToken("no-such-initial-token-0123456789")} {
		stranger, err := oauthclients.New(v.provider(), auth)
		if err != nil {
			return err
		}
		_, err = stranger.Clients.Create(ctx, v.want(""))
		if err := deniedWith400(err, initial); err != nil {
			return err
		}
	}
	return nil
}

func deniedWith400(err error, hint string) error {
	var failed *oauthclients.Error
	if !errors.Is(err, oauthclients.ErrUnauthenticated) || !errors.As(err, &failed) || failed.StatusCode != http.StatusBadRequest ||
		failed.Code != "access_denied" || !strings.Contains(failed.Message, hint) {
		return fmt.Errorf("it is taken, or refused in other words: %w", err)
	}
	return nil
}

// publicSecret: a public client is given a secret there, and is refused with it.
func publicSecret(ctx context.Context, v *visit) error {
	c, err := v.registered(ctx, oauthclients.ClientAuthNone)
	if err != nil {
		return err
	}
	if c.Secret.IsZero() {
		return errors.New("it has no secret")
	}
	auth := dcr.AuthCode(c)
	auth.RedirectURL, auth.ClientSecret = kit.Callback, c.Secret
	auth.AuthMethod = oauthclients.ClientSecretBasic
	if _, err := v.signIn(ctx, auth); !errors.Is(err, oauthclients.ErrUnauthenticated) {
		return fmt.Errorf("with its secret: %w", err)
	}
	auth = dcr.AuthCode(c)
	auth.RedirectURL = kit.Callback
	_, err = v.signIn(ctx, auth)
	return err
}

// noGrants: a client that names no grant types has none there, which nobody can guess. The error of its sign-in
// says so.
func noGrants(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	want.GrantTypes = nil
	c, err := client.Clients.Create(ctx, want)
	if c == nil {
		return err
	}
	auth := dcr.AuthCode(c)
	auth.RedirectURL = kit.Callback
	_, err = v.signIn(ctx, auth)
	if !errors.Is(err, oauthclients.ErrUnauthenticated) || !strings.Contains(err.Error(), "may be registered without the grant type") {
		return fmt.Errorf("it signs in, or is refused in other words: %w", err)
	}
	return nil
}
