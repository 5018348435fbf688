package sipgate

import (
	"slices"

	"github.com/oauthclients/oauthclients"
)

// This file makes the client that sipgate's Webphone needs.

// webphoneRedirectURI is the only redirect URI that a Webphone client may have.
const webphoneRedirectURI = "https://phone.sipgate.com/*"

// WebphoneClient returns the settings, ready for Create, of a client for sipgate's Webphone in
// somebody's own pages: redirect URIs that are exactly the ones the Webphone needs, and an
// allowed origin for each domain that embeds it, such as "https://*.example.com". Origins have
// no path and no slash at the end. See "Managing third-party clients" in sipgate's REST API
// documentation.
func WebphoneClient(name string, embedOrigins ...string) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:           name,
		RedirectURIs:   []string{webphoneRedirectURI},
		AllowedOrigins: slices.Clone(embedOrigins),
	}
}
