package gallery

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about servers that only register, those of the Model Context Protocol first.

func pythonCases() []testCase {
	return []testCase{
		{"the next start", nextStart}, {"the other spelling of its name", otherSpelling}, {"the id beside Basic", idBesideBasic},
		{"a public client signs out", publicSignOut}, {"addresses in its own spelling", ownSpelling},
	}
}

// nextStart: a program that starts again finds its client and does not register anew. Nothing is asked of the
// server, and what it does not have is refused here.
func nextStart(ctx context.Context, v *visit) error {
	folder := filepath.Join(v.Test.TempDir(), "registrations")
	program := func(opts ...oauthclients.Option) (*oauthclients.Client, error) {
		store, err := dcr.FileStore(folder)
		if err != nil {
			return nil, err
		}
		provider := v.provider()
		provider.Registrations = store
		return oauthclients.New(provider, v.running.Auth, opts...)
	}
	first, err := program()
	if err != nil {
		return err
	}
	made, err := first.Clients.Create(ctx, v.want(v.manners().Methods[0]))
	if made == nil {
		return err
	}
	way := &wire{}
	second, err := program(way.option())
	if err != nil {
		return err
	}
	found, err := second.Clients.FindByName(ctx, made.Name)
	if err != nil {
		return err
	}
	got, err := second.Clients.Get(ctx, made.ID)
	switch {
	case err != nil:
		return err
	case len(found) != 1 || found[0].ID != made.ID || found[0].Status != "":
		return fmt.Errorf("found %d clients", len(found))
	case got.Secret.IsZero() || got.Secret.Reveal() != made.Secret.Reveal() || dcr.ExtraOf(got).Manageable:
		return errors.New("the client of the last start has no secret, or another, or can be managed")
	}
	_, update := second.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { c.Name += " renamed" })
	_, secret := second.Clients.RegenerateSecret(ctx, made.ID)
	for _, err := range []error{update, secret, second.Clients.Delete(ctx, made.ID)} {
		var unsupported *oauthclients.UnsupportedError
		if !errors.As(err, &unsupported) || !strings.Contains(unsupported.Reason, "RFC 7591") {
			return fmt.Errorf("no refusal by the library: %v", err) //nolint:errorlint // it must not be taken for one
		}
	}
	if steps := way.has(""); len(steps) > 0 {
		return fmt.Errorf("the server was asked: %q", steps)
	}
	return nil
}

// otherSpelling: the error says which of the two the server has.
func otherSpelling(ctx context.Context, v *visit) error {
	provider := v.provider()
	if provider.Issuer = strings.TrimSuffix(v.running.Issuer, "/"); provider.Issuer == v.running.Issuer {
		provider.Issuer += "/"
	}
	_, err := oauthclients.AuthCode{ClientID: "a", RedirectURL: kit.Callback}.Begin(ctx, provider)
	says := fmt.Sprintf("the server calls itself %q and not %q", v.running.Issuer, provider.Issuer)
	if !errors.Is(err, oauthclients.ErrInvalid) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "the slash at the end alone") {
		return fmt.Errorf("it is taken, or refused in other words: %w", err)
	}
	return nil
}

// belowPath: an issuer with a path has its metadata at the root of the host alone.
func belowPath(start func(ctx context.Context, folder string) (*kit.Running, error)) func(ctx context.Context, v *visit) error {
	return func(ctx context.Context, v *visit) error {
		running, err := start(ctx, v.folder)
		if err != nil {
			return err
		}
		return errors.Join(foundAt(ctx, running.Issuer, "/.well-known/oauth-authorization-server"), running.Stop())
	}
}

// foundAt: metadata are at one place, and those before it are not there.
func foundAt(ctx context.Context, issuer, place string) error {
	way := &wire{}
	login, err := oauthclients.AuthCode{ClientID: "a", RedirectURL: kit.Callback}.Begin(ctx, dcr.Provider{Issuer: issuer}, way.option())
	if err != nil {
		return err
	}
	steps := way.has("")
	if !strings.Contains(login.URL, "code_challenge=") || len(way.has(" 404")) != len(steps)-1 || len(steps) < 2 || steps[len(steps)-1] != "GET http "+place+" 200" {
		return fmt.Errorf("%s was looked for at %q", issuer, steps)
	}
	return nil
}

