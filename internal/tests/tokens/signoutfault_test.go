package tokens

import (
	"context"
	"errors"
	"fmt"
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

// This file tests sign-outs that fail, or that meet other calls. Those that are in a hurry are in
// signouthurry_test.go.

func TestTheTokenIsForgottenEvenIfTheProviderFails(t *testing.T) {
	refused := errors.New("the hook says no")
	for name, test := range map[string]struct {
		broken func(*world.Realm)
		want   error
	}{
		"hook":        {func(r *world.Realm) { r.Hooked = func(oauthclients.AuthCode, *oauth2.Token) error { return refused } }, refused},
		"500":         {func(r *world.Realm) { r.Inject(fakeserver.Fault{PathContains: "/logout", Status: 500}) }, oauthclients.ErrUnavailable},
		"403":         {func(r *world.Realm) { r.Inject(fakeserver.Fault{PathContains: "/logout", Status: 403}) }, oauthclients.ErrPermission},
		"401":         {func(r *world.Realm) { r.Inject(fakeserver.Fault{PathContains: "/logout", Status: 401}) }, oauthclients.ErrUnauthenticated},
		"lost answer": {func(r *world.Realm) { r.Inject(fakeserver.Fault{PathContains: "/logout", Drop: true}) }, oauthclients.ErrOutcomeUnknown},
	} {
		for kept, store := range map[string]*world.MemStore{"in memory": nil, "stored": world.StoreWith(nil)} {
			t.Run(name+" "+kept, func(t *testing.T) {
				r := world.NewRealm()
				test.broken(r)
				var tokenStore oauthclients.TokenStore
				if store != nil {
					store.Put(world.FirstToken(world.InAnHour()))
					tokenStore = store
				}
				client := r.Client(t, world.SessionUntil(world.InAnHour()), tokenStore)
				require.NoError(t, world.List(t, client))
				require.ErrorIs(t, client.SignOut(t.Context()), test.want)
				require.LessOrEqual(t, r.Count("", "/oauth/logout"), 1)
				require.Zero(t, r.Refreshes())
				requireSignedOut(t, r, client, store)
			})
		}
	}
}

func TestATokenThatCannotBeRenewedForTheSignOutIsForgotten(t *testing.T) {
	for name, test := range map[string]struct {
		fault fakeserver.Fault
		want  error
	}{
		"unavailable":  {fakeserver.Fault{Status: 503}, oauthclients.ErrUnavailable},
		"wrong secret": {fakeserver.Fault{Status: 401, Body: `{"error":"invalid_client"}`}, oauthclients.ErrUnauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			test.fault.PathContains = "/oauth/token"
			r.Inject(test.fault)
			store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
			client := r.Client(t, world.NoSession(), store)
			require.ErrorIs(t, client.SignOut(t.Context()), test.want, "the session may live on at the provider")
			require.Equal(t, 1, r.Count("", "/oauth/logout"), "the old refresh token may be enough")
			requireSignedOut(t, r, client, store.MemStore)
		})
	}
}

// A hook may take a refused access token for the end of the session. It is not: there is a
// refresh token still, and so much must be said.
func TestARejectedTokenThatCannotBeRenewedIsNoSignOut(t *testing.T) {
	r := world.NewRealm()
	r.Revoked = true
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Status: http.StatusServiceUnavailable})
	client := r.Client(t, world.SessionUntil(world.InAnHour()), nil, func(c *oauthclients.Connection) {
		c.SignOut = func(ctx context.Context, c *oauthclients.Caller, _ oauthclients.AuthCode, held *oauth2.Token) error {
			_, err := c.Call(ctx, &oauthclients.Call{
				Operation: "SignOut", Method: http.MethodGet, Path: "/clients",
				Credential: oauthclients.BearerCredential(oauthclients.NewSecret(held.AccessToken)),
			})
			if errors.Is(err, oauthclients.ErrUnauthenticated) {
				return nil
			}
			return err
		}
	})
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
	require.ErrorIs(t, client.SignOut(t.Context()), oauthclients.ErrUnavailable)
	requireSignedOut(t, r, client, nil)
}

func TestATokenThatCannotBeRemovedIsAnError(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
	client := r.Client(t, world.NoSession(), store)
	store.Fails(nil, world.SaveFails)
	requireStoreError(t, client.SignOut(t.Context()), world.ErrDisk)
	require.Equal(t, []string{"logout refresh-1"}, r.Happened(), "the provider has ended it")

	r = world.NewRealm()
	r.Inject(fakeserver.Fault{PathContains: "/logout", Status: 403})
	store = world.LockStoreWith(world.FirstToken(world.InAnHour()))
	store.Fails(nil, world.SaveFails)
	err := r.Client(t, world.NoSession(), store).SignOut(t.Context())
	require.ErrorIs(t, err, world.ErrDisk)
	require.ErrorIs(t, err, oauthclients.ErrPermission, "both are told")
}

// The store cannot be written, so that the newest token is in memory only. The person wants to
// sign out: that comes first.
func TestASignOutEndsASessionThatCouldNotBeSaved(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store)
	store.Fails(nil, world.SaveFails)
	requireStoreError(t, world.List(t, client), world.ErrDisk)
	saves := 0
	store.Fails(nil, func(context.Context, *oauth2.Token) error { // it works again just in time
		if saves++; saves == 1 {
			return world.ErrDisk
		}
		return nil
	})
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"refresh_token refresh-1", "logout refresh-2"}, r.Happened())
	requireSignedOut(t, r, client, store.MemStore)
}

