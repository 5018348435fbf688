package world

import (
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file holds the strategies that tests sign in with.

// OddSecret has every character that a form or a header would read as its own.
const OddSecret = `s+e/c r&e=t:%"ü?#`

// PasswordGrant is a person with a password that every encoding would change.
func PasswordGrant() oauthclients.PasswordGrant {
	return oauthclients.PasswordGrant{
		ClientID: "client-1", Username: "user@example.com", Password: oauthclients.NewSecret(OddSecret),
	}
}

// ClientCredentials is a program with a secret that every encoding would change.
func ClientCredentials() oauthclients.ClientCredentials {
	return oauthclients.ClientCredentials{ClientID: "client-1", ClientSecret: oauthclients.NewSecret(OddSecret)}
}

// InHeader edits a provider whose token endpoint takes the Basic header.
func InHeader(c *oauthclients.Connection) {
	for grant, endpoint := range c.Endpoints.Grants {
		endpoint.AuthStyle = oauth2.AuthStyleInHeader
		c.Endpoints.Grants[grant] = endpoint
	}
}

// WebLogin is the strategy of a web application with a secret.
func WebLogin() oauthclients.AuthCode {
	return oauthclients.AuthCode{
		ClientID: "client-1", ClientSecret: oauthclients.NewSecret(OddSecret), RedirectURL: "https://app.example.com/callback",
	}
}

// ToolLogin is the strategy of a program without a secret.
func ToolLogin() oauthclients.AuthCode { return oauthclients.AuthCode{ClientID: "client-1"} }
