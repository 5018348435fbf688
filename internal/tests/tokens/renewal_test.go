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

// This file tests when a token is renewed, what is sent for it, and that a rotated refresh token
// is safe before it is needed. What the token endpoint refuses is in renewalfault_test.go, many
// callers at once are in renewalshare_test.go.

// RFC 6749 section 6: nothing but the refresh token and the client's credentials goes out. A
// scope would narrow the token.
func TestARefreshOnTheWire(t *testing.T) {
	full := world.SessionUntil(world.AnHourAgo())
	full.Scopes, full.RedirectURL = []string{"a", "b"}, "https://app.example.com/callback"
	public := full
	public.ClientSecret = oauthclients.Secret{}
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"refresh-1"}}
	with := func(more ...string) url.Values {
		all := url.Values{}
		for name, values := range form {
			all[name] = values
		}
		for i := 0; i < len(more); i += 2 {
			all.Set(more[i], more[i+1])
		}
		return all
	}
	for name, test := range map[string]struct {
		auth   oauthclients.Auth
		edit   func(*oauthclients.Connection)
		form   url.Values
		header string
	}{
		"form":             {full, nil, with("client_id", "client-1", "client_secret", world.RealmSecret), ""},
		"header":           {full, world.InHeader, form, "Basic Y2xpZW50LTE6czNjcmV0LW9mLXRoZS1jbGllbnQ="},
		"public in form":   {public, nil, with("client_id", "client-1"), ""},
		"public in header": {public, world.InHeader, with("client_id", "client-1"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			edit := test.edit
			if edit == nil {
				edit = func(*oauthclients.Connection) {}
			}
			require.NoError(t, world.List(t, r.Client(t, test.auth, nil, edit)))
			requests := r.Requests()
			require.Len(t, requests, 2)
			require.Equal(t, http.MethodPost, requests[0].Method)
			require.Equal(t, "/oauth/token", requests[0].Path)
			require.Empty(t, requests[0].Query)
			require.Equal(t, "application/x-www-form-urlencoded", requests[0].Header.Get("Content-Type"))
			require.Equal(t, "application/json", requests[0].Header.Get("Accept"))
			require.Equal(t, test.header, requests[0].Header.Get("Authorization"))
			require.Equal(t, test.form, world.FormOf(t, requests[0].Body))
			require.Equal(t, "Bearer access-2", requests[1].Header.Get("Authorization"))
		})
	}
}

func TestATokenWithARefreshTokenIsRenewed30SecondsEarly(t *testing.T) {
	for name, store := range map[string]func(*oauth2.Token) oauthclients.TokenStore{
		"in memory": nil, "stored": func(t *oauth2.Token) oauthclients.TokenStore { return world.LockStoreWith(t) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				auth, kept := world.SessionUntil(world.InAnHour()), oauthclients.TokenStore(nil)
				if store != nil {
					auth, kept = world.NoSession(), store(world.FirstToken(world.InAnHour()))
				}
				client := r.Client(t, auth, kept)
				for _, want := range []string{"access-1", "access-2", "access-3"} {
					require.NoError(t, world.List(t, client))
					<-time.After(time.Hour - 30*time.Second - time.Nanosecond)
					require.NoError(t, world.List(t, client))
					happened := r.Happened()
					require.Equal(t, []string{"call " + want, "call " + want}, happened[len(happened)-2:])
					<-time.After(time.Nanosecond)
				}
				require.Equal(t, 2, r.Refreshes())
			})
		})
	}
}

// Only the provider knows how long a token lives that came from elsewhere: what counts is its
// end.
func TestATokenThatIsFoundLateInItsLifeIsRenewed30SecondsEarlyToo(t *testing.T) {
	for _, left := range []time.Duration{31 * time.Second, 40 * time.Second, 59 * time.Second} {
		t.Run(left.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				client := r.Client(t, world.SessionUntil(time.Now().Add(left)), nil)
				require.NoError(t, world.List(t, client))
				<-time.After(left - 30*time.Second)
				require.NoError(t, world.List(t, client))
				require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "call access-2"}, r.Happened())
			})
		})
	}
}

// A provider whose tokens live less than the margin is asked once for several calls all the
// same, and no token goes out after its end.
func TestShortLivedTokensAreUsedMoreThanOnceAndNeverTooLate(t *testing.T) {
	for _, life := range []string{"1", "10", "30", "59"} {
		t.Run(life, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				r.Expires = life
				seconds, err := time.ParseDuration(life + "s")
				require.NoError(t, err)
				client := r.Client(t, world.SessionUntil(world.AnHourAgo()), world.LockStoreWith(world.FirstToken(world.AnHourAgo())))
				for round := 1; round <= 5; round++ {
					for range 10 {
						require.NoError(t, world.List(t, client))
					}
					require.Equal(t, round, r.Refreshes())
					<-time.After(seconds)
				}
			})
		})
	}
}

