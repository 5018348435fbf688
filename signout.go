package oauthclients

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file ends a session: at the provider and here.

const opSignOut = "SignOut"

// SignOut ends the session at the provider where that is possible, and forgets the token, in
// the [TokenStore] as well. The token is forgotten even if the provider could not be reached,
// which is an error then. Where nobody is signed in there is nothing to do. When ctx ends
// SignOut returns with an error: nothing was done if it still waited for a renewal of the token,
// and otherwise what it has begun goes on.
//
// A provider without a way of its own is asked for the revocation endpoint of its metadata (RFC 7009):
// the refresh token is revoked first, then the access token.
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
	if ctx.Err() != nil {
		return c.core.contextError(opSignOut, ctxerr.Of(ctx))
	}
	failure, err := flight.Apart(ctx, func() (error, error) { return s.signOut(ctx), nil }, nil)
	if err != nil {
		return c.core.contextError(opSignOut, err)
	}
	return failure
}

func (s *session) signOut(ctx context.Context) error {
	defer s.clear()
	return s.keeper.signOut(ctx)
}

func (s *session) clear() {
	s.held.Clear()
	if s.traded != nil {
		s.traded.Clear()
	}
}

// signOut ends what is there to be ended, and forgets it in any case.
func (k *keeper) signOut(ctx context.Context) error {
	unlock, err := k.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	ctx = context.WithoutCancel(ctx) // begun now; one that still waited could end a later sign-in
	held, err := k.load(ctx)
	if k.late { // the store has not got it, which is no hindrance here
		held, err = k.current, nil
	}
	if err != nil {
		return err // a store that cannot be read is not emptied either
	}
	err = k.endOne(ctx, held)
	return joinErrors(err, k.forget(ctx))
}

// endOne ends the session of a token. One that is over is renewed first, as a call would do it:
// a provider may want a valid one.
func (k *keeper) endOne(ctx context.Context, token *oauth2.Token) error {
	switch {
	case isEmpty(token):
		return nil
	case k.isLive(token):
		return k.end(ctx, token)
	case token.RefreshToken == "" || k.auth.kind() == AuthKindClientCredentials:
		return nil // it is over, and no session stands behind it
	case k.core.connection.SignOut == nil || k.auth.kind() == AuthKindPassword: // a renewal could begin a session
		return k.end(ctx, token)
	}
	renewed, err := k.renew(ctx, token)
	if k.late {
		renewed, err = k.current, nil
	}
	if errors.Is(err, ErrLoginRequired) {
		return nil // the session is over already
	}
	if err != nil { // the refresh token may be enough, but a hook's nil is no proof of it
		return joinErrors(err, k.end(ctx, cmp.Or(k.current, token)))
	}
	return k.end(ctx, renewed)
}

// joinErrors keeps both errors on one line.
func joinErrors(first, second error) error {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	}
	return fmt.Errorf("%w; %w", first, second)
}

// isLive: an access token that is over, or that the API refuses, may not be able to end a session.
func (k *keeper) isLive(t *oauth2.Token) bool {
	return t.AccessToken != "" && !k.isRejected(t) && (t.Expiry.IsZero() || time.Now().Before(t.Expiry))
}

// end asks the provider to end the session.
func (k *keeper) end(ctx context.Context, token *oauth2.Token) error {
	client, known := issuedTo(k.auth)
	switch {
	case !known:
		return k.core.noSignOut()
	case k.core.connection.SignOut == nil:
		return k.core.revoke(ctx, client, token)
	}
	caller := &Caller{core: k.core, anonymous: true, secrets: []Secret{NewSecret(token.AccessToken), NewSecret(token.RefreshToken)}}
	own := *token // the hook may do with it what it likes
	err := k.core.connection.SignOut(ctx, caller, client, &own)
	return cleaned(err, append(k.auth.secrets(), token.AccessToken, token.RefreshToken))
}

func (c *core) noSignOut() error {
	return &UnsupportedError{
		Provider: c.name, Operation: opSignOut,
		Reason: "the token is forgotten here and stays valid at the provider until it expires",
	}
}

// issuedTo is the OAuth2 client that gets a strategy's tokens.
func issuedTo(auth Auth) (client AuthCode, known bool) {
	switch auth := auth.(type) {
	case AuthCode:
		return auth, true
	case ClientCredentials:
		return AuthCode{
			ClientID: auth.ClientID, ClientSecret: auth.ClientSecret, Scopes: auth.Scopes,
			AuthMethod: auth.AuthMethod, Assertion: auth.Assertion, Resources: auth.Resources, Parameters: auth.Parameters,
		}, true
	case PasswordGrant:
		return AuthCode{
			ClientID: auth.ClientID, ClientSecret: auth.ClientSecret, Scopes: auth.Scopes,
			AuthMethod: auth.AuthMethod, Assertion: auth.Assertion, Resources: auth.Resources, Parameters: auth.Parameters,
		}, true
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
	if err := k.put(ctx, &oauth2.Token{}); err != nil {
		return k.storeError("the token could not be removed from the TokenStore", err)
	}
	return nil
}
