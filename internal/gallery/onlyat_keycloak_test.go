package gallery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what Keycloak alone does.

func keycloakCases() []testCase {
	return []testCase{
		{"another order", anotherOrder}, {"clearing where updates merge", clearing(requestURIs)}, {"an update that pins nothing", pinsNothing},
		{"fields that are never shown", neverShown}, {"fields that nobody said are not shown", unconfirmed},
		{"a member that it does not know", unknownMember}, {"a scope that is no client scope", noClientScope}, {"a text that is too long", longText},
	}
}

func requestURIs(c *oauthclients.OAuthClient) *[]string { return &dcr.ExtraOf(c).RequestURIs }

// clearing: what is left out is kept there, so that a text and a list go out once more, empty.
func clearing(listOf func(c *oauthclients.OAuthClient) *[]string) func(ctx context.Context, v *visit) error {
	return func(ctx context.Context, v *visit) error {
		way := &wire{}
		client, err := v.client(way.option())
		if err != nil {
			return err
		}
		want := v.want("")
		want.ClientURI, *listOf(want) = "https://app.example.com/about", []string{"https://app.example.com/request"}
		made, err := client.Clients.Create(ctx, want)
		if err != nil {
			return err
		}
		if _, err = client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { c.ClientURI, *listOf(c) = "", nil }); err != nil {
			return err
		}
		got, err := client.Clients.Get(ctx, made.ID)
		if err != nil {
			return err
		}
		if puts := way.has("PUT"); got.ClientURI != "" || len(*listOf(got)) > 0 || len(puts) != 2 {
			return fmt.Errorf("it still has %q and %q, after %q", got.ClientURI, *listOf(got), puts)
		}
		return nil
	}
}

// pinsNothing: a client that named no method has all of them, also when it was renamed.
func pinsNothing(ctx context.Context, v *visit) error {
	provider := v.provider()
	provider.UpdateSends = dcr.OnlyOurs
	client, err := oauthclients.New(provider, v.running.Auth)
	if err != nil {
		return err
	}
	made, err := client.Clients.Create(ctx, v.want(""))
	if err != nil {
		return err
	}
	if _, err = client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { c.Name += " renamed" }); err != nil {
		return err
	}
	for _, method := range []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost} {
		auth := dcr.AuthCode(made)
		auth.RedirectURL, auth.AuthMethod, auth.Scopes = kit.Callback, method, v.manners().Scopes
		if _, err := v.signIn(ctx, auth); err != nil {
			return fmt.Errorf("with %s: %w", method, err)
		}
	}
	return nil
}

func neverShown(ctx context.Context, v *visit) error {
	provider := v.provider()
	provider.NotShown = []string{"LogoURI", "PolicyURI", "TermsURI"}
	client, err := oauthclients.New(provider, v.running.Auth)
	if err != nil {
		return err
	}
	want := v.want("")
	want.LogoURI, want.PolicyURI, want.TermsURI = "https://app.example.com/logo.png", "https://app.example.com/privacy", "https://app.example.com/terms"
	_, err = client.Clients.Create(ctx, want)
	return err
}

func unknownMember(ctx context.Context, v *visit) error {
	want := v.want("")
	want.AdditionalMembers = map[string]json.RawMessage{"x_tier": json.RawMessage(`"gold"`)}
	return v.refusedFor(ctx, want, "x_tier")
}

func noClientScope(ctx context.Context, v *visit) error {
	want := v.want("")
	want.Scopes = []string{"openid"}
	return v.refusedFor(ctx, want, "scope")
}

// refusedFor: the error names the member that is refused.
func (v *visit) refusedFor(ctx context.Context, want *oauthclients.OAuthClient, member string) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	_, err = client.Clients.Create(ctx, want)
	var failed *oauthclients.Error
	if !errors.Is(err, oauthclients.ErrInvalid) || !errors.As(err, &failed) || len(failed.Fields) != 1 || failed.Fields[0].Field != member {
		return fmt.Errorf("%s is taken, or refused in other words: %w", member, err)
	}
	return nil
}

// longText: nobody can know that a 500 means a text that is too long for its column, and that nothing was done.
func longText(ctx context.Context, v *visit) error {
	way := &wire{}
	client, err := v.client(way.option())
	if err != nil {
		return err
	}
	want := v.want("")
	const column = 255
	want.Name = strings.Repeat("n", column+1)
	if _, err := client.Clients.Create(ctx, want); !errors.Is(err, oauthclients.ErrOutcomeUnknown) {
		return fmt.Errorf("it is taken, or refused in other words: %w", err)
	}
	if posts := way.has("POST"); !slices.Equal(statuses(posts), []string{"500"}) {
		return fmt.Errorf("the server was asked: %q", posts)
	}
	return nil
}

// unconfirmed: what the server may have without showing it is told apart from what it has otherwise.
func unconfirmed(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want("")
	want.LogoURI, dcr.ExtraOf(want).ResponseTypes = "https://app.example.com/logo.png", []string{"code"}
	_, err = client.Clients.Create(ctx, want)
	var notApplied *oauthclients.NotAppliedError
	if !errors.Is(err, oauthclients.ErrNotApplied) || !errors.As(err, &notApplied) {
		return fmt.Errorf("it is applied, or refused in other words: %w", err)
	}
	if !slices.Equal(notApplied.Unconfirmed, []string{"LogoURI"}) || !slices.Equal(slices.Sorted(slices.Values(notApplied.Fields)), []string{"Extra.ResponseTypes", "LogoURI"}) {
		return fmt.Errorf("unconfirmed are %q of %q", notApplied.Unconfirmed, notApplied.Fields)
	}
	return nil
}
