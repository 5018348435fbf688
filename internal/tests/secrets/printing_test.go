package secrets

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests that nothing the library hands out or takes in shows a secret when a program
// prints it: strategies, clients, OAuth2 clients, errors.

func TestAuthStrategiesArePrintedWithoutTheirSecrets(t *testing.T) {
	secret := oauthclients.NewSecret(topSecret)
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: topSecret, RefreshToken: "refresh-" + topSecret})
	for name, auth := range map[string]oauthclients.Auth{
		"bearer":             oauthclients.BearerToken("t0ken-of-the-api"),
		"basic":              oauthclients.BasicAuth{Username: "u", Password: secret},
		"pointer":            &oauthclients.BasicAuth{Username: "u", Password: secret},
		"password":           oauthclients.PasswordGrant{ClientID: "c", ClientSecret: secret, Username: "u", Password: secret},
		"client credentials": oauthclients.ClientCredentials{ClientID: "c", ClientSecret: secret},
		"token source":       oauthclients.FromTokenSource(source),
		"reused source":      oauthclients.FromTokenSource(oauth2.ReuseTokenSource(&oauth2.Token{AccessToken: topSecret}, source)),
	} {
		t.Run(name, func(t *testing.T) {
			world.RequireHidden(t, auth, topSecret, "t0ken-of-the-api")
			encoded, err := json.Marshal(auth)
			require.NoError(t, err)
			world.RequireNoLeak(t, string(encoded), topSecret)
			world.RequireNoLeak(t, string(encoded), "t0ken-of-the-api")
		})
	}
}

// A client that a provider answered holds the provider's JSON too, with the secret in it.
func TestOAuthClientsArePrintedWithoutSecretAndRawJSON(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.NoAuth{})
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
	require.NoError(t, err)
	listed, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	for _, c := range []*oauthclients.OAuthClient{created, listed.Clients[0]} {
		require.Equal(t, "secret-of-1", c.Secret.Reveal())
		world.RequireHidden(t, c, "secret-of-1")
		world.RequireHidden(t, *c, "secret-of-1")
		world.RequireHidden(t, listed, "secret-of-1")
		encoded, err := json.Marshal(c)
		require.NoError(t, err)
		world.RequireNoLeak(t, string(encoded), "secret-of-1")
		require.Contains(t, fmt.Sprintf("%+v", c), "Name:app", "the rest is there")
	}
}

func TestRecordsOfADriverHoldWhatMustNotShow(t *testing.T) {
	driver := &world.StubDriver{OnGet: func(string) (*oauthclients.Record, error) {
		return &oauthclients.Record{
			Client: &oauthclients.OAuthClient{ID: "id-1"}, Raw: json.RawMessage(`{"odd_name":"` + topSecret + `"}`),
		}, nil
	}}
	got, err := driver.Client(t, nil).Clients.Get(t.Context(), "id-1")
	require.NoError(t, err)
	world.RequireHidden(t, got, topSecret)
	world.RequireHidden(t, *got, topSecret)
	world.RequireHidden(t, got.Clone(), topSecret)
}

func TestErrorsArePrintedWithoutTheirBody(t *testing.T) {
	const inBody = "only-in-the-b0dy"
	client, _ := world.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"bad","note":"` + inBody + `"}`))
	})
	_, err := client.Clients.Get(t.Context(), "id-1")
	failed := world.Failure(t, err)
	require.Contains(t, string(failed.Body()), inBody)
	world.RequireHidden(t, failed, inBody)
	world.RequireHidden(t, *failed, inBody)
	world.RequireHidden(t, errors.Join(errors.New("first"), failed), inBody)
	encoded, err := json.Marshal(failed)
	require.NoError(t, err)
	require.NotContains(t, string(encoded), inBody)
}

func TestClientsArePrintedWithoutTheirCredentials(t *testing.T) {
	secret := oauthclients.NewSecret(topSecret)
	encodedBasic := base64.StdEncoding.EncodeToString([]byte("u:" + topSecret))
	for name, auth := range map[string]oauthclients.Auth{
		"bearer":       oauthclients.BearerToken("t0ken-of-the-api"),
		"basic":        oauthclients.BasicAuth{Username: "u", Password: secret},
		"password":     oauthclients.PasswordGrant{ClientID: "c", ClientSecret: secret, Username: "u", Password: secret},
		"token source": oauthclients.FromTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t0ken-of-the-api"})),
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			client := server.Client(t, auth)
			_, _ = client.Clients.Get(t.Context(), "id-1") // so that there is a token in it
			for _, holder := range []any{client, *client, client.Clients, *client.Clients, world.CallerOf(t, client)} {
				world.RequireHidden(t, holder, topSecret, encodedBasic, "t0ken-of-the-api", "t-token-1")
			}
		})
	}
}

func TestCredentialsOfACallArePrintedWithoutTheirToken(t *testing.T) {
	credential := oauthclients.BearerCredential(oauthclients.NewSecret(topSecret))
	world.RequireHidden(t, credential, topSecret)
	world.RequireHidden(t, &oauthclients.Call{Operation: "Get", Credential: credential}, topSecret)
}
