package keycloak

import (
	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is how the server keeps what it is told of a client.

func keeping() *kit.Keeping {
	return &kit.Keeping{
		Hides: []string{"LogoURI", "PolicyURI", "TermsURI"},
		Drops: []string{
			"Extra.Contacts", "Extra.SoftwareID", "Extra.SoftwareVersion", "Extra.RequestObjectEncryptionAlg", "Extra.RequestObjectEncryptionEnc",
			"Extra.InitiateLoginURI", "Extra.RequireAuthTime", "Extra.DefaultMaxAge", "Extra.ApplicationType", "Extra.BackchannelLogoutSessionRequired",
			"Extra.ResponseTypes", // they follow from the grant types
		},
		// It does not know most of them, and asks at the address of a sector.
		Refuses: []string{
			"Extra.SoftwareStatement", "Extra.RequireSignedRequestObject", "Extra.TLSClientAuthSANDNS", "Extra.TLSClientAuthSANURI",
			"Extra.TLSClientAuthSANIP", "Extra.TLSClientAuthSANEmail", "Extra.AuthorizationDetailsTypes", "Extra.SectorIdentifierURI",
			"Extra.DefaultACRValues",
		},
		RefusesMembers: true,
		// Scopes that are left out stay. Where nothing is left to go to after a sign-out, it is the redirect URIs.
		Holds:  []string{"Scopes", "PostLogoutRedirectURIs"},
		Ask:    func(c *oauthclients.OAuthClient) { c.PostLogoutRedirectURIs = c.RedirectURIs },
		Scopes: []string{"offline_access", "address"}, // those of a new realm
		HasGrants: []oauthclients.GrantType{
			oauthclients.GrantAuthorizationCode, oauthclients.GrantImplicit, oauthclients.GrantPassword, oauthclients.GrantClientCredentials,
			oauthclients.GrantRefreshToken, dcr.GrantJWTBearer, dcr.GrantDeviceCode, dcr.GrantTokenExchange, dcr.GrantCIBA,
		},
		Edits: edits(),
	}
}

func edits() map[string]func(*oauthclients.OAuthClient) {
	return map[string]func(*oauthclients.OAuthClient){
		"Scopes":              func(c *oauthclients.OAuthClient) { c.Scopes = c.Scopes[:1] },
		"Extra.ResponseTypes": func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).ResponseTypes = []string{"code"} },
		"Extra.SubjectType":   func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).SubjectType = "pairwise" },
		"Extra.SectorIdentifierURI": func(c *oauthclients.OAuthClient) {
			dcr.ExtraOf(c).SectorIdentifierURI = "http://127.0.0.1:1/nobody-is-there"
		},
	}
}
