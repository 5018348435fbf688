package transport

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests addresses at which there is nothing of what was expected. A program that
// deletes or makes clients must not read "no such client" or "it exists already" out of them.

// writes are the verbs whose callers ask for ErrNotFound and ErrConflict.
func writes(t *testing.T, client *oauthclients.Client) map[string]func() error {
	t.Helper()
	return map[string]func() error{
		"get":    func() error { _, err := client.Clients.Get(t.Context(), "id-1"); return err },
		"delete": func() error { return client.Clients.Delete(t.Context(), "id-1") },
		"create": func() error {
			_, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
			return err
		},
	}
}

func requireWrongPlace(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	for _, kind := range []error{
		oauthclients.ErrNotFound, oauthclients.ErrConflict, oauthclients.ErrOutcomeUnknown, oauthclients.ErrUnauthenticated,
	} {
		require.NotErrorIs(t, err, kind)
	}
}

func TestATokenEndpointThatIsNotThereSaysNothingOfAClient(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"code": world.SessionUntil(world.AnHourAgo()), "password": world.PasswordGrant(), "client credentials": world.ClientCredentials(),
	} {
		for body, text := range map[string]string{
			"none": "", "page": "<html>404</html>", "other JSON": `{"message":"no route"}`,
			"JSON of a framework": `{"status":404,"error":"Not Found","path":"/oauth/token"}`, "no realm": `{"error":"Realm does not exist"}`,
		} {
			for _, status := range []int{http.StatusNotFound, http.StatusConflict, http.StatusGone} {
				for verb := range writes(t, nil) {
					t.Run(fmt.Sprint(name, " ", body, " ", status, " ", verb), func(t *testing.T) {
						r := world.NewRealm()
						r.Answers = func(url.Values) (int, string) { return status, text }
						err := writes(t, r.Client(t, auth, nil))[verb]()
						requireWrongPlace(t, err)
						require.Equal(t, status, world.Failure(t, err).StatusCode)
						require.Equal(t, "Token", world.Failure(t, err).Operation)
						require.Zero(t, r.Calls())
					})
				}
			}
		}
	}
}

func TestADiscoveryThatFindsNothingSaysNothingOfAClient(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusConflict, http.StatusGone} {
		for verb := range writes(t, nil) {
			t.Run(fmt.Sprint(status, " ", verb), func(t *testing.T) {
				r := world.NewRealm()
				r.Inject(fakeserver.Fault{Status: status})
				calls := 0
				client := r.Client(t, oauthclients.NoAuth{}, nil, discovering(&calls, &sync.Mutex{}, nil))
				err := writes(t, client)[verb]()
				requireWrongPlace(t, err)
				require.Equal(t, "Discover", world.Failure(t, err).Operation)
				require.Equal(t, 1, calls)
				require.Len(t, r.Requests(), 1, "the discovery's own")
			})
		}
	}
}

// RFC 6749 section 3.2 has one token endpoint for all grants.
func TestARefreshGoesToTheEndpointOfTheCodeIfThereIsNoOther(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store, func(c *oauthclients.Connection) { delete(c.Endpoints.Grants, oauthclients.GrantRefreshToken) })
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.Happened())

	client = r.Client(t, world.ClientCredentials(), nil, func(c *oauthclients.Connection) { delete(c.Endpoints.Grants, oauthclients.GrantClientCredentials) })
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, world.List(t, client), &unsupported, "another grant is not that of the code")
}
