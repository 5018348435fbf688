package sipgate

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file ends the session of a person who signed in.

const (
	opSignOut = "SignOut"
	// codeInvalidGrant is Keycloak's answer for a refresh token that is none, or another client's.
	codeInvalidGrant = "invalid_grant"
)

// signOut is Keycloak's logout with a refresh token, as sipgate's own desktop program does it. It
// ends the session with all its tokens. A session that is over already is answered like one that
// ends; a token that Keycloak does not take says nothing of any session, which may live on.
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
	if endedBefore(err) {
		return nil
	}
	return err
}

// endedBefore: an earlier attempt of this sign-out may have been executed, and an older Keycloak refuses
// the token of a session that is over.
func endedBefore(err error) bool {
	var failed *oauthclients.Error
	return errors.As(err, &failed) && failed.Code == codeInvalidGrant && failed.OutcomeUnknown()
}

// explainSignOut says what invalid_grant means here. A 400 that was broken off says nothing about the
// request.
func explainSignOut(r *oauthclients.Response, e *oauthclients.Error) {
	switch {
	case e.Code == codeInvalidGrant:
		e.Message = strings.TrimPrefix(e.Message+"; the login server does not know the refresh token as this client's: its session may live on", "; ")
	case r.Status == http.StatusBadRequest && e.Code == "":
		e.Kind = oauthclients.ErrUnavailable
	}
}
