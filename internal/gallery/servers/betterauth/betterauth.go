// Package betterauth is better-auth, an authentication framework in TypeScript, with its OAuth provider.
package betterauth

import (
	"context"
	_ "embed"
	"net/url"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
)

//go:embed package.json
var packages []byte

//go:embed package-lock.json
var lock []byte

//go:embed server.mjs
var program []byte

// Name is that of the server.
const Name = "better-auth"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "1.7.7", Why: "RFC 7591 only; its OAuth provider 1.7.5, as many programs in TypeScript have it",
		Files: map[string][]byte{"package.json": packages, "package-lock.json": lock, "server.mjs": program},
		Get:   kit.NPM,
		Start: start,
		Manners: kit.Manners{
			Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost, oauthclients.ClientAuthNone},
			Native:  "native",
			Forgets: true,
			Ends: map[string]kit.End{
				kit.UpdateAndDelete: kit.OnlyRegisters(),
				"client credentials": {
					Verdict: kit.Lacks, Why: "such a client has no scopes until an administrator gives it some, so that it gets no token",
					Kind: oauthclients.ErrUnauthenticated, Says: "no authorized client_credentials scopes",
				},
				"a restart": {
					Verdict: kit.Fault, Why: "of a client that it has forgotten it says that the refresh token is dead: it does not look at the client first (RFC 6749 section 6)",
					Kind: oauthclients.ErrLoginRequired, Says: "session not found",
				},
			},
		},
	}
}

// initialToken registers clients: without one it refuses those for client_credentials.
const initialToken = "initial-token-of-the-gallery"

func start(ctx context.Context, folder string) (*kit.Running, error) {
	running, err := kit.Script(ctx, folder, "node", "server.mjs", initialToken)
	if err != nil {
		return nil, err
	}
	running.Auth, running.SignIn = oauthclients.BearerToken(initialToken), signIn
	return running, nil
}

// signIn is through two pages with a form each, which comes back to the address of its page. The second is
// left out for a client to which the person has agreed before.
func signIn(ctx context.Context, loginURL string) (url.Values, error) {
	person := kit.NewPerson()
	page, err := person.Open(ctx, loginURL)
	if err != nil || page.Status != 200 {
		return callback(page, err)
	}
	page, err = person.Submit(ctx, page.URL.String(), url.Values{"email": {"ada@example.com"}, "password": {"a-long-password"}})
	if err != nil || page.Status != 200 {
		return callback(page, err)
	}
	page, err = person.Submit(ctx, page.URL.String(), url.Values{"accept": {"yes"}})
	return callback(page, err)
}

func callback(page *kit.Page, err error) (url.Values, error) {
	if err != nil {
		return nil, err
	}
	return page.Callback()
}
