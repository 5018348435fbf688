// Package mcptypescript is the MCP TypeScript SDK as an authorization server.
package mcptypescript

import (
	"context"
	_ "embed"

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
const Name = "MCP TypeScript SDK"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "1.32.2", Why: "RFC 7591 only; where agents sign in",
		Files: map[string][]byte{"package.json": packages, "package-lock.json": lock, "server.mjs": program},
		Get:   kit.NPM,
		Start: func(ctx context.Context, folder string) (*kit.Running, error) {
			return kit.Script(ctx, folder, "node", "server.mjs")
		},
		Manners: kit.Manners{
			Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretPost, oauthclients.ClientAuthNone},
			Ask: func(c *oauthclients.OAuthClient) {
				c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
			},
			Drops:   []string{"PostLogoutRedirectURIs"},
			Forgets: true,
			Ends: map[string]kit.End{
				kit.UpdateAndDelete: kit.OnlyRegisters(),
				"sign-in with client_secret_basic": {
					Verdict: kit.Fault, Why: "it registers clients with client_secret_basic, and looks for their secrets in the form alone",
					Kind: oauthclients.ErrInvalid, Says: "client_id",
				},
				"client credentials": {
					Verdict: kit.Lacks, Why: "a client must have a redirect URI, and the token endpoint takes no other first grant than the code",
					Kind: oauthclients.ErrInvalid, Says: "redirect_uris",
				},
			},
		},
	}
}

// Below starts one whose issuer has a path. What it names there is not served: that would be for a proxy to do.
func Below(ctx context.Context, folder string) (*kit.Running, error) {
	return kit.Script(ctx, folder, "node", "server.mjs", "/tenant")
}
