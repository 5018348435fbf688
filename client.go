// Package oauthclients manages OAuth2 clients ("apps", "third-party clients") in code: at sipgate, ONLYOFFICE
// DocSpace and Genesys Cloud, and at servers with dynamic client registration (RFC 7591, and RFC 7592 to change
// and delete them), such as Keycloak, Ory Hydra and servers of the Model Context Protocol.
//
// [New] makes a [Client] for a provider and an auth strategy. It sends nothing before the first verb:
//
//	client, err := oauthclients.New(genesys.Provider{Region: genesys.EUWest1},
//		oauthclients.ClientCredentials{ClientID: id, ClientSecret: oauthclients.NewSecret(secret)})
//	...
//	app, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{Name: "desk-app", ...})
//
// What a program needs first:
//
//   - The providers are the packages sipgate, docspace, genesys and dcr (RFC 7591) below providers/. Each has a
//     fake server for tests (sipgatetest, docspacetest, genesystest, dcrtest).
//   - The verbs are the methods of [ClientsService]: Create, List, All, Get, FindByName, Update, Delete and
//     RegenerateSecret. Ensure makes a client be as it should. [OAuthClient] is what goes in and comes out.
//   - The strategies are [BearerToken], [BasicAuth], [ClientCredentials], [PasswordGrant], [AuthCode],
//     [FromTokenSource] and [NoAuth].
//   - A failed call is an [*Error]. Test for its kind with errors.Is: [ErrNotFound], [ErrOutcomeUnknown] and others.
//
// A program that acts for a person who signs in uses [AuthCode]: [AuthCode.Begin] and [AuthCode.Finish] in a web
// application, [AuthCode.Interactive] in a tool. A [TokenStore], such as [FileTokenStore], keeps the token. Calls
// for which somebody has to sign in first fail with [ErrLoginRequired].
//
// What holds at every provider:
//
//   - Nothing is dropped in silence. A field that the provider cannot take is an [*UnsupportedError] before any
//     request. What it accepts and then ignores is found by comparing its answer, and is a [*NotAppliedError].
//   - Update reads, edits and writes, so that what this library does not know survives.
//   - A request is repeated only where that is safe. A create that may have been executed is not repeated, and
//     matches [ErrOutcomeUnknown].
//   - A [Secret] shows as [REDACTED] wherever Go prints values. Errors and logs carry none.
//   - A token is fetched once, however many goroutines ask, or processes that share a store. A new refresh token
//     is saved before anything else is done with it.
//   - Tokens go to the host they were issued for. Redirects are not followed, and plain http is refused off the
//     loopback.
//
// Who writes another [Provider] finds the contract in provider.go, a kit in package providers/providerkit, and a
// suite that checks it in package providers/providertest.
package oauthclients

