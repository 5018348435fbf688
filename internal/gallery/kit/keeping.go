package kit

import (
	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is what the conformance suite has to know about a server that manages clients.

// Keeping is how a server keeps what it is told of a client. Fields have their Go names: "Scopes",
// "Extra.Contacts".
type Keeping struct {
	// Shows lists the fields that it answers, nil for all.
	Shows []string
	// Hides lists the fields that it stores and never answers, Drops those that it does not store, and Refuses
	// those that it does not take, at least not with the values of Edits.
	Hides, Drops, Refuses []string
	// Echoes lists the fields that it repeats in the answer to a registration or an update, and does not keep.
	Echoes []string
	// Uncleared lists the fields that it keeps when they are cleared, while its answer has them cleared.
	Uncleared []string
	// Holds lists the fields that it keeps when they are cleared. Required are those that must not be cleared,
	// GrantTypes and RedirectURIs if nil.
	Holds, Required []string
	// Leaves lists fields that the samples leave out.
	Leaves []string
	// Ask sets what every sample needs here.
	Ask func(c *oauthclients.OAuthClient)
	// Scopes, Grants and Method are what the samples ask for.
	Scopes []string
	Grants []oauthclients.GrantType
	Method string
	// HasGrants are the grant types of the server, nil for those of the library.
	HasGrants []oauthclients.GrantType
	// ForGrant changes a sample for a grant type.
	ForGrant func(c *oauthclients.OAuthClient, grant oauthclients.GrantType)
	// KeepsMembers: members that the library has no field for are kept. RefusesMembers: they are refused.
	KeepsMembers, RefusesMembers bool
	// Edits are edits of fields for which the usual ones do not suit.
	Edits map[string]func(c *oauthclients.OAuthClient)
	// Provider is what a user of this server sets.
	Provider func(p *dcr.Provider)
	// Many is how many clients are in its largest list, 60 if 0.
	Many int
}
