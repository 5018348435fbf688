package docs

import (
	"context"
	"errors"
	"log"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file holds the snippets of docs/providers/dcr.md, in the form in which they compile and run.

// removed deletes a client where the server can, and forgets it where it cannot.
func removed(ctx context.Context, client *oauthclients.Client, id string) error {
	err := client.Clients.Delete(ctx, id)
	var cannot *oauthclients.UnsupportedError
	if !errors.As(err, &cannot) { // cannot.Reason: the server gave no way to read, change or delete this client
		return err
	}
	api, err := dcr.Of(client)
	if err != nil {
		return err
	}
	return api.Forget(ctx, id) // out of the store; at the server it stays
}

// registerAnew is for a server that does not know the client of that id any more.
func registerAnew(
	ctx context.Context, client *oauthclients.Client, id string, want *oauthclients.OAuthClient,
) (*oauthclients.OAuthClient, error) {
	api, err := dcr.Of(client)
	if err != nil {
		return nil, err
	}
	if err := api.Forget(ctx, id); err != nil {
		return nil, err
	}
	return findOrRegister(ctx, client, want)
}

func snippetEntries(ctx context.Context, client *oauthclients.Client) error {
	for app, err := range client.Clients.All(ctx, oauthclients.ListOptions{}) {
		if err != nil {
			return err
		}
		switch app.Status {
		case dcr.StatusDead, dcr.StatusUnreadable:
			log.Println(app.ID, app.Status, dcr.ExtraOf(app).Trouble)
		default:
			log.Println(app.ID, app.Name, dcr.ExtraOf(app).Manageable)
		}
	}
	return nil
}

func snippetKeycloak(store dcr.Store) dcr.Provider {
	return dcr.Provider{
		Issuer: "https://login.example.com/realms/orders", Registrations: store,
		NotShown:    []string{"LogoURI", "PolicyURI", "TermsURI"}, // stored, and in no answer
		UpdateSends: dcr.OnlyOurs,                                 // what an update leaves out stays
	}
}

// freePort has the name that the page gives it.
func freePort(t *testing.T) string {
	t.Helper()
	return world.FreePort(t)
}

func TestSignInAtAnMCPServer(t *testing.T) {
	server := dcrtest.NewServer(t, dcrtest.WithManner(dcrtest.MCPPython))
	redirect := "http://127.0.0.1:" + freePort(t) + "/callback" // the fake wants the port that was registered
	for range 2 {
		token, err := signIn(t.Context(), server.Provider(), redirect, server.Visit)
		require.NoError(t, err)
		require.NotEmpty(t, token.AccessToken)
	}
	require.Len(t, server.Registered(), 1)
}

func TestRegistrationPageRemoves(t *testing.T) {
	for _, m := range []dcrtest.Manner{dcrtest.OIDCProvider, dcrtest.MCPTypeScript} {
		server := dcrtest.NewServer(t, dcrtest.WithManner(m))
		client, err := oauthclients.New(server.Provider(), server.Auth())
		require.NoError(t, err)
		app, err := findOrRegister(t.Context(), client, orderDesk("https://orders.example.com/cb"))
		require.NoError(t, err)
		require.NoError(t, snippetEntries(t.Context(), client))
		require.Equal(t, m.Manages(), dcr.ExtraOf(app).Manageable)
		require.NoError(t, removed(t.Context(), client, app.ID))
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Empty(t, page.Clients)
		require.Equal(t, m.Manages(), len(server.Registered()) == 0)
	}
}

// A secret that is shown once is there at each start.
func TestRegistrationPageSecretsShownOnce(t *testing.T) {
	for _, m := range showSecretsOnce() {
		server := dcrtest.NewServer(t, dcrtest.WithManner(m))
		client, err := oauthclients.New(server.Provider(), server.Auth())
		require.NoError(t, err)
		want := orderDesk("http://127.0.0.1:" + freePort(t) + "/callback")
		for range 3 {
			app, err := findOrRegister(t.Context(), client, want)
			require.NoError(t, err)
			require.False(t, app.Secret.IsZero())
			_, err = dcr.AuthCode(app).Interactive(t.Context(), server.Provider(), server.Visit)
			require.NoError(t, err, m)
		}
		require.Len(t, server.Registered(), 1)
	}
}

func TestRegistrationPageRegistersAnew(t *testing.T) {
	server := dcrtest.NewServer(t, dcrtest.WithManner(dcrtest.MCPTypeScript))
	provider, want := server.Provider(), orderDesk("http://127.0.0.1:"+freePort(t)+"/callback")
	client, err := oauthclients.New(provider, server.Auth())
	require.NoError(t, err)
	app, err := findOrRegister(t.Context(), client, want)
	require.NoError(t, err)
	server.Restart()
	_, err = dcr.AuthCode(app).Interactive(t.Context(), provider, server.Visit)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable, "nobody came back from the server's page")

	app, err = registerAnew(t.Context(), client, app.ID, want)
	require.NoError(t, err)
	_, err = dcr.AuthCode(app).Interactive(t.Context(), provider, server.Visit)
	require.NoError(t, err)
	require.Equal(t, []string{app.ID}, server.Registered())
}

func TestRegistrationPageNamesWhatKeycloakDoesNotShow(t *testing.T) {
	server := dcrtest.NewServer(t, dcrtest.WithManner(dcrtest.Keycloak))
	want := orderDesk("https://orders.example.com/cb")
	want.LogoURI = "https://orders.example.com/logo.png"
	plain := server.Provider()
	named := snippetKeycloak(dcr.NewMemoryStore())
	named.Issuer = plain.Issuer
	for provider, says := range map[*dcr.Provider]error{&plain: oauthclients.ErrNotApplied, &named: nil} {
		client, err := oauthclients.New(*provider, server.Auth())
		require.NoError(t, err)
		_, err = client.Clients.Create(t.Context(), want)
		require.ErrorIs(t, err, says)
	}
}

func orderDesk(redirect string) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{redirect},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
	}
}
