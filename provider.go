package oauthclients

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file is what the author of a provider reads: the types a provider supplies and the
// ones it is given. Users of a provider need none of it.

// Provider is a place where OAuth2 clients are registered: one vendor's API, or a standard
// registration server. The packages below providers/ have the ready ones; anybody can write
// another. None of its methods does I/O.
type Provider interface {
	// Name is the provider's name in errors and logs, such as "sipgate".
	Name() string
	// Capabilities says what the provider takes and can do.
	Capabilities() Capabilities
	// Connect checks the configuration and returns how to talk to the provider.
	Connect() (*Connection, error)
}

// AuthKind names an auth strategy in [Capabilities].
type AuthKind string

// The auth strategies a provider can list.
const (
	AuthKindNone              AuthKind = "none"               // NoAuth
	AuthKindBearer            AuthKind = "bearer"             // BearerToken
	AuthKindBasic             AuthKind = "basic"              // BasicAuth
	AuthKindPassword          AuthKind = "password"           // PasswordGrant
	AuthKindClientCredentials AuthKind = "client_credentials" // ClientCredentials
	AuthKindAuthorizationCode AuthKind = "authorization_code" // AuthCode
	AuthKindTokenSource       AuthKind = "token_source"       // FromTokenSource
)

// Capabilities says what a provider can do. The core refuses everything else before any
// request, with an [*UnsupportedError].
type Capabilities struct {
	// Auth lists the strategies that New accepts.
	Auth []AuthKind
	// GrantTypes lists the grant types a client can have.
	GrantTypes []GrantType
	// FixedGrantTypes: every client has exactly GrantTypes, and none can be chosen.
	FixedGrantTypes bool
	// Create and Update list the fields of OAuthClient by their Go names, "RedirectURIs", that
	// the verb can set; fields of the provider's Extra as "Extra.FieldName".
	Create, Update []string
	// Members lists the members of the provider's JSON that the fields above stand for, and those
	// that only the provider sets. OAuthClient.AdditionalMembers takes any others; nil refuses
	// all of them.
	Members []string
	// NewExtra returns empty settings of the provider's own, a pointer to its Extra struct; nil where it has
	// none. The struct's fields have JSON tags.
	NewExtra func() Extra
	// RegenerateSecret: the provider can issue a new secret for a client.
	RegenerateSecret bool
	// Paging: List takes a page size and a cursor.
	Paging bool
	// MaxPageSize is the largest page size, 0 for no known limit.
	MaxPageSize int
	// NotShown lists those of Create and Update that the provider stores and never answers, as its user
	// says: that an answer does not have one is no error.
	NotShown []string
	// OneSignIn: a person has one sign-in at an OAuth2 client. A second one, or only the opening of its
	// page, ends the first.
	OneSignIn bool
}

