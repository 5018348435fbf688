package sipgatetest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// This file holds the account behind a server: its clients and its access tokens. Its methods
// take the lock, so that no handler has to.

// client is one OAuth2 client of the account.
type client struct {
	id, secret string
	// settings are the members as they were sent, known and unknown. They are replaced, never
	// changed, so that a copy of a client can be read without the lock.
	settings map[string]json.RawMessage
}

// document is the client as it is answered.
func (c client) document() map[string]any {
	document := map[string]any{"clientId": c.id, "clientSecret": c.secret}
	for member, value := range c.settings {
		document[member] = value
	}
	return document
}

// all lists the clients in order of creation.
func (s *Server) all() []client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.clients)
}

func (s *Server) find(id string) (c client, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.index(id); i >= 0 {
		return s.clients[i], true
	}
	return client{}, false
}

// add gives the new client an id and a secret of sipgate's shapes. They count up, so that two
// runs of a test see the same.
func (s *Server) add(settings map[string]json.RawMessage) client {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created++
	c := client{
		id:       fmt.Sprintf("2556404-0-dc848ae6-085c-11e8-92a6-%012x", s.created),
		secret:   fmt.Sprintf("6f1d0c52-9f4e-4f0e-8a57-%012x", s.created),
		settings: settings,
	}
	s.clients = append(s.clients, c)
	return c
}

// replace gives a client new settings. Id and secret stay.
func (s *Server) replace(id string, settings map[string]json.RawMessage) (c client, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index(id)
	if i < 0 {
		return client{}, false
	}
	s.clients[i].settings = settings
	return s.clients[i], true
}

func (s *Server) remove(id string) (ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index(id)
	if i < 0 {
		return false
	}
	s.clients = slices.Delete(s.clients, i, i+1)
	return true
}

// index is for holders of the lock.
func (s *Server) index(id string) int {
	return slices.IndexFunc(s.clients, func(c client) bool { return c.id == id })
}

// AccessToken returns a new access token that the API takes, as the token endpoint would issue
// it. It has the shape of a JWT, but nobody is meant to look inside.
func (s *Server) AccessToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued++
	claims := fmt.Sprintf(`{"jti":"%d"}`, s.issued)
	token := "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
	s.tokens[token] = time.Now().Add(s.lifetime)
	return token
}

// RevokeTokens makes every access token issued so far invalid. The credentials of Auth and the
// personal access token stay.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

func (s *Server) validToken(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.tokens[token]) // the zero time of an unknown token has passed
}
