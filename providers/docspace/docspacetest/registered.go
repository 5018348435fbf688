package docspacetest

import (
	"encoding/json"
	"net/url"
	"slices"
	"time"
)

// This file holds what the OAuth2 endpoints know of a client, on either wire.

// registered is a client as the OAuth2 endpoints see it.
type registered struct {
	id, secret, name string
	redirectURIs     []string
	// scopes may be asked for; nil for every scope, on the wire of the guide.
	scopes []string
	// public clients need no secret with PKCE.
	public bool
}

// registeredClient finds a client that may be used. A disabled one may not.
func (s *Server) registeredClient(id string) (registered, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clients {
		if c.ClientID == id && c.Enabled {
			return c.registered(), true
		}
	}
	for i := range s.ghosts {
		c := &s.ghosts[i]
		if c.ClientID == id && c.Enabled && time.Since(c.cached) < cacheLifetime {
			return c.registered(), true
		}
	}
	for _, c := range s.guided {
		if c.id == id {
			return c.registered(), true
		}
	}
	return registered{}, false
}

// isDisabled tells a client that is switched off from one that there is not.
func (s *Server) isDisabled(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.anyone(id)
	return c != nil && !c.Enabled
}

func (c *client) registered() registered {
	return registered{
		id: c.ClientID, secret: c.ClientSecret, name: c.Name, redirectURIs: c.RedirectURIs, scopes: c.Scopes,
		public: slices.Contains(c.AuthenticationMethods, "none"),
	}
}

func (g guided) registered() registered {
	r := registered{id: g.id}
	for member, target := range map[string]any{"name": &r.name, "clientSecret": &r.secret, "redirectUris": &r.redirectURIs} {
		_ = json.Unmarshal(g.members[member], target) // it was checked on its way in
	}
	return r
}

// takes compares a redirect URI as Spring Authorization Server does, which is what the portal
// runs: whole, but for the port of a loopback address (RFC 8252 section 7.3).
func (c registered) takes(redirectURI string) bool {
	if slices.Contains(c.redirectURIs, redirectURI) {
		return true
	}
	return slices.ContainsFunc(c.redirectURIs, func(known string) bool {
		stem := withoutLoopbackPort(known)
		return stem != "" && stem == withoutLoopbackPort(redirectURI)
	})
}

// withoutLoopbackPort is "" for what is no loopback address.
func withoutLoopbackPort(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() != "127.0.0.1" && u.Hostname() != "::1" {
		return ""
	}
	u.Host = u.Hostname()
	return u.String()
}

func (c registered) mayAsk(scopes []string) bool {
	return c.scopes == nil || !slices.ContainsFunc(scopes, func(scope string) bool { return !slices.Contains(c.scopes, scope) })
}
