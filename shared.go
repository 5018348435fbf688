package oauthclients

import (
	"sync"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file is what is learnt of a server, and who shares it.

// metadata is what a server has told: where its addresses are, and what its endpoints want.
type metadata struct {
	discovery flight.Group[*Endpoints]
	wantsID   servers // those that want the client_id beside Basic

	mu    sync.Mutex
	found *Endpoints // checked; nil until Discover has answered
}

func (m *metadata) known() *Endpoints {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found
}

func (m *metadata) keep(found *Endpoints) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.found = found
}

// Shared returns p so that everything that is made with what it returns, by [New], [AuthCode.Begin],
// [AuthCode.Finish] and [AuthCode.Interactive], asks for the addresses of the server once. It is for a
// program that signs people in at a server whose addresses are discovered: keep what it returns for as
// long as the program runs. Otherwise every Begin and every Finish asks anew, since a provider is a
// value and keeps nothing. The addresses must not depend on the options, such as a proxy.
func Shared(p Provider) Provider {
	if isNil(p) {
		return nil
	}
	if _, already := p.(sharing); already {
		return p
	}
	return sharing{p, &metadata{}}
}

// sharing is a provider with what was learnt of its server.
type sharing struct {
	Provider

	metadata *metadata
}

func metadataOf(p Provider) *metadata {
	if shared, ok := p.(sharing); ok {
		return shared.metadata
	}
	return &metadata{}
}

// unshared is the provider that the user made.
func unshared(p Provider) Provider {
	if shared, ok := p.(sharing); ok {
		return shared.Provider
	}
	return p
}
