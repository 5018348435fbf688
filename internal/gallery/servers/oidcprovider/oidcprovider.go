// Package oidcprovider is npm oidc-provider as an authorization server. The tests of internal/e2e start its
// program as well.
package oidcprovider

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

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: "oidc-provider", Version: "9.13.3", Why: "OpenID Connect; RFC 7592 with tokens that change, registration with a token",
		Files: map[string][]byte{"package.json": packages, "package-lock.json": lock, "server.mjs": program},
		Get:   kit.NPM, Start: start,
		Manners: kit.Manners{
			Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost, oauthclients.ClientAuthNone},
			Ask: func(c *oauthclients.OAuthClient) {
				c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
			},
			Scopes: []string{"openid"}, Native: "native",
			Drops:   []string{"Extra.SoftwareID", "Extra.SoftwareVersion"},
			Manages: true, Keeps: keeping(), RevokesAll: true, Forgets: true,
			Ends: map[string]kit.End{
				"protected resource": {Verdict: kit.Lacks, Why: "it publishes nothing of its resources (RFC 9728)", Says: "there is none"},
				"a restart": {
					Verdict: kit.Lacks, Why: "its answer to a client that it has forgotten is the one to a wrong secret",
					Kind: oauthclients.ErrUnauthenticated, Says: "client authentication failed",
				},
			},
		},
	}
}

func start(ctx context.Context, folder string) (*kit.Running, error) {
	running, err := kit.Told(ctx, folder, map[string]any{
		"clientCredentials":      true,
		"registration":           map[string]any{"enabled": true, "initialAccessToken": true},
		"registrationManagement": map[string]any{"enabled": true, "rotateRegistrationAccessToken": true},
	}, "node", "server.mjs")
	if err != nil {
		return nil, err
	}
	running.Whoami = running.Issuer + "/whoami"
	running.SignIn = func(ctx context.Context, loginURL string) (url.Values, error) {
		return kit.NewPerson().Through(ctx, loginURL, signIn(), url.Values{})
	}
	running.Deny = deny
	return running, nil
}

func signIn() url.Values { return url.Values{"login": {"frieda"}, "password": {"password"}} }

// deny follows the link that stands below the form.
func deny(ctx context.Context, loginURL string) (url.Values, error) {
	person := kit.NewPerson()
	page, err := person.Open(ctx, loginURL)
	if err != nil {
		return nil, err
	}
	if page, err = person.Fill(ctx, page, signIn()); err != nil {
		return nil, err
	}
	return person.Arrive(ctx, page.URL.String()+"/abort")
}
