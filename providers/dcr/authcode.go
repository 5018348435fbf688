package dcr

import (
	"slices"

	"github.com/oauthclients/oauthclients"
)

// This file goes from a registered client to the strategy that signs people in to it.

// AuthCode returns the sign-in of c as it is registered: its id, its secret, its first redirect URI, its
// scopes, and its token_endpoint_auth_method, which most servers insist on. A client that is registered
// with "none" gets no secret, also where the server has issued one: the registered method wins. For
// "private_key_jwt" the Assertion is still to be set. A method that the library does not have is left to
// the provider's own way. The scopes are those that the server lets c ask for, which may be more than it
// was asked for: Keycloak adds its optional ones, offline_access among them. Set Scopes to ask for less. It
// is the zero AuthCode for a nil c.
func AuthCode(c *oauthclients.OAuthClient) oauthclients.AuthCode {
	if c == nil {
		return oauthclients.AuthCode{}
	}
	auth := oauthclients.AuthCode{ClientID: c.ID, ClientSecret: c.Secret, Scopes: slices.Clone(c.Scopes)}
	if len(c.RedirectURIs) > 0 {
		auth.RedirectURL = c.RedirectURIs[0]
	}
	switch method := oauthclients.ClientAuthMethod(settings(c).TokenEndpointAuthMethod); method {
	case oauthclients.ClientAuthNone, oauthclients.PrivateKeyJWT:
		auth.AuthMethod, auth.ClientSecret = method, oauthclients.Secret{}
	case oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost:
		auth.AuthMethod = method
	default: // the provider's own way
	}
	return auth
}
