package oauthclients

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/loopback"
)

// This file signs a person in over the browser: where to send it, and what its way back is exchanged for. The
// way back is the query with which the provider sends the browser (RFC 6749 sections 4.1.2 and 4.1.2.1).
// Anybody can send one.

// The Operation of errors that come from signing in. Those of the token endpoint have opToken.
const (
	opBegin       = "Begin"
	opFinish      = "Finish"
	opInteractive = "Interactive"
)

// Login is a sign-in that has begun. It is plain data, to be kept in the person's session until
// the callback: on the server, or sealed, since who has State and Verifier could finish the
// sign-in in the person's place. A person may begin in two tabs: keep the logins by State, and
// take out the one that the callback's "state" names.
//
// It prints without its values. Only inside another struct's unexported field does fmt show
// them: by value with every verb, by pointer with those that do not fit a struct, such as %s.
type Login struct {
	// URL is the provider's page to send the browser to. It holds no secret.
	URL string
	// State ties the callback to this sign-in (RFC 6749 section 10.12).
	State string
	// Verifier is the PKCE code verifier (RFC 7636 section 4.1), "" with DisablePKCE.
	Verifier string
}

// Format keeps state and verifier from being printed.
func (l Login) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "oauthclients.Login{"+redacted+"}")
}

// LogValue implements [slog.LogValuer].
func (l Login) LogValue() slog.Value { return slog.StringValue(redacted) }

// Begin starts the sign-in of one person: send the browser to Login.URL and keep the Login in
// the person's session. It sends no request, unless the provider's addresses have to be
// discovered. A provider without a sign-in is an [*UnsupportedError]; fields of a that cannot be
// used are an [*Error] of kind ErrInvalid that names them.
//
// A parameter of one vendor, such as Genesys Cloud's org and provider, goes into a.Parameters, or may be
// added to Login.URL.
//
// A RedirectURL with a query is better avoided: some servers (DocSpace) put a second question mark
// behind it, so that the last parameter of its query comes back with the code in it. Finish reads such a
// callback all the same.
func (a AuthCode) Begin(ctx context.Context, p Provider, opts ...Option) (*Login, error) {
	c, _, err := a.connect(opBegin, p, opts)
	if err != nil {
		return nil, err
	}
	return a.begin(ctx, opBegin, c)
}

// begin is Begin under the name of the verb that the caller used.
func (a AuthCode) begin(ctx context.Context, operation string, c *core) (*Login, error) {
	endpoint, err := c.endpoint(ctx, operation, GrantAuthorizationCode, a.ClientID)
	if err != nil {
		return nil, err
	}
	if endpoint.AuthURL == "" {
		return nil, &UnsupportedError{Provider: c.name, Operation: operation, Reason: "it has no page to sign in at"}
	}
	return a.authorizeURL(operation, c, endpoint)
}

// authorizeURL builds the authorization request of RFC 6749 section 4.1.1.
func (a AuthCode) authorizeURL(operation string, c *core, endpoint oauth2.Endpoint) (*Login, error) {
	login := &Login{State: rand.Text()}
	var challenge []oauth2.AuthCodeOption
	if !a.DisablePKCE {
		login.Verifier = oauth2.GenerateVerifier()
		challenge = append(challenge, oauth2.S256ChallengeOption(login.Verifier))
	}
	config := oauth2.Config{ClientID: a.ClientID, RedirectURL: a.RedirectURL, Scopes: a.Scopes, Endpoint: endpoint}
	page, err := url.Parse(config.AuthCodeURL(login.State, challenge...))
	if err != nil {
		return nil, &Error{Kind: ErrInvalid, Provider: c.name, Operation: operation, Message: "the address of the sign-in page is not a URL"}
	}
	if more := (url.Values{}); len(a.Resources)+len(a.Parameters) > 0 {
		a.asker().add(more)
		page.RawQuery += "&" + more.Encode()
	}
	if c.connection.AuthorizeURL != nil {
		c.connection.AuthorizeURL(page)
	}
	login.URL = page.String()
	return login, nil
}

