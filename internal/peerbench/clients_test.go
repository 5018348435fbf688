package peerbench_test

import (
	"time"

	hydra "github.com/ory/hydra-client-go/v2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/bench/raw"
	"github.com/oauthclients/oauthclients/internal/bench/stub"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file holds the clients that are created, in both forms; they are those of ../bench.

const (
	description = "Click to dial for the order desk"
	homePage    = "https://orders.example.com"
	callback    = "https://orders.example.com/oauth/callback"
	callback2   = "https://orders.example.net/oauth/callback"
	privacy     = "https://orders.example.com/privacy"
	terms       = "https://orders.example.com/terms"
	role        = "4a0a5b1e-6d0e-4c4b-9d3c-0b4f6a3d2c11"
)

func peerClient() *hydra.OAuth2Client {
	return &hydra.OAuth2Client{
		ClientName: new(stub.FirstName), RedirectUris: []string{callback, callback2},
		GrantTypes: []string{"authorization_code", "refresh_token"}, Scope: new("openid offline_access"),
		ClientUri: new(homePage), LogoUri: new(homePage + "/logo.png"), PolicyUri: new(privacy), TosUri: new(terms),
		Contacts: []string{"orders@example.com"}, TokenEndpointAuthMethod: new("client_secret_basic"),
	}
}

func rawStandardClient() *raw.StandardClient {
	return &raw.StandardClient{
		ClientName: stub.FirstName, RedirectURIs: []string{callback, callback2},
		GrantTypes: []string{"authorization_code", "refresh_token"}, Scope: "openid offline_access",
		ClientURI: homePage, LogoURI: homePage + "/logo.png", PolicyURI: privacy, TermsURI: terms,
		Contacts: []string{"orders@example.com"}, TokenEndpointAuthMethod: "client_secret_basic",
	}
}

func genesysClient() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: stub.FirstName, Description: description,
		RedirectURIs: []string{callback, callback2},
		GrantTypes:   []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		Scopes:       []string{"analytics", "users:readonly", "routing"},
		Extra: &genesys.Extra{
			AccessTokenValidity: time.Hour, RoleDivisions: []genesys.RoleDivision{{RoleID: role, DivisionID: "*"}},
		},
	}
}

func rawGenesysClient() *raw.GenesysClient {
	return &raw.GenesysClient{
		Name: stub.FirstName, Description: description,
		RegisteredRedirectURI: []string{callback, callback2}, AuthorizedGrantType: "CODE",
		Scope:                      []string{"analytics", "users:readonly", "routing"},
		AccessTokenValiditySeconds: 3600, RoleDivisions: []raw.GenesysRoleDivision{{RoleID: role, DivisionID: "*"}},
	}
}
