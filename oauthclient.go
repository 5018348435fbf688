package oauthclients

import (
	"encoding/json"
	"slices"
	"time"
)

// This file holds the portable model: what an OAuth2 client is at every provider.

// OAuthClient is an OAuth2 client ("app", "third-party client") registered at a provider. One
// struct goes in and comes out; the fields marked output only are ignored by Create and may
// not be edited in Update. The vocabulary is that of RFC 7591 section 2 in Go spelling.
//
// Which fields a provider takes is told by [Capabilities]; a field it cannot take is refused
// with an [*UnsupportedError] before any request.
type OAuthClient struct {
	// ID is the client_id. Output only.
	ID string
	// Secret is the client_secret; zero where the provider does not return it. Output only.
	Secret Secret

	// Name is what a person reads on the consent page. Names are not unique at any provider.
	Name string
	// Description is free text about the client.
	Description string

	// RedirectURIs are the URIs to which the login may return, in the provider's order.
	// Patterns such as "https://app.example.com/*" pass unchanged where the provider has them.
	RedirectURIs []string
	// PostLogoutRedirectURIs are the URIs to which a logout may return.
	PostLogoutRedirectURIs []string
	// AllowedOrigins are the origins from which a browser may call the provider (CORS).
	AllowedOrigins []string `oauthclients:"url"`
	// GrantTypes are the grants that the client may use.
	GrantTypes []GrantType
	// Scopes are the scopes that the client may ask for.
	Scopes []string

	// ClientURI is the home page of the client (RFC 7591 client_uri).
	ClientURI string
	// LogoURI is its logo (RFC 7591 logo_uri); DocSpace takes a data URI here.
	LogoURI string
	// PolicyURI is its privacy policy (RFC 7591 policy_uri).
	PolicyURI string
	// TermsURI are its terms of service (RFC 7591 tos_uri).
	TermsURI string

	// Status says whether the client can be used; empty where the provider does not tell.
	// Output only.
	Status Status
	// CreatedAt is when the client was registered, zero when unknown. Output only.
	CreatedAt time.Time
	// UpdatedAt is when it was last changed, zero when unknown. Output only.
	UpdatedAt time.Time

	// Extra holds the settings that only one provider has, such as a *genesys.Extra; nil where
	// there are none. The providers' ExtraOf functions give it typed.
	Extra Extra

	// AdditionalMembers are members of the provider's own JSON that this library does not model,
	// by their names there, each with its JSON: {"ipAllowList": ["192.0.2.0/24"]}. Create and
	// Update send them beside the fields, and find out whether the provider kept them; null
	// asks for a member to be cleared. Members that have a field are refused (ErrInvalid).
	// Input only: Raw reads them.
	AdditionalMembers map[string]json.RawMessage

	raw rawSource
}

// GrantType is an OAuth2 grant type by its RFC 7591 value.
type GrantType string

// Grant types by their values in RFC 7591 section 2 and RFC 7522.
const (
	GrantAuthorizationCode GrantType = "authorization_code"
	GrantClientCredentials GrantType = "client_credentials"
	GrantImplicit          GrantType = "implicit"
	GrantPassword          GrantType = "password"
	GrantRefreshToken      GrantType = "refresh_token"
	GrantSAML2Bearer       GrantType = "urn:ietf:params:oauth:grant-type:saml2-bearer"
)

// Status says whether a client can be used. A provider's own word that means none of the
// constants is kept as it came.
type Status string

// The statuses that more than one provider has.
const (
	// StatusActive: the client gets tokens.
	StatusActive Status = "active"
	// StatusDisabled: the client gets no tokens; it can be enabled again.
	StatusDisabled Status = "disabled"
	// StatusInactive: the client gets no tokens and is on its way to deletion.
	StatusInactive Status = "inactive"
	// StatusDeleted: the client is gone, but the provider still answers for it.
	StatusDeleted Status = "deleted"
	// StatusUnreadable: an entry of a list for which the provider failed to answer. It has the id, and
	// nothing else that the provider was not seen to say before.
	StatusUnreadable Status = "unreadable"
)

// Extra holds settings that only one provider has. It is implemented by pointers to the
// providers' Extra structs.
//
// The core compares the exported fields of such a struct by name: a provider lists those that
// can be written as "Extra.FieldName" in its [Capabilities]. Lists are compared as sets, but for those
// whose order means something: their fields have the tag `oauthclients:"ordered"`. Fields whose names
// end in URI, URIs, URL or URLs, or with the tag `oauthclients:"url"`, are compared as addresses (RFC 3986
// section 6.2).
type Extra interface {
	// Provider returns the name of the provider that the settings belong to.
	Provider() string
	// Clone returns a deep copy.
	Clone() Extra
}

// Clone returns a deep copy of c, nil for nil.
func (c *OAuthClient) Clone() *OAuthClient {
	if c == nil {
		return nil
	}
	clone := *c
	clone.RedirectURIs = slices.Clone(c.RedirectURIs)
	clone.PostLogoutRedirectURIs = slices.Clone(c.PostLogoutRedirectURIs)
	clone.AllowedOrigins = slices.Clone(c.AllowedOrigins)
	clone.GrantTypes = slices.Clone(c.GrantTypes)
	clone.Scopes = slices.Clone(c.Scopes)
	clone.AdditionalMembers = cloneMembers(c.AdditionalMembers)
	clone.Extra = nil
	if !isNil(c.Extra) {
		clone.Extra = c.Extra.Clone()
	}
	return &clone
}

// Raw returns the provider's own JSON of the client with every secret removed, so that a
// field this library does not model can be read. It is nil for a client that did not come
// from a provider.
func (c *OAuthClient) Raw() json.RawMessage { return c.raw.cut() }

func cloneMembers(members map[string]json.RawMessage) map[string]json.RawMessage {
	if members == nil {
		return nil
	}
	clone := make(map[string]json.RawMessage, len(members))
	for name, value := range members {
		clone[name] = slices.Clone(value)
	}
	return clone
}
