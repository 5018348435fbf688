package gallery

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what django-oauth-toolkit alone does.

func djangoCases() []testCase {
	return []testCase{
		{"metadata below its path", metadataBelow}, {"more grant types than asked for", moreGrants}, {"an error that names no issuer", errorWithoutIssuer},
		{"a registration token that ends", endedToken}, {"behind TLS", behindTLS},
	}
}

func metadataBelow(ctx context.Context, v *visit) error {
	return foundAt(ctx, v.running.Issuer, "/o/.well-known/oauth-authorization-server")
}

// moreGrants: who signs people in may renew as well there.
func moreGrants(ctx context.Context, v *visit) error {
	client, err := v.client()
	if err != nil {
		return err
	}
	want := v.want(v.manners().Methods[0])
	want.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}
	_, err = client.Clients.Create(ctx, want)
	return requireMore(err, "GrantTypes")
}

// errorWithoutIssuer: the metadata promise the issuer in every callback, and an error has none. What it says is
// told all the same.
func errorWithoutIssuer(ctx context.Context, v *visit) error {
	c, err := v.registered(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	auth := dcr.AuthCode(c)
	auth.RedirectURL = kit.Callback
	login, err := auth.Begin(ctx, v.provider())
	if err != nil {
		return err
	}
	good, err := v.running.SignIn(ctx, login.URL)
	if err != nil {
		return err
	}
	denied, err := v.running.Deny(ctx, login.URL)
	if err != nil {
		return err
	}
	if good.Get("iss") != v.running.Issuer || denied.Has("iss") {
		return fmt.Errorf("the callbacks have the issuers %q and %q", good["iss"], denied["iss"])
	}
	_, err = auth.Finish(ctx, v.provider(), login, denied)
	var failed *oauthclients.Error
	if !errors.Is(err, oauthclients.ErrPermission) || !errors.As(err, &failed) || failed.Code != "access_denied" {
		return fmt.Errorf("the person has denied it, and Finish says: %w", err)
	}
	return nil
}

// endedToken: what manages the clients is over, and they live.
func endedToken(ctx context.Context, v *visit) error {
	way := &wire{}
	provider := v.provider()
	provider.Registrations = dcr.NewMemoryStore()
	client, err := oauthclients.New(provider, v.running.Auth, way.option())
	if err != nil {
		return err
	}
	made, err := client.Clients.Create(ctx, v.want(v.manners().Methods[0]))
	if err != nil {
		return err
	}
	if err := v.running.Tell(ctx, map[string]string{"end": "registration"}); err != nil {
		return err
	}
	if err := requireStatus(ctx, client, made.ID, dcr.StatusDead); err != nil {
		return err
	}
	if err := refusedAdoption(ctx, client, made.ID, "the registration access token is dead, or the client is gone"); err != nil {
		return err
	}
	found, err := client.Clients.FindByName(ctx, made.Name)
	if err != nil {
		return err
	}
	if posts := way.has("POST"); len(found) != 1 || len(posts) != 1 {
		return fmt.Errorf("found %d clients, after %q", len(found), posts)
	}
	auth := dcr.AuthCode(found[0])
	auth.RedirectURL = kit.Callback
	_, err = v.signIn(ctx, auth)
	return err
}

// behindTLS: the server does not know that it is behind TLS, and names its handles with http. They are used
// with https, and never as they are named.
func behindTLS(ctx context.Context, v *visit) error {
	inside, err := url.Parse(v.running.Issuer)
	if err != nil {
		return err
	}
	proxy := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: inside.Scheme, Host: inside.Host})
		r.SetXForwarded()
		r.Out.Host = r.In.Host
	}})
	defer proxy.Close()
	provider := dcr.Provider{Issuer: proxy.URL + inside.Path, Registrations: dcr.NewMemoryStore()}
	if err := v.running.Tell(ctx, map[string]string{"issuer": provider.Issuer}); err != nil {
		return err
	}
	way := &wire{below: proxy.Client().Transport}
	client, err := oauthclients.New(provider, v.running.Auth, way.option())
	if err != nil {
		return err
	}
	if err := changesBehindTLS(ctx, client, v.want(v.manners().Methods[0])); err != nil {
		return err
	}
	if plain := way.has(" http "); len(plain) > 0 {
		return fmt.Errorf("this went out in the clear: %q", plain)
	}
	return v.running.Tell(ctx, map[string]string{"issuer": ""})
}

func changesBehindTLS(ctx context.Context, client *oauthclients.Client, want *oauthclients.OAuthClient) error {
	made, err := client.Clients.Create(ctx, want)
	if err != nil {
		return err
	}
	known, err := dcr.Of(client)
	if err != nil {
		return err
	}
	handle, err := known.Handle(ctx, made.ID)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(handle.URI, "http://") {
		return fmt.Errorf("the handle is at %s", handle.URI)
	}
	if err := known.Adopt(ctx, handle); err != nil {
		return err
	}
	if _, err := client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) { c.Name += " renamed" }); err != nil {
		return err
	}
	return client.Clients.Delete(ctx, made.ID)
}
