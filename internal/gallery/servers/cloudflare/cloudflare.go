// Package cloudflare is Cloudflare's workers-oauth-provider in Cloudflare's runtime, workerd.
package cloudflare

import (
	"context"
	_ "embed"
	"fmt"
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

//go:embed worker.mjs
var worker []byte

// Name is that of the server.
const Name = "workers-oauth-provider"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "1.2.3", Why: "RFC 7591 only; Cloudflare's, in its runtime workerd, as many MCP servers have it",
		Files: map[string][]byte{"package.json": packages, "package-lock.json": lock, "server.mjs": program, "worker.mjs": worker},
		Get:   kit.NPM,
		Start: start,
		Manners: kit.Manners{
			Methods:   []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost, oauthclients.ClientAuthNone},
			Drops:     []string{"Extra.SoftwareID", "Extra.SoftwareVersion", "PostLogoutRedirectURIs"},
			OneSignIn: true, Forgets: true,
			Ends: map[string]kit.End{
				kit.UpdateAndDelete: kit.OnlyRegisters(),
				"client credentials": {
					Verdict: kit.Lacks, Why: "it has no such grant", Kind: oauthclients.ErrInvalid, Says: "Unsupported grant_type: client_credentials",
				},
			},
		},
	}
}

func start(ctx context.Context, folder string) (*kit.Running, error) {
	running, err := kit.Script(ctx, folder, "node", "server.mjs")
	if err != nil {
		return nil, err
	}
	running.SignIn = func(ctx context.Context, loginURL string) (url.Values, error) { return signIn(ctx, 0, loginURL) }
	running.SignInAs = signIn
	return running, nil
}

// signIn is through one page, whose form comes back to the address of the page.
func signIn(ctx context.Context, number int, loginURL string) (url.Values, error) {
	person := kit.NewPerson()
	page, err := person.Open(ctx, loginURL)
	if err == nil && page.Status == 200 {
		page, err = person.Submit(ctx, page.URL.String(), url.Values{
			"email": {fmt.Sprintf("ada%d@example.com", number)}, "password": {"a-long-password"},
		})
	}
	if err != nil {
		return nil, err
	}
	return page.Callback()
}
