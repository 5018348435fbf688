package docspacetest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// This file holds the clients of the portal. The methods of Server take the lock, so that no
// handler has to; clients leave it as copies.

const tenant = 1

// client is a client as the portal answers it. Its lists are replaced, never changed, so that
// a copy can be read without the lock.
type client struct {
	ClientID              string   `json:"client_id"`
	ClientSecret          string   `json:"client_secret"`
	Name                  string   `json:"name"`
	Description           *string  `json:"description"`
	Logo                  string   `json:"logo"`
	WebsiteURL            string   `json:"website_url"`
	TermsURL              string   `json:"terms_url"`
	PolicyURL             string   `json:"policy_url"`
	AuthenticationMethods []string `json:"authentication_methods"`
	Tenant                int      `json:"tenant"`
	RedirectURIs          []string `json:"redirect_uris"`
	AllowedOrigins        []string `json:"allowed_origins"`
	LogoutRedirectURIs    []string `json:"logout_redirect_uris"`
	Scopes                []string `json:"scopes"`
	CreatedOn             string   `json:"created_on"`
	CreatedBy             string   `json:"created_by"`
	ModifiedOn            string   `json:"modified_on"`
	ModifiedBy            string   `json:"modified_by"`
	Public                bool     `json:"is_public"`
	Enabled               bool     `json:"enabled"`

	created, modified time.Time
	cached            time.Time // when it came into the cache, zero if it is not there
	fresh             bool      // it was the creation that put it there
	secrets           int       // how many it has had
}

// visible: an administrator sees every client of the portal, a user the own ones.
func (c *client) visible(a account) bool {
	return c.Tenant == tenant && (a.isAdministrator() || c.CreatedBy == a.id())
}

// renewSecret gives the client a secret of 36 characters that no other has or had.
func (c *client) renewSecret() string {
	c.secrets++
	sum := sha256.Sum256(fmt.Appendf(nil, "secret %d of %s", c.secrets, c.ClientID))
	c.ClientSecret = hex.EncodeToString(sum[:])[:36]
	return c.ClientSecret
}

// encrypted stands for the secret as it is stored.
func (c *client) encrypted() string {
	first, second := sha256.Sum256([]byte("stored "+c.ClientSecret)), sha256.Sum256([]byte("nonce "+c.ClientSecret))
	return base64.StdEncoding.EncodeToString(slices.Concat(first[:], second[:], first[:16]))
}

func authenticationMethods(pkce bool) []string {
	if pkce {
		return []string{"client_secret_post", "none"}
	}
	return []string{"client_secret_post"}
}

// apply does what the portal does with the body of PUT; a missing description stays.
func (c *client) apply(body *updateRequest, newer bool) {
	c.Name, c.Logo = *body.Name, *body.Logo
	c.AllowedOrigins = set(body.AllowedOrigins)
	c.AuthenticationMethods = authenticationMethods(body.AllowPKCE)
	if body.Description != nil {
		c.Description = body.Description
	}
	if newer {
		c.RedirectURIs, c.Scopes = set(body.RedirectURIs), set(body.Scopes)
	}
}

// add registers a client. Its ids count up, so that two runs of a test see the same.
func (s *Server) add(body *createRequest, a account) client {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	c := &client{
		ClientID: fmt.Sprintf("6c7cf17b-1bd3-47d5-94c6-%012x", s.count),
		Name:     *body.Name, Description: body.Description, Logo: *body.Logo,
		WebsiteURL: *body.WebsiteURL, TermsURL: *body.TermsURL, PolicyURL: *body.PolicyURL,
		AuthenticationMethods: authenticationMethods(body.AllowPKCE), Tenant: tenant,
		RedirectURIs: set(body.RedirectURIs), AllowedOrigins: set(body.AllowedOrigins),
		LogoutRedirectURIs: []string{*body.LogoutRedirectURI}, Scopes: set(body.Scopes),
		CreatedBy: a.id(), ModifiedBy: a.id(), Public: true, Enabled: true,
	}
	c.renewSecret()
	c.cached, c.fresh = time.Now(), true
	c.created = s.now()
	c.modified = c.created
	answered := c.fromCache()
	// The portal stamps the creation once more when it stores: a later read shows another time.
	c.created = s.now()
	s.clients = append(s.clients, c)
	return answered
}

