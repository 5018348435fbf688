package gallery

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/spring"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what Spring Authorization Server alone does.

func springCases() []testCase {
	return []testCase{
		{"a read's secret", readSecret}, {"no response types", noResponseTypes}, {"two registrations", twoRegistrations},
		{"a registration token that ends", endingToken}, {"a token without the scope", withoutScope}, {"a public client cannot sign out", cannotSignOut},
	}
}

// readSecret: what comes there is a hash, which is no secret. The one that came with the registration is kept.
func readSecret(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	made, err := v.registered(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	got, err := client.Clients.Get(ctx, made.ID)
	if err == nil && (got.Secret.Reveal() != made.Secret.Reveal() || strings.Contains(string(got.Raw()), "bcrypt")) {
		err = errors.New("the secret is not the one of the registration")
	}
	return err
}

// noResponseTypes: an empty list, which only the library sends, is refused, and then left out. The server
// takes that for a client that redirects as well, and this is told.
func noResponseTypes(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	want.GrantTypes = []oauthclients.GrantType{oauthclients.GrantClientCredentials}
	c, err := client.Clients.Create(ctx, want)
	if err := requireMore(err, "GrantTypes"); err != nil {
		return err
	}
	if c.Secret.IsZero() {
		return errors.New("it has no secret")
	}
	return nil
}

// twoRegistrations: the token of the first one is used up, and the client asks for another.
func twoRegistrations(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	for range 2 {
		if _, err := client.Clients.Create(ctx, v.want(v.manners().Methods[0])); err != nil {
			return err
		}
	}
	return nil
}

// endingToken: what manages a client is over after a while, and the client lives. The list says so of the
// token, the error names its end, and nobody registers anew.
func endingToken(ctx context.Context, v *visit) error {
	way := &wire{}
	provider := v.provider()
	provider.Registrations = dcr.NewMemoryStore()
	client, err := oauthclients.New(provider, v.running.Auth, way.option())
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	want.Name = spring.Brief + want.Name
	made, err := client.Clients.Create(ctx, want)
	if err != nil {
		return err
	}
	if err := untilRefused(ctx, client, made.ID); err != nil {
		return err
	}
	if err := requireStatus(ctx, client, made.ID, dcr.StatusDead); err != nil {
		return err
	}
	if err := refusedAdoption(ctx, client, made.ID, "names 20"); err != nil {
		return err
	}
	found, err := client.Clients.FindByName(ctx, made.Name)
	if err != nil {
		return err
	}
	if posts := way.has("POST http /connect/register"); len(found) != 1 || found[0].ID != made.ID || len(posts) != 1 {
		return fmt.Errorf("found %d clients, after %q", len(found), posts)
	}
	auth := dcr.AuthCode(found[0])
	auth.RedirectURL, auth.Scopes = kit.Callback, v.manners().Scopes
	_, err = v.signIn(ctx, auth)
	return err
}

// untilRefused reads a client until its token is over.
func untilRefused(ctx context.Context, client *oauthclients.Client, id string) error {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		_, err := client.Clients.Get(ctx, id)
		switch {
		case errors.Is(err, oauthclients.ErrUnauthenticated) && strings.Contains(err.Error(), "the token, a JWT, names 20"):
			return nil
		case err != nil:
			return fmt.Errorf("a token that is over: %w", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// refusedAdoption: a handle that the server refuses is not taken over, the error says why, and the one that
// was there stays.
func refusedAdoption(ctx context.Context, client *oauthclients.Client, id, says string) error {
	known, err := dcr.Of(client)
	if err != nil {
		return err
	}
	handle, err := known.Handle(ctx, id)
	if err != nil {
		return err
	}
	err = known.Adopt(ctx, handle)
	var failed *oauthclients.Error
	if !errors.Is(err, oauthclients.ErrUnauthenticated) || !errors.As(err, &failed) || !strings.Contains(failed.Message, says) || failed.ClientID != id {
		return fmt.Errorf("it is taken over, or refused in other words: %w", err)
	}
	_, err = known.Handle(ctx, id)
	return err
}

// withoutScope: insufficient_scope is about the credential, and about no field of the client.
func withoutScope(ctx context.Context, v *visit) error {
	registrar, isClient := v.running.Auth.(oauthclients.ClientCredentials)
	if !isClient {
		return errors.New("the registrar is no client")
	}
	registrar.Scopes = nil
	client, err := oauthclients.New(v.provider(), registrar)
	if err != nil {
		return err
	}
	_, err = client.Clients.Create(ctx, v.want(v.manners().Methods[0]))
	var failed *oauthclients.Error
	if !errors.Is(err, oauthclients.ErrPermission) || !errors.As(err, &failed) || failed.Code != "insufficient_scope" || len(failed.Fields) > 0 {
		return fmt.Errorf("it is taken, or refused in other words: %w", err)
	}
	return nil
}

// cannotSignOut: the server revokes nothing for a client that cannot prove who it is, and this is told.
func cannotSignOut(ctx context.Context, v *visit) error {
	auth := oauthclients.AuthCode{
		ClientID: spring.PublicClient, AuthMethod: oauthclients.ClientAuthNone, RedirectURL: kit.Callback, Scopes: v.manners().Scopes,
	}
	token, err := v.signIn(ctx, auth)
	if err != nil {
		return err
	}
	auth.Token = token
	client, err := oauthclients.New(v.provider(), auth)
	if err != nil {
		return err
	}
	if err := client.SignOut(ctx); !errors.Is(err, oauthclients.ErrUnauthenticated) {
		return fmt.Errorf("it signs out, or is refused in other words: %w", err)
	}
	return v.requireAlive(ctx, token, true)
}
