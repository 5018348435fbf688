package glewlwyd

import (
	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is how the server keeps what it is told of a client.

func keeping() *kit.Keeping {
	return &kit.Keeping{
		Echoes: echoed(), Refuses: refused(), Method: string(oauthclients.ClientSecretBasic),
		Uncleared:    []string{"Name"},
		KeepsMembers: true, // that is what its answers say
		Grants:       []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		Edits: map[string]func(*oauthclients.OAuthClient){
			"GrantTypes": func(c *oauthclients.OAuthClient) {
				c.GrantTypes, dcr.ExtraOf(c).ResponseTypes = []oauthclients.GrantType{oauthclients.GrantImplicit}, []string{"token"}
			},
			"Extra.ResponseTypes": func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).ResponseTypes = []string{"code", "token"} },
		},
		ForGrant: func(c *oauthclients.OAuthClient, grant oauthclients.GrantType) {
			if grant == oauthclients.GrantImplicit {
				dcr.ExtraOf(c).ResponseTypes = []string{"token"}
			}
		},
		// A client that has one of the others alone has authorization_code as well, and its answers do not say so.
		Provider: func(p *dcr.Provider) {
			p.GrantTypes, p.RotateSecretOnUpdate = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantImplicit}, true
		},
	}
}

// echoed are the properties that its table of clients does not have as it is installed.
func echoed() []string {
	return append(extras(
		"ApplicationType", "Contacts", "DPoPBoundAccessTokens", "DefaultACRValues", "DefaultMaxAge", "IDTokenEncryptedResponseAlg",
		"IDTokenEncryptedResponseEnc", "IDTokenSignedResponseAlg", "InitiateLoginURI", "RequestURIs", "RequireAuthTime",
		"RequirePushedAuthorizationRequests", "RequireSignedRequestObject", "SoftwareID", "SoftwareStatement", "SoftwareVersion",
		"SubjectType", "TLSClientAuthSubjectDN", "TLSClientCertificateBoundAccessTokens", "TokenEndpointAuthSigningAlg",
		"UserinfoEncryptedResponseAlg", "UserinfoEncryptedResponseEnc", "UserinfoSignedResponseAlg",
	), "ClientURI", "LogoURI", "PolicyURI", "PostLogoutRedirectURIs", "Scopes", "TermsURI")
}

// refused are those whose values it looks at.
func refused() []string {
	return extras(
		"AuthorizationDetailsTypes", "AuthorizationEncryptedResponseAlg", "AuthorizationEncryptedResponseEnc", "AuthorizationSignedResponseAlg",
		"RequestObjectEncryptionAlg", "RequestObjectEncryptionEnc", "RequestObjectSigningAlg",
	)
}

func extras(fields ...string) []string {
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = "Extra." + field
	}
	return names
}
