package providertest_test

import (
	"slices"
	"time"

	"github.com/oauthclients/oauthclients"
)

// This file holds the wire of the provider that the suite is tested with, and its Extra.

// wire is a client on the wire: RFC 7591 section 2, and three members of the server's own.
type wire struct {
	ID        string    `json:"id,omitempty"`
	Secret    string    `json:"client_secret,omitempty"`
	Status    string    `json:"status,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	Usage     int       `json:"usage,omitempty"`

	Name           string                   `json:"client_name"`
	Description    string                   `json:"description"`
	RedirectURIs   []string                 `json:"redirect_uris"`
	AllowedOrigins []string                 `json:"allowed_origins"`
	GrantTypes     []oauthclients.GrantType `json:"grant_types"`
	Scopes         []string                 `json:"scopes"`
	ClientURI      string                   `json:"client_uri"`
	LogoURI        string                   `json:"logo_uri"`
	Tier           string                   `json:"tier"`
	Tags           []string                 `json:"tags"`
}

func toWire(c *oauthclients.OAuthClient) *wire {
	w := &wire{
		Name: c.Name, Description: c.Description, RedirectURIs: c.RedirectURIs, AllowedOrigins: c.AllowedOrigins,
		GrantTypes: c.GrantTypes, Scopes: c.Scopes, ClientURI: c.ClientURI, LogoURI: c.LogoURI,
	}
	if e, ok := c.Extra.(*extra); ok {
		w.Tier, w.Tags = e.Tier, e.Tags
	}
	return w
}

func (p *provider) fromWire(w *wire) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		ID: w.ID, Secret: oauthclients.NewSecret(w.Secret), Status: oauthclients.Status(w.Status), CreatedAt: w.CreatedAt,
		Name: w.Name, Description: w.Description, RedirectURIs: w.RedirectURIs, AllowedOrigins: w.AllowedOrigins,
		GrantTypes: w.GrantTypes, Scopes: w.Scopes, ClientURI: w.ClientURI, LogoURI: w.LogoURI,
		Extra: &extra{Tier: w.Tier, Tags: w.Tags, Usage: w.Usage, copied: p.copied},
	}
}

// extra has a text, a list, and two output-only fields.
type extra struct {
	Tier  string
	Tags  []string
	Usage int
	Note  string

	copied func(from, to *extra)
}

func (*extra) Provider() string { return "mem" }

func (e *extra) Clone() oauthclients.Extra {
	clone := *e
	clone.Tags = slices.Clone(e.Tags)
	e.copied(e, &clone)
	return &clone
}

// extraOf attaches an empty one where there is none.
func extraOf(c *oauthclients.OAuthClient) *extra {
	if c.Extra == nil {
		c.Extra = &extra{copied: func(*extra, *extra) {}}
	}
	return c.Extra.(*extra)
}
