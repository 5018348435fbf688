package tokens

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests the end of a session: what is sent for it, and that the token is forgotten
// everywhere. Sign-outs that fail, or that come at a bad time, are in signoutfault_test.go.

// requireSignedOut checks that nothing is left, in memory or in the store, that could go out.
func requireSignedOut(t *testing.T, r *world.Realm, client *oauthclients.Client, store *world.MemStore) {
	t.Helper()
	if store != nil {
		held := store.Held()
		require.True(t, held == nil || held.AccessToken+held.RefreshToken == "", "the store has the token still")
	}
	before := len(r.Requests())
	for range 3 {
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	}
	require.Len(t, r.Requests(), before, "nothing goes out any more")
}

func noSignOut(c *oauthclients.Connection) { c.SignOut = nil }

func TestSignOutEndsTheSessionAndForgetsTheToken(t *testing.T) {
	for name, auth := range map[string]func() oauthclients.AuthCode{
		"from the program": func() oauthclients.AuthCode { return world.SessionUntil(world.InAnHour()) },
		"from the store":   world.NoSession,
	} {
		for used, before := range map[string]func(*testing.T, *oauthclients.Client){
			"after a call": func(t *testing.T, c *oauthclients.Client) { require.NoError(t, world.List(t, c)) }, //nolint:thelper // a case
			"at once":      func(*testing.T, *oauthclients.Client) {},
		} {
			t.Run(name+" "+used, func(t *testing.T) {
				r := world.NewRealm()
				var heard []string
				r.Hooked = func(a oauthclients.AuthCode, token *oauth2.Token) error {
					heard = append(heard, a.ClientID, a.ClientSecret.Reveal(), token.AccessToken, token.RefreshToken)
					return nil
				}
				store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
				client := r.Client(t, auth(), store)
				before(t, client)
				r.Forget()
				require.NoError(t, client.SignOut(t.Context()))
				require.Equal(t, []string{"client-1", world.RealmSecret, "access-1", "refresh-1"}, heard)
				require.Len(t, r.Requests(), 1)
				require.Equal(t, "/oauth/logout", r.Requests()[0].Path)
				require.Empty(t, r.Requests()[0].Header.Get("Authorization"), "the caller sends no credential by itself")
				requireSignedOut(t, r, client, store.MemStore)
			})
		}
	}
}

func TestSignOutInMemory(t *testing.T) {
	r := world.NewRealm()
	client := r.Client(t, world.SessionUntil(world.InAnHour()), nil)
	require.NoError(t, world.List(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"call access-1", "logout refresh-1"}, r.Happened())
	requireSignedOut(t, r, client, nil)
}

func TestSignOutEndsTheSessionThatTheStoreHas(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
	client := r.Client(t, world.NoSession(), store)
	require.NoError(t, world.List(t, client))
	r.Change(func() { r.Newest = 2 }) // another program has renewed the token
	store.Put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: world.InAnHour()})
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"call access-1", "logout refresh-2"}, r.Happened())
	requireSignedOut(t, r, client, store.MemStore)
}

func TestASignOutInAFileRemovesIt(t *testing.T) {
	path := world.FileWith(t, world.FirstToken(world.InAnHour()))
	r := world.NewRealm()
	client := r.Client(t, world.NoSession(), oauthclients.FileTokenStore(path))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"token.json.lock"}, entries(t, path))
	requireSignedOut(t, r, client, nil)
}

// A provider may want a valid access token to end the session.
func TestAnExpiredTokenIsRenewedBeforeTheSignOut(t *testing.T) {
	for name, token := range map[string]*oauth2.Token{"expired": world.FirstToken(world.AnHourAgo()), "refresh token alone": {RefreshToken: "refresh-1"}} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			store := world.LockStoreWith(token)
			client := r.Client(t, world.NoSession(), store)
			require.NoError(t, client.SignOut(t.Context()))
			require.Equal(t, []string{"refresh_token refresh-1", "logout refresh-2"}, r.Happened())
			require.Equal(t, "access-2", r.Logouts[0].Get("token"))
			requireSignedOut(t, r, client, store.MemStore)
		})
	}
}

// The API has refused it, whatever its expiry says, and refuses it for the sign-out as well.
func TestARejectedTokenIsRenewedBeforeTheSignOut(t *testing.T) {
	r := world.NewRealm()
	client := r.Client(t, world.SessionUntil(world.InAnHour()), nil)
	r.Revoked = true
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 1, Status: http.StatusServiceUnavailable})
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "logout refresh-2"}, r.Happened())
}

func TestASessionThatIsOverNeedsNoSignOut(t *testing.T) {
	r := world.NewRealm()
	r.Refuses(http.StatusBadRequest, "invalid_grant")
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store)
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"refresh_token refresh-1"}, r.Happened())
	requireSignedOut(t, r, client, store.MemStore)

	r = world.NewRealm()
	store = world.LockStoreWith(&oauth2.Token{AccessToken: "access-1", Expiry: world.AnHourAgo()})
	client = r.Client(t, world.NoSession(), store)
	require.NoError(t, client.SignOut(t.Context()))
	require.Empty(t, r.Requests(), "there is nothing to renew it with")
	requireSignedOut(t, r, client, store.MemStore)
}

