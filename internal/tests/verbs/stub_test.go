package verbs

import (
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file holds what the drivers of these tests do.

// foreignExtra belongs to another provider; its Lifetime has the name of a field of MemExtra.
type foreignExtra struct{ Lifetime time.Duration }

func (*foreignExtra) Provider() string { return "elsewhere" }

func (e *foreignExtra) Clone() oauthclients.Extra {
	clone := *e
	return &clone
}

// holds makes the stub a provider that has one client and does whatever it is asked.
func holds(client *oauthclients.OAuthClient) *world.StubDriver {
	return &world.StubDriver{
		OnGet: func(string) (*oauthclients.Record, error) {
			return &oauthclients.Record{Client: client.Clone()}, nil
		},
		OnUpdate: func(_ *oauthclients.Record, want *oauthclients.OAuthClient, _ []string) (*oauthclients.Record, error) {
			return &oauthclients.Record{Client: want.Clone()}, nil
		},
	}
}

// obedient makes the stub a provider that creates exactly what it is asked to, plus what edit
// does to it.
func obedient(edit func(*oauthclients.OAuthClient)) *world.StubDriver {
	return &world.StubDriver{OnCreate: func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		made := want.Clone()
		made.ID, made.Secret = "id-1", oauthclients.NewSecret("made-by-the-provider")
		if edit != nil {
			edit(made)
		}
		return &oauthclients.Record{Client: made}, nil
	}}
}
