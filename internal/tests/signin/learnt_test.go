package signin

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests that what one endpoint of a server has taught is known at its others.

// missesID is a server that finds a client by the client_id in the form alone, at each of its endpoints.
func missesID() *fakeserver.Server {
	return fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		if r.PostForm.Get("client_id") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":"invalid_client","error_description":"Missing client_id"}`)
			return
		}
		_, _ = io.WriteString(w, `{"access_token":"t-token-1","refresh_token":"refresh-1","expires_in":3600}`)
	}))
}

func TestTheRevocationEndpointKnowsThatTheServerMissesTheID(t *testing.T) {
	for name, c := range map[string]struct {
		issuer    bool
		discovers bool
		revoked   int
	}{
		"the provider names the issuer": {true, false, 2},
		"the server names it":           {true, true, 2},
		"nobody names it":               {false, false, 3},
	} {
		t.Run(name, func(t *testing.T) {
			server := missesID()
			provider := oauthclients.Shared(world.MemProvider{BaseURL: server.URL(), Edit: func(connection *oauthclients.Connection) {
				world.InHeader(connection)
				connection.Endpoints.Others = map[string]string{"revocation_endpoint": server.URL() + "/oauth/revoke"}
				if c.issuer {
					connection.Endpoints.Others["issuer"] = server.URL()
				}
				if found := connection.Endpoints; c.discovers {
					connection.Discover = func(context.Context, *oauthclients.Caller) (oauthclients.Endpoints, error) { return found, nil }
					connection.Endpoints.Others = nil
				}
			}})
			over, auth := oauthclients.WithHTTPClient(server.HTTPClient()), world.WebLogin()
			token, err := auth.Finish(t.Context(), provider, world.TheLogin(), world.ComesBack("code", "c-0-d-e"), over)
			require.NoError(t, err)
			require.Equal(t, 2, server.Count(http.MethodPost, "/oauth/token"))
			auth.Token = token
			client, err := oauthclients.New(provider, auth, over)
			require.NoError(t, err)
			require.NoError(t, client.SignOut(t.Context()))
			require.Equal(t, c.revoked, server.Count(http.MethodPost, "/oauth/revoke"), "refresh token and access token")
			require.Equal(t, 2, server.Count(http.MethodPost, "/oauth/token"))
		})
	}
}