func TestWhereNobodyIsSignedInASignOutIsNothing(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"code": world.NoSession(), "password": world.PasswordGrant(), "client credentials": world.ClientCredentials(),
	} {
		for hook, edit := range map[string]func(*oauthclients.Connection){"hook": func(*oauthclients.Connection) {}, "no hook": noSignOut} {
			t.Run(name+" "+hook, func(t *testing.T) {
				r := world.NewRealm()
				require.NoError(t, r.Client(t, auth, nil, edit).SignOut(t.Context()))
				client := r.Client(t, auth, world.LockStoreWith(nil), edit)
				require.NoError(t, client.SignOut(t.Context()))
				require.NoError(t, client.SignOut(t.Context()))
				require.Empty(t, r.Requests())
			})
		}
	}
}

func TestASecondSignOutIsNothing(t *testing.T) {
	r := world.NewRealm()
	client := r.Client(t, world.NoSession(), world.LockStoreWith(world.FirstToken(world.InAnHour())))
	for _, err := range world.Together(10, func(int) error { return client.SignOut(t.Context()) }) {
		require.NoError(t, err)
	}
	require.Equal(t, []string{"logout refresh-1"}, r.Happened())
}

func TestSignOutWhereTheProviderHasNone(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
	client := r.Client(t, world.NoSession(), store, noSignOut)
	require.NoError(t, world.List(t, client))
	r.Forget()
	err := client.SignOut(t.Context())
	require.ErrorIs(t, err, errors.ErrUnsupported)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, world.MemName, unsupported.Provider)
	require.Equal(t, "SignOut", unsupported.Operation)
	require.Empty(t, unsupported.Fields, "it is the whole operation")
	require.ErrorContains(t, err, "stays valid")
	require.Empty(t, r.Requests())
	requireSignedOut(t, r, client, store.MemStore)
}

// There is nothing to renew a token for that nobody will use.
func TestNoTokenIsRenewedWhereTheProviderHasNoSignOut(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store, noSignOut)
	require.ErrorIs(t, client.SignOut(t.Context()), errors.ErrUnsupported, "the refresh token stays valid")
	require.Empty(t, r.Requests())
	requireSignedOut(t, r, client, store.MemStore)
}

func TestSignOutWithACredentialOfTheProgram(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"bearer": oauthclients.BearerToken("t0ken"), "none": oauthclients.NoAuth{}, "source": oauthclients.FromTokenSource(&world.CountingSource{}),
		"basic": oauthclients.BasicAuth{Username: "u", Password: oauthclients.NewSecret("p")},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			client := server.Client(t, auth, func(c *oauthclients.Connection) {
				c.SignOut = func(context.Context, *oauthclients.Caller, oauthclients.AuthCode, *oauth2.Token) error {
					return errors.New("this credential is not ours to end")
				}
			})
			err := client.SignOut(t.Context())
			var unsupported *oauthclients.UnsupportedError
			require.ErrorAs(t, err, &unsupported)
			require.Equal(t, "SignOut", unsupported.Operation)
			require.Equal(t, []string{"Auth"}, unsupported.Fields)
			require.Empty(t, server.Requests())
			require.NoError(t, world.List(t, client), "nothing was done")
		})
	}
}

// No vendor documents how to end what a password was traded for.
func TestSignOutWithThePasswordGrantEndsItsSession(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(nil)
	client := r.Client(t, world.PasswordGrant(), store)
	require.NoError(t, world.List(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Empty(t, store.Held().AccessToken+store.Held().RefreshToken)
	r.Change(func() { r.Over = false })
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"password", "call access-2", "logout refresh-2", "password", "call access-3"}, r.Happened())
}

func TestSignOutWithClientCredentialsEndsTheToken(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(nil)
	client := r.Client(t, world.ClientCredentials(), store)
	require.NoError(t, world.List(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, url.Values{
		"client_id": {"client-1"}, "client_secret": {world.OddSecret}, "token": {"access-2"}, "refresh_token": {"refresh-2"},
	}, r.Logouts[0])
	require.Empty(t, store.Held().AccessToken)
	r.Change(func() { r.Over = false })
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"client_credentials", "call access-2", "logout refresh-2", "client_credentials", "call access-3"}, r.Happened())
}

func TestAnExpiredTokenOfClientCredentialsNeedsNoSignOut(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	require.NoError(t, r.Client(t, world.ClientCredentials(), store).SignOut(t.Context()))
	require.Empty(t, r.Requests())
	require.Empty(t, store.Held().AccessToken)
}

// What the token was traded for must not outlive it.
func TestSignOutDropsTheTradedToken(t *testing.T) {
	r := world.NewRealm()
	trades := 0
	client := r.Client(t, world.SessionUntil(world.InAnHour()), nil, func(c *oauthclients.Connection) {
		c.Trade = func(_ context.Context, _ *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
			trades++
			return &oauth2.Token{AccessToken: held.Reveal()}, nil
		}
	})
	require.NoError(t, world.List(t, client))
	require.NoError(t, world.List(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	requireSignedOut(t, r, client, nil)
	require.Equal(t, 1, trades)
}

// Signing in again through the store makes the same client work.
func TestAClientLivesOnAfterASignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
		client := r.Client(t, world.NoSession(), store)
		require.NoError(t, client.SignOut(t.Context()))
		requireSignedOut(t, r, client, store.MemStore)
		r.Change(func() { r.Over, r.Newest = false, 5 })
		store.Put(&oauth2.Token{AccessToken: "access-5", RefreshToken: "refresh-5", Expiry: world.InAnHour()})
		r.Happened()
		require.NoError(t, world.List(t, client))
		<-time.After(2 * time.Hour)
		require.NoError(t, world.List(t, client))
		require.Equal(t, []string{"call access-5", "refresh_token refresh-5", "call access-6"}, r.Happened())
	})
}