func TestLifetimesInTheAnswerToARefresh(t *testing.T) {
	const century = 100 * 365 * 24 * time.Hour
	for expires, want := range map[string]time.Duration{
		`3600`: time.Hour, `"3600"`: time.Hour, `[3600]`: time.Hour, `""`: 0, ``: 0, `0`: 0, `-1`: 0, `"0"`: 0, `null`: 0, `true`: 0, `{}`: 0, `[3600,1]`: 0, `"soon"`: 0,
		`1e300`: century, `9223372036854775807`: century, `"99999999999999999999"`: century,
	} {
		t.Run(expires, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				r.Expires = expires
				store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
				client := r.Client(t, world.NoSession(), store)
				require.NoError(t, world.List(t, client))
				stored := store.Held()
				require.Equal(t, want == 0, stored.Expiry.IsZero())
				if want != 0 {
					require.Equal(t, want, time.Until(stored.Expiry))
					return
				}
				<-time.After(1000 * 24 * time.Hour)
				require.NoError(t, world.List(t, client))
				require.Equal(t, 1, r.Refreshes(), "kept, since nobody knows")
				r.Change(func() { r.Revoked = true })
				require.NoError(t, world.List(t, client))
				require.Equal(t, 2, r.Refreshes(), "until the API refuses it")
			})
		})
	}
}

func TestATokenThatNothingCanRenewIsUsedToItsVeryEnd(t *testing.T) {
	token := func() *oauth2.Token {
		return &oauth2.Token{AccessToken: "access-1", Expiry: time.Now().Add(time.Minute)}
	}
	for name, stored := range map[string]bool{"in memory": false, "stored": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				auth, store := world.NoSession(), oauthclients.TokenStore(nil)
				if auth.Token = token(); stored {
					auth.Token, store = nil, world.LockStoreWith(auth.Token)
				}
				client := r.Client(t, auth, store)
				for range 6 {
					require.NoError(t, world.List(t, client))
					<-time.After(10*time.Second - time.Nanosecond)
				}
				require.NoError(t, world.List(t, client))
				<-time.After(6 * time.Nanosecond)
				for range 3 {
					err := world.List(t, client)
					require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
					require.ErrorContains(t, err, "no refresh token")
				}
				require.Equal(t, 7, r.Calls())
				require.Zero(t, r.Refreshes())
			})
		})
	}
}

func TestARotatedRefreshTokenIsSavedBeforeItsAccessTokenIsUsed(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	store.Note = r.Note
	client := r.Client(t, world.NoSession(), store)
	require.NoError(t, world.List(t, client))
	r.Change(func() { r.Revoked = true })
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{
		"refresh_token refresh-1", "save access-2 refresh-2", "call access-2",
		"call access-2", "refresh_token refresh-2", "save access-3 refresh-3", "call access-3",
	}, r.Happened())
	require.Equal(t, "Bearer", store.Held().TokenType)
}

func TestARefreshTokenStaysWhereTheAnswerHasNone(t *testing.T) {
	r := world.NewRealm()
	r.Keeps = true
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	store.Note = r.Note
	client := r.Client(t, world.NoSession(), store)
	require.NoError(t, world.List(t, client))
	r.Change(func() { r.Revoked = true })
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{
		"refresh_token refresh-1", "save access-2 refresh-1", "call access-2",
		"call access-2", "refresh_token refresh-1", "save access-3 refresh-1", "call access-3",
	}, r.Happened())
}

func TestTheTokenOfTheProgramIsNeverChanged(t *testing.T) {
	auth := world.SessionUntil(world.AnHourAgo())
	before := *auth.Token
	r := world.NewRealm()
	client := r.Client(t, auth, nil)
	require.NoError(t, world.List(t, client))
	r.Change(func() { r.Revoked = true })
	require.NoError(t, world.List(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, before, *auth.Token)
}

// The other way round: what the program does with its own token later is its own affair.
func TestTheProgramMayChangeItsToken(t *testing.T) {
	auth := world.SessionUntil(world.AnHourAgo())
	r := world.NewRealm()
	client := r.Client(t, auth, nil)
	*auth.Token = oauth2.Token{AccessToken: "other"}
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.Happened())
}

func TestARefreshGoesOnWithoutItsCallerAndIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
		client := r.Client(t, world.NoSession(), store)
		r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Delay: 10 * time.Second})
		gone := errors.New("the user closed the window")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, gone)
		defer cancel()
		begin := time.Now()
		_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
		require.ErrorIs(t, err, gone)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
		require.Equal(t, 50*time.Millisecond, time.Since(begin))

		<-time.After(time.Minute)
		require.Equal(t, "refresh-2", store.Held().RefreshToken)
		require.NoError(t, world.List(t, client))
		require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.Happened())
	})
}

// A machine that slept has a clock that was stopped with it (the monotonic one): by that clock
// the token would live on for as long as the sleep took.
func TestTheEndOfATokenIsATimeOfTheWallClock(t *testing.T) {
	r := world.NewRealm()
	store := world.StoreWith(world.FirstToken(world.AnHourAgo()))
	require.NoError(t, world.List(t, r.Client(t, world.NoSession(), store)))
	require.NotContains(t, store.Held().Expiry.String(), "m=", "has a monotonic clock reading")
}
