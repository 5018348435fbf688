package oauthclients

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// This file holds the strategies whose tokens stand for a person, and are renewed with a refresh token:
// AuthCode, for one who signed in at the provider's page, and PasswordGrant. How a person signs in is in login.go
// and loopback.go, how a token is kept in session.go.

// AuthCode authenticates with the token of a person who signed in at the provider's page
// (RFC 6749 section 4.1), and renews it with its refresh token.
//
// A web application signs people in with [AuthCode.Begin] and [AuthCode.Finish], a program on
// the person's own machine with [AuthCode.Interactive]. The token they return goes into Token,
// or into a [TokenStore] from which the client takes it by itself:
//
//	store := oauthclients.FileTokenStore(path)
//	auth := oauthclients.AuthCode{ClientID: id, ClientSecret: secret, RedirectURL: callback}
//	_, err := auth.Finish(ctx, provider, login, r.URL.Query(), oauthclients.WithTokenStore(store))
//	...
//	client, err := oauthclients.New(provider, auth, oauthclients.WithTokenStore(store))
//
// A call for which nobody is signed in, or whose refresh token is no longer taken, fails with
// an error that is [ErrLoginRequired].
//
// It prints without its secrets. Only fmt's verbs that do not fit a struct, such as %s, follow
// Token when they find an AuthCode in an unexported field.
type AuthCode struct {
	// ClientID and ClientSecret are the OAuth2 client that people sign in to. The secret is
	// empty for a public client, such as a program that others install.
	ClientID     string
	ClientSecret Secret
	// RedirectURL is where the provider sends the person back to, exactly as it is registered.
	// A client that only uses a token does not need it; Interactive makes one if it is empty. A
	// web application with several providers needs one for each, since nothing else in a
	// callback tells whose it is (RFC 9700 section 4.4).
	RedirectURL string
	// Scopes are asked for at the sign-in; none asks for the client's default.
	Scopes []string
	// Token is the token to start with, if there is none in the TokenStore. One that has only
	// a RefreshToken is renewed before the first call. A zero Expiry means that nobody knows:
	// the token is used until the provider rejects it.
	// No encoder writes it.
	Token *oauth2.Token `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// DisablePKCE leaves the code challenge out of the sign-in (RFC 7636), for a server that
	// stumbles over it. The method is always S256, never plain.
	DisablePKCE bool

	// AuthMethod is how the client proves itself at the token endpoint: as it is registered. Empty
	// stands for the provider's way; a client without a secret sends its id alone then.
	AuthMethod ClientAuthMethod
	// Assertion signs the client's assertion for PrivateKeyJWT: a JWT with the client id as iss and
	// sub, audience as aud, an exp, and a jti of its own each time (RFC 7523 section 3). audience is the
	// address of the token endpoint, which that section names, also where a token is revoked; a server
	// that wants its issuer there gets what the function puts into the JWT. It runs in a goroutine of
	// its own and has half a minute; its errors are ErrUnauthenticated.
	Assertion func(ctx context.Context, audience string) (string, error) `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Resources are what the token is for, each an absolute URI (RFC 8707). They go with the sign-in,
	// the code and every refresh.
	Resources []string
	// Parameters go there as well, for what one server wants beside, such as audience or org. They
	// cannot replace a parameter that the library sends itself. They are not kept secret.
	Parameters url.Values
}

func (AuthCode) kind() AuthKind { return AuthKindAuthorizationCode }
func (AuthCode) lasting() bool  { return false }

func (a AuthCode) asker() asker {
	return asker{a.ClientID, a.ClientSecret, a.AuthMethod, a.Assertion, a.Resources, a.Parameters}
}

func (a AuthCode) check() []FieldError {
	faults := slices.Concat(
		required("AuthCode.ClientID", a.ClientID),
		optional("AuthCode.ClientSecret", a.ClientSecret.Reveal()),
		checkScopes("AuthCode.Scopes", a.Scopes),
		a.asker().check("AuthCode"),
	)
	if a.RedirectURL != "" {
		faults = append(faults, checkRedirect(a.RedirectURL)...)
	}
	if a.Token != nil && a.Token.AccessToken != "" {
		faults = append(faults, checkHeaderSecret("AuthCode.Token", a.Token.AccessToken)...)
	}
	if a.Token != nil {
		faults = append(faults, optional("AuthCode.Token.RefreshToken", a.Token.RefreshToken)...)
	}
	return faults
}

// checkRedirect holds RFC 6749 section 3.1.2: absolute, without a fragment. The scheme may be a
// program's own (RFC 8252 section 7.1).
func checkRedirect(address string) []FieldError {
	fault := func(message string) []FieldError { return []FieldError{{"AuthCode.RedirectURL", "url", message}} }
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return fault("is not a URL")
	case u.Scheme == "" || u.Opaque != "" || u.Hostname() == "" && (u.Scheme == "https" || u.Scheme == "http"):
		return fault("must be an absolute URL, such as https://app.example.com/callback")
	case strings.Contains(address, "#"):
		return fault("must have no fragment (RFC 6749 section 3.1.2)")
	case u.User != nil || strings.TrimSpace(address) != address:
		return fault("must have no user, and no white space around it")
	}
	for _, name := range []string{"state", "code", "error"} {
		if u.Query().Has(name) {
			return fault("must not have the parameter " + name + ", which the provider adds to it")
		}
	}
	return nil
}

func (a AuthCode) secrets() []string {
	known := []string{a.ClientSecret.Reveal()}
	if a.Token != nil {
		known = append(known, a.Token.AccessToken, a.Token.RefreshToken)
	}
	return known
}

// Format keeps the token, whose strings are plain, from being printed.
func (a AuthCode) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "oauthclients.AuthCode{ClientID: "+a.ClientID+", "+redacted+"}")
}

// LogValue implements [slog.LogValuer] without the secret and the token.
func (a AuthCode) LogValue() slog.Value {
	return slog.GroupValue(slog.String("client_id", a.ClientID), slog.String("redirect_url", a.RedirectURL))
}

// fetch renews old with its refresh token (RFC 6749 section 6). The provider's "no" to it means
// that the person has to sign in again; every other failure leaves that open, and may come with the
// refresh token of an answer that is of no other use.
func (a AuthCode) fetch(ctx context.Context, c *core, old *oauth2.Token) (*oauth2.Token, error) {
	if old == nil || old.RefreshToken == "" {
		return nil, c.loginRequired(old)
	}
	next, err := c.requestToken(ctx, tokenRequest{
		asker: a.asker(), grant: GrantRefreshToken, spends: true, form: url.Values{"refresh_token": {old.RefreshToken}},
	})
	if err != nil {
		return next, asDead(err)
	}
	return renewedBy(next, old), nil // it stays the same unless the provider says otherwise
}

func (c *core) loginRequired(old *oauth2.Token) error {
	e := &Error{Kind: ErrLoginRequired, Provider: c.name, Operation: opToken, Message: "nobody is signed in"}
	if old != nil && old.AccessToken != "" {
		e.Message = "the access token has expired or was rejected, and there is no refresh token"
	}
	return e
}

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
