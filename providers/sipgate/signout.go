package sipgate

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file ends the session of a person who signed in.

const opSignOut = "SignOut"

// signOut is Keycloak's logout with a refresh token, as sipgate's own desktop program does it. It
// ends the session with all its tokens, and is done if the session is over already. A refusal with
// invalid_grant is an error: it is Keycloak's answer for the token of another client, whose session
// lives on.
func (p Provider) signOut(ctx context.Context, c *oauthclients.Caller, a oauthclients.AuthCode, t *oauth2.Token) error {
	if t.RefreshToken == "" {
		return &oauthclients.UnsupportedError{
			Provider: providerName, Operation: opSignOut,
			Reason: "a session is ended with its refresh token, and there is none: the access token stays valid until it expires",
		}
	}
	form := url.Values{"client_id": {a.ClientID}, "refresh_token": {t.RefreshToken}}
	if !a.ClientSecret.IsZero() {
		form.Set("client_secret", a.ClientSecret.Reveal())
	}
	_, err := c.Call(ctx, &oauthclients.Call{
		Operation: opSignOut, Method: http.MethodPost, BaseURL: p.realmURL(p.realmOfSession(a.ClientID)), Path: "/logout",
		OAuth: true, Body: form, Repeatable: true, // a session that is over stays over
	})
	if endedBefore(err) {
		return nil
	}
	return err
}

// endedBefore: an earlier attempt of this sign-out may have been executed, and an older Keycloak refuses
// the token of a session that is over.
func endedBefore(err error) bool {
	var failed *oauthclients.Error
	return errors.As(err, &failed) && failed.Code == "invalid_grant" && failed.OutcomeUnknown()
}

// realmOfSession: the password grant's own client is in the realm of that grant, whatever Realm is.
func (p Provider) realmOfSession(clientID string) string {
	if clientID == DefaultPasswordClientID {
		return RealmApps
	}
	return p.realmOf(clientID)
}
