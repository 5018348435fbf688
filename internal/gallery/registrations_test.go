package gallery

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is what becomes of a registration: how the client proves itself with what came, and what is said
// of one that is gone.

// asRegistered signs in with the client as it came, in each way that the server knows: nobody says again how
// it was registered. A secret that a public client has got all the same stays at home.
func asRegistered(ctx context.Context, v *visit) error {
	for _, method := range v.manners().Methods {
		c, err := v.registered(ctx, method)
		if err != nil {
			return err
		}
		auth := dcr.AuthCode(c)
		auth.RedirectURL, auth.Scopes = kit.Callback, v.manners().Scopes
		token, err := v.signIn(ctx, auth)
		if err == nil {
			err = v.requireAlive(ctx, token, true)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
	}
	return nil
}

// laterSecret: a public client that is to have a secret either gets one that is good, or is told that there
// is none.
func laterSecret(ctx context.Context, v *visit) error {
	if !v.manners().Manages {
		return errors.New("it only registers")
	}
	client, err := v.client()
	if err != nil {
		return err
	}
	c, err := v.registered(ctx, oauthclients.ClientAuthNone)
	if err != nil {
		return err
	}
	method := v.manners().Methods[0]
	got, err := client.Clients.Update(ctx, c.ID, func(c *oauthclients.OAuthClient) {
		v.needs(c, method)
	})
	if err != nil {
		return err
	}
	auth := dcr.AuthCode(got)
	if auth.ClientSecret.IsZero() { // it came with the registration
		auth.ClientSecret = c.Secret
	}
	auth.RedirectURL, auth.AuthMethod, auth.Scopes = kit.Callback, method, v.manners().Scopes
	token, err := v.signIn(ctx, auth)
	if err != nil {
		return err
	}
	return v.requireAlive(ctx, token, true)
}

// deadRegistration has the client deleted by another program, and then registers with a wrong token.
func deadRegistration(ctx context.Context, v *visit) error {
	if !v.manners().Manages {
		return errors.New("it only registers")
	}
	client, err := v.client()
	if err != nil {
		return err
	}
	gone, err := v.registered(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	living, err := v.registered(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	if err := v.deletedElsewhere(ctx, client, gone.ID); err != nil {
		return fmt.Errorf("in another program: %w", err)
	}
	if _, err := client.Clients.Get(ctx, gone.ID); !errors.Is(err, oauthclients.ErrUnauthenticated) {
		return fmt.Errorf("after it was deleted elsewhere, Get says: %w", err)
	}
	if err := requireStatus(ctx, client, gone.ID, dcr.StatusDead); err != nil {
		return err
	}
	if err := requireStatus(ctx, client, living.ID, living.Status); err != nil {
		return err
	}
	return v.wrongToken(ctx)
}

// deletedElsewhere deletes a client with a handle in another store.
func (v *visit) deletedElsewhere(ctx context.Context, client *oauthclients.Client, id string) error {
	here, err := dcr.Of(client)
	if err != nil {
		return err
	}
	handle, err := here.Handle(ctx, id)
	if err != nil {
		return err
	}
	elsewhere := v.provider()
	elsewhere.Registrations = dcr.NewMemoryStore()
	other, err := oauthclients.New(elsewhere, v.running.Auth)
	if err != nil {
		return err
	}
	there, err := dcr.Of(other)
	if err != nil {
		return err
	}
	if err := there.Adopt(ctx, handle); err != nil {
		return err
	}
	return other.Clients.Delete(ctx, id)
}

// requireStatus looks for a client in the list.
func requireStatus(ctx context.Context, client *oauthclients.Client, id string, want oauthclients.Status) error {
	for c, err := range client.Clients.All(ctx, oauthclients.ListOptions{}) {
		if err != nil {
			return err
		}
		if c.ID != id {
			continue
		}
		if c.Status != want {
			return fmt.Errorf("the list has %q of %s, and should have %q", c.Status, id, want)
		}
		return nil
	}
	return fmt.Errorf("%s is not in the list", id)
}

// wrongToken registers with a token that the server does not know, where it wants one.
func (v *visit) wrongToken(ctx context.Context) error {
	if v.running.Auth == oauthclients.Auth(oauthclients.NoAuth{}) {
		return nil
	}
	client, err := oauthclients.New(v.provider(), oauthclients.BearerToken("no-such-initial-token-0123456789"))
	if err != nil {
		return err
	}
	if _, err := client.Clients.Create(ctx, v.want("")); !errors.Is(err, oauthclients.ErrUnauthenticated) {
		return fmt.Errorf("a wrong token is taken, or refused in other words: %w", err)
	}
	return nil
}

// accessRevoked ends an access token alone, and looks at what became of the refresh token.
func accessRevoked(ctx context.Context, v *visit) error {
	auth, err := v.signedIn(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	both := auth.Token
	auth.Token = &oauth2.Token{AccessToken: both.AccessToken}
	client, err := oauthclients.New(v.provider(), auth)
	if err != nil {
		return err
	}
	if err := client.SignOut(ctx); err != nil {
		return err
	}
	if err := v.requireAlive(ctx, both, false); err != nil {
		return err
	}
	auth.Token = both
	_, err = v.renewed(ctx, auth)
	if !v.manners().RevokesAll {
		return err
	}
	if !errors.Is(err, oauthclients.ErrLoginRequired) {
		return fmt.Errorf("the refresh token lives on, or is refused in other words: %w", err)
	}
	return nil
}
