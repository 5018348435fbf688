package oauthclients

import (
	"context"
	"errors"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

// This file ends a session: at the provider and here.

const opSignOut = "SignOut"

// SignOut ends the session at the provider where that is possible, and forgets the token, in
// the [TokenStore] as well. The token is forgotten even if the provider could not be reached,
// which is an error then. Where nobody is signed in there is nothing to do.
//
// An [*UnsupportedError] says that the token is forgotten here but stays valid until it
// expires, because the provider has no way to end it; and for strategies whose credential the
// program holds itself ([BearerToken], [BasicAuth], [FromTokenSource], [NoAuth]) that nothing
// was done. After a sign-out the strategies [PasswordGrant] and [ClientCredentials] get a new
// token with the next call; with [AuthCode] calls fail with [ErrLoginRequired] until there is a
// new token in the store.
func (c *Client) SignOut(ctx context.Context) error {
	s := c.core.session
	if s.keeper == nil {
		return &UnsupportedError{
			Provider: c.core.name, Operation: opSignOut, Fields: []string{"Auth"},
			Reason: "the program holds this credential itself; there is no session to end",
		}
	}
	return s.signOut(ctx)
}

func (s *session) signOut(ctx context.Context) error {
	renewal := s.renewToSignOut(ctx)
	if ctx.Err() != nil {
		return renewal
	}
	err := s.keeper.signOut(ctx, renewal)
	s.held.Clear()
	if s.traded != nil {
		s.traded.Clear()
	}
	return err
}

// renewToSignOut renews the token of a person if it is over, as a call would: a provider may
// want a valid one. That the session is over already is no failure.
func (s *session) renewToSignOut(ctx context.Context) error {
	if ctx.Err() != nil {
		return s.core.contextError(opSignOut, ctxerr.Of(ctx))
	}
	if s.auth.kind() != AuthKindAuthorizationCode {
		return nil
	}
	_, err := s.held.Token(ctx)
	if errors.Is(err, ErrLoginRequired) {
		return nil
	}
	if err != nil {
		return s.core.contextError(opSignOut, err)
	}
	return nil
}

// signOut ends what is there to be ended, and forgets it in any case. renewal says why there is
// no valid token.
func (k *keeper) signOut(ctx context.Context, renewal error) error {
	unlock, err := k.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	token, err := k.load(ctx)
	switch {
	case err != nil && !k.late:
		return err // a store that cannot be read is not emptied either
	case isLive(token): // also one that could not be saved, which is no hindrance here
		err = k.end(ctx, token)
	default:
		err = renewal
	}
	switch failed := k.forget(ctx); {
	case failed == nil:
		return err
	case err == nil:
		return failed
	default:
		return errors.Join(err, failed)
	}
}

// isLive: an access token that is over has no session that it could end.
func isLive(t *oauth2.Token) bool {
	return t != nil && t.AccessToken != "" && (t.Expiry.IsZero() || time.Now().Before(t.Expiry))
}

// end asks the provider to end the session. A token of the password grant has none that any
// provider documents how to end.
func (k *keeper) end(ctx context.Context, token *oauth2.Token) error {
	client, known := issuedTo(k.auth)
	if !known || k.core.connection.SignOut == nil {
		return &UnsupportedError{
			Provider: k.core.name, Operation: opSignOut,
			Reason: "the token is forgotten here and stays valid at the provider until it expires",
		}
	}
	caller := &Caller{core: k.core, anonymous: true, secrets: []string{token.AccessToken, token.RefreshToken}}
	return k.core.connection.SignOut(ctx, caller, client, token)
}

// issuedTo is the OAuth2 client that gets a strategy's tokens.
func issuedTo(auth Auth) (client AuthCode, known bool) {
	switch auth := auth.(type) {
	case AuthCode:
		return auth, true
	case ClientCredentials:
		return AuthCode{ClientID: auth.ClientID, ClientSecret: auth.ClientSecret, Scopes: auth.Scopes}, true
	}
	return AuthCode{}, false
}

// forget empties memory and store.
func (k *keeper) forget(ctx context.Context) error {
	k.current, k.late = nil, false
	if k.store == nil {
		return nil
	}
	k.kept, k.seen = true, ""
	ctx, cancel := storeContext(ctx)
	defer cancel()
	if err := k.store.Save(ctx, &oauth2.Token{}); err != nil {
		return k.storeError("could not be removed", err)
	}
	return nil
}