// Finish ends a sign-in with the query of the callback. It checks that the callback belongs to l
// and exchanges the code for a token, once; with [WithTokenStore] it saves the token. Take l out
// of the session before: a code works once.
//
// A callback that does not belong to l, or that is none, is an [*Error] of kind ErrInvalid, and
// nothing is sent. So is one of another issuer than the provider's (RFC 9207), and one with a code that
// lacks the iss which the provider's metadata promise. What the provider's page reports has its code
// (RFC 6749 section 4.1.2.1) in Error.Code: access_denied, the person's no, is ErrPermission. A code or
// verifier that the token endpoint refuses is ErrUnauthenticated. In all these cases the sign-in has to
// begin again.
//
// An answer that says that nothing was done, a 429 or a 503 with Retry-After, is waited for and asked for
// again, unless the wait would end more than a minute after the call: a code lives no longer at most
// servers. After ErrUnavailable or ErrRateLimited it may be called once more with the same arguments,
// as long as the code lives; a code that was redeemed after all is ErrUnauthenticated then.
//
// If the token could not be saved it comes with an error, so that it is not lost: ErrUnavailable
// beside a token is about the store, and the code is used up. When ctx ends while the store is at it
// Finish returns with the token and an error, and the saving goes on. An answer that is of no use, such
// as one with an unknown token_type, comes with an error and, if it has a refresh token, with a token
// that has only that; it is saved as well.
func (a AuthCode) Finish(ctx context.Context, p Provider, l *Login, callback url.Values, opts ...Option) (*oauth2.Token, error) {
	c, store, err := a.connect(opFinish, p, opts)
	if err != nil {
		return nil, err
	}
	return a.finish(ctx, opFinish, c, store, l, callback)
}

// finish is Finish under the name of the verb that the caller used.
func (a AuthCode) finish(ctx context.Context, operation string, c *core, store TokenStore, l *Login, callback url.Values) (*oauth2.Token, error) {
	callback = loopback.Mended(a.RedirectURL, callback)
	if err := c.checkCallback(operation, a, l, callback); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, c.contextError(operation, ctxerr.Of(ctx))
	}
	if err := c.checkIssuer(ctx, operation, callback); err != nil {
		return nil, err
	}
	if callback.Get("error") != "" {
		return nil, c.callbackError(operation, a, l, callback)
	}
	token, err := a.exchange(ctx, c, l, callback.Get("code"))
	if token == nil || store == nil {
		return token, err
	}
	return token, joinErrors(err, c.tokenError(newKeeper(c, a, store).Replace(ctx, token)))
}

// exchange is the access token request of RFC 6749 section 4.1.3.
func (a AuthCode) exchange(ctx context.Context, c *core, l *Login, code string) (*oauth2.Token, error) {
	form := url.Values{"code": {code}, "redirect_uri": {a.RedirectURL}}
	if l.Verifier != "" {
		form.Set("code_verifier", l.Verifier)
	}
	token, err := c.requestToken(ctx, tokenRequest{asker: a.asker(), grant: GrantAuthorizationCode, form: form, spends: true})
	var failed *Error
	if errors.As(err, &failed) {
		failed.explainUnregistered()
	}
	return token, err
}

// errUnregistered is why an unauthorized_client may be told: there are servers that take what a registration leaves
// out for none, and say so with the first sign-in. The texts of the error are the server's own.
var errUnregistered = errors.New("the client may be registered without the grant type or the response type of a sign-in")

func (e *Error) explainUnregistered() {
	if e.Code == "unauthorized_client" && e.Err == nil {
		e.Err = errUnregistered
	}
}

// connect makes what a sign-in needs of a client, and the store for its token.
func (a AuthCode) connect(operation string, p Provider, opts []Option, faults ...FieldError) (*core, TokenStore, error) {
	config := configure(operation, a, opts)
	config.faults = append(config.faults, faults...)
	if a.RedirectURL == "" && len(faults) == 0 {
		config.fault("AuthCode.RedirectURL", "required", "must be the registered address that the browser comes back to")
	}
	c, err := config.core(p, a)
	return c, config.store, err
}

