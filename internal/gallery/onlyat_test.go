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
	"github.com/oauthclients/oauthclients/internal/gallery/servers/glewlwyd"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/keycloak"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/spring"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what one server alone does.

// casesAt are the cases of one server: those of the table, and before it goes away the record and its own.
func casesAt(server *kit.Server) []testCase {
	all := cases()
	return slices.Insert(all, len(all)-1, append(further(server), testCase{"recorded answers", recordedAnswers})...)
}

// further are the cases of one server alone.
func further(server *kit.Server) []testCase {
	switch server.Name {
	case glewlwyd.Name:
		return glewlwydCases()
	case keycloak.Name:
		return append(sipgateCases(), testCase{"clearing where updates merge", clearing}, testCase{"an update that pins nothing", pinsNothing},
			testCase{"fields that are never shown", neverShown}, testCase{"a member that it does not know", unknownMember},
			testCase{"a scope that is no client scope", noClientScope})
	case spring.Name:
		return []testCase{{"a read's secret", readSecret}, {"no response types", noResponseTypes}, {"two registrations", twoRegistrations}}
	}
	return nil
}

// clearing: what is left out is kept there, so that it takes an empty text.
func clearing(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want("")
	want.ClientURI = "https://app.example.com/about"
	made, err := client.Clients.Create(ctx, want)
	if err != nil {
		return err
	}
	if _, err = client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { c.ClientURI = "" }); err != nil {
		return err
	}
	got, err := client.Clients.Get(ctx, made.ID)
	if err == nil && got.ClientURI != "" {
		err = fmt.Errorf("it still has %q", got.ClientURI)
	}
	return err
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
	var notApplied *oauthclients.NotAppliedError
	if !errors.As(err, &notApplied) || !slices.Equal(notApplied.Fields, []string{"GrantTypes"}) || !strings.Contains(err.Error(), "more than was asked for") {
		return fmt.Errorf("it should have more grant types than it was asked for: %w", err)
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
