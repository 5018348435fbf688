// Package mcppython is the MCP Python SDK as an authorization server.
package mcppython

import (
	"context"
	_ "embed"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
)

//go:embed requirements.txt
var requirements []byte

//go:embed server.py
var program []byte

// Name is that of the server.
const Name = "MCP Python SDK"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "2.3.0", Why: "RFC 7591 only; where agents sign in",
		Files: map[string][]byte{"requirements.txt": requirements, "server.py": program},
		Get:   kit.PyPI,
		Start: func(ctx context.Context, folder string) (*kit.Running, error) {
			return kit.Script(ctx, folder, kit.Python(folder), "server.py")
		},
		Manners: Manners(),
	}
}

// Manners are those of the SDK, which others build on.
func Manners() kit.Manners {
	return kit.Manners{
		Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretPost, oauthclients.ClientSecretBasic, oauthclients.ClientAuthNone},
		Ask:     ask,
		Drops:   []string{"PostLogoutRedirectURIs"},
		Forgets: true,
		Ends: map[string]kit.End{
			kit.UpdateAndDelete: kit.OnlyRegisters(),
			"this machine's browser": {
				Verdict: kit.Fault, Why: "the port of a loopback address must be the registered one (RFC 8252 section 7.3 has it free)",
				Kind: oauthclients.ErrUnavailable, Says: "not registered for client",
			},
			"client credentials": {Verdict: kit.Lacks, Why: "a client must have authorization_code, and the token endpoint takes no other first grant"},
		},
	}
}

// ask: authorization_code and refresh_token, or the client is refused.
func ask(c *oauthclients.OAuthClient) {
	c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
}

// Below starts one whose issuer has a path. What it names there is not served: that would be for a proxy to do.
func Below(ctx context.Context, folder string) (*kit.Running, error) {
	return kit.Script(ctx, folder, kit.Python(folder), "server.py", "/tenant")
}
