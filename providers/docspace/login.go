package docspace

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file holds how a person signs in at a portal, and out: the portal's own OAuth2 server.

const (
	authorizePath = "/oauth2/authorize"
	tokenPath     = "/oauth2/token"
	revokePath    = "/oauth2/revoke"

	opSignOut = "SignOut"
)

// grants are the two that every client of a portal has. The portal takes a client's credentials
// in the form only.
func grants(portal string) map[oauthclients.GrantType]oauth2.Endpoint {
	endpoint := oauth2.Endpoint{
		AuthURL: portal + authorizePath, TokenURL: portal + tokenPath, AuthStyle: oauth2.AuthStyleInParams,
	}
	return map[oauthclients.GrantType]oauth2.Endpoint{
		oauthclients.GrantAuthorizationCode: endpoint,
		oauthclients.GrantRefreshToken:      endpoint,
	}
}

// scopeLast moves scope to the end: the portal's consent page drops what follows it, and with it
// the state.
func scopeLast(u *url.URL) {
	query := u.Query()
	scope, asked := query["scope"]
	if !asked {
		return
	}
	query.Del("scope")
	u.RawQuery = query.Encode() + "&" + url.Values{"scope": scope}.Encode()
}

// checkRedirectURL: the portal puts "?code=…" behind the address without looking for a query.
func checkRedirectURL(address string) (reason string) {
	if strings.Contains(address, "?") {
		return "has a query: the portal appends a second one, and the browser comes back to an address that is not the registered one"
	}
	return ""
}

// signOut revokes the refresh token, which ends the access tokens that came from it, or the
// access token where there is no other (RFC 7009). The portal answers alike for a token that it
// does not know.
func signOut(ctx context.Context, c *oauthclients.Caller, a oauthclients.AuthCode, t *oauth2.Token) error {
	token := t.RefreshToken
	if token == "" {
		token = t.AccessToken
	}
	if a.ClientSecret.IsZero() {
		return &oauthclients.UnsupportedError{
			Provider: providerName, Operation: opSignOut,
			Reason: "the portal takes a revocation from clients with a secret only: the access token stays valid until it expires",
		}
	}
	form := url.Values{"token": {token}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret.Reveal()}}
	_, err := c.Call(ctx, &oauthclients.Call{
		Operation: opSignOut, Method: http.MethodPost, Path: revokePath,
		Credential: oauthclients.NoCredential(), OAuth: true, Body: form, Repeatable: true, // it stays revoked
	})
	return err
}
