package sipgatetest

import (
	"encoding/json"
	"fmt"
	"slices"
)

// This file holds the account behind a server: its balance and its clients. Its methods take
// the lock, so that no handler has to.

// funds are what the account has, in 1/10000 of the currency.
type funds struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// SetBalance sets the account's balance: amount is in 1/10000 of the currency, so that 1234500
// and "EUR" are 123.45 EUR. It may be negative. A new account has that balance.
func (s *Server) SetBalance(amount int64, currency string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.funds = funds{amount, currency}
}

func (s *Server) balanceNow() funds {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.funds
}

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
	id := fmt.Sprintf("2556404-0-dc848ae6-085c-11e8-92a6-%012x", s.created)
	if s.appsRealm {
		id += appsSuffix
	}
	c := client{
		id:       id,
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
	delete(s.consents, id)
	return true
}

// index is for holders of the lock.
func (s *Server) index(id string) int {
	return slices.IndexFunc(s.clients, func(c client) bool { return c.id == id })
}
