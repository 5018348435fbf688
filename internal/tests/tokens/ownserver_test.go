package tokens

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what must not be taken for the word of the server that a token is for.

// The function that signs an assertion may ask a server of its own for a token. What that one says
// does not end the session here.
func TestAFailedAssertionSaysNothingOfTheToken(t *testing.T) {
	server := world.NewMemServer()
	fails := true
	auth := oauthclients.AuthCode{
		ClientID: "app", AuthMethod: oauthclients.PrivateKeyJWT, Token: &oauth2.Token{RefreshToken: "refresh-0123456789"},
		Assertion: func(context.Context, string) (string, error) {
			if fails {
				return "", &oauth2.RetrieveError{Response: &http.Response{StatusCode: http.StatusBadRequest}, ErrorCode: "invalid_grant"}
			}
			return "signed", nil
		},
	}
	client := server.Client(t, auth)
	err := world.List(t, client)
	require.ErrorContains(t, err, "assertion could not be made")
	require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
	require.Zero(t, server.TokenRequests())
	fails = false
	require.NoError(t, world.List(t, client), "the refresh token was never sent")
}

// What an https issuer names is https, the place that revokes tokens too.
func TestATokenIsNotRevokedInTheClear(t *testing.T) {
	server := world.NewMemServer()
	provider := server.Provider()
	provider.Edit = func(c *oauthclients.Connection) {
		c.SignOut = nil
		c.Endpoints.Others = map[string]string{"issuer": "https://as.example.com", "revocation_endpoint": "http://127.0.0.1:1/revoke"}
	}
	auth := oauthclients.AuthCode{ClientID: "app", Token: &oauth2.Token{AccessToken: "access-0123456789"}}
	client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	err = client.SignOut(t.Context())
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "revocation_endpoint: must be https")
	require.Empty(t, server.Requests())
}

// A text that leaves open whether the secret is wrong does not say that the client is gone.
func TestAWrongSecretIsNoForgottenClient(t *testing.T) {
	for text, gone := range map[string]bool{"Invalid client_id": true, "Invalid client_id or client_secret": false, "client_id: bad credentials": false} {
		server := world.NewMemServer()
		server.Issue = refusing(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"`+text+`"}`)
		auth := oauthclients.AuthCode{ClientID: "app", ClientSecret: oauthclients.NewSecret("s3cret-of-the-client"), Token: &oauth2.Token{RefreshToken: "refresh-0123456789"}}
		err := world.List(t, server.Client(t, auth))
		require.Equal(t, gone, errors.Is(err, oauthclients.ErrLoginRequired), text)
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	}
}

// refusing answers every request for a token so.
func refusing(status int, body string) func(int, url.Values) (int, string) {
	return func(int, url.Values) (int, string) { return status, body }
}