// fromStore is the client with the times of a database, which has microseconds, and fromCache with
// those of a service that has not asked it.
func (c *client) fromStore() client { return c.timed(format) }

func (c *client) fromCache() client {
	return c.timed(func(t time.Time) string { return t.Format("2006-01-02T15:04:05.000000000Z07:00") })
}

func (c *client) timed(format func(time.Time) string) client {
	shown := *c
	shown.CreatedOn, shown.ModifiedOn = format(c.created), format(c.modified)
	return shown
}

// read is the client as one that was asked for is answered. It stays in the cache for five minutes.
func (c *client) read() client {
	if time.Since(c.cached) >= cacheLifetime {
		c.cached, c.fresh = time.Now(), false
	}
	if c.fresh {
		return c.fromCache()
	}
	return c.fromStore()
}

// now never gives the same microsecond twice: the portal's list skips clients that share one.
func (s *Server) now() time.Time {
	now := time.Now().UTC().Truncate(time.Microsecond)
	if !now.After(s.last) {
		now = s.last.Add(time.Microsecond)
	}
	s.last = now
	return now
}

func format(t time.Time) string { return t.Format("2006-01-02T15:04:05.999999Z07:00") }

func (s *Server) find(id string, a account) (client, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.lookup(id, a); c != nil {
		return c.read(), true
	}
	return client{}, false
}

// cacheLifetime is how long the portal remembers a client that it was asked for.
const cacheLifetime = 5 * time.Minute

// forget is what the portal does with the cache when an account deletes all its clients: nothing. What it
// was asked for lately can still be read, and signed in to.
func (s *Server) forget(gone []client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ghosts = append(s.ghosts, gone...)
}

// remembered is a client that is gone and still in the cache.
func (s *Server) remembered(id string, a account) (client, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.ghosts {
		c := &s.ghosts[i]
		if c.ClientID == id && c.visible(a) && time.Since(c.cached) < cacheLifetime {
			return c.read(), true
		}
	}
	return client{}, false
}

// lookup is for holders of the lock.
func (s *Server) lookup(id string, a account) *client {
	if c := s.anyone(id); c != nil && c.visible(a) {
		return c
	}
	return nil
}

// anyone finds a client of whatever account and portal. It is for holders of the lock.
func (s *Server) anyone(id string) *client {
	for _, c := range s.clients {
		if c.ClientID == id {
			return c
		}
	}
	return nil
}

func (s *Server) edit(id string, a account, change func(*client)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.lookup(id, a)
	if c == nil {
		return false
	}
	change(c)
	c.modified, c.ModifiedBy, c.cached = s.now(), a.id(), time.Time{}
	return true
}

// drop returns what it has removed.
func (s *Server) drop(which func(*client) bool) (gone []client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients = slices.DeleteFunc(s.clients, func(c *client) bool {
		if !which(c) {
			return false
		}
		gone = append(gone, *c)
		return true
	})
	return gone
}

// page returns at most limit clients that were made before a time, newest first, with their
// secrets encrypted.
func (s *Server) page(a account, before time.Time, limit int) []client {
	s.mu.Lock()
	defer s.mu.Unlock()
	page := []client{}
	for _, c := range slices.Backward(s.clients) {
		if !c.visible(a) || !before.IsZero() && !c.created.Before(before) {
			continue
		}
		if len(page) == limit {
			break
		}
		entry := c.fromStore()
		entry.ClientSecret = c.encrypted()
		page = append(page, entry)
	}
	return page
}
