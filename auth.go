package oauthclients

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/redact"
	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds the auth strategies: how the program that manages clients proves who it is.
// How their tokens are kept and put on a request is in session.go.

// Auth is how a client authenticates to the provider's API. The strategies of this package
// implement it: [BearerToken], [BasicAuth], [PasswordGrant], [ClientCredentials],
// [AuthCode], [FromTokenSource] and [NoAuth]. Which of them a provider takes is told by [Capabilities].
type Auth interface {
	kind() AuthKind
	// check returns the faults of the strategy's fields.
	check() []FieldError
	// secrets are the values that must never be seen in an error.
	secrets() []string
	// fetch gets a token in place of old, which is nil the first time; nil, nil means that none
	// is needed. Beside an error it may have a new refresh token.
	fetch(ctx context.Context, c *core, old *oauth2.Token) (*oauth2.Token, error)
	// lasting strategies have one credential that never changes.
	lasting() bool
}

// NoAuth sends no credential, for servers with open registration.
type NoAuth struct{}

func (NoAuth) kind() AuthKind      { return AuthKindNone }
func (NoAuth) check() []FieldError { return nil }
func (NoAuth) secrets() []string   { return nil }
func (NoAuth) lasting() bool       { return true }

func (NoAuth) fetch(context.Context, *core, *oauth2.Token) (*oauth2.Token, error) {
	return nil, nil //nolint:nilnil // none is needed
}

// BearerToken authenticates with an API key or an access token that the program already has
// (RFC 6750). It is sent as it is and never renewed.
func BearerToken(token string) Auth { return bearerToken{NewSecret(token)} }

type bearerToken struct{ token Secret }

func (bearerToken) kind() AuthKind      { return AuthKindBearer }
func (b bearerToken) secrets() []string { return []string{b.token.Reveal()} }
func (bearerToken) lasting() bool       { return true }

func (b bearerToken) check() []FieldError {
	if scheme, _, found := strings.Cut(b.token.Reveal(), " "); found && strings.EqualFold(scheme, "Bearer") {
		return []FieldError{{"BearerToken", "invalid", "must be the token alone, without the word Bearer"}}
	}
	return checkHeaderSecret("BearerToken", b.token.Reveal())
}

func (b bearerToken) fetch(context.Context, *core, *oauth2.Token) (*oauth2.Token, error) {
	return &oauth2.Token{AccessToken: b.token.Reveal(), TokenType: "Bearer"}, nil
}

// BasicAuth authenticates with HTTP Basic (RFC 7617): a sipgate personal access token has its
// token id as Username and the token as Password.
type BasicAuth struct {
	Username string
	Password Secret
}

func (BasicAuth) kind() AuthKind { return AuthKindBasic }
func (BasicAuth) lasting() bool  { return true }

func (b BasicAuth) check() []FieldError {
	faults := required("BasicAuth.Username", b.Username)
	if strings.Contains(b.Username, ":") {
		faults = append(faults, FieldError{"BasicAuth.Username", "invalid", "must not contain a colon (RFC 7617)"})
	}
	return append(faults, required("BasicAuth.Password", b.Password.Reveal())...)
}

func (b BasicAuth) secrets() []string { return []string{b.Password.Reveal(), b.encoded()} }

func (b BasicAuth) encoded() string {
	return base64.StdEncoding.EncodeToString([]byte(b.Username + ":" + b.Password.Reveal()))
}

func (b BasicAuth) fetch(context.Context, *core, *oauth2.Token) (*oauth2.Token, error) { //nolint:unparam // the interface has it
	return &oauth2.Token{AccessToken: b.encoded(), TokenType: "Basic"}, nil
}

