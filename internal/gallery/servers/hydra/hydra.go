// Package hydra is Ory Hydra, built from its Go module, with a sign-in of ours before it.
package hydra

import (
	"context"
	_ "embed"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// Its module is no module of this repository: the endings hide it.

//go:embed go.mod.txt
var module []byte

//go:embed go.sum.txt
var sums []byte

//go:embed server.go.txt
var program []byte

// Name is that of the server.
const Name = "Ory Hydra"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "2.3.0", Why: "an OAuth2 server without people; its metadata name no registration endpoint",
		Files:   map[string][]byte{"go.mod": module, "go.sum": sums, "server.go": program},
		Get:     get,
		Start:   start,
		Manners: manners(),
	}
}

func get(ctx context.Context, folder string) error {
	return kit.Command(ctx, folder, "go", "build", "-mod=readonly", "-tags=sqlite", "-ldflags=-s -w", "-o", "server", ".")
}

func start(ctx context.Context, folder string) (*kit.Running, error) {
	running, err := kit.Script(ctx, folder, "./server")
	if err != nil {
		return nil, err
	}
	running.RegistrationEndpoint = running.Issuer + "/oauth2/register"
	running.SignIn = kit.Forms(map[string]string{"username": "ada", "password": "lovelace"})
	return running, nil
}

func manners() kit.Manners {
	return kit.Manners{
		Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost, oauthclients.ClientAuthNone},
		Ask: func(c *oauthclients.OAuthClient) {
			c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
			c.Scopes = []string{"openid", "offline_access"} // or no refresh token comes
		},
		Scopes:  []string{"openid", "offline_access"},
		Drops:   []string{"Extra.SoftwareID", "Extra.SoftwareVersion"},
		Manages: true, Keeps: keeping(), RevokesAll: true, Forgets: true,
		Ends: map[string]kit.End{
			kit.LaterSecret: {
				Verdict: kit.Fault, Why: "an update makes the client need a secret, and no answer has it (RFC 7592 section 2.2)",
				Kind: oauthclients.ErrNotApplied, Says: "was written without Secret",
			},
			"protected resource": {Verdict: kit.Lacks, Why: "it publishes nothing of its resources (RFC 9728)", Says: "there is none"},
			"a restart": {
				Verdict: kit.Lacks, Why: "its answer to a client that it has forgotten is the one to a wrong secret",
				Kind: oauthclients.ErrUnauthenticated, Says: "unknown client, no client authentication included",
			},
		},
	}
}

// keeping: where scopes are cleared, the default ones are there again.
func keeping() *kit.Keeping {
	return &kit.Keeping{
		Shows: []string{
			"Name", "RedirectURIs", "PostLogoutRedirectURIs", "GrantTypes", "Scopes", "ClientURI", "LogoURI", "PolicyURI", "TermsURI",
			"Extra.TokenEndpointAuthMethod", "Extra.ResponseTypes", "Extra.Contacts", "Extra.JWKS", "Extra.JWKSURI", "Extra.SubjectType",
			"Extra.SectorIdentifierURI", "Extra.TokenEndpointAuthSigningAlg", "Extra.RequestURIs", "Extra.RequestObjectSigningAlg",
			"Extra.UserinfoSignedResponseAlg", "Extra.FrontchannelLogoutURI", "Extra.FrontchannelLogoutSessionRequired",
			"Extra.BackchannelLogoutURI", "Extra.BackchannelLogoutSessionRequired",
		},
		// Of the types of subjects it has one, and it fetches the file of a sector.
		Refuses: []string{"Extra.SubjectType", "Extra.SectorIdentifierURI", "Extra.UserinfoSignedResponseAlg"},
		Holds:   []string{"Scopes"},
		Scopes:  []string{"offline_access", "offline", "openid"},
		Edits: map[string]func(*oauthclients.OAuthClient){
			"Scopes": func(c *oauthclients.OAuthClient) { c.Scopes = c.Scopes[:1] },
			"PostLogoutRedirectURIs": func(c *oauthclients.OAuthClient) { // at the host of a redirect URI
				c.PostLogoutRedirectURIs = []string{"https://orders.example.com/edited"}
			},
			"Extra.SectorIdentifierURI": func(c *oauthclients.OAuthClient) {
				dcr.ExtraOf(c).SectorIdentifierURI = "http://orders.example.com/sector" // not even asked
			},
		},
	}
}
