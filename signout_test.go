package oauthclients_test

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
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests the end of a session: what is sent for it, and that the token is forgotten
// everywhere. Sign-outs that fail, or that come at a bad time, are in signoutfault_test.go.

// requireSignedOut checks that nothing is left, in memory or in the store, that could go out.
func requireSignedOut(t *testing.T, r *realm, client *oauthclients.Client, store *memStore) {
	t.Helper()
	if store != nil {
		held := store.held()
		require.True(t, held == nil || held.AccessToken+held.RefreshToken == "", "the store has the token still")
	}
	before := len(r.Requests())
	for range 3 {
		require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
	}
	require.Len(t, r.Requests(), before, "nothing goes out any more")
}

func noSignOut(c *oauthclients.Connection) { c.SignOut = nil }

func TestSignOutEndsTheSessionAndForgetsTheToken(t *testing.T) {
	for name, auth := range map[string]func() oauthclients.AuthCode{
		"from the program": func() oauthclients.AuthCode { return sessionUntil(inAnHour()) },
		"from the store":   noSession,
	} {
		for used, before := range map[string]func(*testing.T, *oauthclients.Client){
			"after a call": func(t *testing.T, c *oauthclients.Client) { require.NoError(t, list(t, c)) }, //nolint:thelper // a case
			"at once":      func(*testing.T, *oauthclients.Client) {},
		} {
			t.Run(name+" "+used, func(t *testing.T) {
				r := newRealm()
				var heard []string
				r.hooked = func(a oauthclients.AuthCode, token *oauth2.Token) error {
					heard = append(heard, a.ClientID, a.ClientSecret.Reveal(), token.AccessToken, token.RefreshToken)
					return nil
				}
				store := lockStoreWith(firstToken(inAnHour()))
				client := r.client(t, auth(), store)
				before(t, client)
				r.Forget()
				require.NoError(t, client.SignOut(t.Context()))
				require.Equal(t, []string{"client-1", realmSecret, "access-1", "refresh-1"}, heard)
				require.Len(t, r.Requests(), 1)
				require.Equal(t, "/oauth/logout", r.Requests()[0].Path)
				require.Empty(t, r.Requests()[0].Header.Get("Authorization"), "the caller sends no credential by itself")
				requireSignedOut(t, r, client, store.memStore)
			})
		}
	}
}

func TestSignOutInMemory(t *testing.T) {
	r := newRealm()
	client := r.client(t, sessionUntil(inAnHour()), nil)
	require.NoError(t, list(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"call access-1", "logout refresh-1"}, r.happened())
	requireSignedOut(t, r, client, nil)
}

func TestSignOutEndsTheSessionThatTheStoreHas(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(inAnHour()))
	client := r.client(t, noSession(), store)
	require.NoError(t, list(t, client))
	r.change(func() { r.n = 2 }) // another program has renewed the token
	store.put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: inAnHour()})
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"call access-1", "logout refresh-2"}, r.happened())
	requireSignedOut(t, r, client, store.memStore)
}

func TestASignOutInAFileRemovesIt(t *testing.T) {
	path := fileWith(t, firstToken(inAnHour()))
	r := newRealm()
	client := r.client(t, noSession(), oauthclients.FileTokenStore(path))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"token.json.lock"}, entries(t, path))
	requireSignedOut(t, r, client, nil)
}

// A provider may want a valid access token to end the session.
func TestAnExpiredTokenIsRenewedBeforeTheSignOut(t *testing.T) {
	for name, token := range map[string]*oauth2.Token{"expired": firstToken(anHourAgo()), "refresh token alone": {RefreshToken: "refresh-1"}} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			store := lockStoreWith(token)
			client := r.client(t, noSession(), store)
			require.NoError(t, client.SignOut(t.Context()))
			require.Equal(t, []string{"refresh_token refresh-1", "logout refresh-2"}, r.happened())
			require.Equal(t, "access-2", r.logouts[0].Get("token"))
			requireSignedOut(t, r, client, store.memStore)
		})
	}
}

// The API has refused it, whatever its expiry says, and refuses it for the sign-out as well.
func TestARejectedTokenIsRenewedBeforeTheSignOut(t *testing.T) {
	r := newRealm()
	client := r.client(t, sessionUntil(inAnHour()), nil)
	r.revoked = true
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 1, Status: http.StatusServiceUnavailable})
	require.ErrorIs(t, list(t, client), oauthclients.ErrUnavailable)
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "logout refresh-2"}, r.happened())
}

func TestASessionThatIsOverNeedsNoSignOut(t *testing.T) {
	r := newRealm()
	r.refuses(http.StatusBadRequest, "invalid_grant")
	store := lockStoreWith(firstToken(anHourAgo()))
	client := r.client(t, noSession(), store)
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"refresh_token refresh-1"}, r.happened())
	requireSignedOut(t, r, client, store.memStore)

	r = newRealm()
	store = lockStoreWith(&oauth2.Token{AccessToken: "access-1", Expiry: anHourAgo()})
	client = r.client(t, noSession(), store)
	require.NoError(t, client.SignOut(t.Context()))
	require.Empty(t, r.Requests(), "there is nothing to renew it with")
	requireSignedOut(t, r, client, store.memStore)
}

