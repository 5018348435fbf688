package docspace

import (
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the settings that only DocSpace has.

// Extra holds the settings of a client that only DocSpace has. AllowPKCE can be written; the
// other fields are output only. Clients of [WireGuide] have none of them. With the fields of
// oauthclients.OAuthClient that is everything that a portal of mid-2026 tells of a client; what a
// newer one adds is in the client's Raw, and can be written as AdditionalMembers.
//
// Source: ClientResponse, CreateClientRequest and UpdateClientRequest of
// ONLYOFFICE/DocSpace-server, common/ASC.Identity, and the models of the same names in the vendor's
// reference, https://api.onlyoffice.com/docspace/api-backend/.
type Extra struct {
	// AllowPKCE lets the client authenticate by PKCE (RFC 7636) without its secret. Such a
	// client gets no refresh tokens. The portal tells it by "none" in authentication_methods.
	AllowPKCE bool `json:"allow_pkce,omitzero"`

	// Tenant is the number of the portal. Output only.
	Tenant int64 `json:"tenant,omitzero"`
	// Public is the portal's is_public: accounts of other portals may use the client. It is
	// true for every client that a present portal makes. Output only.
	Public bool `json:"public,omitzero"`
	// AuthenticationMethods are the methods by which the client may authenticate at the token
	// endpoint: "client_secret_post", and "none" with AllowPKCE. Output only.
	AuthenticationMethods []string `json:"authentication_methods,omitzero"`
	// CreatedBy and ModifiedBy are the ids (UUIDs) of the accounts that registered the client
	// and changed it last. Output only.
	CreatedBy  string `json:"created_by,omitzero"`
	ModifiedBy string `json:"modified_by,omitzero"`
}

// Provider returns "docspace".
func (*Extra) Provider() string { return providerName }

// Clone returns a deep copy, nil for nil.
func (e *Extra) Clone() oauthclients.Extra {
	if e == nil {
		return (*Extra)(nil)
	}
	clone := *e
	clone.AuthenticationMethods = slices.Clone(e.AuthenticationMethods)
	return &clone
}

// ExtraOf returns c's DocSpace settings, never nil. A client without any gets empty ones
// attached, so that they can be set:
//
//	docspace.ExtraOf(c).AllowPKCE = true
//
// For a nil c the result is attached to nothing.
//
// Whatever else is in c.Extra is replaced, also the settings of another provider: the core then
// refuses the client with an [*oauthclients.UnsupportedError] for "Extra", and what was set
// through the result is not lost in silence. Since ExtraOf writes to c when it attaches, a
// client that goroutines share must have its settings before they do.
func ExtraOf(c *oauthclients.OAuthClient) *Extra {
	return providerkit.ExtraOf[Extra](c)
}

func checkExtra(operation string, c *oauthclients.OAuthClient) error {
	return providerkit.CheckExtra[Extra](providerName, operation, c, "it takes a *docspace.Extra")
}
