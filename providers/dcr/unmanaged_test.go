package dcr_test

import (
	"context"
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

func storesOfBothKinds() map[string]func(*testing.T) dcr.Store {
	return map[string]func(*testing.T) dcr.Store{
		"memory": func(*testing.T) dcr.Store { return dcr.NewMemoryStore() },
		"files": func(t *testing.T) dcr.Store {
			t.Helper()
			store, err := dcr.FileStore(filepath.Join(t.TempDir(), "registrations"))
			require.NoError(t, err)
			return store
		},
	}
}

func TestAClientThatCannotBeManaged(t *testing.T) {
	for name, open := range storesOfBothKinds() {
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

// A provider that has no new secrets says of such a client what is true of it, and sends nothing.
func TestWhyAClientGetsNoNewSecret(t *testing.T) {
	for name, open := range storesOfBothKinds() {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			with := func(p *dcr.Provider) { p.Registrations = store }
			require.NoError(t, store.Save(t.Context(), dcr.Handle{ClientID: "bare", Registration: oauthclients.NewSecret(`{"client_id":"bare"}`)}))
			require.NoError(t, store.Save(t.Context(), dcr.Handle{ClientID: "ID", URI: deskManaged, Token: oauthclients.NewSecret("t0k3n-0f-ID")}))
			client, d := atDesk(t, with)
			for id, reason := range map[string]string{"bare": "it only registers (RFC 7591)", "ID": "RotateSecretOnUpdate", "nobody": "RotateSecretOnUpdate"} {
				_, err := client.Clients.RegenerateSecret(t.Context(), id)
				var unsupported *oauthclients.UnsupportedError
				require.ErrorAs(t, err, &unsupported)
				require.ErrorIs(t, err, errors.ErrUnsupported)
				require.Contains(t, unsupported.Reason, reason)
				require.Equal(t, "RegenerateSecret", unsupported.Operation)
			}
			require.Empty(t, d.asked)
		})
	}
	client, _ := atDesk(t, func(p *dcr.Provider) { p.Registrations = deaf{p.Registrations} })
	_, err := client.Clients.RegenerateSecret(t.Context(), "ID")
	require.ErrorIs(t, err, errors.ErrUnsupported, "a store that fails changes nothing about that")
}

type deaf struct{ dcr.Store }

func (deaf) Load(context.Context, string) (*dcr.Handle, error) { return nil, errFull }

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

// Of an answer that is too long to be kept everything is kept that has a field and fits, so that people
// can sign in at the next start too.
func TestARegistrationThatIsTooLongIsKeptInParts(t *testing.T) {
	const more = `,"client_uri":"https://a.example","Token_endpoint_auth_method":"client_secret_post","response_types":"code","policy_uri":null`
	padding := strings.Repeat("y", 100<<10)
	body := bareRegistration[:len(bareRegistration)-1] + more + `,"logo_uri":"https://a.example/` + padding + `","x":"` + padding + `"}`
	store, err := dcr.FileStore(filepath.Join(t.TempDir(), "registrations"))
	require.NoError(t, err)
	with := func(p *dcr.Provider) { p.Registrations = store }
	client, _ := atDesk(t, with, deskReply{status: http.StatusCreated, body: body})
	created, err := client.Clients.Create(t.Context(), mcpProgram())
	require.NoError(t, err)

	again, _ := atDesk(t, with)
	got, err := again.Clients.Get(t.Context(), "ID")
	require.NoError(t, err)
	require.Empty(t, got.LogoURI, "it has no room")
	want := created.Clone()
	want.LogoURI = ""
	require.Equal(t, want.Extra, got.Extra)
	require.Equal(t, dcr.AuthCode(want), dcr.AuthCode(got))
	require.Equal(t, oauthclients.ClientSecretPost, dcr.AuthCode(got).AuthMethod)
	require.Equal(t, want.GrantTypes, got.GrantTypes)
	require.Equal(t, want.ClientURI, got.ClientURI)
	require.Equal(t, want.CreatedAt, got.CreatedAt)
	h, err := store.Load(t.Context(), "ID")
	require.NoError(t, err)
	require.Less(t, len(h.Registration.Reveal()), 64<<10)
}

// The id and the secret are kept whatever the rest is worth.
func TestARegistrationWhoseIDAndSecretAreOdd(t *testing.T) {
	secret := strings.Repeat("s3cr3t", 12<<10)
	body := `{"client_id":12345678901,"client_secret":["` + secret + `"],"client_name":"Program","redirect_uris":["http://127.0.0.1:9998/cb"],"scope":["mcp:tools"]}`
	client, _ := atDesk(t, nil, deskReply{status: http.StatusCreated, body: body})
	created, _ := client.Clients.Create(t.Context(), mcpProgram())
	require.NotNil(t, created)
	got, err := client.Clients.Get(t.Context(), "12345678901")
	require.NoError(t, err)
	require.Equal(t, secret, got.Secret.Reveal())
	require.Equal(t, []string{"mcp:tools"}, got.Scopes)
	require.Equal(t, "Program", got.Name)
}

// Blanks are no id.
func TestAHandleWithoutAnIDIsNotAdopted(t *testing.T) {
	client, _ := atDesk(t, nil)
	api, err := dcr.Of(client)
	require.NoError(t, err)
	err = api.Adopt(t.Context(), dcr.Handle{ClientID: " ", Registration: oauthclients.NewSecret("{}")})
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "Handle.ClientID")
}