import (
	"cmp"
	"errors"
	"reflect"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds Client and New, and what only the provider has rules for. The options are in options.go.

// version goes into the User-Agent.
const version = "0.1.0"

// Client manages the OAuth2 clients at one provider, as one account. It is safe for concurrent
// use; make one and share it, so that its token, its connections and its limits are shared.
type Client struct {
	// Clients has the verbs.
	Clients *ClientsService

	provider Provider
	driver   Driver
	core     *core
}

// Provider returns the provider that the client was made for.
func (c *Client) Provider() Provider { return c.provider }

// DriverOf returns the client's driver if it has type D. A provider's package uses it to reach
// its own unexported driver, for a native API beside the portable verbs; nobody else can name
// that type. D must not be an interface: a driver hands out secrets and checks no ids.
func DriverOf[D Driver](c *Client) (D, bool) {
	var none D
	if reflect.TypeFor[D]().Kind() == reflect.Interface {
		return none, false
	}
	driver, ok := c.driver.(D)
	return driver, ok
}

const opNew = "New"

// New returns a client for a provider and an auth strategy. It does no I/O and never panics:
// a wrong configuration is an [*Error] of kind ErrInvalid that names each faulty field, and a
// strategy that the provider does not have an [*UnsupportedError].
func New(p Provider, auth Auth, opts ...Option) (*Client, error) {
	core, err := configure(opNew, auth, opts).core(p, auth)
	if err != nil {
		return nil, err
	}
	client := assemble(p, core)
	if isNil(client.driver) {
		return nil, invalidFields(p.Name(), opNew, []FieldError{{"Provider", "invalid", "its Connection makes no Driver"}})
	}
	return client, nil
}

func assemble(p Provider, core *core) *Client {
	client := &Client{provider: unshared(p), driver: core.connection.Driver(&Caller{core: core}), core: core}
	client.Clients = &ClientsService{provider: p.Name(), capabilities: p.Capabilities(), driver: client.driver, core: core}
	return client
}

// configure applies the options and checks them together with the auth strategy.
func configure(operation string, auth Auth, opts []Option) *config {
	c := &config{operation: operation}
	for _, option := range opts {
		if option != nil {
			option(c)
		}
	}
	switch {
	case isNil(auth):
		c.fault("Auth", "required", "must not be nil; use NoAuth{} for a server that wants none")
	case !isOwn(auth): // nothing of it is called: what it embeds may be nil
		c.fault("Auth", "invalid", "must be one of this package's strategies, and not a type that embeds one")
	default:
		c.faults = append(c.faults, auth.check()...)
		if c.store != nil && !getsTokens(auth) {
			c.fault("WithTokenStore", "invalid", "has nothing to keep for the strategy "+string(auth.kind()))
		}
	}
	c.retry = c.retry.withDefaults()
	if c.retry.MinWait > c.retry.MaxWait {
		c.fault("WithRetry", "invalid", "MinWait must not be longer than MaxWait (70 s if it is not set)")
	}
	return c
}

// core connects to the provider. It does no I/O.
func (c *config) core(p Provider, auth Auth) (*core, error) {
	if isNil(p) {
		return nil, invalidFields("", c.operation, []FieldError{{Field: "Provider", Code: "required", Message: "must not be nil"}})
	}
	connection, err := c.connect(p, auth)
	if err != nil {
		return nil, err
	}
	return newCore(p, connection, withDefaultID(connection, byValue(auth)), c)
}

// withDefaultID gives a strategy without a client the provider's own.
func withDefaultID(c *Connection, auth Auth) Auth {
	if password, ok := auth.(PasswordGrant); ok && password.ClientID == "" {
		password.ClientID = c.DefaultClientIDs[GrantPassword]
		return password
	}
	return auth
}

// byValue copies a strategy that was given by its address: the caller may change its own, and
// only one form has to be known here.
func byValue(auth Auth) Auth {
	if value := reflect.ValueOf(auth); value.Kind() == reflect.Pointer {
		if copied, ok := value.Elem().Interface().(Auth); ok {
			auth = copied
		}
	}
	if code, ok := auth.(AuthCode); ok && code.Token != nil {
		own := *code.Token
		code.Token = &own
		return code
	}
	return auth
}

// isOwn refuses a struct that embeds a strategy: what it adds would be lost.
func isOwn(auth Auth) bool {
	switch byValue(auth).(type) {
	case NoAuth, bearerToken, BasicAuth, PasswordGrant, ClientCredentials, AuthCode, tokenSource:
		return true
	}
	return false
}

// connect adds the provider's own faults to those found so far, so that all are told at once.
func (c *config) connect(p Provider, auth Auth) (*Connection, error) {
	connection, err := p.Connect()
	c.checkDefaultID(connection, auth)
	var known *Error
	switch {
	case errors.As(err, &known) && len(known.Fields) > 0:
		c.faults = append(c.faults, known.Fields...)
	case err != nil && len(c.faults) == 0:
		return nil, c.asInvalid(p.Name(), err)
	case err != nil:
		c.fault("Provider", "invalid", err.Error())
	case connection == nil || connection.Driver == nil:
		c.fault("Provider", "invalid", "its Connection has no Driver")
	case c.operation == opNew:
		c.faults = append(c.faults, connection.VerbFaults...)
	}
	return connection, invalidFields(p.Name(), c.operation, c.faults)
}

// checkDefaultID: only the provider knows whether a strategy needs a client of its own.
func (c *config) checkDefaultID(connection *Connection, auth Auth) {
	if isNil(auth) || connection == nil {
		return
	}
	if password, ok := byValue(auth).(PasswordGrant); ok && cmp.Or(password.ClientID, connection.DefaultClientIDs[GrantPassword]) == "" {
		c.faults = append(required("PasswordGrant.ClientID", ""), c.faults...)
	}
}

func (c *config) transport() *transport.Transport {
	return transport.New(transport.Options{
		HTTPClient: c.httpClient, Logger: c.logger, Limiter: c.limiter,
		Policy: transport.Policy(c.retry),
	})
}

func (c *config) agent() string {
	agent := "oauthclients/" + version
	if c.userAgent != "" {
		agent = c.userAgent + " " + agent
	}
	return agent
}

// asInvalid keeps an error that already is an *Error, such as invalidFields gives.
func (c *config) asInvalid(provider string, err error) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	return &Error{Kind: ErrInvalid, Provider: provider, Operation: c.operation, Err: err}
}

// isNil also finds a nil pointer inside an interface, whose methods would panic.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	value := reflect.ValueOf(v)
	return value.Kind() == reflect.Pointer && value.IsNil()
}

// ownRules lists what the provider cannot take, though anybody else would.
func (c *config) ownRules(connection *Connection, auth Auth) (faults []FieldError) {
	if check := connection.CheckUserAgent; check != nil {
		faults = asFault(faults, "WithUserAgent", check(c.agent()))
	}
	code, signsIn := auth.(AuthCode)
	if check := connection.CheckRedirectURL; check != nil && signsIn && code.RedirectURL != "" && (c.operation == opBegin || c.operation == opInteractive) {
		faults = asFault(faults, "AuthCode.RedirectURL", check(code.RedirectURL))
	}
	return faults
}

func asFault(faults []FieldError, field, reason string) []FieldError {
	if reason == "" {
		return faults
	}
	return append(faults, FieldError{Field: field, Code: "invalid", Message: reason})
}
