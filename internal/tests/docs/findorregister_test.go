package docs

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds the program of docs/providers/dcr.md.

func snippetRegistration() (oauthclients.Provider, error) {
	store, err := dcr.FileStore("registrations") // a folder for this one server; programs can share it
	if err != nil {
		return nil, err
	}
	provider := oauthclients.Shared(dcr.Provider{Issuer: "https://login.example.com", Registrations: store})
	return provider, nil
}

// signIn signs a person in to the client of this program.
func signIn(
	ctx context.Context, provider oauthclients.Provider, redirect string, openBrowser func(string) error,
) (*oauth2.Token, error) {
	client, err := oauthclients.New(provider, oauthclients.NoAuth{}) // or BearerToken, with an initial access token
	if err != nil {
		return nil, err
	}
	app, err := findOrRegister(ctx, client, &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{redirect}, // such as http://127.0.0.1:8085/callback
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
	})
	if err != nil {
		return nil, err
	}
	auth := dcr.AuthCode(app) // the client's id, secret, redirect URI and scopes, and how it proves itself
	return auth.Interactive(ctx, provider, openBrowser)
}

// findOrRegister returns the client that an earlier start has registered, or else a new one.
func findOrRegister(
	ctx context.Context, client *oauthclients.Client, want *oauthclients.OAuthClient,
) (*oauthclients.OAuthClient, error) {
	found, err := client.Clients.FindByName(ctx, want.Name)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 1 && found[0].Secret.IsZero(): // as in the lists of DocSpace
		return client.Clients.Get(ctx, found[0].ID)
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1: // names are not unique
		return nil, fmt.Errorf("%d clients are named %q", len(found), want.Name)
	}
	app, err := client.Clients.Create(ctx, want)
	var differs *oauthclients.NotAppliedError
	if errors.As(err, &differs) { // it is registered, and the server did not take, or does not show, all of it
		log.Print(err)
		return app, nil
	}
	return app, err
}

func TestRegistrationPageStore(t *testing.T) {
	provider, err := snippetRegistration()
	require.NoError(t, err)
	_, err = oauthclients.New(provider, oauthclients.NoAuth{})
	require.NoError(t, err)
	require.NoDirExists(t, "registrations", "nothing is written before something is registered")
}

// A program that starts three times, at servers of every manner.
func TestFindOrRegister(t *testing.T) {
	for _, m := range dcrtest.Manners() {
		t.Run(m.String(), func(t *testing.T) {
			server := dcrtest.NewServer(t, dcrtest.WithManner(m))
			provider, redirect := oauthclients.Shared(server.Provider()), "http://127.0.0.1:"+freePort(t)+"/callback"
			token, err := signIn(t.Context(), provider, redirect, server.Visit)
			require.NoError(t, err)
			require.NotEmpty(t, token.AccessToken)
			for range 2 {
				_, err = signIn(t.Context(), provider, redirect, server.Visit)
				require.NoError(t, err)
			}
			require.Len(t, server.Registered(), 1)
		})
	}
}

// showSecretsOnce lists the servers whose secrets are in the store alone, as docs/providers/dcr.md says.
func showSecretsOnce() []dcrtest.Manner {
	return []dcrtest.Manner{dcrtest.Hydra, dcrtest.DjangoOAuthToolkit, dcrtest.Spring, dcrtest.GoOIDC}
}

// The lists of DocSpace have no secrets.
func TestFindOrRegisterHasTheSecretAtEachStart(t *testing.T) {
	server := docspacetest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	for range 2 {
		app, err := findOrRegister(t.Context(), client, invoices())
		require.NoError(t, err)
		require.False(t, app.Secret.IsZero())
	}
}

func invoices() *oauthclients.OAuthClient {
	const home = "https://invoices.example.com"
	return &oauthclients.OAuthClient{
		Name: "Invoices", ClientURI: home, PolicyURI: home + "/privacy", TermsURI: home + "/terms", LogoURI: docspace.DefaultLogo,
		RedirectURIs: []string{home + "/cb"}, PostLogoutRedirectURIs: []string{home + "/bye"}, AllowedOrigins: []string{home},
		Scopes: []string{docspace.ScopeFilesRead},
	}
}

func TestFindOrRegisterWithSeveralOfTheName(t *testing.T) {
	server := dcrtest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	want := &oauthclients.OAuthClient{Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/cb"}}
	for range 2 {
		_, err = client.Clients.Create(t.Context(), want)
		require.NoError(t, err)
	}
	_, err = findOrRegister(t.Context(), client, want)
	require.ErrorContains(t, err, `2 clients are named "Order desk"`)
	require.Equal(t, 2, server.Count(http.MethodPost, "/reg"))
}
