package dcr

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the configuration: which server is spoken to, and what it takes.

// providerName is the name in errors and logs.
const providerName = "dcr"

// Grant types beyond those of the root package, by their registered names.
const (
	GrantJWTBearer     oauthclients.GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"     // RFC 7523
	GrantDeviceCode    oauthclients.GrantType = "urn:ietf:params:oauth:grant-type:device_code"    // RFC 8628
	GrantTokenExchange oauthclients.GrantType = "urn:ietf:params:oauth:grant-type:token-exchange" // RFC 8693
	GrantCIBA          oauthclients.GrantType = "urn:openid:params:grant-type:ciba"               // OpenID Connect CIBA Core 1.0
)

// The statuses of entries of List and All that could not be read. [Extra] has the reason; the rest is what
// the store has kept of the client, its name and its secret among it.
const (
	// StatusDead: the server does not take the registration access token. Either the client is gone, or
	// it lives and can be managed no more: the standard has one answer for both, and there are servers
	// whose tokens end by themselves. So it is no reason to register anew.
	StatusDead oauthclients.Status = "dead"
	// StatusUnreadable: the server fails to answer for this one client, or its handle cannot be used.
	StatusUnreadable = oauthclients.StatusUnreadable
)

// UpdateSends says what goes out with an update besides what was edited.
type UpdateSends int

// What goes out with an update.
const (
	// WholeAnswer sends everything back that the server answered, as RFC 7592 section 2.2 wants it: what
	// is left out is cleared.
	WholeAnswer UpdateSends = iota
	// OnlyOurs sends back what a user has set or adopted, for servers that keep what is left out: there
	// the whole answer would pin the server's own defaults. Clients whose handle is older than that, and
	// those that another store has made, are sent back whole.
	OnlyOurs
)

// Provider is a server with dynamic client registration. Registrations is required for the verbs, and
// one of Issuer and RegistrationEndpoint.
type Provider struct {
	// Issuer is the server's identifier, such as "https://login.example.com": its addresses are
	// asked for at /.well-known/openid-configuration (OpenID Connect Discovery 1.0), then at
	// /.well-known/oauth-authorization-server (RFC 8414), and its answer must name it as the
	// issuer, character by character. Servers that have it at another place below the issuer, or at the
	// root of its host, are found too. What an https issuer names must be https as well, also on
	// this machine, when it is used. Without it there is no address of a token endpoint, and
	// New takes NoAuth, BearerToken and FromTokenSource alone.
	Issuer string
	// RegistrationEndpoint is where clients are registered, if the server does not say, or if it
	// is not to be asked for it. It may have a query. Where a server names two, the one of its
	// openid-configuration is taken.
	RegistrationEndpoint string
	// Registrations keeps the handles of the clients: who loses one can never change or delete
	// the client. Use one store for one server.
	Registrations Store
	// RotateSecretOnUpdate says that this server issues a new secret with every update, so that
	// RegenerateSecret can make use of it.
	RotateSecretOnUpdate bool
	// GrantTypes are those that the server has; nil stands for all that are registered.
	GrantTypes []oauthclients.GrantType
	// UpdateSends says what goes out with an update besides what was edited: WholeAnswer if it is left
	// zero.
	UpdateSends UpdateSends
	// NotShown lists the fields that this server stores and never answers, by their Go names, such as
	// "LogoURI" and "Extra.Contacts": that they are missing in an answer is no error then. What a user
	// sets of them is kept in the handle, at most 64 KiB for a client. So clients have these fields, an
	// update sends them back, and to clear one is an edit. It is left out at first, and then sent empty,
	// since nobody can see whether the server keeps it; if that is refused, the error matches
	// ErrNotApplied with the field in Unconfirmed. Scopes are never sent empty. What an answer has after
	// all is what counts.
	//
	// Of clients that were adopted, that were registered before the field was listed, or whose store does
	// not keep Handle.NotShown, the value is not known. Such a field is empty, to clear it is no edit, and
	// an update clears it at a server that replaces. To set it once, or to adopt the client with
	// Handle.NotShown, ends that.
	NotShown []string
}

var _ oauthclients.Provider = Provider{}

// Name returns "dcr".
func (p Provider) Name() string { return providerName }

// Capabilities lists the metadata of RFC 7591 and OpenID Connect Registration. There is no
// description in the standard, and nothing for the origins of browsers.
func (p Provider) Capabilities() oauthclients.Capabilities {
	return oauthclients.Capabilities{
		NewExtra:         func() oauthclients.Extra { return &Extra{} },
		Auth:             p.authKinds(),
		GrantTypes:       p.grantTypes(),
		Create:           slices.Clone(writableFields()),
		Update:           slices.Clone(writableFields()),
		Members:          modelled(),
		RegenerateSecret: p.RotateSecretOnUpdate,
		Paging:           true,
		MaxPageSize:      maxPageSize,
		NotShown:         slices.Clone(p.NotShown),
	}
}

