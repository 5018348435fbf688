// Package django is django-oauth-toolkit as an authorization server.
package django

import (
	"context"
	_ "embed"
	"net/url"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

//go:embed requirements.txt
var requirements []byte

//go:embed server.py
var program []byte

// Name is that of the server.
const Name = "django-oauth-toolkit"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "3.4.1", Why: "below a path; RFC 7592, registration tokens that change",
		Files: map[string][]byte{"requirements.txt": requirements, "server.py": program},
		Get:   kit.PyPI, Start: start,
		Manners: kit.Manners{
			Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost, oauthclients.ClientAuthNone},
			Ask: func(c *oauthclients.OAuthClient) {
				c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
			},
			Drops: []string{
				"ClientURI", "Extra.Contacts", "Extra.SoftwareID", "Extra.SoftwareVersion", "LogoURI", "PolicyURI", "PostLogoutRedirectURIs", "TermsURI",
			},
			Manages: true, Keeps: keeping(), RevokesAll: true, Forgets: true,
			Ends: map[string]kit.End{
				kit.LaterSecret: {
					Verdict: kit.Fault, Why: "an update makes the client need a secret, and no answer has it (RFC 7592 section 2.2)",
					Kind: oauthclients.ErrNotApplied, Says: "was written without Secret",
				},
				"a restart": {
					Verdict: kit.Lacks, Why: "its answer to a client that it has forgotten is the one to a wrong secret",
					Kind: oauthclients.ErrUnauthenticated, Says: "invalid_client [",
				},
			},
		},
	}
}

// keeping: a client has one grant type, beside the refresh token, and a secret or none.
func keeping() *kit.Keeping {
	return &kit.Keeping{
		Shows:    []string{"Name", "RedirectURIs", "GrantTypes", "Extra.TokenEndpointAuthMethod"},
		Required: []string{"GrantTypes"}, // client credentials redirect nobody
		Grants:   []oauthclients.GrantType{oauthclients.GrantClientCredentials},
		Edits: map[string]func(*oauthclients.OAuthClient){
			"GrantTypes":                    func(c *oauthclients.OAuthClient) { c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantPassword} },
			"Extra.TokenEndpointAuthMethod": func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).TokenEndpointAuthMethod = "none" },
		},
		// authorization_code always has refresh_token beside it, which is more than what is asked for.
		HasGrants: []oauthclients.GrantType{
			oauthclients.GrantClientCredentials, oauthclients.GrantPassword, oauthclients.GrantImplicit, dcr.GrantDeviceCode,
		},
	}
}

func start(ctx context.Context, folder string) (*kit.Running, error) {
	running, err := kit.Script(ctx, folder, kit.Python(folder), "server.py")
	if err != nil {
		return nil, err
	}
	running.SignIn = answering(url.Values{"allow": {"Authorize"}})
	running.Deny = answering(url.Values{})
	return running, nil
}

// answering is a person who signs in, and answers whether the client may.
func answering(consent url.Values) func(ctx context.Context, loginURL string) (url.Values, error) {
	return func(ctx context.Context, loginURL string) (url.Values, error) {
		return kit.NewPerson().Through(ctx, loginURL, url.Values{"username": {"frieda"}, "password": {"password"}}, consent)
	}
}
