package dcr_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file holds the sign-in of a registered client.

func TestTheSignInOfARegisteredClient(t *testing.T) {
	for method, want := range map[string]struct {
		method oauthclients.ClientAuthMethod
		secret string
	}{
		"":                    {"", "SECRET-of-the-client"},
		"client_secret_basic": {oauthclients.ClientSecretBasic, "SECRET-of-the-client"},
		"client_secret_post":  {oauthclients.ClientSecretPost, "SECRET-of-the-client"},
		"none":                {oauthclients.ClientAuthNone, ""},
		"private_key_jwt":     {oauthclients.PrivateKeyJWT, ""},
		"tls_client_auth":     {"", "SECRET-of-the-client"},
		"client_secret_jwt":   {"", "SECRET-of-the-client"},
	} {
		c := &oauthclients.OAuthClient{
			ID: "ID", Secret: oauthclients.NewSecret("SECRET-of-the-client"), Scopes: []string{"openid"},
			RedirectURIs: []string{"https://a.example/cb", "https://b.example/cb"},
		}
		dcr.ExtraOf(c).TokenEndpointAuthMethod = method
		auth := dcr.AuthCode(c)
		require.Equal(t, want.method, auth.AuthMethod, method)
		require.Equal(t, want.secret, auth.ClientSecret.Reveal(), method)
		require.Equal(t, "ID", auth.ClientID)
		require.Equal(t, "https://a.example/cb", auth.RedirectURL)
		require.Equal(t, []string{"openid"}, auth.Scopes)
		auth.Scopes[0] = "edited"
		require.Equal(t, []string{"openid"}, c.Scopes)
	}
	require.Empty(t, dcr.AuthCode(nil).ClientID)
	require.Empty(t, dcr.AuthCode(&oauthclients.OAuthClient{ID: "ID"}).RedirectURL)
}
