package sipgate

import (
	"slices"

	"github.com/oauthclients/oauthclients"
)

// This file makes the client that sipgate's Webphone needs.

// webphoneRedirectURI is the only redirect URI that a Webphone client may have.
const webphoneRedirectURI = "https://phone.sipgate.com/*"

// WebphoneClient returns the settings, ready for Create, of a client for sipgate's Webphone in
// somebody's own pages: the name, the one redirect URI that the Webphone needs and no other, and
// embedOrigins as AllowedOrigins. Everything else is left empty and may be set.
//
// Nothing is checked here. Give one origin for each domain that embeds the Webphone, such as
// "https://*.example.com", without a path and without a slash at the end; Create refuses a
// blank name, and sends the origins as they are. See "Managing third-party clients" in sipgate's
// REST API documentation.
func WebphoneClient(name string, embedOrigins ...string) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:           name,
		RedirectURIs:   []string{webphoneRedirectURI},
		AllowedOrigins: slices.Clone(embedOrigins),
	}
}
