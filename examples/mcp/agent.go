package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is the part to read: the way to a token for a server that nobody has told the program about.

const (
	// product is the name of the client at the server.
	product = "Order desk agent"
	// wayBack is where the browser comes back to. Its port is fixed, since there are servers that take no
	// other one than the registered.
	wayBack = "http://127.0.0.1:8484/callback"
)

// agent uses one server for the person who runs it.
type agent struct {
	resource string // the server's address
	folder   string // for what must survive
	out      io.Writer
	open     func(url string) error // shows a page; nil prints its address
}

func (a *agent) run(ctx context.Context) error {
	resource, err := dcr.Discover(ctx, nil, a.resource)
	if err != nil {
		return err
	}
	registrations, err := dcr.FileStore(filepath.Join(a.folder, "registrations"))
	if err != nil {
		return err
	}
	// Shared: the sign-in does not ask for the server's addresses again.
	provider := oauthclients.Shared(dcr.Provider{Issuer: resource.Issuer, Registrations: registrations})
	registered, err := a.registered(ctx, provider)
	if err != nil {
		return err
	}
	auth := dcr.AuthCode(registered) // it proves itself as it is registered
	auth.Resources, auth.Scopes = []string{resource.Resource}, resource.Scopes
	token, err := a.token(ctx, provider, auth)
	if err != nil {
		return err
	}
	name, err := initialize(ctx, a.resource, token)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, "Connected to:", name)
	return err
}

// registered is the program's own client. It is registered at the first run alone.
func (a *agent) registered(ctx context.Context, provider oauthclients.Provider) (*oauthclients.OAuthClient, error) {
	client, err := oauthclients.New(provider, oauthclients.NoAuth{})
	if err != nil {
		return nil, err
	}
	known, err := client.Clients.FindByName(ctx, product)
	if err != nil {
		return nil, err
	}
	if len(known) > 0 { // the store has it, also where the server only registers
		return known[0], nil
	}
	want := &oauthclients.OAuthClient{
		Name: product, RedirectURIs: []string{wayBack},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
	}
	dcr.ExtraOf(want).TokenEndpointAuthMethod = "none" // a program on a person's machine keeps no secret (RFC 8252 section 8.4)
	return client.Clients.Create(ctx, want)
}

// token is the one of an earlier run, or that of a new sign-in.
func (a *agent) token(ctx context.Context, provider oauthclients.Provider, auth oauthclients.AuthCode) (*oauth2.Token, error) {
	tokens := oauthclients.FileTokenStore(filepath.Join(a.folder, "token.json"))
	kept, err := tokens.Load(ctx)
	if err != nil || kept.Valid() {
		return kept, err
	}
	return auth.Interactive(ctx, provider, a.show, oauthclients.WithTokenStore(tokens))
}

func (a *agent) show(address string) error {
	if a.open != nil {
		return a.open(address)
	}
	_, err := fmt.Fprintf(a.out, "Sign in at:\n%s\n", address)
	return err
}
