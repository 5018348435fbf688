package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/examples/everywhere/lifecycle"
)

// This file registers clients at the real server, and then uses them as their owners would.

// used is a registered client, and the program that uses it.
type used struct {
	*app

	registrar *oauthclients.Client
	id        string
}

// newUsed registers a client of the authorization code with the program's address.
func newUsed(t *testing.T, m manner) *used {
	t.Helper()
	r := newRegistrar(t, m)
	u := &used{app: &app{server: r.server, way: byBasic, back: newCallback(t), wire: &wire{}}, registrar: r.client(t)}
	want := registeredSample(1)
	want.RedirectURIs = []string{u.back.address}
	want.Extra = nil // pushed requests, and how long ago the person signed in, are for others
	created, err := u.registrar.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	u.id = created.ID
	u.auth = oauthclients.AuthCode{ClientID: created.ID, ClientSecret: created.Secret, RedirectURL: u.back.address, Scopes: []string{"openid"}}
	return u
}

func TestARegisteredClientSignsPeopleIn(t *testing.T) {
	for _, m := range manners() {
		t.Run(m.String(), func(t *testing.T) {
			u := newUsed(t, m)
			token := u.signIn(t)
			requireWorks(t, u.client(t, token))

			require.NoError(t, u.registrar.Clients.Delete(t.Context(), u.id))
			u.auth.Token = nil
			renewed := *token
			renewed.AccessToken = "" // only the refresh token is left
			failed := failure(t, use(t, u.client(t, &renewed)))
			require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
			require.Equal(t, "invalid_client", failed.Code)
			require.Equal(t, 1, failed.Attempts, "a client that is gone is not asked for twice")
		})
	}
}

// After an update the address that was registered before is refused, and the new one works.
func TestARegisteredClientMoves(t *testing.T) {
	u := newUsed(t, manner{rotates: true, initial: true})
	moved := newCallback(t)
	_, err := u.registrar.Clients.Update(t.Context(), u.id, func(c *oauthclients.OAuthClient) { c.RedirectURIs = []string{moved.address} })
	require.NoError(t, err)

	require.Equal(t, http.StatusBadRequest, u.atTheDoor(t, u.begin(t).URL), "nobody is sent to an address that is not registered")

	u.back, u.auth.RedirectURL = moved, moved.address
	require.Equal(t, http.StatusSeeOther, u.atTheDoor(t, u.begin(t).URL), "on to the page for signing in")
	requireWorks(t, u.client(t, u.signIn(t)))
}

// atTheDoor is the status of the page that a person would get who is sent to the server.
func (u *used) atTheDoor(t *testing.T, address string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	client := u.wire.client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return answer.StatusCode
}

// A client without people: its token says that it is the client's own.
func TestARegisteredClientByItself(t *testing.T) {
	for _, m := range manners() {
		t.Run(m.String(), func(t *testing.T) {
			r := newRegistrar(t, m)
			registrar := r.client(t)
			created, err := registrar.Clients.Create(t.Context(), &oauthclients.OAuthClient{
				Name: "Nightly job", GrantTypes: []oauthclients.GrantType{oauthclients.GrantClientCredentials},
			})
			require.NoError(t, err)
			job := func() error { return asItself(t, r.server, created) }
			require.NoError(t, job())
			require.NoError(t, registrar.Clients.Delete(t.Context(), created.ID))
			failed := failure(t, job())
			require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
			require.Equal(t, "invalid_client", failed.Code)
		})
	}
}

// asItself asks the server, with a token of the client's own, whose token that is.
func asItself(t *testing.T, s *server, c *oauthclients.OAuthClient) error {
	t.Helper()
	at := placeProvider{at: &place{habits: oidcHabits(), address: s.Issuer}, style: oauth2.AuthStyleInHeader, resource: whoamiPath}
	client, err := oauthclients.New(at, oauthclients.ClientCredentials{ClientID: c.ID, ClientSecret: c.Secret},
		oauthclients.WithHTTPClient((&wire{}).client()), oauthclients.WithLogger(everything.logger()))
	require.NoError(t, err)
	_, err = client.Clients.Get(t.Context(), c.ID) // an answer about somebody else is an error
	return err
}

func TestEverywhereAtTheRealServer(t *testing.T) {
	var out strings.Builder
	require.NoError(t, lifecycle.Run(t.Context(), newRegistrar(t, manner{true, true}).client(t), registeredSample(1), &out))
	everything.show("standard output", out.String())
	require.Contains(t, out.String(), "renamed to Order desk 1 2")
	require.Contains(t, out.String(), "deleted")
}
