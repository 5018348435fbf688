package verbs

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file checks that refusals tell what would be taken.

func TestARefusedGrantTypeIsNamedBesideThoseThatExist(t *testing.T) {
	_, err := obedient(nil).Client(t, nil).Clients.Create(t.Context(),
		&oauthclients.OAuthClient{Name: "a", GrantTypes: []oauthclients.GrantType{"clientcredentials"}})
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.ErrorContains(t, err, "asked for clientcredentials; there are authorization_code, refresh_token")
}

func TestBlankEntriesAreRefusedByNumber(t *testing.T) {
	driver := obedient(nil)
	_, err := driver.Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{
		Name: "a", RedirectURIs: []string{"https://app.example.com", " "}, Scopes: []string{""},
	})
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, []oauthclients.FieldError{
		{Field: "RedirectURIs", Code: "required", Message: "entry 2 must not be blank"},
		{Field: "Scopes", Code: "required", Message: "entry 1 must not be blank"},
	}, world.Failure(t, err).Fields)
	require.Empty(t, driver.Calls)
}

func TestSecretsFromAFileWithANewlineAreNamed(t *testing.T) {
	secret := oauthclients.NewSecret("s3cret\n")
	for field, auth := range map[string]oauthclients.Auth{
		"BearerToken":                    oauthclients.BearerToken("s3cret\n"),
		"BasicAuth.Password":             oauthclients.BasicAuth{Username: "u", Password: secret},
		"PasswordGrant.Password":         oauthclients.PasswordGrant{ClientID: "c", Username: "u", Password: secret},
		"PasswordGrant.ClientSecret":     oauthclients.PasswordGrant{ClientID: "c", Username: "u", Password: oauthclients.NewSecret("p"), ClientSecret: secret},
		"ClientCredentials.ClientSecret": oauthclients.ClientCredentials{ClientID: "c", ClientSecret: secret},
		"ClientCredentials.ClientID":     oauthclients.ClientCredentials{ClientID: "c\n", ClientSecret: oauthclients.NewSecret("x")},
	} {
		_, err := oauthclients.New(world.NewMemServer().Provider(), auth)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		require.Equal(t, field, world.Failure(t, err).Fields[0].Field)
		require.ErrorContains(t, err, "strings.TrimSpace")
		require.NotContains(t, err.Error(), "s3cret")
	}
}

func TestScopesAreSingleWords(t *testing.T) {
	for _, scopes := range [][]string{{"a b"}, {""}, {"a", "\t"}} {
		_, err := oauthclients.New(world.NewMemServer().Provider(), oauthclients.ClientCredentials{
			ClientID: "c", ClientSecret: oauthclients.NewSecret("x"), Scopes: scopes,
		})
		require.ErrorContains(t, err, "ClientCredentials.Scopes")
	}
}

func TestACancelledCallMatchesCanceledAndTheCause(t *testing.T) {
	cause := errors.New("shutting down")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	_, err := world.NewMemServer().Client(t, oauthclients.NoAuth{}).Clients.Get(ctx, "id-1")
	require.ErrorIs(t, err, cause)
	require.ErrorIs(t, err, context.Canceled)
}

// Who replaces Extra as a whole edits what can be written, not what the provider sets.
func TestExtraMayBeReplacedAsAWhole(t *testing.T) {
	client := holds(&oauthclients.OAuthClient{ID: "id-1", Extra: &world.MemExtra{Strict: false, Usage: 7}})
	var changes []string
	client.OnUpdate = func(_ *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (*oauthclients.Record, error) {
		changes = changed
		want.ID = "id-1"
		return &oauthclients.Record{Client: want}, nil
	}
	_, err := client.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
		c.Extra = &world.MemExtra{Strict: true}
	})
	require.NoError(t, err)
	require.Equal(t, []string{"Extra.Strict"}, changes)
}
