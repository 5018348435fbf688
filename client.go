package oauthclients

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds Client, New and the options.

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

// RetryPolicy says how often and how far apart requests are repeated. Zero fields take the
// defaults. What may be repeated is decided by method and answer: reads, updates and deletes
// after connection errors, 408, 429 and 5xx, creates only if they were certainly not executed.
type RetryPolicy struct {
	// MaxAttempts counts the first attempt as well; 1 turns repeating off. Default 4.
	MaxAttempts int
	// MinWait and MaxWait bound the wait between attempts. A wait that the server asks for is
	// kept if it is not longer than MaxWait; otherwise the call returns at once and
	// Error.RetryAfter has it. Defaults 500 ms and 70 s, since the vendors' windows are a
	// minute long.
	MinWait, MaxWait time.Duration
}

// Option changes a client that New makes.
type Option func(*config)

type config struct {
	operation  string // in errors
	httpClient *http.Client
	logger     *slog.Logger
	retry      RetryPolicy
	limiter    *rate.Limiter
	userAgent  string
	store      TokenStore
	faults     []FieldError
}

func (c *config) fault(field, code, message string) {
	c.faults = append(c.faults, FieldError{field, code, message})
}

// WithHTTPClient sends every request, token requests too, over hc: its transport with its
// proxies and TLS settings, and its cookie jar. Its Timeout, if set, bounds one attempt
// instead of 30 seconds. Its CheckRedirect is not used: no redirect is followed. hc itself is
// not modified. Without this option the client has connections of its own, at most 64 to a host at
// the same time: further requests wait for one.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *config) {
		if hc == nil {
			c.fault("WithHTTPClient", "required", "must not be nil")
			return
		}
		c.httpClient = hc
	}
}

// WithLogger logs every attempt at debug level: operation, method, host, path, status and
// duration; never a query, a header or a body.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) {
		if l == nil {
			c.fault("WithLogger", "required", "must not be nil")
			return
		}
		c.logger = l
	}
}

// WithRetry sets how often and how far apart requests are repeated.
func WithRetry(p RetryPolicy) Option {
	return func(c *config) {
		if p.MaxAttempts < 0 {
			c.fault("WithRetry", "invalid", "MaxAttempts must not be negative")
		}
		if p.MinWait < 0 || p.MaxWait < 0 {
			c.fault("WithRetry", "invalid", "MinWait and MaxWait must not be negative")
		}
		c.retry = p
	}
}

// WithRateLimit keeps the client's requests (token requests aside) below a rate: perSecond on
// average, and burst at once. Waiting for it ends with the context.
func WithRateLimit(perSecond float64, burst int) Option {
	return func(c *config) {
		if !(perSecond > 0) || burst < 1 { // also refuses NaN
			c.fault("WithRateLimit", "invalid", "needs a rate above 0 and a burst of at least 1")
			return
		}
		c.limiter = rate.NewLimiter(rate.Limit(perSecond), burst)
	}
}

// WithUserAgent puts product, such as "inventory/2.1", before the library's own name in the
// User-Agent header (RFC 9110 section 10.1.5).
func WithUserAgent(product string) Option {
	return func(c *config) {
		if strings.TrimSpace(product) == "" || strings.ContainsFunc(product, notVisible) {
			c.fault("WithUserAgent", "invalid", "must be visible ASCII, such as inventory/2.1")
			return
		}
		c.userAgent = product
	}
}

// WithTokenStore keeps the token in s as well, so that it survives a restart and is shared by
// everybody who uses s. What s has wins over AuthCode.Token. It is for the strategies that get
// tokens: [AuthCode], [PasswordGrant] and [ClientCredentials].
//
// A client looks into s when it needs another token: the first one, one in place of a token that
// is about to end, or of one that the provider rejects. After another person has signed in, make
// a new client: the old one goes on with the token it has.
func WithTokenStore(s TokenStore) Option {
	return func(c *config) {
		if isNil(s) {
			c.fault("WithTokenStore", "required", "must not be nil")
			return
		}
		if file, ok := s.(fileTokenStore); ok && isFolder(file.path) {
			c.fault("WithTokenStore", "invalid", "FileTokenStore needs the path of a file")
		}
		c.store = s
	}
}

const opNew = "New"

// notVisible is false for what may stand in a header value: visible ASCII and the blank.
func notVisible(r rune) bool { return r < ' ' || r > '~' }

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
		return nil, InvalidFields(p.Name(), opNew, []FieldError{{"Provider", "invalid", "its Connection makes no Driver"}})
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
		return nil, InvalidFields("", c.operation, []FieldError{{Field: "Provider", Code: "required", Message: "must not be nil"}})
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
	return connection, InvalidFields(p.Name(), c.operation, c.faults)
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

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 4
	}
	if p.MaxWait == 0 {
		p.MaxWait = 70 * time.Second
	}
	if p.MinWait == 0 {
		p.MinWait = min(500*time.Millisecond, p.MaxWait)
	}
	return p
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

// asInvalid keeps an error that already is an *Error, such as InvalidFields gives.
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
