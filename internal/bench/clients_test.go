package bench_test

import (
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/bench/raw"
	"github.com/oauthclients/oauthclients/internal/bench/stub"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file holds the clients that are created, in both forms.

const (
	description = "Click to dial for the order desk"
	homePage    = "https://orders.example.com"
	callback    = "https://orders.example.com/oauth/callback"
	callback2   = "https://orders.example.net/oauth/callback"
	privacy     = "https://orders.example.com/privacy"
	terms       = "https://orders.example.com/terms"
	logout      = "https://orders.example.com/logout"
	logo        = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
	role        = "4a0a5b1e-6d0e-4c4b-9d3c-0b4f6a3d2c11"
)

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

func sipgateClient() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: stub.FirstName, Description: description,
		RedirectURIs: []string{callback, callback2}, AllowedOrigins: []string{homePage},
		PolicyURI: privacy, TermsURI: terms,
	}
}

func rawSipgateClient() *raw.SipgateClient {
	return &raw.SipgateClient{
		Name: stub.FirstName, Description: description,
		RedirectURIs: []string{callback, callback2}, WebOrigins: []string{homePage},
		PrivacyURL: privacy, TermsURL: terms,
	}
}

func docspaceClient() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: stub.FirstName, Description: description, LogoURI: logo,
		RedirectURIs: []string{callback}, AllowedOrigins: []string{homePage},
		PostLogoutRedirectURIs: []string{logout}, Scopes: []string{"files:read", "openid"},
		ClientURI: homePage, PolicyURI: privacy, TermsURI: terms,
	}
}

func rawDocSpaceClient() *raw.DocSpaceRequest {
	return &raw.DocSpaceRequest{
		Name: stub.FirstName, Description: description, Logo: logo,
		RedirectURIs: []string{callback}, AllowedOrigins: []string{homePage},
		LogoutRedirectURI: logout, Scopes: []string{"files:read", "openid"},
		WebsiteURL: homePage, PolicyURL: privacy, TermsURL: terms,
	}
}

func standardClient() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: stub.FirstName, RedirectURIs: []string{callback, callback2},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
		Scopes:     []string{"openid", "offline_access"},
		ClientURI:  homePage, LogoURI: homePage + "/logo.png", PolicyURI: privacy, TermsURI: terms,
		Extra: &dcr.Extra{Contacts: []string{"orders@example.com"}, TokenEndpointAuthMethod: "client_secret_basic"},
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
