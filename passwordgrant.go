package oauthclients

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"golang.org/x/oauth2"
)

// This file holds the strategy of a person's user name and password.

// PasswordGrant trades a person's user name and password for a token (RFC 6749 section 4.3), and renews
// it with the refresh token that comes with it as long as the server takes that: each password grant is
// one more open session there. [Client.SignOut] ends the session. It is here because sipgate documents
// it; RFC 9700 section 2.4 says that it must not be used where anything else is possible, and sipgate
// has personal access tokens ([BasicAuth]).
type PasswordGrant struct {
	// ClientID is the OAuth2 client that asks; ClientSecret is empty for a public one. An empty
	// ClientID stands for the provider's own client, where it has one.
	ClientID     string
	ClientSecret Secret
	Username     string
	Password     Secret
	// Scopes narrow the token; none asks for the client's default.
	Scopes []string
	// AuthMethod, Assertion, Resources and Parameters are those of [AuthCode].
	AuthMethod ClientAuthMethod
	Assertion  func(ctx context.Context, audience string) (string, error) `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	Resources  []string
	Parameters url.Values
}

func (PasswordGrant) kind() AuthKind { return AuthKindPassword }
func (PasswordGrant) lasting() bool  { return false }

func (p PasswordGrant) asker() asker {
	return asker{p.ClientID, p.ClientSecret, p.AuthMethod, p.Assertion, p.Resources, p.Parameters}
}

func (p PasswordGrant) check() []FieldError {
	return slices.Concat(
		optional("PasswordGrant.ClientID", p.ClientID), // whether it may be empty is up to the provider
		optional("PasswordGrant.ClientSecret", p.ClientSecret.Reveal()),
		required("PasswordGrant.Username", p.Username),
		required("PasswordGrant.Password", p.Password.Reveal()),
		checkScopes("PasswordGrant.Scopes", p.Scopes),
		p.asker().check("PasswordGrant"),
	)
}

func (p PasswordGrant) secrets() []string {
	return []string{p.ClientSecret.Reveal(), p.Password.Reveal()}
}

// fetch renews old with the refresh token that came with it, as long as there is one: each password
// grant is one more open session at the server. The server's "no" to it is ErrLoginRequired, which leads
// back here without old.
func (p PasswordGrant) fetch(ctx context.Context, c *core, old *oauth2.Token) (*oauth2.Token, error) {
	if old != nil && old.RefreshToken != "" {
		return p.renew(ctx, c, old)
	}
	form := url.Values{"username": {p.Username}, "password": {p.Password.Reveal()}}
	return c.requestToken(ctx, tokenRequest{asker: p.asker(), grant: GrantPassword, form: withScopes(form, p.Scopes)})
}

// renew asks the endpoint that the token is from.
func (p PasswordGrant) renew(ctx context.Context, c *core, old *oauth2.Token) (*oauth2.Token, error) {
	next, err := c.requestToken(ctx, tokenRequest{
		asker: p.asker(), grant: GrantRefreshToken, at: GrantPassword, spends: true,
		form: url.Values{"refresh_token": {old.RefreshToken}},
	})
	var failed *Error
	if errors.As(err, &failed) && failed.refuses() && next == nil {
		failed.Kind = ErrLoginRequired // whatever is wrong with it, the password is another way
	}
	return renewedBy(next, old), err
}

// refuses: the server has said no, and not only that it cannot answer now.
func (e *Error) refuses() bool {
	switch e.StatusCode / 100 {
	case 2:
		return errors.Is(e, ErrUnauthenticated)
	case 4:
		return e.StatusCode != http.StatusRequestTimeout && e.StatusCode != http.StatusTooManyRequests && !errors.Is(e, ErrRateLimited)
	}
	return false
}

// renewedBy keeps the refresh token unless the provider gave another one.
func renewedBy(next, old *oauth2.Token) *oauth2.Token {
	if next != nil && next.RefreshToken == "" {
		next.RefreshToken = old.RefreshToken
	}
	return next
}
