// Package authlib is Authlib on Flask as an authorization server.
package authlib

import (
	"context"
	_ "embed"
	"net/url"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
)

//go:embed requirements.txt
var requirements []byte

//go:embed server.py
var program []byte

// Name is that of the server.
const Name = "Authlib"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "1.9.10", Why: "the library of many servers in Python; RFC 7592, registration with a token",
		Files: map[string][]byte{"requirements.txt": requirements, "server.py": program},
		Get:   kit.PyPI, Start: start,
		Manners: kit.Manners{
			Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost, oauthclients.ClientAuthNone},
			Ask: func(c *oauthclients.OAuthClient) {
				c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
			},
			Drops:   []string{"PostLogoutRedirectURIs"},
			Manages: true, Keeps: keeping(), RevokesAll: true, Forgets: true,
			Ends: map[string]kit.End{
				"protected resource": {Verdict: kit.Lacks, Why: "it publishes nothing of its resources (RFC 9728)", Says: "there is none"},
				"this machine's browser": {
					Verdict: kit.Fault, Why: "the port of a loopback address must be the registered one (RFC 8252 section 7.3 has it free)",
					Kind: oauthclients.ErrUnavailable, Says: "is not supported by client",
				},
			},
		},
	}
}

// keeping: an update merges, as the library's documentation has it, and members that are not of RFC 7591 are
// dropped.
func keeping() *kit.Keeping {
	return &kit.Keeping{
		Shows: []string{
			"Name", "RedirectURIs", "GrantTypes", "Scopes", "ClientURI", "LogoURI", "PolicyURI", "TermsURI", "Extra.TokenEndpointAuthMethod",
			"Extra.ResponseTypes", "Extra.Contacts", "Extra.JWKS", "Extra.JWKSURI", "Extra.SoftwareID", "Extra.SoftwareVersion",
		},
		Refuses: []string{"Extra.ResponseTypes"}, // the server has no others
		Holds:   []string{"Scopes"},
		Scopes:  []string{"profile", "orders"},
		Edits: map[string]func(*oauthclients.OAuthClient){
			"Scopes": func(c *oauthclients.OAuthClient) { c.Scopes = c.Scopes[:1] },
		},
		HasGrants: []oauthclients.GrantType{
			oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken, oauthclients.GrantClientCredentials,
		},
	}
}

func start(ctx context.Context, folder string) (*kit.Running, error) {
	running, err := kit.Script(ctx, folder, kit.Python(folder), "server.py")
	if err != nil {
		return nil, err
	}
	running.SignIn, running.Deny = answering("yes"), answering("no")
	return running, nil
}

// answering is a person who signs in, and answers whether the client may.
func answering(confirm string) func(ctx context.Context, loginURL string) (url.Values, error) {
	return func(ctx context.Context, loginURL string) (url.Values, error) {
		return kit.NewPerson().Through(ctx, loginURL, url.Values{"name": {"frieda"}, "password": {"password"}}, url.Values{"confirm": {confirm}})
	}
}
