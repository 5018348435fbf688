package secrets

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file prints, logs and encodes everything that the library takes in or hands out.

func TestNothingThatIsTakenInShows(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			for _, auth := range p.auths {
				client := p.client(t, auth)
				require.NoError(t, list(t.Context(), client)) // so that there is a token in it
				providertest.RequireHidden(t, auth, p.wire.secrets()...)
				providertest.RequireHidden(t, client, p.wire.secrets()...)
			}
			client, auth := p.client(t, p.main()), p.signedIn(t)
			require.NoError(t, list(t.Context(), client))
			connection, err := p.provider.Connect()
			require.NoError(t, err)
			for _, value := range []any{
				&auth, *client, client.Clients, *client.Clients, client.Provider(), p.options(oauthclients.WithTokenStore(&store{auth.Token})), connection,
			} {
				providertest.RequireHidden(t, value, p.wire.secrets()...)
			}
		})
	}
}

func TestNothingThatIsHandedOutShows(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			client := p.client(t, p.main())
			created, err := client.Clients.Create(t.Context(), p.sample)
			require.NoError(t, err)
			got, err := client.Clients.Get(t.Context(), created.ID)
			require.NoError(t, err)
			page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
			require.NoError(t, err)
			updated, err := client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name += " 2" })
			require.NoError(t, err)
			values := []any{created, *created, page, page.Clients[0], updated.Clone(), created.Secret, created.Extra}
			for _, client := range append(page.Clients, created, got, updated) {
				values = append(values, string(client.Raw()))
			}
			if p.provider.Capabilities().RegenerateSecret {
				secret, err := client.Clients.RegenerateSecret(t.Context(), created.ID)
				require.NoError(t, err)
				require.Contains(t, p.wire.secrets(), secret.Reveal())
				values = append(values, secret)
			}
			for _, value := range values {
				providertest.RequireHidden(t, value, p.wire.secrets()...)
			}
		})
	}
}

func TestNoErrorShows(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			client := p.client(t, p.main())
			_, unsupported := oauthclients.New(p.provider, oauthclients.NoAuth{})
			require.ErrorIs(t, unsupported, errors.ErrUnsupported)
			_, notFound := client.Clients.Get(t.Context(), "nobody")
			require.ErrorIs(t, notFound, oauthclients.ErrNotFound)
			p.wire.answers(with(toAPI, http.StatusBadRequest, echoes()["a single value"]))
			_, invalid := client.Clients.Create(t.Context(), p.sample)
			require.Error(t, invalid)
			p.wire.answers(with(toToken, http.StatusUnauthorized, echoes()["a single value"]))
			noToken := list(t.Context(), p.client(t, p.main()))
			for _, err := range []error{unsupported, notFound, invalid, noToken} {
				providertest.RequireHidden(t, err, p.wire.secrets()...)
			}
		})
	}
}

// A login is data; only what encodes it may show it.
func TestALoginDoesNotShow(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			login, err := p.login.Begin(t.Context(), p.provider, p.options()...)
			require.NoError(t, err)
			providertest.RequireHidden(t, login, login.State, login.Verifier)
			providertest.RequireHidden(t, *login, login.State, login.Verifier)
			providertest.RequireHidden(t, login.URL, login.Verifier, p.login.ClientSecret.Reveal())
		})
	}
}
