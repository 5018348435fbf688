package dcr_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file holds what is promised at servers that register clients and do no more (RFC 7591): the
// client and its secret are had, nothing is registered twice, and what cannot be done is said.

func registering() map[dcrtest.Manner]conduct {
	return map[dcrtest.Manner]conduct{
		dcrtest.LemonLDAP:     {shows: []string{"Name", "RedirectURIs"}},
		dcrtest.MCPTypeScript: {shows: rfc7591Fields()},
		dcrtest.MCPPython:     {shows: rfc7591Fields()},
		dcrtest.FastMCP:       {shows: rfc7591Fields()},
		dcrtest.BetterAuth:    {scopes: []string{"openid", "profile", "email", "offline_access"}},
		dcrtest.Cloudflare: {shows: []string{
			"Name", "RedirectURIs", "GrantTypes", "ClientURI", "LogoURI", "PolicyURI", "TermsURI", "Extra.TokenEndpointAuthMethod", "Extra.ResponseTypes",
			"Extra.Contacts", "Extra.JWKSURI",
		}},
	}
}

func TestServersWithoutManagement(t *testing.T) {
	for _, m := range dcrtest.Manners() {
		if m.Reads() {
			continue
		}
		c, known := registering()[m]
		require.True(t, known, "%s registers clients", m)
		for name, check := range map[string]func(*unmanaged, *testing.T){
			"create": (*unmanaged).create, "lists": (*unmanaged).lists, "get": (*unmanaged).get, "unsupported": (*unmanaged).unsupported,
			"next start": (*unmanaged).nextStart, "forget": (*unmanaged).forget,
		} {
			t.Run(m.String()+"/"+name, func(t *testing.T) { check(newUnmanaged(t, m, c), t) })
		}
	}
}

// unmanaged is a server with one client.
type unmanaged struct {
	server  *dcrtest.Server
	conduct conduct
	folder  string
	client  *oauthclients.Client
	created *oauthclients.OAuthClient
	err     error
}

func newUnmanaged(t *testing.T, m dcrtest.Manner, c conduct) *unmanaged {
	t.Helper()
	u := &unmanaged{server: dcrtest.New(dcrtest.WithManner(m)), conduct: c, folder: filepath.Join(t.TempDir(), "registrations")}
	u.client = u.start(t)
	u.created, u.err = u.client.Clients.Create(t.Context(), c.sample(1))
	require.NotNil(t, u.created, "%v", u.err)
	return u
}

// start is a program that starts, with the folder of those before it.
func (u *unmanaged) start(t *testing.T) *oauthclients.Client {
	t.Helper()
	store, err := dcr.FileStore(u.folder)
	require.NoError(t, err)
	provider := u.server.Provider()
	provider.Registrations = store
	client, err := oauthclients.New(provider, u.server.Auth(), oauthclients.WithHTTPClient(u.server.HTTPClient()))
	require.NoError(t, err)
	return client
}

// requests are all but those for metadata.
func (u *unmanaged) requests() int {
	count := 0
	for _, r := range u.server.Requests() {
		if !strings.Contains(r.Path, "/.well-known/") {
			count++
		}
	}
	return count
}

func (u *unmanaged) create(t *testing.T) {
	t.Helper()
	require.NoError(t, u.err)
	require.Equal(t, []string{u.created.ID}, u.server.Registered())
	require.False(t, u.created.Secret.IsZero())
	require.False(t, dcr.ExtraOf(u.created).Manageable)
	require.Equal(t, u.conduct.sample(1).Name, u.created.Name)
	require.Equal(t, u.conduct.sample(1).RedirectURIs, u.created.RedirectURIs)
}

func (u *unmanaged) lists(t *testing.T) {
	t.Helper()
	before := u.requests()
	for _, client := range []*oauthclients.Client{u.client, u.start(t)} {
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Len(t, page.Clients, 1)
		require.Equal(t, u.created.ID, page.Clients[0].ID)
		require.Equal(t, u.created.Name, page.Clients[0].Name)
		count := 0
		for got, err := range client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
			require.NoError(t, err)
			require.Equal(t, u.created.ID, got.ID)
			count++
		}
		require.Equal(t, 1, count)
		found, err := client.Clients.FindByName(t.Context(), u.created.Name)
		require.NoError(t, err)
		require.Len(t, found, 1)
	}
	require.Equal(t, before, u.requests(), "nothing but the store was asked")
}

func (u *unmanaged) get(t *testing.T) {
	t.Helper()
	for _, client := range []*oauthclients.Client{u.client, u.start(t)} {
		got, err := client.Clients.Get(t.Context(), u.created.ID)
		require.NoError(t, err)
		require.Equal(t, u.created.ID, got.ID)
		require.Equal(t, u.created.Name, got.Name)
		require.Equal(t, u.created.RedirectURIs, got.RedirectURIs)
		require.Contains(t, []string{"", u.created.Secret.Reveal()}, got.Secret.Reveal())
		require.False(t, dcr.ExtraOf(got).Manageable)
	}
}

func (u *unmanaged) unsupported(t *testing.T) {
	t.Helper()
	before := u.requests()
	clients, id := u.client.Clients, u.created.ID
	_, err := clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
	u.requireUnsupported(t, err)
	u.requireUnsupported(t, clients.Delete(t.Context(), id))
	secret, err := clients.RegenerateSecret(t.Context(), id)
	u.requireUnsupported(t, err)
	require.ErrorContains(t, err, "RFC 7591", "that the provider has no such verb is not the reason")
	require.True(t, secret.IsZero())
	require.Equal(t, before, u.requests())
	_, err = clients.Get(t.Context(), id)
	require.NoError(t, err, "the client is known still")
}

func (u *unmanaged) requireUnsupported(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, errors.ErrUnsupported)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.NotEmpty(t, unsupported.Reason)
}

// nextStart ensures a client, as a program does whenever it starts.
func (u *unmanaged) nextStart(t *testing.T) {
	t.Helper()
	for range 3 {
		client := u.start(t)
		found, err := client.Clients.FindByName(t.Context(), u.created.Name)
		require.NoError(t, err)
		if len(found) == 0 {
			_, err = client.Clients.Create(t.Context(), u.conduct.sample(1))
			require.NoError(t, err)
		}
	}
	require.Len(t, u.server.Registered(), 1, "no second registration")
}

// forget is for a server that has forgotten the client itself.
func (u *unmanaged) forget(t *testing.T) {
	t.Helper()
	u.server.Restart()
	api, err := dcr.Of(u.client)
	require.NoError(t, err)
	require.NoError(t, api.Forget(t.Context(), u.created.ID))
	page, err := u.client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Empty(t, page.Clients)
	_, err = u.client.Clients.Create(t.Context(), u.conduct.sample(1))
	require.NoError(t, err)
}
