package outside

import (
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the settings that only this vendor has.

// Extra is what a client of this vendor has beyond the portable fields.
type Extra struct {
	// Tier is the class of service.
	Tier string
	// Labels are free words; their order means nothing.
	Labels []string
	// Region is where the client lives; it is chosen by Create and stays.
	Region string
	// Revision counts the writes. Output only.
	Revision int
}

// Provider returns "outside".
func (*Extra) Provider() string { return providerName }

// Clone returns a deep copy.
func (e *Extra) Clone() oauthclients.Extra {
	clone := *e
	clone.Labels = slices.Clone(e.Labels)
	return &clone
}

// ExtraOf returns the settings of c, attached to it.
func ExtraOf(c *oauthclients.OAuthClient) *Extra { return providerkit.ExtraOf[Extra](c) }