// ClientCredentials trades a client id and secret for a token (RFC 6749 section 4.4).
type ClientCredentials struct {
	ClientID     string
	ClientSecret Secret
	// Scopes narrow the token; none asks for the client's default.
	Scopes []string
	// AuthMethod, Assertion, Resources and Parameters are those of [AuthCode].
	AuthMethod ClientAuthMethod
	Assertion  func(ctx context.Context, audience string) (string, error) `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	Resources  []string
	Parameters url.Values
}

func (ClientCredentials) kind() AuthKind      { return AuthKindClientCredentials }
func (ClientCredentials) lasting() bool       { return false }
func (a ClientCredentials) secrets() []string { return []string{a.ClientSecret.Reveal()} }

func (a ClientCredentials) asker() asker {
	return asker{a.ClientID, a.ClientSecret, a.AuthMethod, a.Assertion, a.Resources, a.Parameters}
}

func (a ClientCredentials) check() []FieldError {
	secret := optional("ClientCredentials.ClientSecret", a.ClientSecret.Reveal())
	if a.AuthMethod == "" && a.Assertion == nil {
		secret = required("ClientCredentials.ClientSecret", a.ClientSecret.Reveal())
	}
	return slices.Concat(
		required("ClientCredentials.ClientID", a.ClientID), secret,
		checkScopes("ClientCredentials.Scopes", a.Scopes), a.asker().check("ClientCredentials"),
	)
}

func (a ClientCredentials) fetch(ctx context.Context, c *core, _ *oauth2.Token) (*oauth2.Token, error) {
	return c.requestToken(ctx, tokenRequest{asker: a.asker(), grant: GrantClientCredentials, form: withScopes(url.Values{}, a.Scopes)})
}

// FromTokenSource authenticates with the tokens of ts, asked anew for every call: it should
// keep its token itself, as [oauth2.ReuseTokenSource] does. They are sent as the API takes
// them and never traded.
func FromTokenSource(ts oauth2.TokenSource) Auth {
	if isNil(ts) {
		return tokenSource{}
	}
	return tokenSource{ts.Token}
}

// tokenSource keeps the method, not the source: fmt shows a function as an address, and a
// source with the token in it.
type tokenSource struct {
	token func() (*oauth2.Token, error)
}

func (tokenSource) kind() AuthKind    { return AuthKindTokenSource }
func (tokenSource) lasting() bool     { return false }
func (tokenSource) secrets() []string { return nil }

func (t tokenSource) check() []FieldError {
	if t.token == nil {
		return []FieldError{{"FromTokenSource", "required", "must not be nil"}}
	}
	return nil
}

func (t tokenSource) fetch(_ context.Context, c *core, _ *oauth2.Token) (*oauth2.Token, error) {
	token, err := t.token()
	if err != nil {
		return nil, c.sourceError(err)
	}
	if token == nil || token.AccessToken == "" {
		return nil, &Error{Kind: ErrUnauthenticated, Provider: c.name, Operation: opToken, Message: "the token source gave no token"}
	}
	return token, c.sendable(token)
}

// sourceError leaves out what the texts of net/http and x/oauth2 would show: a URL with its
// query, and the whole answer of a token endpoint. What the source sent is not known here, but
// what it is called.
func (c *core) sourceError(err error) *Error {
	e := &Error{Kind: ErrUnauthenticated, Provider: c.name, Operation: opToken, Err: redact.Error(err, nil)}
	var unreachable *url.Error
	if errors.As(err, &unreachable) {
		e.Kind, e.Err = ErrUnavailable, redact.Error(transport.WithoutURL(err), nil)
	}
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		e.Err, e.Code, e.Message = nil, refused.ErrorCode, refused.ErrorDescription
		e.clean(nil)
		if refused.Response != nil {
			e.StatusCode, e.Kind = refused.Response.StatusCode, kindOfStatus(refused.Response.StatusCode)
		}
		if kind := kindOfOAuthError(e.Code); kind != nil {
			e.Kind = kind
		}
	}
	return e
}

func withScopes(form url.Values, scopes []string) url.Values {
	if len(scopes) > 0 {
		form.Set("scope", strings.Join(scopes, " "))
	}
	return form
}

// sendable refuses a token that no header can carry, such as one with a newline at its end.
func (c *core) sendable(token *oauth2.Token) error {
	if isSendable(token.AccessToken) {
		return nil
	}
	return &Error{
		Kind: ErrUnauthenticated, Provider: c.name, Operation: opToken,
		Message: "the token has white space or characters that no header can carry",
	}
}

// required also finds the newline at the end of a secret that was read from a file.
func required(field, value string) []FieldError {
	switch {
	case strings.TrimSpace(value) == "":
		return []FieldError{{field, "required", "must not be empty"}}
	case strings.ContainsFunc(value, unicode.IsControl):
		return []FieldError{{field, "invalid", controlMessage}}
	}
	return nil
}

const controlMessage = "has a control character; use strings.TrimSpace on what was read from a file"

// optional is required for a field that may be empty.
func optional(field, value string) []FieldError {
	if value == "" {
		return nil
	}
	return required(field, value)
}

// checkScopes: a scope is one word (RFC 6749 section 3.3).
func checkScopes(field string, scopes []string) []FieldError {
	for _, scope := range scopes {
		if scope == "" || strings.ContainsFunc(scope, unicode.IsSpace) {
			return []FieldError{{field, "invalid", "each entry must be one scope, without white space"}}
		}
	}
	return nil
}

// checkHeaderSecret finds what net/http would refuse much later, such as the newline at the
// end of a token that was read from a file.
func checkHeaderSecret(field, value string) []FieldError {
	if strings.ContainsFunc(value, func(r rune) bool { return r == ' ' || notVisible(r) }) {
		return []FieldError{{field, "invalid", "must be visible ASCII without white space; use strings.TrimSpace on what was read from a file"}}
	}
	return required(field, value)
}
