package tokens

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what each strategy sends: to the token endpoint, and with every call.

// requireToken lists once and returns the form and the headers of the token request.
func requireToken(t *testing.T, server *world.MemServer, client *oauthclients.Client) (url.Values, http.Header) {
	t.Helper()
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	requests := server.Requests()
	require.Len(t, requests, 2)
	token, list := requests[0], requests[1]
	require.Equal(t, http.MethodPost, token.Method)
	require.Equal(t, "/oauth/token", token.Path)
	require.Empty(t, token.Query)
	require.Equal(t, "application/x-www-form-urlencoded", token.Header.Get("Content-Type"))
	require.Equal(t, "application/json", token.Header.Get("Accept"))
	require.Equal(t, "Bearer t-token-1", list.Header.Get("Authorization"))
	return world.FormOf(t, token.Body), token.Header
}

// RFC 6749 section 4.3.2.
func TestPasswordGrant(t *testing.T) {
	server := world.NewMemServer()
	auth := world.PasswordGrant()
	form, header := requireToken(t, server, server.Client(t, auth))
	require.Equal(t, url.Values{
		"grant_type": {"password"}, "client_id": {"client-1"}, "username": {"user@example.com"}, "password": {world.OddSecret},
	}, form)
	require.Empty(t, header.Get("Authorization"))

	server = world.NewMemServer()
	auth.ClientSecret, auth.Scopes = oauthclients.NewSecret("confidential"), []string{"a:read", "b"}
	form, _ = requireToken(t, server, server.Client(t, auth))
	require.Equal(t, "confidential", form.Get("client_secret"))
	require.Equal(t, "a:read b", form.Get("scope"))
}

// RFC 6749 sections 4.4.2 and 2.3.1.
func TestClientCredentialsInTheForm(t *testing.T) {
	server := world.NewMemServer()
	auth := world.ClientCredentials()
	auth.Scopes = []string{"a", "b"}
	form, header := requireToken(t, server, server.Client(t, auth))
	require.Equal(t, url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"client-1"}, "client_secret": {world.OddSecret}, "scope": {"a b"},
	}, form)
	require.Empty(t, header.Get("Authorization"))
}

// RFC 6749 section 2.3.1: both are form-encoded before they go into the header.
func TestClientCredentialsInTheBasicHeader(t *testing.T) {
	server := world.NewMemServer()
	auth := oauthclients.ClientCredentials{ClientID: "client:1 ü/&", ClientSecret: oauthclients.NewSecret(world.OddSecret)}
	form, header := requireToken(t, server, server.Client(t, auth, world.InHeader))
	require.Equal(t, url.Values{"grant_type": {"client_credentials"}}, form)

	encoded, ok := strings.CutPrefix(header.Get("Authorization"), "Basic ")
	require.True(t, ok)
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	require.NoError(t, err)
	id, secret, ok := strings.Cut(string(decoded), ":")
	require.True(t, ok)
	id, err = url.QueryUnescape(id)
	require.NoError(t, err)
	secret, err = url.QueryUnescape(secret)
	require.NoError(t, err)
	require.Equal(t, "client:1 ü/&", id)
	require.Equal(t, world.OddSecret, secret)
}

// A public client has nothing for a header: its id goes into the form (RFC 6749 section 3.2.1).
func TestAPublicClientIsNamedInTheFormUnderTheHeaderStyle(t *testing.T) {
	server := world.NewMemServer()
	form, header := requireToken(t, server, server.Client(t, world.PasswordGrant(), world.InHeader))
	require.Equal(t, "client-1", form.Get("client_id"))
	require.NotContains(t, form, "client_secret")
	require.Empty(t, header.Get("Authorization"))
}

func TestCredentialsThatAreSentAsTheyAre(t *testing.T) {
	for name, test := range map[string]struct {
		auth oauthclients.Auth
		want []string
	}{
		"bearer": {oauthclients.BearerToken("t0ken"), []string{"Bearer t0ken"}},
		// RFC 7617 section 2.
		"basic": {
			oauthclients.BasicAuth{Username: "Aladdin", Password: oauthclients.NewSecret("open sesame")},
			[]string{"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
		},
		"none": {oauthclients.NoAuth{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			client := server.Client(t, test.auth)
			for range 2 {
				_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
				require.NoError(t, err)
			}
			require.Len(t, server.Requests(), 2, "and no token request")
			for _, r := range server.Requests() {
				require.Equal(t, test.want, r.Header.Values("Authorization"))
			}
		})
	}
}
