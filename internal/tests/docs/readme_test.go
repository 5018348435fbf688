package docs

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the README's snippets in the form in which they compile and run.

func TestREADMERealAccounts(*testing.T) {
	const tokenID, token, apiKey, id, secret = "token-FQ1V12", "x", "sk-x", "id", "x"
	store := dcr.NewMemoryStore()

	oauthclients.New(sipgate.Provider{},
		oauthclients.BasicAuth{Username: tokenID, Password: oauthclients.NewSecret(token)}) // personal access token
	oauthclients.New(docspace.Provider{Portal: "https://example.onlyoffice.com"},
		oauthclients.BearerToken(apiKey))
	oauthclients.New(genesys.Provider{Region: genesys.EUWest1},
		oauthclients.ClientCredentials{ClientID: id, ClientSecret: oauthclients.NewSecret(secret)})
	oauthclients.New(dcr.Provider{Issuer: "https://login.example.com", Registrations: store}, // store: see docs/providers/dcr.md
		oauthclients.NoAuth{}) // or BearerToken, with an initial access token
}

func TestREADMEEnsure(t *testing.T) {
	server := sipgatetest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	for _, written := range []bool{true, false} {
		ctx := t.Context()
		app, differences, err := client.Clients.Ensure(ctx, "Order desk", func(c *oauthclients.OAuthClient) {
			c.RedirectURIs = []string{"https://orders.example.com/cb"}
		})
		require.NoError(t, err)
		require.Equal(t, "Order desk", app.Name)
		require.Equal(t, written, len(differences) > 0)
	}
	require.Equal(t, 1, server.Count(http.MethodPost, "/v2/authorization/oauth2/clients"))
	require.Zero(t, server.Count(http.MethodPut, ""))
}

// snippetErrors is in the README and in docs/errors.md.
func snippetErrors(
	ctx context.Context, client *oauthclients.Client, id string,
	create func(context.Context) error, tryAgainIn func(time.Duration) error,
) error {
	_, err := client.Clients.Get(ctx, id)
	switch {
	case errors.Is(err, oauthclients.ErrNotFound):
		return create(ctx)
	case errors.Is(err, oauthclients.ErrRateLimited):
		var failed *oauthclients.Error
		errors.As(err, &failed)
		return tryAgainIn(failed.RetryAfter)
	}
	return err
}

func TestREADMEErrors(t *testing.T) {
	server := genesystest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	created, waited := 0, time.Duration(0)
	call := func() {
		require.NoError(t, snippetErrors(t.Context(), client, "missing",
			func(context.Context) error { created++; return nil },
			func(wait time.Duration) error { waited = wait; return nil }))
	}
	call()
	require.Equal(t, 1, created)

	server.Inject(fakeserver.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"100"}}})
	call()
	require.Equal(t, 100*time.Second, waited)
}

func myTool(ctx context.Context, client *oauthclients.Client) error {
	_, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{
		Name: "my tool", RedirectURIs: []string{"https://tool.example.com/cb"}, Scopes: []string{"users:readonly"},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
	})
	return err
}

func TestMyToolWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := genesystest.New()
		client, err := oauthclients.New(server.Provider(), server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)

		server.Inject(fakeserver.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"40"}}, Times: 1})
		require.NoError(t, myTool(t.Context(), client)) // 40 seconds later, at no cost
	})
}

func TestMyTool(t *testing.T) {
	server := genesystest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)

	server.Inject(fakeserver.Fault{Method: http.MethodPost, PathContains: "/clients", Drop: true, Execute: true, Times: 1})
	err = myTool(t.Context(), client) // creates a client; the answer gets lost
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
}