// Not even the store can be read any more: the token in memory is the one to end.
func TestASignOutEndsASessionThatCouldNotBeSavedWithoutTheStore(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store)
	store.Fails(nil, world.SaveFails)
	requireStoreError(t, world.List(t, client), world.ErrDisk)
	store.Fails(func(context.Context) error { return world.ErrDisk }, world.SaveFails)
	require.ErrorIs(t, client.SignOut(t.Context()), world.ErrDisk)
	require.Equal(t, []string{"refresh_token refresh-1", "logout refresh-2"}, r.Happened())
}

func TestAStoreThatCannotBeReadIsNotEmptied(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
	client := r.Client(t, world.NoSession(), store)
	store.Fails(func(context.Context) error { return world.ErrDisk }, nil)
	requireStoreError(t, client.SignOut(t.Context()), world.ErrDisk)
	require.Zero(t, store.Saves)
	require.Empty(t, r.Requests())
}

// What is under way when the person signs out must not bring the token back.
func TestARefreshUnderWayDoesNotSurviveASignOut(t *testing.T) {
	for kept, shared := range map[string]bool{"in memory": false, "stored": true} {
		t.Run(kept, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				r.SlowTokens(10 * time.Second)
				auth, store, tokenStore := world.SessionUntil(world.AnHourAgo()), (*world.MemStore)(nil), oauthclients.TokenStore(nil)
				if shared {
					locked := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
					auth, store, tokenStore = world.NoSession(), locked.MemStore, locked
				}
				client := r.Client(t, auth, tokenStore)
				called := make(chan error, 1)
				go func() { called <- world.List(t, client) }()
				<-time.After(time.Second)
				require.NoError(t, client.SignOut(t.Context()))
				<-called // its token may have come in time or too late
				happened := r.Happened()
				require.Equal(t, "refresh_token refresh-1", happened[0])
				require.Contains(t, happened, "logout refresh-2", "the newest token is the one to end")
				require.Equal(t, 1, r.Refreshes())
				requireSignedOut(t, r, client, store)
			})
		})
	}
}

// A trade is under way when the person signs out. Its caller may still get its answer, but
// nobody who calls afterwards may.
func TestATradeUnderWayDoesNotSurviveASignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		client := r.Client(t, world.SessionUntil(world.InAnHour()), nil, noSignOut, func(c *oauthclients.Connection) {
			c.Trade = func(_ context.Context, _ *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
				<-time.After(10 * time.Second)
				return &oauth2.Token{AccessToken: held.Reveal()}, nil
			}
		})
		called := make(chan error, 1)
		go func() { called <- world.List(t, client) }()
		<-time.After(time.Second)
		require.ErrorIs(t, client.SignOut(t.Context()), errors.ErrUnsupported)
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
		<-called
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	})
}

func TestCallsAndSignOutsAtTheSameTime(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store)
	for i, err := range world.Together(200, func(i int) error {
		if i%10 == 5 {
			return client.SignOut(t.Context())
		}
		return world.List(t, client)
	}) {
		if i%10 == 5 {
			require.NoError(t, err)
		} else if err != nil {
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		}
	}
	require.LessOrEqual(t, r.Refreshes(), 1)
	requireSignedOut(t, r, client, store.MemStore)
}

// An endpoint that gives back the form and the headers must not carry them into an error.
func TestNoSecretIsInTheErrorOfASignOut(t *testing.T) {
	const accessToken, refreshToken = "access+t0ken/of=the&person", "refresh+t0ken/of=the&person"
	auth := world.NoSession()
	auth.ClientSecret = oauthclients.NewSecret(world.OddSecret)
	for name, token := range map[string]*oauth2.Token{
		"of the store": {AccessToken: accessToken, RefreshToken: refreshToken},
		"renewed":      {AccessToken: "an-old-t0ken", RefreshToken: "refresh-1", Expiry: world.AnHourAgo()},
	} {
		for _, status := range []int{http.StatusBadRequest, http.StatusInternalServerError, http.StatusFound} {
			t.Run(fmt.Sprint(name, status), func(t *testing.T) {
				r := world.NewRealm()
				r.Answers = nil
				client := r.Client(t, auth, world.LockStoreWith(token), func(c *oauthclients.Connection) {
					c.SignOut = func(ctx context.Context, caller *oauthclients.Caller, a oauthclients.AuthCode, held *oauth2.Token) error {
						text := held.AccessToken + " " + held.RefreshToken + " " + a.ClientSecret.Reveal()
						r.Inject(fakeserver.Fault{PathContains: "/logout", Status: status, Body: text, Header: http.Header{"X-Id": {text}, "Location": {text}}})
						r.Inject(fakeserver.Fault{PathContains: "/other", Status: status, Body: fmt.Sprintf(`{"error":%q,"error_description":%q}`, text, text)})
						first := r.SignOut(ctx, caller, a, held)
						_, second := caller.Call(ctx, &oauthclients.Call{Operation: "SignOut", Method: http.MethodPost, Path: "/other/" + held.AccessToken})
						return errors.Join(first, second)
					}
				})
				err := client.SignOut(t.Context())
				require.Error(t, err)
				for _, secret := range []string{accessToken, refreshToken, world.OddSecret, "access-2", "refresh-2"} {
					world.RequireHidden(t, err, secret)
					world.RequireNoLeak(t, string(world.Failure(t, err).Body()), secret)
				}
			})
		}
	}
}