// checkCallback returns why no token can be had for a callback. Its state comes first: what
// does not belong to the sign-in must not end it with a faked error either.
func (c *core) checkCallback(operation string, a AuthCode, l *Login, callback url.Values) error {
	if faults := checkLogin(a, l); len(faults) > 0 {
		return invalidFields(c.name, operation, faults)
	}
	if !belongs(l, callback) {
		return invalidFields(c.name, operation, []FieldError{{
			"state", "invalid", "the callback does not belong to this sign-in, which may be an old one; begin again",
		}})
	}
	if callback.Get("error") == "" && (len(callback["code"]) != 1 || callback.Get("code") == "") {
		return invalidFields(c.name, operation, []FieldError{{"code", "required", "the callback must have exactly one code"}})
	}
	return nil
}

func checkLogin(a AuthCode, l *Login) []FieldError {
	if l == nil {
		return []FieldError{{"Login", "required", "must be what Begin returned"}}
	}
	var faults []FieldError
	if l.State == "" { // two empty states would be equal
		faults = append(faults, FieldError{"Login.State", "required", "must be what Begin returned"})
	}
	if l.Verifier == "" && !a.DisablePKCE {
		faults = append(faults, FieldError{"Login.Verifier", "required", "must be what Begin returned (or DisablePKCE be set for both)"})
	}
	return faults
}

// belongs compares the states in constant time. A parameter must not be there twice (RFC 6749
// section 3.1).
func belongs(l *Login, callback url.Values) bool {
	states := callback["state"]
	return len(states) == 1 && subtle.ConstantTimeCompare([]byte(states[0]), []byte(l.State)) == 1
}

// checkIssuer refuses the callback of another server (RFC 9207 section 2.4): a server that is under
// somebody else's control could get at the code of this one. Some servers that promise an iss leave it
// out of errors, and an error without one is told as it is: it is not trusted with anything.
func (c *core) checkIssuer(ctx context.Context, operation string, callback url.Values) error {
	told, failed := callback["iss"], callback.Get("error") != ""
	if failed && len(told) == 0 {
		return nil
	}
	endpoints, err := c.endpoints(ctx)
	switch {
	case err != nil && failed:
		return nil // what the page said is of more use
	case err != nil:
		return err
	}
	issuer, promised := endpoints.Others[issuerMember], endpoints.Others[issPromisedMember] == "true"
	switch {
	case issuer == "" || len(told) == 0 && !promised || len(told) == 1 && told[0] == issuer:
		return nil
	case len(told) == 0:
		return invalidFields(c.name, operation, []FieldError{{"iss", "required", "the callback must name the issuer, as the server's metadata promise (RFC 9207)"}})
	}
	return invalidFields(c.name, operation, []FieldError{{"iss", "invalid", "the callback comes from another issuer (RFC 9207); begin again"}})
}

// callbackError is what the provider's page reports. Its text comes from outside.
func (c *core) callbackError(operation string, a AuthCode, l *Login, callback url.Values) error {
	e := &Error{
		Kind: kindOfCallback(callback.Get("error")), Provider: c.name, Operation: operation,
		Code: callback.Get("error"), Message: callback.Get("error_description"),
	}
	e.clean(slices.Concat(a.secrets(), []string{l.State, l.Verifier, callback.Get("code")}))
	e.explainUnregistered()
	return e
}

// kindOfCallback knows the codes of RFC 6749 section 4.1.2.1 and of OpenID Connect Core 1.0
// section 3.1.2.6.
func kindOfCallback(code string) error {
	switch code {
	case "access_denied":
		return ErrPermission
	case "unauthorized_client":
		return ErrUnauthenticated
	case "server_error", "temporarily_unavailable":
		return ErrUnavailable
	case "login_required", "interaction_required", "account_selection_required", "consent_required":
		return ErrLoginRequired
	}
	return ErrInvalid
}
