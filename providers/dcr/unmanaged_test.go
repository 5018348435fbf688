package dcr_test

import (
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds servers that register clients and do no more (RFC 7591).

const bareRegistration = `{"redirect_uris":["http://127.0.0.1:9998/cb"],"grant_types":["authorization_code","refresh_token"],"client_name":"Program","scope":"mcp:tools","client_secret":"SECRET-of-the-program","client_secret_expires_at":1798637969,"client_id":"ID","client_id_issued_at":1796045969}`

func mcpProgram() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: "Program", RedirectURIs: []string{"http://127.0.0.1:9998/cb"}, Scopes: []string{"mcp:tools"},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
	}
}

func TestAClientThatCannotBeManaged(t *testing.T) {
	stores := map[string]func(*testing.T) dcr.Store{
		"memory": func(*testing.T) dcr.Store { return dcr.NewMemoryStore() },
		"files": func(t *testing.T) dcr.Store {
			t.Helper()
			store, err := dcr.FileStore(filepath.Join(t.TempDir(), "registrations"))
			require.NoError(t, err)
			return store
		},
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			with := func(p *dcr.Provider) { p.Registrations, p.RotateSecretOnUpdate = store, true }
			client, d := atDesk(t, with, deskReply{status: http.StatusCreated, body: bareRegistration})
			created, err := client.Clients.Create(t.Context(), mcpProgram())
			require.NoError(t, err)
			require.Equal(t, "SECRET-of-the-program", created.Secret.Reveal())
			require.False(t, dcr.ExtraOf(created).Manageable)

			again, _ := atDesk(t, with) // the program starts anew
			requireKept(t, again.Clients)
			requireNoWrites(t, again.Clients)
			h, err := store.Load(t.Context(), "ID")
			require.NoError(t, err)
			providertest.RequireHidden(t, h, "SECRET-of-the-program")
			require.Len(t, d.asked, 1)

			api, err := dcr.Of(again)
			require.NoError(t, err)
			require.NoError(t, api.Forget(t.Context(), "ID"), "the server has forgotten it")
			found, err := again.Clients.FindByName(t.Context(), "Program")
			require.NoError(t, err)
			require.Empty(t, found)
		})
	}
}

// requireKept: a program that looks for its client finds it, and its secret.
func requireKept(t *testing.T, clients *oauthclients.ClientsService) {
	t.Helper()
	found, err := clients.FindByName(t.Context(), "Program")
	require.NoError(t, err)
	require.Len(t, found, 1)
	got, err := clients.Get(t.Context(), "ID")
	require.NoError(t, err)
	for _, c := range append(found, got) {
		require.Equal(t, "ID", c.ID)
		require.Equal(t, "SECRET-of-the-program", c.Secret.Reveal())
		require.Equal(t, []string{"mcp:tools"}, c.Scopes)
		require.False(t, dcr.ExtraOf(c).Manageable)
		require.Empty(t, c.Status)
	}
}

func requireNoWrites(t *testing.T, clients *oauthclients.ClientsService) {
	t.Helper()
	_, updated := clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "Other" })
	_, regenerated := clients.RegenerateSecret(t.Context(), "ID")
	for _, err := range []error{updated, regenerated, clients.Delete(t.Context(), "ID")} {
		require.ErrorIs(t, err, errors.ErrUnsupported)
		var unsupported *oauthclients.UnsupportedError
		require.ErrorAs(t, err, &unsupported)
		require.Contains(t, unsupported.Reason, "RFC 7591")
	}
	same, err := clients.Update(t.Context(), "ID", func(*oauthclients.OAuthClient) {})
	require.NoError(t, err)
	require.Equal(t, "Program", same.Name)
}

// A store of somebody's own may keep no more than there was before.
func TestAClientOfWhichOnlyTheIDWasKept(t *testing.T) {
	client, _ := atDesk(t, deskStoreWith(t, dcr.Handle{ClientID: "ID"}))
	got, err := client.Clients.Get(t.Context(), "ID")
	require.NoError(t, err)
	require.Equal(t, "ID", got.ID)
	require.False(t, dcr.ExtraOf(got).Manageable)
}

func TestAClientThatCanBeManagedSaysSo(t *testing.T) {
	w := newWorld(t)
	created := w.create(t)
	require.True(t, dcr.ExtraOf(created).Manageable)
	got, err := w.client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	require.True(t, dcr.ExtraOf(got).Manageable)
}

func TestAServerWithoutManagement(t *testing.T) {
	w := newWorld(t, dcrtest.WithoutManagement())
	created, err := w.client.Clients.Create(t.Context(), sample(1))
	require.NoError(t, err)
	require.False(t, created.Secret.IsZero())
	require.False(t, dcr.ExtraOf(created).Manageable)
	found, err := w.client.Clients.FindByName(t.Context(), created.Name)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, 1, w.server.Count(http.MethodPost, "/reg"))
	require.Zero(t, w.server.Count(http.MethodGet, "/reg"))
}

// Half a handle manages nothing, and costs nobody the client.
func TestHalfAHandle(t *testing.T) {
	for _, half := range []string{`"registration_client_uri":"` + deskManaged + `"`, `"registration_access_token":"t0k3n-0f-ID"`} {
		client, _ := atDesk(t, nil, deskReply{status: http.StatusCreated, body: bareRegistration[:len(bareRegistration)-1] + "," + half + "}"})
		created, err := client.Clients.Create(t.Context(), mcpProgram())
		require.NoError(t, err)
		require.False(t, dcr.ExtraOf(created).Manageable)
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Len(t, page.Clients, 1)
	}
}

// An answer without end, and one that is no text, are kept in files all the same.
func TestARegistrationThatIsOddAndIsKept(t *testing.T) {
	for _, more := range []string{`,"x":"` + strings.Repeat("y", 2<<20) + `"`, ",\"x\":\"\xff\""} {
		store, err := dcr.FileStore(filepath.Join(t.TempDir(), "registrations"))
		require.NoError(t, err)
		client, _ := atDesk(t, func(p *dcr.Provider) { p.Registrations = store }, deskReply{status: http.StatusCreated, body: bareRegistration[:len(bareRegistration)-1] + more + "}"})
		created, err := client.Clients.Create(t.Context(), mcpProgram())
		require.NoError(t, err)
		found, err := client.Clients.FindByName(t.Context(), "Program")
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, created.Secret.Reveal(), found[0].Secret.Reveal())
	}
}
