package oauthclients

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/internal/settings"
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

// clientJSON is the JSON form of a client.
type clientJSON struct {
	ID                     string                     `json:"client_id"`
	Name                   string                     `json:"client_name"`
	Description            string                     `json:"description"`
	RedirectURIs           []string                   `json:"redirect_uris"`
	PostLogoutRedirectURIs []string                   `json:"post_logout_redirect_uris"`
	AllowedOrigins         []string                   `json:"allowed_origins"`
	GrantTypes             []GrantType                `json:"grant_types"`
	Scopes                 scopeText                  `json:"scope"`
	ClientURI              string                     `json:"client_uri"`
	LogoURI                string                     `json:"logo_uri"`
	PolicyURI              string                     `json:"policy_uri"`
	TermsURI               string                     `json:"tos_uri"`
	Status                 Status                     `json:"status"`
	CreatedAt              time.Time                  `json:"created_at"`
	UpdatedAt              time.Time                  `json:"updated_at"`
	Extra                  json.RawMessage            `json:"extra"`
	AdditionalMembers      map[string]json.RawMessage `json:"additional_members"`
}

// scopeText is a list that RFC 7591 has as a text with blanks.
type scopeText []string

// MarshalJSON implements [json.Marshaler].
func (s scopeText) MarshalJSON() ([]byte, error) { return json.Marshal(strings.Join(s, " ")) }

// UnmarshalJSON implements [json.Unmarshaler]. A list is taken as well.
func (s *scopeText) UnmarshalJSON(text []byte) error {
	var words string
	if err := json.Unmarshal(text, &words); err == nil {
		*s = strings.Fields(words)
		return nil
	}
	return json.Unmarshal(text, (*[]string)(s))
}

// EncodeClient writes a client as JSON, for a file or another program: with the names of RFC 7591 section 2, a
// provider's own settings under "extra", and what is empty left out. Durations are in seconds, times as RFC 3339
// has them. The secret is never in it, nor what else is secret: members that are named so, and private keys.
func EncodeClient(c *OAuthClient) ([]byte, error) {
	if c == nil {
		return nil, invalidFields("", "EncodeClient", []FieldError{{"OAuthClient", "required", "must not be nil"}})
	}
	form := clientJSON{
		ID: c.ID, Name: c.Name, Description: c.Description, RedirectURIs: c.RedirectURIs, PostLogoutRedirectURIs: c.PostLogoutRedirectURIs,
		AllowedOrigins: c.AllowedOrigins, GrantTypes: c.GrantTypes, Scopes: c.Scopes, ClientURI: c.ClientURI, LogoURI: c.LogoURI,
		PolicyURI: c.PolicyURI, TermsURI: c.TermsURI, Status: c.Status, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
	if members := settings.CleanMembers(c.AdditionalMembers); len(members) > 0 {
		form.AdditionalMembers = members
	}
	if list := c.settings(); list.Extra.IsValid() {
		extra, err := settings.Encode(list.Extra)
		if err != nil {
			return nil, &Error{Kind: ErrInvalid, Operation: "EncodeClient", ClientID: c.ID, Err: err}
		}
		form.Extra = extra
	}
	text, err := settings.Encode(settings.StructOf(&form))
	if err != nil {
		return nil, &Error{Kind: ErrInvalid, Operation: "EncodeClient", ClientID: c.ID, Err: err}
	}
	return text, nil
}

// DecodeClient reads what EncodeClient writes, for a provider: "extra" has that provider's settings. A member
// that no client has, and a value of another type, is an [*Error] of kind ErrInvalid that names it; all of them
// are told at once. "scope" is a text with blanks, or a list. A client has no secret in this form.
func DecodeClient(p Provider, data []byte) (*OAuthClient, error) {
	if isNil(p) {
		return nil, invalidFields("", opDecode, []FieldError{{"Provider", "required", "must not be nil"}})
	}
	var form clientJSON
	faults := settings.Decode(data, settings.StructOf(&form), "")
	c := &OAuthClient{
		ID: form.ID, Name: form.Name, Description: form.Description, RedirectURIs: form.RedirectURIs, PostLogoutRedirectURIs: form.PostLogoutRedirectURIs,
		AllowedOrigins: form.AllowedOrigins, GrantTypes: form.GrantTypes, Scopes: form.Scopes, ClientURI: form.ClientURI, LogoURI: form.LogoURI,
		PolicyURI: form.PolicyURI, TermsURI: form.TermsURI, Status: form.Status, CreatedAt: form.CreatedAt, UpdatedAt: form.UpdatedAt,
		AdditionalMembers: form.AdditionalMembers,
	}
	if len(form.Extra) > 0 {
		newExtra := p.Capabilities().NewExtra
		if newExtra == nil {
			faults = append(faults, settings.Fault{Field: "extra", Code: "unknown", Message: "is no member of a client: there are no settings of " + p.Name() + " alone"})
		} else {
			c.Extra = newExtra()
			faults = append(faults, settings.Decode(form.Extra, settings.StructOf(c.Extra), "extra.")...)
		}
	}
	all := make([]FieldError, len(faults))
	for i, fault := range faults {
		all[i] = FieldError(fault)
	}
	if err := invalidFields(p.Name(), opDecode, all); err != nil {
		return nil, err
	}
	return c, nil
}

const opDecode = "DecodeClient"
