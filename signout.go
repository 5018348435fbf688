package oauthclients

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/flight"
	"github.com/oauthclients/oauthclients/internal/tokens"
	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file ends a session: here, and at the provider, in its own way or by revoking the tokens (RFC 7009).

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

// revoke ends a token for everybody who has it. The refresh token comes first, since it could get another
// access token. Where that is done, a server may not know the access token any more, or never have been
// able to revoke one.
func (c *core) revoke(ctx context.Context, client AuthCode, token *oauth2.Token) error {
	endpoints, err := c.endpoints(ctx)
	if err != nil {
		return c.contextError(opSignOut, err)
	}
	address, named := endpoints.Others[revocationMember]
	if !named {
		return c.noSignOut()
	}
	if faults := checkNamed(endpoints, revocationMember, address); len(faults) > 0 {
		return invalidFields(c.name, opSignOut, faults)
	}
	place := c.revocationAt(ctx, endpoints, client)
	var first, second *Error
	if token.RefreshToken != "" {
		first = c.revokeOne(ctx, place, "refresh_token", token.RefreshToken)
	}
	if token.AccessToken != "" {
		second = c.revokeOne(ctx, place, "access_token", token.AccessToken)
	}
	if token.RefreshToken != "" && first == nil && second != nil && second.StatusCode == http.StatusBadRequest {
		second = nil
	}
	return joinErrors(plain(first), plain(second))
}

// plain is nil where there is no error.
func plain(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}

// revocationAt is how a client asks there: as it is registered, unless the server says that it takes only
// other ways.
func (c *core) revocationAt(ctx context.Context, endpoints *Endpoints, client AuthCode) post {
	p := post{operation: opSignOut, address: endpoints.Others[revocationMember], asker: client.asker()}
	p.audience = p.address
	for _, grant := range []GrantType{GrantRefreshToken, GrantAuthorizationCode, GrantClientCredentials, GrantPassword} {
		if endpoint, err := c.endpoint(ctx, opSignOut, grant, client.ClientID); err == nil {
			p.style, p.audience = endpoint.AuthStyle, endpoint.TokenURL
			break
		}
	}
	registered := p.methodAt(p.style)
	takes := strings.Fields(endpoints.Others[revocationMethodsMember])
	if len(takes) > 0 && !slices.Contains(takes, registered.registered()) && !client.ClientSecret.IsZero() {
		for _, other := range []ClientAuthMethod{ClientSecretBasic, ClientSecretPost} {
			if slices.Contains(takes, string(other)) {
				registered = other
				break
			}
		}
	}
	p.method = registered
	return p
}

// registered is the method's name in a server's metadata.
func (m ClientAuthMethod) registered() string {
	if m == ClientSecretBasicWithID {
		m = ClientSecretBasic
	}
	return string(m)
}

// revokeOne is the request of RFC 7009 section 2.1. There are servers that want to see a client_secret in
// the form of this one request, whatever the client is registered with, and be it an empty one.
func (c *core) revokeOne(ctx context.Context, place post, kind, token string) *Error {
	place.form = url.Values{"token": {token}, "token_type_hint": {kind}}
	failed, missed := c.revokeBy(ctx, &place)
	if failed == nil || failed.StatusCode != http.StatusBadRequest || place.method != ClientAuthNone && !missed {
		return failed
	}
	place.form = maps.Clone(place.form)
	place.form.Set("client_secret", place.secret.Reveal()) // "" for a public client
	failed, _ = c.revokeBy(ctx, &place)
	return failed
}

// revokeBy also tells whether the server missed a client_secret in the form, by the answer as it came.
func (c *core) revokeBy(ctx context.Context, p *post) (failed *Error, missed bool) {
	outcome, err := c.post(ctx, p)
	switch {
	case err != nil:
		return c.asError(opSignOut, err), false
	case outcome.Err != nil || outcome.Response.Status/100 != 2 || outcome.Response.Broken != nil:
		missed = outcome.Response != nil && strings.Contains(oauthErrorOf(outcome.Response.Body).Message, "client_secret")
		return c.postError(outcome, p), missed
	}
	return c.unrevoked(outcome, p), false
}

// unrevoked finds an error that has the status of a success, and a page, which is never an API's answer.
// That a token is invalid is what was wanted.
func (c *core) unrevoked(outcome *transport.Outcome, p *post) *Error {
	code := oauthErrorOf(outcome.Response.Body).Code
	if looksLikeHTML(outcome.Response.Body) || code != "" && code != "invalid_token" {
		return c.postError(outcome, p)
	}
	return nil
}

func (c *core) asError(operation string, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return &Error{Kind: ErrUnavailable, Provider: c.name, Operation: operation, Err: err}
}
