package dcrtest

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file keeps the registered clients, and lets a test look at them.

const (
	memberToken = "registration_access_token"
	memberURI   = "registration_client_uri"
)

type client struct {
	id, secret, token string
	issued, updated   time.Time
	members           map[string]any // what was registered, with the server's defaults
}

func (c *client) has(grant string) bool {
	grants, _ := c.members["grant_types"].([]any)
	return slices.Contains(grants, any(grant))
}

// add registers a client and returns the answer about it.
func (s *Server) add(members map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &client{id: s.newID(), token: rand.Text(), issued: time.Now()}
	s.clients[c.id] = c
	s.set(c, members)
	if members["token_endpoint_auth_method"] != "none" {
		c.secret = rand.Text() + rand.Text()
	}
	return s.shown(c)
}

func (s *Server) replace(c *client, members map[string]any) {
	s.set(c, members)
	if s.newSecrets && c.secret != "" {
		c.secret = rand.Text() + rand.Text()
	}
	if s.rotateOnUpdate {
		c.token = rand.Text()
	}
}

func (s *Server) set(c *client, members map[string]any) {
	for _, name := range []string{"client_id", "client_secret"} {
		delete(members, name)
	}
	c.members, c.updated = members, time.Now()
}

// newID is a UUID at Hydra.
func (s *Server) newID() string {
	id := rand.Text()
	if s.hydra {
		text := hex.EncodeToString([]byte(id))[:32]
		id = text[:8] + "-" + text[8:12] + "-4" + text[13:16] + "-8" + text[17:20] + "-" + text[20:]
	}
	return id
}

// shown is the whole of a client; a copy.
func (s *Server) shown(c *client) map[string]any {
	shown := copied(c.members)
	maps.Copy(shown, map[string]any{"client_id": c.id, "client_id_issued_at": c.issued.Unix()})
	if c.secret != "" {
		shown["client_secret"], shown["client_secret_expires_at"] = c.secret, 0
	}
	if !s.unmanaged {
		shown[memberToken], shown[memberURI] = c.token, s.uri(c.id)
	}
	if s.hydra {
		shown["created_at"], shown["updated_at"] = c.issued.UTC().Format(time.RFC3339), c.updated.UTC().Format(time.RFC3339Nano)
		shown["audience"], shown["metadata"] = []string{}, map[string]any{}
		if shown["contacts"] == nil {
			shown["contacts"] = nil // Hydra's empty list
		}
	}
	return shown
}

func (s *Server) uri(id string) string {
	switch {
	case s.registrationURI != nil:
		return s.registrationURI(s.issuer(), id)
	case s.queryURI:
		return s.issuer() + s.registerPath + "?client_id=" + id
	}
	return s.issuer() + s.registerPath + "/" + id
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
		c.token = rand.Text()
	}
}