// Connection is how the core talks to a provider: data and hooks. A nil hook stands for the
// rule of the RFCs.
type Connection struct {
	// Driver makes the driver; required.
	Driver func(c *Caller) Driver

	// VerbFaults are what the configuration lacks for the verbs alone, such as a store for the clients.
	// New refuses them; a sign-in goes on without.
	VerbFaults []FieldError

	// Endpoints are the provider's addresses; if Discover is set, those of discovery itself.
	Endpoints Endpoints
	// Discover finds the addresses, with calls to Endpoints. It is asked once, by the first call
	// that needs it; a failure, and what is Incomplete, is not kept. Its BaseURL is checked at once, and each other address when
	// it is used.
	Discover func(ctx context.Context, anon *Caller) (Endpoints, error)

	// EndpointFor changes the OAuth2 endpoint for one OAuth2 client, where a provider has several
	// places for them; nil takes the one of Endpoints.Grants for every client.
	EndpointFor func(clientID string, e oauth2.Endpoint) oauth2.Endpoint
	// PlainBasic: the OAuth2 endpoints take a client's id and secret with HTTP Basic as they are (RFC
	// 7617), without the form-encoding of RFC 6749 section 2.3.1.
	PlainBasic bool
	// VagueClientErrors: invalid_client has the same words for a client that is not known and for a wrong
	// secret, so that "client not found" is no reason to register anew.
	VagueClientErrors bool
	// DefaultClientIDs are the provider's own OAuth2 clients, by the grant that they are for. A strategy
	// without a ClientID uses them: [PasswordGrant].
	DefaultClientIDs map[GrantType]string
	// AuthorizeURL has the last word on the address of the sign-in page.
	AuthorizeURL func(u *url.URL)
	// SignOut ends the session to which the token belongs at the provider; nil: it has no way of its own
	// to. Tokens are revoked then if Endpoints have a revocation_endpoint.
	// The caller sends no credential by itself. a has the OAuth2 client that the token was issued
	// to, also where another strategy than AuthCode got it.
	SignOut func(ctx context.Context, c *Caller, a AuthCode, t *oauth2.Token) error

	// Trade turns the credential the user holds into the token the API takes. The result is
	// cached until its Expiry. It is not used for FromTokenSource.
	Trade func(ctx context.Context, anon *Caller, held Secret) (*oauth2.Token, error)
	// Authorize puts the token on a request; nil sends it as RFC 6750 has it,
	// "Authorization: Bearer".
	Authorize func(h http.Header, t *oauth2.Token)
	// Rejected says that an answer means "this token is not valid", so that one new token is
	// fetched and the call repeated once; nil means status 401.
	Rejected func(r *Response) bool

	// Explain fills Code, Message, Fields and RequestID of an error from the provider's own
	// error body, and may change its Kind. ExplainToken does the same for the token endpoint,
	// after the fields of RFC 6749 section 5.2 were read. They see the answer as it came. What they
	// put into the error is cleaned of secrets and cut to a readable length afterwards.
	Explain, ExplainToken func(r *Response, e *Error)
	// IsAPI says whose answer one is that is no success: the API's, or that of something on the way,
	// such as a proxy that knows no backend. What is not the API's says nothing about a client or a
	// credential, whatever its status. nil takes for the API's what has no body or JSON.
	IsAPI func(r *Response) bool
	// RetryAfter reads the vendor's own headers of an answer without Retry-After; it is asked
	// for every answer and looks at the status itself. asked tells a wait that the server named (too
	// long a one is returned to the caller) from one that its limits imply (cut to
	// RetryPolicy.MaxWait). 0 means unknown.
	RetryAfter func(method string, r *Response) (wait time.Duration, asked bool)

	// WhyNoNewSecret says, where Capabilities have no RegenerateSecret, why that is so for one client; ""
	// where there is nothing to say. It sends nothing. Its answer is the Reason of the [*UnsupportedError].
	WhyNoNewSecret func(ctx context.Context, clientID string) (reason string)
	// CheckUserAgent says why the provider cannot take the User-Agent of every request, "" if it can. New
	// refuses such a one with the reason, for "WithUserAgent".
	CheckUserAgent func(agent string) (reason string)
	// CheckRedirectURL says why no sign-in can come back to an address, "" if it can. AuthCode.Begin and
	// AuthCode.Interactive refuse such a one with the reason, for "AuthCode.RedirectURL".
	CheckRedirectURL func(address string) (reason string)
}

// Endpoints are a provider's addresses.
type Endpoints struct {
	// BaseURL stands before every Call.Path, without a slash at its end.
	BaseURL string `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Grants are the OAuth2 endpoints by the grant that uses them. AuthStyle must be set: the
	// library never tries one style after the other. AuthCode needs GrantAuthorizationCode, with
	// AuthURL; without GrantRefreshToken that endpoint renews tokens as well.
	Grants map[GrantType]oauth2.Endpoint `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Others are further addresses that the driver needs, by names of its own, such as the
	// registration_endpoint of a server that is asked for its addresses. They are kept as they are. The
	// core uses these, by their names in a server's metadata (RFC 8414, RFC 9207): "issuer", which the
	// iss of a callback must be; "authorization_response_iss_parameter_supported", "true" where each
	// callback with a code has one; "revocation_endpoint", where SignOut revokes tokens if
	// Connection.SignOut is nil (RFC 7009); and "revocation_endpoint_auth_methods_supported", separated
	// by blanks.
	Others map[string]string `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Incomplete says why Discover does not have all addresses, such as one place of several that failed.
	// What is here serves; who needs an address that is missing gets this error, and the next call asks
	// anew.
	Incomplete error `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
}

// Driver maps the portable model to one provider's wire. The core calls it with checked ids
// and fields, and compares what was asked with what was answered; a driver does neither.
type Driver interface {
	// Create registers want. If the client exists but the answer lacks something that was
	// promised, such as the secret, it returns the record and an error.
	Create(ctx context.Context, want *OAuthClient) (*Record, error)
	// List returns one page; opts are within the provider's range.
	List(ctx context.Context, opts ListOptions) (*RecordPage, error)
	// Get returns one client.
	Get(ctx context.Context, id string) (*Record, error)
	// Update writes want over old.Raw, so that members the driver does not know survive, and
	// returns what is there afterwards. changed lists the edited fields by Go name.
	Update(ctx context.Context, old *Record, want *OAuthClient, changed []string) (*Record, error)
	// Delete removes a client, with every step the vendor needs for it.
	Delete(ctx context.Context, id string) error
	// RegenerateSecret issues a new secret. It is called only if Capabilities say so.
	RegenerateSecret(ctx context.Context, id string) (Secret, error)
}

