package gallery

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file holds the cases of the table in which somebody signs in.

func signInWith(ctx context.Context, v *visit, method oauthclients.ClientAuthMethod) error {
	auth, err := v.signedIn(ctx, method)
	if err != nil {
		return err
	}
	return v.requireAlive(ctx, auth.Token, true)
}

func refresh(ctx context.Context, v *visit) error {
	auth, err := v.signedIn(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	if auth.Token.RefreshToken == "" {
		return errors.New("no refresh token came")
	}
	token, err := v.renewed(ctx, auth)
	if err != nil {
		return err
	}
	if token.AccessToken == auth.Token.AccessToken {
		return errors.New("the access token is the old one")
	}
	return v.requireAlive(ctx, token, true)
}

func clientCredentials(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	want.GrantTypes, want.RedirectURIs = []oauthclients.GrantType{oauthclients.GrantClientCredentials}, nil
	c, err := client.Clients.Create(ctx, want)
	if err != nil {
		return err
	}
	tokens := &memory{}
	user, err := oauthclients.New(v.provider(), oauthclients.ClientCredentials{
		ClientID: c.ID, ClientSecret: c.Secret, AuthMethod: v.manners().Methods[0],
	}, oauthclients.WithTokenStore(tokens))
	if err != nil {
		return err
	}
	_, err = user.Clients.Create(ctx, v.want(""))
	if tokens.token == nil {
		return fmt.Errorf("no token came: %w", err)
	}
	return nil
}

func signOut(ctx context.Context, v *visit) error {
	auth, err := v.signedIn(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	client, err := oauthclients.New(v.provider(), auth)
	if err != nil {
		return err
	}
	if err := client.SignOut(ctx); err != nil {
		return err
	}
	return v.requireAlive(ctx, auth.Token, false)
}

func wrongSecret(ctx context.Context, v *visit) error {
	auth, err := v.signedIn(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	auth.ClientSecret = oauthclients.NewSecret("wrong-secret-of-the-client")
	if _, err = v.signIn(ctx, auth); !errors.Is(err, oauthclients.ErrUnauthenticated) {
		return fmt.Errorf("it is taken, or refused in other words: %w", err)
	}
	return nil
}

func codeTwice(ctx context.Context, v *visit) error {
	c, err := v.registered(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	auth := dcr.AuthCode(c)
	auth.RedirectURL, auth.AuthMethod, auth.Scopes = kit.Callback, v.manners().Methods[0], v.manners().Scopes
	login, err := auth.Begin(ctx, v.provider())
	if err != nil {
		return err
	}
	callback, err := v.running.SignIn(ctx, login.URL)
	if err != nil {
		return err
	}
	if _, err = auth.Finish(ctx, v.provider(), login, callback); err != nil {
		return err
	}
	if _, err = auth.Finish(ctx, v.provider(), login, callback); !errors.Is(err, oauthclients.ErrUnauthenticated) {
		return fmt.Errorf("it is taken, or refused in other words: %w", err)
	}
	return nil
}

func deadRefresh(ctx context.Context, v *visit) error {
	auth, err := v.signedIn(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	auth.Token = &oauth2.Token{RefreshToken: "no-such-refresh-token-0123456789"}
	if _, err = v.renewed(ctx, auth); !errors.Is(err, oauthclients.ErrLoginRequired) {
		return fmt.Errorf("it is taken, or refused in other words: %w", err)
	}
	return nil
}

// interactive comes back to a free port of this machine, which the client does not have (RFC 8252 section
// 7.3).
func interactive(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	want.RedirectURIs = []string{"http://127.0.0.1/callback"}
	dcr.ExtraOf(want).ApplicationType = v.manners().Native
	c, err := client.Clients.Create(ctx, want)
	if err != nil && !errors.Is(err, oauthclients.ErrNotApplied) {
		return err
	}
	auth := dcr.AuthCode(c)
	auth.RedirectURL, auth.Scopes = "", v.manners().Scopes
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var page error
	token, err := auth.Interactive(ctx, v.provider(), func(loginURL string) error {
		callback, err := v.running.SignIn(ctx, loginURL)
		if err != nil {
			page = err
			cancel()
			return err
		}
		return kit.Return(ctx, loginURL, callback)
	})
	if err != nil {
		return errors.Join(page, err)
	}
	return v.requireAlive(ctx, token, true)
}

// restart: the server goes away in the middle, and comes back with what it keeps.
func restart(ctx context.Context, v *visit) error {
	auth, err := v.signedIn(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	client, err := v.client(oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		return err
	}
	if _, err = client.Clients.Create(ctx, v.want("")); err != nil && !errors.Is(err, oauthclients.ErrNotApplied) {
		return err
	}
	if err := v.running.Stop(); err != nil {
		return err
	}
	// On a connection that was open nobody knows what became of the request.
	_, err = client.Clients.Create(ctx, v.want(""))
	if !errors.Is(err, oauthclients.ErrUnavailable) && !errors.Is(err, oauthclients.ErrOutcomeUnknown) {
		return fmt.Errorf("while it is away: %w", err)
	}
	if v.running, err = v.again(ctx); err != nil {
		return err
	}
	if !v.manners().Forgets {
		return nil
	}
	_, err = v.renewed(ctx, auth)
	if !errors.Is(err, oauthclients.ErrLoginRequired) || !strings.Contains(err.Error(), "register") {
		return fmt.Errorf("a client that it has forgotten: %w", err)
	}
	return v.forgotten(ctx, auth.ClientID)
}