// A page costs one request per client.
const (
	pageSize    = 25
	maxPageSize = 100
)

func (p Provider) authKinds() []oauthclients.AuthKind {
	kinds := []oauthclients.AuthKind{oauthclients.AuthKindNone, oauthclients.AuthKindBearer, oauthclients.AuthKindTokenSource}
	if p.Issuer == "" {
		return kinds
	}
	return append(kinds, oauthclients.AuthKindClientCredentials, oauthclients.AuthKindAuthorizationCode, oauthclients.AuthKindPassword)
}

func (p Provider) grantTypes() []oauthclients.GrantType {
	if p.GrantTypes != nil {
		return slices.Clone(p.GrantTypes)
	}
	return []oauthclients.GrantType{
		oauthclients.GrantAuthorizationCode, oauthclients.GrantImplicit, oauthclients.GrantPassword, oauthclients.GrantClientCredentials,
		oauthclients.GrantRefreshToken, oauthclients.GrantSAML2Bearer, GrantJWTBearer, GrantDeviceCode, GrantTokenExchange, GrantCIBA,
	}
}

// Connect checks the configuration. It does no I/O.
func (p Provider) Connect() (*oauthclients.Connection, error) {
	if faults := p.faults(); len(faults) > 0 {
		return nil, providerkit.InvalidFields(providerName, "New", append(faults, p.verbFaults()...)) // all at once
	}
	handles := newHandles(p.Registrations)
	connection := &oauthclients.Connection{
		Driver: func(c *oauthclients.Caller) oauthclients.Driver {
			return &driver{caller: c, handles: handles, provider: p}
		},
		Explain:        explain,
		Rejected:       rejected,
		IsAPI:          isAPI,
		VerbFaults:     p.verbFaults(),
		WhyNoNewSecret: handles.whyNoNewSecret,
	}
	first := p.Issuer
	if first == "" {
		first = p.RegistrationEndpoint
	} else {
		connection.Discover = p.discover
	}
	u, err := url.Parse(first)
	if err != nil {
		return nil, err // out of reach: CheckURL has parsed it
	}
	connection.Endpoints.BaseURL = origin(u)
	if p.RegistrationEndpoint != "" {
		connection.Endpoints.Others = map[string]string{registrationEndpoint: p.RegistrationEndpoint}
	}
	return connection, nil
}

// verbFaults: who only signs people in needs no store for the handles of clients.
func (p Provider) verbFaults() []oauthclients.FieldError {
	if !isNil(p.Registrations) {
		return nil
	}
	return []oauthclients.FieldError{{
		Field: "Registrations", Code: "required", Message: "must not be nil: use dcr.FileStore, or dcr.NewMemoryStore for clients that end with the program",
	}}
}

func (p Provider) faults() []oauthclients.FieldError {
	var faults []oauthclients.FieldError
	if p.Issuer == "" && p.RegistrationEndpoint == "" {
		faults = append(faults, oauthclients.FieldError{Field: "Issuer", Code: "required", Message: "must be set, or RegistrationEndpoint"})
	}
	if p.Issuer != "" {
		faults = append(faults, providerkit.CheckURL("Issuer", p.Issuer, oidcPath, oauthPath)...)
	}
	if p.RegistrationEndpoint != "" {
		faults = append(faults, providerkit.CheckURL("RegistrationEndpoint", withoutQuery(p.RegistrationEndpoint))...)
	}
	for _, field := range p.NotShown {
		if !slices.Contains(writableFields(), field) {
			faults = append(faults, oauthclients.FieldError{Field: "NotShown", Code: "unknown", Message: quoted(field) + " is no field that can be set"})
		}
	}
	if p.UpdateSends != WholeAnswer && p.UpdateSends != OnlyOurs {
		faults = append(faults, oauthclients.FieldError{Field: "UpdateSends", Code: "unknown", Message: "must be WholeAnswer or OnlyOurs"})
	}
	return faults
}

// withoutQuery is an address without its query, which endpoints may have (RFC 6749 section 3.1). What
// is a fragment stays, and is refused.
func withoutQuery(address string) string {
	before, query, _ := strings.Cut(address, "?")
	if strings.ContainsFunc(query, func(r rune) bool { return r == '#' || r == ' ' || !unicode.IsPrint(r) }) {
		return address
	}
	return before
}

// isNil also finds a nil pointer inside the interface, whose methods would panic.
func isNil(s Store) bool {
	value := reflect.ValueOf(s)
	return s == nil || value.Kind() == reflect.Pointer && value.IsNil()
}
