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

const (
	opSignOut = "SignOut"
	// codeInvalidGrant is Keycloak's answer for a refresh token whose session is over already.
	codeInvalidGrant = "invalid_grant"
)

// signOut is Keycloak's logout with a refresh token, as sipgate's own desktop program does it. It
// ends the session with all its tokens, and is done if the session is over already.
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
		Operation: opSignOut, Method: http.MethodPost, BaseURL: p.realmURL(p.realmOf(a.ClientID)), Path: "/logout",
		OAuth: true, Body: form, Repeatable: true, // a session that is over stays over
	})
	if isOver(err) {
		return nil
	}
	return err
}

// isOver: the session has ended before. The code of an error is cleaned of secrets, so that a
// secret with the word in it would hide it; the kind was given before that, by explainToken.
func isOver(err error) bool {
	var failed *oauthclients.Error
	if !errors.As(err, &failed) {
		return false
	}
	return failed.Code == codeInvalidGrant || failed.StatusCode == http.StatusBadRequest && errors.Is(err, oauthclients.ErrNotFound)
}
