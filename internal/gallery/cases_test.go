package gallery

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is the table of cases.

// testCase goes to a server. Its error is nil if the library and the server understand each other.
type testCase struct {
	name string
	run  func(ctx context.Context, v *visit) error
}

func cases() []testCase {
	all := []testCase{
		{"metadata", metadata}, {"protected resource", protectedResource}, {"register", register}, {"get, list and find", find},
		{kit.UpdateAndDelete, change}, {kit.SecretInUpdate, secretAtHome}, {kit.DeadRegistration, deadRegistration}, {kit.LaterSecret, laterSecret}, {"every field", everyField}, {"a bad redirect URI", badRedirect},
	}
	for _, method := range []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost, oauthclients.ClientAuthNone} {
		all = append(all, testCase{"sign-in with " + string(method), func(ctx context.Context, v *visit) error { return signInWith(ctx, v, method) }})
	}
	return append(all, testCase{"sign-in as registered", asRegistered}, testCase{"refresh", refresh}, testCase{"client credentials", clientCredentials}, testCase{kit.SignOut, signOut},
		testCase{kit.AccessRevoked, accessRevoked},
		testCase{kit.IssuerOfCallback, issuerOfCallback}, testCase{"a wrong secret", wrongSecret}, testCase{"a code twice", codeTwice}, testCase{"a dead refresh token", deadRefresh},
		testCase{"this machine's browser", interactive}, testCase{kit.ConformanceSuite, conformance},
		testCase{"sign-in suite", signIns}, testCase{"a restart", restart})
}

func metadata(ctx context.Context, v *visit) error {
	login, err := oauthclients.AuthCode{ClientID: "a", RedirectURL: kit.Callback}.Begin(ctx, dcr.Provider{Issuer: v.running.Issuer})
	if err != nil {
		return err
	}
	if page, err := url.Parse(login.URL); err != nil || page.Query().Get("code_challenge_method") != "S256" {
		return fmt.Errorf("the page to sign in at: %s", login.URL)
	}
	return nil
}

func protectedResource(ctx context.Context, v *visit) error {
	if v.running.Resource == "" {
		return errors.New("there is none")
	}
	got, err := dcr.Discover(ctx, nil, v.running.Resource)
	if err != nil {
		return err
	}
	if got.Issuer != v.running.Issuer || got.Resource != v.running.Resource {
		return fmt.Errorf("it says %+v, and should say %s of %s", got, v.running.Issuer, v.running.Resource)
	}
	return nil
}

func register(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	got, err := client.Clients.Create(ctx, want)
	switch {
	case err != nil:
		return err
	case got.ID == "" || got.Secret.IsZero():
		return errors.New("it has no id, or no secret")
	case got.Name != want.Name || !slices.Equal(got.RedirectURIs, want.RedirectURIs):
		return fmt.Errorf("it is %q with %q", got.Name, got.RedirectURIs)
	case dcr.ExtraOf(got).Manageable != v.manners().Manages:
		return fmt.Errorf("it can be managed: %t", dcr.ExtraOf(got).Manageable)
	}
	return nil
}

func find(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	made, err := v.registered(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	got, err := client.Clients.Get(ctx, made.ID)
	if err != nil {
		return err
	}
	found, err := client.Clients.FindByName(ctx, made.Name)
	if err != nil {
		return err
	}
	if got.Name != made.Name || len(found) != 1 || found[0].ID != made.ID {
		return fmt.Errorf("got %q, and found %d clients", got.Name, len(found))
	}
	return nil
}

func change(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	made, err := v.registered(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	name := made.Name + " renamed"
	updated, err := client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { c.Name = name })
	if !v.manners().Manages {
		return refused(err, client.Clients.Delete(ctx, made.ID))
	}
	if err != nil {
		return err
	}
	if updated.Name != name || !slices.Equal(updated.RedirectURIs, made.RedirectURIs) {
		return fmt.Errorf("it is %q with %q", updated.Name, updated.RedirectURIs)
	}
	if err := client.Clients.Delete(ctx, made.ID); err != nil {
		return err
	}
	if _, err := client.Clients.Get(ctx, made.ID); !errors.Is(err, oauthclients.ErrNotFound) {
		return fmt.Errorf("after Delete, Get says: %w", err)
	}
	return nil
}

// refused is the refusal of both verbs; other errors are told as something else.
func refused(update, remove error) error {
	for _, err := range []error{update, remove} {
		var unsupported *oauthclients.UnsupportedError
		if !errors.As(err, &unsupported) {
			return fmt.Errorf("no refusal by the library: %v", err) //nolint:errorlint // it must not be taken for one
		}
	}
	return update
}

// everyField: what is not kept is told by name, and nothing else is. What the answer has is there later.
func everyField(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	got, err := client.Clients.Create(ctx, v.full())
	var notApplied *oauthclients.NotAppliedError
	switch {
	case errors.As(err, &notApplied):
		if drops := slices.Sorted(slices.Values(notApplied.Fields)); !slices.Equal(drops, v.manners().Drops) {
			return fmt.Errorf("it does not keep %q, and its manners have %q", drops, v.manners().Drops)
		}
	case err != nil:
		return err
	case len(v.manners().Drops) > 0:
		return fmt.Errorf("it keeps all, and its manners have %q", v.manners().Drops)
	}
	if len(got.RedirectURIs) != 2 {
		return fmt.Errorf("it has the redirect URIs %q", got.RedirectURIs)
	}
	return requireKept(ctx, client, got)
}

func badRedirect(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	want.RedirectURIs = []string{"https://app.example.com/cb#fragment"}
	if _, err = client.Clients.Create(ctx, want); !errors.Is(err, oauthclients.ErrInvalid) {
		return fmt.Errorf("it is taken, or refused in other words: %w", err)
	}
	return nil
}
