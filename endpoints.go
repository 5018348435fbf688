package oauthclients

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/addresses"
	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file checks a provider's addresses before anything is sent to them, and keeps what is learnt of a server for
// everybody who shares it.

// checkURL returns what is wrong with an address, nil if nothing is.
func checkURL(field, address string) []FieldError { return urlFault(field)(addresses.Check(address)) }

func urlFault(field string) func(code, message string) []FieldError {
	return func(code, message string) []FieldError {
		if code == "" {
			return nil
		}
		return []FieldError{{field, code, message}}
	}
}

// unseen finds what a person does not see in an address, and what is no text.
func unseen(r rune) bool { return addresses.IsUnseen(r) }

// The members of [Endpoints.Others] that the core uses, by their names in a server's metadata.
const (
	issuerMember            = "issuer"
	issPromisedMember       = "authorization_response_iss_parameter_supported"
	revocationMember        = "revocation_endpoint"
	revocationMethodsMember = "revocation_endpoint_auth_methods_supported"
)

// isNoAddress finds those that nothing is sent to.
func isNoAddress(name string) bool {
	return name == issuerMember || name == issPromisedMember || name == revocationMethodsMember
}

// checkEndpoints returns a copy of the addresses of a Connection that nobody else can change.
func checkEndpoints(provider, operation string, e Endpoints) (*Endpoints, error) {
	faults := checkURL("BaseURL", e.BaseURL)
	for _, grant := range slices.Sorted(maps.Keys(e.Grants)) {
		faults = append(faults, checkEndpoint(grant, e.Grants[grant])...)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Others)) {
		if !isNoAddress(name) {
			faults = append(faults, checkWithQuery(name, e.Others[name])...)
		}
	}
	return ownEndpoints(e), invalidFields(provider, operation, faults)
}

// checkFound is checkEndpoints for what a server says of itself. One address that nobody needs must not
// stop everything, so that the others are checked when they are used.
func checkFound(provider, operation string, e Endpoints) (*Endpoints, error) {
	return ownEndpoints(e), invalidFields(provider, operation, checkURL("BaseURL", e.BaseURL))
}

func ownEndpoints(e Endpoints) *Endpoints {
	own := &Endpoints{
		BaseURL: strings.TrimRight(e.BaseURL, "/"), Grants: map[GrantType]oauth2.Endpoint{}, Others: maps.Clone(e.Others), Incomplete: e.Incomplete,
	}
	maps.Copy(own.Grants, e.Grants)
	return own
}

// checkUsed checks an endpoint that is about to be used. What an https issuer has named is https.
func checkUsed(endpoints *Endpoints, grant GrantType, e oauth2.Endpoint) []FieldError {
	faults := checkEndpoint(grant, e)
	for _, address := range []string{e.TokenURL, e.AuthURL} {
		if len(faults) == 0 && address != "" {
			faults = checkNamed(endpoints, "endpoint of grant "+string(grant), address)
		}
	}
	return faults
}

// checkNamed checks an address that may have been named by a server: what an https issuer names is https.
func checkNamed(endpoints *Endpoints, field, address string) []FieldError {
	faults := checkWithQuery(field, address)
	if len(faults) > 0 {
		return faults
	}
	return urlFault(field)(addresses.CheckScheme(endpoints.Others[issuerMember], address))
}

func checkEndpoint(grant GrantType, e oauth2.Endpoint) []FieldError {
	field := "endpoint of grant " + string(grant)
	faults := checkWithQuery(field, e.TokenURL)
	if e.AuthURL != "" { // few grants have one
		faults = append(faults, checkWithQuery(field, e.AuthURL)...)
	}
	if e.AuthStyle == oauth2.AuthStyleAutoDetect {
		faults = append(faults, FieldError{field, "required", "AuthStyle must be set"})
	}
	return faults
}

// checkWithQuery is checkURL for an address that may have a query (RFC 6749 sections 3.1 and 3.2):
// Azure AD B2C has its policy there.
func checkWithQuery(field, address string) []FieldError {
	page, query, _ := strings.Cut(address, "?")
	if strings.Contains(query, "#") || strings.ContainsFunc(query, unseen) {
		return []FieldError{{field, "invalid", "must have no fragment, no white space and no invisible characters"}}
	}
	return checkURL(field, page)
}

// metadata is what a server has told: where its addresses are, and what its endpoints want.
type metadata struct {
	discovery flight.Group[*Endpoints]
	wantsID   servers // those that want the client_id beside Basic

	mu    sync.Mutex
	found *Endpoints // checked; nil until Discover has answered
}

func (m *metadata) known() *Endpoints {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found
}

func (m *metadata) keep(found *Endpoints) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.found = found
}

// Shared returns p so that everything that is made with what it returns, by [New], [AuthCode.Begin],
// [AuthCode.Finish] and [AuthCode.Interactive], asks for the addresses of the server once. It is for a
// program that signs people in at a server whose addresses are discovered: keep what it returns for as
// long as the program runs. Otherwise every Begin and every Finish asks anew, since a provider is a
// value and keeps nothing. The addresses must not depend on the options, such as a proxy.
func Shared(p Provider) Provider {
	if isNil(p) {
		return nil
	}
	if _, already := p.(sharing); already {
		return p
	}
	return sharing{p, &metadata{}}
}

// sharing is a provider with what was learnt of its server.
type sharing struct {
	Provider

	metadata *metadata
}

func metadataOf(p Provider) *metadata {
	if shared, ok := p.(sharing); ok {
		return shared.metadata
	}
	return &metadata{}
}

// unshared is the provider that the user made.
func unshared(p Provider) Provider {
	if shared, ok := p.(sharing); ok {
		return shared.Provider
	}
	return p
}