// Checker is a [Driver] that finds without a request what its provider would refuse. The errors are those of
// Create and Update.
type Checker interface {
	// CheckCreate checks what Create would be given.
	CheckCreate(want *OAuthClient) error
	// CheckUpdate checks what Update would be given.
	CheckUpdate(old *Record, want *OAuthClient, changed []string) error
}

// Record is one client as a driver read it.
type Record struct {
	Client *OAuthClient
	// Raw is the provider's own JSON of the client, secrets included. Only drivers and the
	// core see a Record. It is kept as it is, not copied.
	Raw json.RawMessage `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// NotShown are fields, by Go name, that the provider's answer does not have at all. If one of them
	// was asked for, nobody knows whether it was applied (NotAppliedError.Unconfirmed).
	NotShown []string
}

// RecordPage is one page of a list. The clients' raw JSON stays inside Body until a user asks
// for it. A secret that cannot be used, such as an encrypted one, is left zero.
type RecordPage struct {
	// Records are the clients; their Raw may be left nil.
	Records []Record `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Body is the whole answer, and Member the name of the list in it ("" for a bare array),
	// with as many entries, in the same order, as Records. It is kept as it is, not copied.
	Body   json.RawMessage `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	Member string
	// NextCursor goes into ListOptions.Cursor for the next page; "" ends the list.
	NextCursor string
}

// Credential says what authorizes one call. The zero value stands for the client's own
// strategy (for an anonymous Caller: for nothing).
type Credential struct {
	kind  credentialKind
	token Secret
}

type credentialKind int

const (
	credentialDefault credentialKind = iota
	credentialNone
	credentialBearer
)

// NoCredential sends a call without authorization.
func NoCredential() Credential { return Credential{kind: credentialNone} }

// BearerCredential sends a call with token as "Authorization: Bearer", past Connection.Authorize.
func BearerCredential(token Secret) Credential {
	return Credential{kind: credentialBearer, token: token}
}

// Call is one HTTP exchange of a driver.
type Call struct {
	// Operation names the call in errors and logs, such as "Create".
	Operation string
	Method    string
	// BaseURL stands before Path instead of Endpoints.BaseURL, for a call to another host of the
	// provider. The client's own credential is never sent there: such a call has no credential
	// or one of its own.
	BaseURL string `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Path follows the base URL; it starts with a slash and is already escaped.
	Path  string     `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	Query url.Values `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Header adds to the headers that the core sets.
	Header http.Header `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Body is sent as JSON; a url.Values is sent as a form, nil sends none.
	Body any `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Members are added to the JSON object that Body is, for OAuthClient.AdditionalMembers.
	Members map[string]json.RawMessage `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Result points at what the JSON of a 2xx answer is decoded into; nil takes every answer but
	// an HTML page, which is never an API's. A json.Unmarshaler gets the answer before anybody
	// has read it, and has to refuse what is not JSON, as json.Unmarshal does by itself.
	Result any `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Credential authorizes the call; zero: the client's own strategy.
	Credential Credential
	// Once marks a call that must not be repeated when it may have been executed. POST and
	// PATCH are so by themselves unless Repeatable says that repeating them does no harm.
	Once, Repeatable bool
	// OAuth marks a call of an OAuth2 endpoint, such as a revocation (RFC 7009): its errors are
	// read as those of the token endpoint are, by ExplainToken and not by Explain.
	OAuth bool
}

// Response is an HTTP answer, read whole.
type Response struct {
	Status int
	Header http.Header `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
	// Body is at most 10 MiB. It is as it came: secrets included.
	Body []byte `json:"-" xml:"-" yaml:"-" toml:"-" msgpack:"-" cbor:"-" bson:"-" url:"-" mapstructure:"-"`
}

// PanicError is what a panic goes on with that came from a goroutine of the library: one of a
// TokenSource, a [TokenStore], the open function of [AuthCode.Interactive] or another piece of the
// user's code. It panics again in the goroutine of the call that waited for it, where it can be
// recovered; several calls may have waited for the same thing, and then each of them panics. Where
// nobody waits any more it is dropped.
//
// It has Value, what the code panicked with, and Stack, where; it is an error whose text has both,
// and [errors.As] finds a Value that is an error.
type PanicError = flight.PanicError
