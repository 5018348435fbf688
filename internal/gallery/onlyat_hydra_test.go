package gallery

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what Ory Hydra does, and others that write what they were told in their own way.

// noKeys: an object without members is no keys, and does not go back beside the address of them.
func noKeys(ctx context.Context, v *visit) error {
	way := &wire{}
	client, err := v.client(way.option())
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	dcr.ExtraOf(want).JWKSURI = "https://app.example.com/keys"
	made, err := client.Clients.Create(ctx, want)
	if err != nil {
		return err
	}
	got, err := client.Clients.Get(ctx, made.ID)
	if err != nil {
		return err
	}
	if extra := dcr.ExtraOf(got); len(extra.JWKS) > 0 || !strings.Contains(string(got.Raw()), `"jwks":{}`) {
		return fmt.Errorf("it has the keys %q in %s", extra.JWKS, got.Raw())
	}
	if _, err := client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).JWKS = nil }); err != nil {
		return err
	}
	if puts := way.has("PUT"); len(puts) > 0 {
		return fmt.Errorf("the server was asked: %q", puts)
	}
	renamed, err := client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { c.Name += " renamed" })
	if err == nil && dcr.ExtraOf(renamed).JWKSURI != "https://app.example.com/keys" {
		err = fmt.Errorf("its keys are at %q", dcr.ExtraOf(renamed).JWKSURI)
	}
	return err
}

// anotherOrder: another order, or a repetition, is no edit.
func anotherOrder(ctx context.Context, v *visit) error {
	way := &wire{}
	client, err := v.client(way.option())
	if err != nil {
		return err
	}
	made, err := client.Clients.Create(ctx, v.full())
	if made == nil {
		return err
	}
	_, err = client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) {
		for _, list := range []*[]string{&c.RedirectURIs, &c.Scopes, &dcr.ExtraOf(c).Contacts} {
			slices.Reverse(*list)
			*list = append(*list, *list...)
		}
		slices.Reverse(c.GrantTypes)
	})
	if puts := way.has("PUT"); len(puts) > 0 {
		return fmt.Errorf("the server was asked: %q: %w", puts, err)
	}
	return err
}
