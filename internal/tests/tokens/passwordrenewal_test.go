package tokens

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests what the password grant does with the refresh token that comes with its token.

// passwordAt makes a client with the password grant whose first token is in use.
func passwordAt(t *testing.T, r *world.Realm, store oauthclients.TokenStore) *oauthclients.Client {
	t.Helper()
	client := r.Client(t, world.PasswordGrant(), store)
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"password", "call access-2"}, r.Happened())
	r.Change(func() { r.Revoked = true })
	return client
}

func TestADeadSessionOfThePasswordGrantIsBegunAnew(t *testing.T) {
	for name, store := range map[string]oauthclients.TokenStore{"in memory": nil, "in a store": world.LockStoreWith(nil)} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			client := passwordAt(t, r, store)
			r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 1, Status: http.StatusBadRequest, Body: `{"error":"invalid_grant"}`})
			require.NoError(t, world.List(t, client))
			require.Equal(t, []string{"call access-2", "password", "call access-3"}, r.Happened())
		})
	}
}

// Whatever is wrong with the refresh, the password is another way.
func TestAServerThatRefusesTheRefreshGetsThePassword(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"not this grant": {Status: 400, Body: `{"error":"unsupported_grant_type"}`}, "not this client": {Status: 401, Body: `{"error":"unauthorized_client"}`},
		"nothing there": {Status: 404}, "a success that is none": {Status: 200, Body: `{"error":"invalid_grant"}`},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			client := passwordAt(t, r, nil)
			fault.PathContains, fault.Times = "/oauth/token", 1
			r.Inject(fault)
			require.NoError(t, world.List(t, client))
			require.Equal(t, []string{"call access-2", "password", "call access-3"}, r.Happened())
		})
	}
}

func TestADeadRefreshTokenOfThePasswordGrantIsNotSentAgain(t *testing.T) {
	r := world.NewRealm()
	client := passwordAt(t, r, nil)
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 1, Status: http.StatusBadRequest, Body: `{"error":"invalid_grant"}`})
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 4, Status: http.StatusServiceUnavailable})
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"call access-2", "password", "call access-3"}, r.Happened(), "the password alone")
}

func TestAPasswordGrantWhoseEndpointIsDownWaits(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"502": {Status: 502}, "503": {Status: 503}, "408": {Status: 408}, "reset": {Drop: true}, "a page": {Status: 200, Body: "<html>Sign in</html>"}, "302": {Status: 302},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			client := passwordAt(t, r, nil)
			fault.PathContains, fault.Times = "/oauth/token", 1
			r.Inject(fault)
			require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
			require.Equal(t, []string{"call access-2"}, r.Happened())
			require.NoError(t, world.List(t, client))
			require.Equal(t, []string{"refresh_token refresh-2", "call access-3"}, r.Happened())
		})
	}
}

// The session of a password grant is ended without a new one to end it with.
func TestAnExpiredPasswordGrantIsSignedOutWithItsRefreshToken(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(&oauth2.Token{AccessToken: "access-1", RefreshToken: "refresh-1", Expiry: world.AnHourAgo()})
	require.NoError(t, r.Client(t, world.PasswordGrant(), store).SignOut(t.Context()))
	require.Equal(t, []string{"logout refresh-1"}, r.Happened())
}

func TestAPasswordGrantMayUseTheProvidersOwnClient(t *testing.T) {
	server, auth := world.NewMemServer(), world.PasswordGrant()
	auth.ClientID = ""
	require.NoError(t, world.List(t, server.Client(t, auth, func(c *oauthclients.Connection) {
		c.DefaultClientIDs = map[oauthclients.GrantType]string{oauthclients.GrantPassword: "of-the-provider"}
	})))
	require.Equal(t, "of-the-provider", world.FormOf(t, server.Requests()[0].Body).Get("client_id"))
	_, err := world.NewMem(&auth)
	world.RequireFaults(t, err, "PasswordGrant.ClientID")
}

// A refresh token may be used up as soon as it is sent: what comes for it is waited for, whoever leaves.
func TestARefreshOfThePasswordGrantIsNotGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		client := passwordAt(t, r, nil)
		r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 1, Delay: 2 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, world.List(t, client))
		require.Equal(t, []string{"call access-2", "refresh_token refresh-2", "call access-3"}, r.Happened())
	})
}
