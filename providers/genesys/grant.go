package genesys

import (
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file maps grant types. A Genesys client has exactly one, under the vendor's own name.

// The vendor's grant types (authorizedGrantType).
const (
	wireCode              = "CODE"
	wireToken             = "TOKEN"
	wirePassword          = "PASSWORD"
	wireClientCredentials = "CLIENT-CREDENTIALS"
	wireSAML2Bearer       = "SAML2-BEARER"
)

type grantName struct {
	portable oauthclients.GrantType
	wire     string
}

// grantNames has no refresh_token: the vendor cannot be asked for it or against it. A client
// for authorization codes gets refresh tokens by itself.
func grantNames() []grantName {
	return []grantName{
		{oauthclients.GrantAuthorizationCode, wireCode},
		{oauthclients.GrantImplicit, wireToken},
		{oauthclients.GrantPassword, wirePassword},
		{oauthclients.GrantClientCredentials, wireClientCredentials},
		{oauthclients.GrantSAML2Bearer, wireSAML2Bearer},
	}
}

// grantToWire returns "" for anything but exactly one known grant type.
func grantToWire(types []oauthclients.GrantType) string {
	if len(types) != 1 {
		return ""
	}
	for _, name := range grantNames() {
		if name.portable == types[0] {
			return name.wire
		}
	}
	return ""
}

// grantFromWire keeps a value it does not know, as it came.
func grantFromWire(value string) []oauthclients.GrantType {
	if value == "" {
		return nil
	}
	folded := foldGrant(value)
	for _, name := range grantNames() {
		if name.wire == folded {
			return []oauthclients.GrantType{name.portable}
		}
	}
	return []oauthclients.GrantType{oauthclients.GrantType(value)}
}

// foldGrant gives today's spelling of a grant type: until November 2021 two of them were
// written without a hyphen. A value it does not know comes back as it is.
func foldGrant(value string) string {
	switch upper := strings.ToUpper(value); upper {
	case wireCode, wireToken, wirePassword, wireClientCredentials, wireSAML2Bearer:
		return upper
	case "SAML2BEARER":
		return wireSAML2Bearer
	case "CLIENT_CREDENTIALS":
		return wireClientCredentials
	}
	return value
}

// promisesSecret reports whether a client with this grant type is of no use without a secret.
func promisesSecret(value string) bool {
	switch foldGrant(value) {
	case wireCode, wireSAML2Bearer, wireClientCredentials:
		return true
	}
	return false
}
