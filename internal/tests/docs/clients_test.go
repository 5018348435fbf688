package docs

import (
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds the snippets of docs/clients.md.

func ensureOrderDesk(ctx context.Context, clients *oauthclients.ClientsService) (*oauthclients.OAuthClient, error) {
	app, differences, err := clients.Ensure(ctx, "Order desk", func(c *oauthclients.OAuthClient) {
		c.RedirectURIs = []string{"https://orders.example.com/cb"}
		c.Description = "" // clears it
	})
	for _, difference := range differences {
		log.Print(difference) // RedirectURIs: [] -> ["https://orders.example.com/cb"]
	}
	return app, err
}

func planOf(have, want *oauthclients.OAuthClient) (plan []string) {
	for _, difference := range oauthclients.Diff(have, want, "RedirectURIs", "Scopes") {
		plan = append(plan, difference.String())
	}
	return plan
}

func check(clients *oauthclients.ClientsService, have, want *oauthclients.OAuthClient) error {
	if err := clients.Check(want); err != nil {
		return err // names each field and its rule
	}
	if err := clients.CheckUpdate(have, want); err != nil {
		return err
	}
	return nil
}

func throughJSON(client *oauthclients.Client, app *oauthclients.OAuthClient, to **oauthclients.OAuthClient) error {
	text, err := oauthclients.EncodeClient(app) // {"client_name":"Order desk","redirect_uris":[…],"extra":{…}}
	if err != nil {
		return err
	}
	again, err := oauthclients.DecodeClient(client.Provider(), text)
	*to = again
	return err
}

func whoAmI(ctx context.Context, client *oauthclients.Client, say func(*http.Response)) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "/api/v2/users/me", http.NoBody)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err == nil {
		defer func() { _ = answer.Body.Close() }()
		say(answer)
	}
	return err
}

func lend(ctx context.Context, client *oauthclients.Client, use func(*oauth2.Token, *http.Client)) error {
	token, err := client.Token(ctx)
	if err != nil {
		return err
	}
	api := oauth2.NewClient(ctx, client.TokenSource(ctx))
	use(token, api)
	return nil
}

func TestClientsPage(t *testing.T) {
	log.SetOutput(io.Discard)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	server := dcrtest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	app, err := ensureOrderDesk(t.Context(), client.Clients)
	require.NoError(t, err)
	want := app.Clone()
	want.RedirectURIs = nil
	require.Equal(t, []string{`RedirectURIs: ["https://orders.example.com/cb"] -> []`}, planOf(app, want))
	require.ErrorIs(t, check(client.Clients, app, want), oauthclients.ErrInvalid, "a code has to come back somewhere")
	var again *oauthclients.OAuthClient
	require.NoError(t, throughJSON(client, app, &again))
	require.Empty(t, oauthclients.Diff(app, again))
	require.True(t, again.Secret.IsZero())
}

func TestClientsPageLends(t *testing.T) {
	server := genesystest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	require.NoError(t, whoAmI(t.Context(), client, func(answer *http.Response) {
		require.Equal(t, http.StatusNotFound, answer.StatusCode, "the fake has no such call")
	}))
	sent := server.Requests()[len(server.Requests())-1]
	require.Equal(t, "/api/v2/users/me", sent.Path)
	require.NoError(t, lend(t.Context(), client, func(token *oauth2.Token, _ *http.Client) {
		require.Equal(t, "Bearer "+token.AccessToken, sent.Header.Get("Authorization"))
	}))
}
