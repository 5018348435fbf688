package oauthclients

import (
	"context"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/flight"
	"github.com/oauthclients/oauthclients/internal/tokens"
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
	own := s.core.connection.SignOut
	renewed := own != nil && s.auth.kind() != AuthKindPassword // a renewal with a password could begin a session
	return s.core.tokenError(s.keeper.SignOut(ctx, tokens.End{Renewed: renewed, Do: s.end}))
}

func (s *session) clear() {
	s.held.Clear()
	if s.traded != nil {
		s.traded.Clear()
	}
}

// end asks the provider to end the session.
func (s *session) end(ctx context.Context, token *oauth2.Token) error {
	client, known := issuedTo(s.auth)
	switch {
	case !known:
		return s.core.noSignOut()
	case s.core.connection.SignOut == nil:
		return s.core.revoke(ctx, client, token)
	}
	caller := &Caller{core: s.core, anonymous: true, secrets: []Secret{NewSecret(token.AccessToken), NewSecret(token.RefreshToken)}}
	own := *token // the hook may do with it what it likes
	err := s.core.connection.SignOut(ctx, caller, client, &own)
	return cleaned(err, append(s.auth.secrets(), token.AccessToken, token.RefreshToken))
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
