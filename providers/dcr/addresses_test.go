package dcr_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file holds the addresses of clients that servers name when a good one is known already.

// An address that nobody has tried does not take the place of one that works.
func TestAnAddressThatNobodyHasTried(t *testing.T) {
	for _, untried := range []string{deskRegister + "/ID/ID", deskURL + "/elsewhere", "/relative", ""} {
		answer := deskReply{body: `{"client_id":"ID","client_name":"y","registration_access_token":"second-t0k3n","registration_client_uri":"` + untried + `"}`}
		client, d := atDesk(t, deskStore(t), deskReply{body: deskClient(`"client_name":"x"`)}, answer, answer)
		_, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
		require.NoError(t, err)
		_, err = client.Clients.Get(t.Context(), "ID")
		require.NoError(t, err)
		require.Equal(t, deskManaged, d.last().url)
		require.Equal(t, "Bearer second-t0k3n", d.last().token, "the token is taken")
	}
}

// A server behind TLS may take its own address for an http one.
func TestAnHTTPAddressOfAnHTTPSServer(t *testing.T) {
	for _, uri := range []string{"http://as.example.com/register?client_id=ID", "HTTP://AS.example.com:80/register?client_id=ID"} {
		created := `{"client_id":"ID","client_name":"x","client_secret":"SECRET-of-the-client","redirect_uris":["https://orders.example.com/cb"],"grant_types":["authorization_code"],` +
			`"registration_access_token":"t0k3n-0f-ID","registration_client_uri":"` + uri + `"}`
		client, d := atDesk(t, nil, deskReply{status: http.StatusCreated, body: created}, deskReply{body: created}, deskReply{body: created}, deskReply{status: http.StatusNoContent})
		_, err := client.Clients.Create(t.Context(), orderDesk())
		require.NoError(t, err)
		_, err = client.Clients.Get(t.Context(), "ID")
		require.NoError(t, err)
		api, err := dcr.Of(client)
		require.NoError(t, err)
		require.NoError(t, api.Adopt(t.Context(), dcr.Handle{ClientID: "ID", URI: uri, Token: oauthclients.NewSecret("t0k3n-0f-ID")}))
		require.NoError(t, client.Clients.Delete(t.Context(), "ID"))
		for _, r := range d.asked {
			require.Regexp(t, "^https://(as|AS).example.com/register", r.url, "the http one is never used")
		}
	}
	for _, uri := range []string{"http://evil.example.com/register", "http://as.example.com:8080/register", "http://as.example.com:443/register"} {
		client, d := atDesk(t, deskStoreWith(t, dcr.Handle{ClientID: "ID", URI: uri, Token: oauthclients.NewSecret("t0k3n-0f-ID")}))
		_, err := client.Clients.Get(t.Context(), "ID")
		require.ErrorIs(t, err, oauthclients.ErrInvalid, uri)
		require.Empty(t, d.asked)
	}
}
