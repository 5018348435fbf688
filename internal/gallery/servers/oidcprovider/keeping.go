package oidcprovider

import (
	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is how the server keeps what it is told of a client.

func keeping() *kit.Keeping {
	return &kit.Keeping{
		Drops: ignored(), Refuses: refused(), Scopes: []string{"openid", "offline_access"},
		Edits: map[string]func(*oauthclients.OAuthClient){
			"Scopes": func(c *oauthclients.OAuthClient) { c.Scopes = c.Scopes[:1] },
		},
		ForGrant: func(c *oauthclients.OAuthClient, grant oauthclients.GrantType) {
			if grant == oauthclients.GrantImplicit {
				dcr.ExtraOf(c).ResponseTypes = []string{"id_token"}
			}
		},
		Provider: func(p *dcr.Provider) {
			p.GrantTypes = []oauthclients.GrantType{
				oauthclients.GrantAuthorizationCode, oauthclients.GrantImplicit, oauthclients.GrantRefreshToken, oauthclients.GrantClientCredentials,
			}
		},
	}
}

// ignored are the settings of features that are off at this server, and those that it has not.
func ignored() []string {
	return extras(
		"SoftwareID", "SoftwareVersion", "SoftwareStatement", "IDTokenEncryptedResponseAlg", "IDTokenEncryptedResponseEnc",
		"UserinfoSignedResponseAlg", "UserinfoEncryptedResponseAlg", "UserinfoEncryptedResponseEnc",
		"RequestObjectSigningAlg", "RequestObjectEncryptionAlg", "RequestObjectEncryptionEnc", "RequestURIs", "RequireSignedRequestObject",
		"BackchannelLogoutURI", "BackchannelLogoutSessionRequired", "FrontchannelLogoutURI", "FrontchannelLogoutSessionRequired",
		"TLSClientCertificateBoundAccessTokens", "TLSClientAuthSubjectDN", "TLSClientAuthSANDNS", "TLSClientAuthSANURI", "TLSClientAuthSANIP",
		"TLSClientAuthSANEmail", "AuthorizationSignedResponseAlg", "AuthorizationEncryptedResponseAlg", "AuthorizationEncryptedResponseEnc",
		"AuthorizationDetailsTypes",
	)
}

// refused are those for which the server, as it is set up, has one value or none.
func refused() []string {
	return extras("SubjectType", "SectorIdentifierURI", "IDTokenSignedResponseAlg", "DefaultACRValues", "TokenEndpointAuthSigningAlg")
}

func extras(fields ...string) []string {
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = "Extra." + field
	}
	return names
}
