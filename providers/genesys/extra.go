package genesys

import (
	"slices"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the settings of a client that only Genesys Cloud has.

// Extra holds what a Genesys Cloud client has beyond the portable fields. Get it with
// [ExtraOf].
type Extra struct {
	// AccessTokenValidity is how long an access token of the client lives, in whole seconds
	// from 300 s to 38880000 s (450 days). Above 172800 s (two days) the server takes it for
	// SCIM clients only. 0 leaves the choice to the server, which takes 24 h. Once set it can
	// be changed, but not cleared.
	AccessTokenValidity time.Duration `json:"access_token_validity,omitzero"`
	// RoleDivisions are the roles the client acts with, and where. A client with
	// client_credentials needs at least one; they mean nothing for other clients. The caller
	// must hold the roles itself.
	RoleDivisions []RoleDivision `json:"role_divisions,omitzero"`
	// DateToDelete is when the server will delete the client, in whole milliseconds; zero for
	// never. Deleting with Delete needs no date.
	DateToDelete time.Time `json:"date_to_delete,omitzero"`

	// RoleIDs are the roles in RoleDivisions by the vendor's older field. Output only.
	RoleIDs []string `json:"role_ids,omitzero"`
	// CreatedBy is who registered the client. Output only.
	CreatedBy EntityRef `json:"created_by,omitzero"`
	// ModifiedBy is who changed it last. Output only.
	ModifiedBy EntityRef `json:"modified_by,omitzero"`
	// SelfURI is the client's own address, without a host. Output only.
	SelfURI string `json:"self_uri,omitzero"`
}

// RoleDivision is a role that is granted in one division. Both parts are required.
type RoleDivision struct {
	// RoleID is the id of a role in the organization.
	RoleID string `json:"role_id,omitzero"`
	// DivisionID is the id of a division, or "*" for all of them.
	DivisionID string `json:"division_id,omitzero"`
}

// EntityRef names a user, a client or an organization.
type EntityRef struct {
	ID string `json:"id,omitzero"`
	// Name and SelfURI are empty where the server does not tell them. SelfURI is an address
	// without a host.
	Name    string `json:"name,omitzero"`
	SelfURI string `json:"self_uri,omitzero"`
}

// ExtraOf returns the Genesys settings of c, to be read or changed in place. It is never nil:
// a client without settings gets empty ones attached, and for a nil c the result is attached to
// nothing.
//
// Whatever else is in c.Extra is replaced, also the settings of another provider: the core then
// refuses the client with an [*oauthclients.UnsupportedError] for "Extra", and what was set
// through the result is not lost in silence. Since ExtraOf writes to c when it attaches, a
// client that goroutines share must have its settings before they do.
func ExtraOf(c *oauthclients.OAuthClient) *Extra {
	return providerkit.ExtraOf[Extra](c)
}

// Provider returns "genesys".
func (e *Extra) Provider() string { return providerName }

// Clone returns a deep copy, nil for nil.
func (e *Extra) Clone() oauthclients.Extra {
	if e == nil {
		return (*Extra)(nil)
	}
	clone := *e
	clone.RoleDivisions = slices.Clone(e.RoleDivisions)
	clone.RoleIDs = slices.Clone(e.RoleIDs)
	return &clone
}

func checkExtra(operation string, c *oauthclients.OAuthClient) error {
	return providerkit.CheckExtra[Extra](providerName, operation, c, "it takes a *genesys.Extra")
}

func settings(c *oauthclients.OAuthClient) Extra { return providerkit.Settings[Extra](c) }