// idBesideBasic: the first request is refused for the id that it has not in the form, and this is remembered.
// Who knows it says so, and no request is refused.
func idBesideBasic(ctx context.Context, v *visit) error {
	c, err := v.registered(ctx, oauthclients.ClientSecretBasic)
	if err != nil {
		return err
	}
	for _, known := range []struct {
		method oauthclients.ClientAuthMethod
		want   []string
	}{
		{oauthclients.ClientSecretBasic, []string{"401", "200", "200"}},
		{oauthclients.ClientSecretBasicWithID, []string{"200", "200"}},
	} {
		way, provider := &wire{}, oauthclients.Shared(v.provider())
		auth := dcr.AuthCode(c)
		auth.RedirectURL, auth.AuthMethod, auth.Scopes = kit.Callback, known.method, v.manners().Scopes
		for range 2 {
			if err := v.signInBy(ctx, provider, auth, way); err != nil {
				return fmt.Errorf("%s: %w", known.method, err)
			}
		}
		if got := statuses(way.has("POST")); !slices.Equal(got, known.want) {
			return fmt.Errorf("with %s the token endpoint says %q", known.method, got)
		}
	}
	return nil
}

// signInBy is a sign-in whose requests leave a trail.
func (v *visit) signInBy(ctx context.Context, provider oauthclients.Provider, auth oauthclients.AuthCode, way *wire) error {
	login, err := auth.Begin(ctx, provider, way.option())
	if err != nil {
		return err
	}
	callback, err := v.running.SignIn(ctx, login.URL)
	if err != nil {
		return err
	}
	token, err := auth.Finish(ctx, provider, login, callback, way.option())
	if err != nil {
		return err
	}
	return v.requireAlive(ctx, token, true)
}

// statuses are what came of steps.
func statuses(steps []string) (all []string) {
	for _, step := range steps {
		all = append(all, step[strings.LastIndexByte(step, ' ')+1:])
	}
	return all
}

// publicSignOut: the server wants a client_secret of a client that has none, and gets an empty one.
func publicSignOut(ctx context.Context, v *visit) error {
	auth, err := v.signedIn(ctx, oauthclients.ClientAuthNone)
	if err != nil {
		return err
	}
	return v.revokedAs(ctx, auth, "400", "200", "400", "200")
}

// revokedAs signs out, whatever the server says to that, and then the token is dead.
func (v *visit) revokedAs(ctx context.Context, auth oauthclients.AuthCode, want ...string) error {
	way := &wire{}
	client, err := oauthclients.New(v.provider(), auth, way.option())
	if err != nil {
		return err
	}
	if err := client.SignOut(ctx); err != nil {
		return err
	}
	if got := statuses(way.has("POST")); !slices.Equal(got, want) {
		return fmt.Errorf("the revocation endpoint says %q", got)
	}
	if err := v.requireAlive(ctx, auth.Token, false); err != nil {
		return err
	}
	auth.Token = &oauth2.Token{RefreshToken: auth.Token.RefreshToken}
	if _, err := v.renewed(ctx, auth); !errors.Is(err, oauthclients.ErrLoginRequired) {
		return fmt.Errorf("the refresh token lives on, or is refused in other words: %w", err)
	}
	return nil
}

// ownSpelling: the server writes an address in another way than it was asked for, which is the same one.
func ownSpelling(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	want.RedirectURIs = []string{"HTTPS://Orders.Example.com:443/cb", "https://b\u00fccher.example/cb"}
	got, err := client.Clients.Create(ctx, want)
	if err != nil {
		return err
	}
	if own := []string{"https://orders.example.com/cb", "https://xn--bcher-kva.example/cb"}; !slices.Equal(got.RedirectURIs, own) {
		return fmt.Errorf("it answers %q", got.RedirectURIs)
	}
	return nil
}