func TestWhereNobodyIsSignedInASignOutIsNothing(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"code": noSession(), "password": passwordGrant(), "client credentials": clientCredentials(),
	} {
		for hook, edit := range map[string]func(*oauthclients.Connection){"hook": func(*oauthclients.Connection) {}, "no hook": noSignOut} {
			t.Run(name+" "+hook, func(t *testing.T) {
				r := newRealm()
				require.NoError(t, r.client(t, auth, nil, edit).SignOut(t.Context()))
				client := r.client(t, auth, lockStoreWith(nil), edit)
				require.NoError(t, client.SignOut(t.Context()))
				require.NoError(t, client.SignOut(t.Context()))
				require.Empty(t, r.Requests())
			})
		}
	}
}

func TestASecondSignOutIsNothing(t *testing.T) {
	r := newRealm()
	client := r.client(t, noSession(), lockStoreWith(firstToken(inAnHour())))
	for _, err := range together(10, func(int) error { return client.SignOut(t.Context()) }) {
		require.NoError(t, err)
	}
	require.Equal(t, []string{"logout refresh-1"}, r.happened())
}

func TestSignOutWhereTheProviderHasNone(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(inAnHour()))
	client := r.client(t, noSession(), store, noSignOut)
	require.NoError(t, list(t, client))
	r.Forget()
	err := client.SignOut(t.Context())
	require.ErrorIs(t, err, errors.ErrUnsupported)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, memName, unsupported.Provider)
	require.Equal(t, "SignOut", unsupported.Operation)
	require.Empty(t, unsupported.Fields, "it is the whole operation")
	require.ErrorContains(t, err, "stays valid")
	require.Empty(t, r.Requests())
	requireSignedOut(t, r, client, store.memStore)
}

// There is nothing to renew a token for that nobody will use.
func TestNoTokenIsRenewedWhereTheProviderHasNoSignOut(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(anHourAgo()))
	client := r.client(t, noSession(), store, noSignOut)
	require.ErrorIs(t, client.SignOut(t.Context()), errors.ErrUnsupported, "the refresh token stays valid")
	require.Empty(t, r.Requests())
	requireSignedOut(t, r, client, store.memStore)
}

func TestSignOutWithACredentialOfTheProgram(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"bearer": oauthclients.BearerToken("t0ken"), "none": oauthclients.NoAuth{}, "source": oauthclients.FromTokenSource(&countingSource{}),
		"basic": oauthclients.BasicAuth{Username: "u", Password: oauthclients.NewSecret("p")},
	} {
		t.Run(name, func(t *testing.T) {
			server := newMemServer()
			client := server.client(t, auth, func(c *oauthclients.Connection) {
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
			require.NoError(t, list(t, client), "nothing was done")
		})
	}
}

// No vendor documents how to end what a password was traded for.
func TestSignOutWithThePasswordGrantEndsItsSession(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(nil)
	client := r.client(t, passwordGrant(), store)
	require.NoError(t, list(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Empty(t, store.held().AccessToken+store.held().RefreshToken)
	r.change(func() { r.over = false })
	require.NoError(t, list(t, client))
	require.Equal(t, []string{"password", "call access-2", "logout refresh-2", "password", "call access-3"}, r.happened())
}

func TestSignOutWithClientCredentialsEndsTheToken(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(nil)
	client := r.client(t, clientCredentials(), store)
	require.NoError(t, list(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, url.Values{
		"client_id": {"client-1"}, "client_secret": {oddSecret}, "token": {"access-2"}, "refresh_token": {"refresh-2"},
	}, r.logouts[0])
	require.Empty(t, store.held().AccessToken)
	r.change(func() { r.over = false })
	require.NoError(t, list(t, client))
	require.Equal(t, []string{"client_credentials", "call access-2", "logout refresh-2", "client_credentials", "call access-3"}, r.happened())
}

func TestAnExpiredTokenOfClientCredentialsNeedsNoSignOut(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(anHourAgo()))
	require.NoError(t, r.client(t, clientCredentials(), store).SignOut(t.Context()))
	require.Empty(t, r.Requests())
	require.Empty(t, store.held().AccessToken)
}

// What the token was traded for must not outlive it.
func TestSignOutDropsTheTradedToken(t *testing.T) {
	r := newRealm()
	trades := 0
	client := r.client(t, sessionUntil(inAnHour()), nil, func(c *oauthclients.Connection) {
		c.Trade = func(_ context.Context, _ *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
			trades++
			return &oauth2.Token{AccessToken: held.Reveal()}, nil
		}
	})
	require.NoError(t, list(t, client))
	require.NoError(t, list(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	requireSignedOut(t, r, client, nil)
	require.Equal(t, 1, trades)
}

// Signing in again through the store makes the same client work.
func TestAClientLivesOnAfterASignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		store := lockStoreWith(firstToken(inAnHour()))
		client := r.client(t, noSession(), store)
		require.NoError(t, client.SignOut(t.Context()))
		requireSignedOut(t, r, client, store.memStore)
		r.change(func() { r.over, r.n = false, 5 })
		store.put(&oauth2.Token{AccessToken: "access-5", RefreshToken: "refresh-5", Expiry: inAnHour()})
		r.happened()
		require.NoError(t, list(t, client))
		<-time.After(2 * time.Hour)
		require.NoError(t, list(t, client))
		require.Equal(t, []string{"call access-5", "refresh_token refresh-5", "call access-6"}, r.happened())
	})
}
