package oauthclients_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds a driver without a network: it plays a provider's behaviour that a test
// chooses, and counts how often the core asked it.

type stubDriver struct {
	create     func(want *oauthclients.OAuthClient) (*oauthclients.Record, error)
	list       func(opts oauthclients.ListOptions) (*oauthclients.RecordPage, error)
	get        func(id string) (*oauthclients.Record, error)
	update     func(old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (*oauthclients.Record, error)
	remove     func(id string) error
	regenerate func(id string) (oauthclients.Secret, error)

	calls []string // the verbs the core asked for, in order
}

func (d *stubDriver) Create(_ context.Context, want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	d.calls = append(d.calls, "Create")
	return d.create(want)
}

func (d *stubDriver) List(_ context.Context, opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	d.calls = append(d.calls, "List")
	return d.list(opts)
}

func (d *stubDriver) Get(_ context.Context, id string) (*oauthclients.Record, error) {
	d.calls = append(d.calls, "Get")
	return d.get(id)
}

func (d *stubDriver) Update(
	_ context.Context, old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string,
) (*oauthclients.Record, error) {
	d.calls = append(d.calls, "Update")
	return d.update(old, want, changed)
}

func (d *stubDriver) Delete(_ context.Context, id string) error {
	d.calls = append(d.calls, "Delete")
	return d.remove(id)
}

func (d *stubDriver) RegenerateSecret(_ context.Context, id string) (oauthclients.Secret, error) {
	d.calls = append(d.calls, "RegenerateSecret")
	return d.regenerate(id)
}

// client makes a client over the driver; able may be nil.
func (d *stubDriver) client(t *testing.T, able func(*oauthclients.Capabilities)) *oauthclients.Client {
	t.Helper()
	provider := memProvider{baseURL: "https://api.example.com", able: able}
	provider.connect = func(c *oauthclients.Connection) {
		c.Driver = func(*oauthclients.Caller) oauthclients.Driver { return d }
	}
	client, err := oauthclients.New(provider, oauthclients.NoAuth{})
	require.NoError(t, err)
	return client
}

// holds makes the stub a provider that has one client and does whatever it is asked.
func holds(client *oauthclients.OAuthClient) *stubDriver {
	return &stubDriver{
		get: func(string) (*oauthclients.Record, error) {
			return &oauthclients.Record{Client: client.Clone()}, nil
		},
		update: func(_ *oauthclients.Record, want *oauthclients.OAuthClient, _ []string) (*oauthclients.Record, error) {
			return &oauthclients.Record{Client: want.Clone()}, nil
		},
	}
}

// obedient makes the stub a provider that creates exactly what it is asked to, plus what edit
// does to it.
func obedient(edit func(*oauthclients.OAuthClient)) *stubDriver {
	return &stubDriver{create: func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		made := want.Clone()
		made.ID, made.Secret = "id-1", oauthclients.NewSecret("made-by-the-provider")
		if edit != nil {
			edit(made)
		}
		return &oauthclients.Record{Client: made}, nil
	}}
}
