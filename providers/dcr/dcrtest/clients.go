package dcrtest

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file keeps the registered clients, and lets a test look at them.

const (
	memberToken = "registration_access_token"
	memberURI   = "registration_client_uri"
	// memberMethod is how the client proves who it is.
	memberMethod = "token_endpoint_auth_method"
)

type client struct {
	id, secret, token string
	issued, updated   time.Time
	tokenEnds         time.Time      // zero: never
	members           map[string]any // what was registered, with the server's defaults
	broken            bool           // every read fails
}

// add registers a client and returns the answer about it.
func (s *Server) add(members map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &client{id: s.newID(), issued: time.Now()}
	s.clients[c.id] = c
	s.renewToken(c)
	if s.secret(members) {
		c.secret = s.newSecret()
	}
	s.set(c, members)
	return s.shown(c, http.MethodPost)
}

func (s *Server) replace(c *client, members map[string]any) {
	s.set(c, members)
	if s.newSecrets {
		c.secret = ""
		if s.secret(members) {
			c.secret = s.newSecret()
		}
	}
	if s.rotateOnUpdate {
		s.renewToken(c)
	}
}

func (s *Server) set(c *client, members map[string]any) {
	for _, name := range []string{"client_id", "client_secret"} {
		delete(members, name)
	}
	c.members, c.updated = members, time.Now()
}

func (s *Server) renewToken(c *client) {
	c.tokenEnds = time.Time{}
	if s.tokenLife > 0 {
		c.tokenEnds = time.Now().Add(s.tokenLife)
	}
	c.token = s.newToken(c.tokenEnds)
}

func (s *Server) hasEnded(c *client) bool {
	return !c.tokenEnds.IsZero() && !time.Now().Before(c.tokenEnds)
}

// hasOther: the token is that of some client.
func (s *Server) hasOther(token string) bool {
	for _, c := range s.clients {
		if c.token == token {
			return true
		}
	}
	return false
}

func copied(members map[string]any) map[string]any {
	copied := map[string]any{}
	text, err := json.Marshal(members)
	if err != nil { // it came as JSON
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	_ = decoder.Decode(&copied) // it was written a line ago
	return copied
}

// Registered returns the ids of the clients that exist, in their order.
func (s *Server) Registered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.clients))
}

// Metadata returns what the server has of a client, without its secret and its handle.
func (s *Server) Metadata(id string) (members map[string]any, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.clients[id]; c != nil {
		return copied(c.members), true
	}
	return nil, false
}

// Handle returns the handle that is good for a client now.
func (s *Server) Handle(id string) (h dcr.Handle, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.clients[id]; c != nil {
		return dcr.Handle{ClientID: id, URI: s.uri(id), Token: oauthclients.NewSecret(c.token)}, true
	}
	return dcr.Handle{}, false
}

// Kill replaces the registration access token of a client, so that every handle of it is dead.
func (s *Server) Kill(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.clients[id]; c != nil {
		s.renewToken(c)
	}
}

// Restart is what happens when the server ends and begins again: in the manner of a server that keeps
// everything in memory, all clients and tokens are gone.
func (s *Server) Restart() {
	if !s.forgets {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.clients)
	s.ledger.EndAll()
}
