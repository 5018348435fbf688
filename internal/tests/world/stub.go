package world

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds a driver without a network: it plays a provider's behaviour that a test
// chooses, and counts how often the core asked it.

// StubDriver does what its functions say.
type StubDriver struct {
	OnCreate     func(want *oauthclients.OAuthClient) (*oauthclients.Record, error)
	OnList       func(opts oauthclients.ListOptions) (*oauthclients.RecordPage, error)
	OnGet        func(id string) (*oauthclients.Record, error)
	OnUpdate     func(old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (*oauthclients.Record, error)
	OnDelete     func(id string) error
	OnRegenerate func(id string) (oauthclients.Secret, error)

	Calls []string // the verbs the core asked for, in order
}

// Create is OnCreate.
func (d *StubDriver) Create(_ context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	d.Calls = append(d.Calls, "Create")
	return d.OnCreate(want)
}

// List is OnList.
func (d *StubDriver) List(_ context.Context, opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	d.Calls = append(d.Calls, "List")
	return d.OnList(opts)
}

// Get is OnGet.
func (d *StubDriver) Get(_ context.Context, id string) (*oauthclients.Record, error) {
	d.Calls = append(d.Calls, "Get")
	return d.OnGet(id)
}

// Update is OnUpdate.
func (d *StubDriver) Update(
	_ context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string,
) (*oauthclients.Record, error) {
	d.Calls = append(d.Calls, "Update")
	return d.OnUpdate(old, want, changed)
}

// Delete is OnDelete.
func (d *StubDriver) Delete(_ context.Context, id string) error {
	d.Calls = append(d.Calls, "Delete")
	return d.OnDelete(id)
}

// RegenerateSecret is OnRegenerate.
func (d *StubDriver) RegenerateSecret(_ context.Context, id string) (oauthclients.Secret, error) {
	d.Calls = append(d.Calls, "RegenerateSecret")
	return d.OnRegenerate(id)
}

// Client makes a client over the driver; able may be nil.
func (d *StubDriver) Client(t *testing.T, able func(*oauthclients.Capabilities)) *oauthclients.Client {
	t.Helper()
	provider := MemProvider{BaseURL: "https://api.example.com", Able: able}
	provider.Edit = func(c *oauthclients.Connection) {
		c.Driver = func(*oauthclients.Caller) oauthclients.Driver { return d }
	}
	client, err := oauthclients.New(provider, oauthclients.NoAuth{})
	require.NoError(t, err)
	return client
}
