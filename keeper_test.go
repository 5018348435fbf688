package oauthclients_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file tests which token is used: the one in the strategy, the one in the store, or a new
// one. What becomes of a store that fails is in storefault_test.go.

func TestWithTokenStoreIsForStrategiesThatGetTokens(t *testing.T) {
	store := storeWith(nil)
	for name, test := range map[string]struct {
		auth  oauthclients.Auth
		store oauthclients.TokenStore
	}{
		"nil":          {noSession(), nil},
		"nil pointer":  {noSession(), (*memStore)(nil)},
		"no path":      {noSession(), oauthclients.FileTokenStore("")},
		"bearer":       {oauthclients.BearerToken("t0ken"), store},
		"basic":        {oauthclients.BasicAuth{Username: "u", Password: oauthclients.NewSecret("p")}, store},
		"none":         {oauthclients.NoAuth{}, store},
		"token source": {oauthclients.FromTokenSource(&countingSource{}), store},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := oauthclients.New(newRealm().provider(), test.auth, oauthclients.WithTokenStore(test.store))
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Equal(t, "New", failure(t, err).Operation)
			require.Len(t, failure(t, err).Fields, 1)
			require.Equal(t, "WithTokenStore", failure(t, err).Fields[0].Field)
		})
	}
	require.Zero(t, store.loads+store.saves)
}

func TestNewTouchesNoStore(t *testing.T) {
	store := storeWith(firstToken(inAnHour()))
	for name, auth := range map[string]oauthclients.Auth{
		"code": sessionUntil(inAnHour()), "password": passwordGrant(), "client credentials": clientCredentials(),
	} {
		t.Run(name, func(t *testing.T) {
			newRealm().client(t, auth, store)
			require.Zero(t, store.loads+store.saves)
		})
	}
}

func TestATokenOfTheProgramIsUsedAsItIs(t *testing.T) {
	for name, expiry := range map[string]time.Time{"unknown": {}, "in an hour": inAnHour()} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			client := r.client(t, sessionUntil(expiry), nil)
			require.NoError(t, list(t, client))
			require.NoError(t, list(t, client))
			require.Equal(t, []string{"call access-1", "call access-1"}, r.happened())
		})
	}
}

func TestARefreshTokenAloneIsRenewedBeforeTheFirstCall(t *testing.T) {
	auth := noSession()
	auth.Token = &oauth2.Token{RefreshToken: "refresh-1"}
	r := newRealm()
	client := r.client(t, auth, nil)
	require.NoError(t, list(t, client))
	require.NoError(t, list(t, client))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2", "call access-2"}, r.happened())
}

// A store may keep nothing but the refresh token: many places for secrets have little room.
func TestARefreshTokenAloneInTheStoreIsRenewedBeforeTheFirstCall(t *testing.T) {
	store := storeWith(&oauth2.Token{RefreshToken: "refresh-1"})
	r := newRealm()
	require.NoError(t, list(t, r.client(t, noSession(), store)))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.happened())
	require.Equal(t, "refresh-2", store.held().RefreshToken)
}

func TestTheStoredTokenWins(t *testing.T) {
	auth := noSession()
	auth.Token = &oauth2.Token{AccessToken: "an-old-one", RefreshToken: "an-old-refresh-token", Expiry: inAnHour()}
	for name, test := range map[string]struct {
		stored *oauth2.Token
		want   []string
	}{
		"good":     {firstToken(inAnHour()), []string{"call access-1"}},
		"expired":  {firstToken(anHourAgo()), []string{"refresh_token refresh-1", "call access-2"}},
		"no start": {firstToken(time.Time{}), []string{"call access-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			require.NoError(t, list(t, r.client(t, auth, storeWith(test.stored))))
			require.Equal(t, test.want, r.happened())
		})
	}
}

func TestAnEmptyStoreLeavesTheTokenOfTheProgram(t *testing.T) {
	for name, stored := range map[string]*oauth2.Token{"nil": nil, "empty": {}, "type alone": {TokenType: "Bearer"}} {
		t.Run(name, func(t *testing.T) {
			store := lockStoreWith(stored)
			r := newRealm()
			store.note = r.note
			require.NoError(t, list(t, r.client(t, sessionUntil(anHourAgo()), store)))
			require.Equal(t, []string{"refresh_token refresh-1", "save access-2 refresh-2", "call access-2"}, r.happened())
		})
	}
}

func TestNobodyIsSignedIn(t *testing.T) {
	emptyToken := noSession()
	emptyToken.Token = &oauth2.Token{}
	for name, test := range map[string]struct {
		auth  oauthclients.Auth
		store oauthclients.TokenStore
	}{
		"no store": {noSession(), nil}, "empty token": {emptyToken, nil}, "empty store": {noSession(), storeWith(nil)},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			client := r.client(t, test.auth, test.store)
			for range 3 {
				err := list(t, client)
				require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
				require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
				require.Equal(t, "Token", failure(t, err).Operation)
			}
			require.Empty(t, r.Requests())
		})
	}
}

// Who starts before the person has signed in takes the token as soon as it is in the store.
func TestASignInElsewhereIsSeenByTheNextCall(t *testing.T) {
	store := storeWith(nil)
	r := newRealm()
	client := r.client(t, noSession(), store)
	require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
	store.put(firstToken(inAnHour()))
	require.NoError(t, list(t, client))
	require.Equal(t, []string{"call access-1"}, r.happened())
}

func TestASignOutElsewhereIsNotUndoneByTheTokenOfTheProgram(t *testing.T) {
	for name, test := range map[string]struct {
		stored *oauth2.Token
		start  time.Time
		first  []string
	}{
		"loaded":           {firstToken(inAnHour()), anHourAgo(), []string{"call access-1"}},
		"saved":            {nil, anHourAgo(), []string{"refresh_token refresh-1", "call access-2"}},
		"loaded and saved": {firstToken(anHourAgo()), inAnHour(), []string{"refresh_token refresh-1", "call access-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			store := storeWith(test.stored)
			client := r.client(t, sessionUntil(test.start), store)
			require.NoError(t, list(t, client))
			require.Equal(t, test.first, r.happened())
			store.put(&oauth2.Token{})
			r.change(func() { r.revoked = true })
			for range 3 {
				require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
			}
			require.Equal(t, test.first[len(test.first)-1:], r.happened(), "no request with a token that was signed out")
			require.Empty(t, store.held().AccessToken+store.held().RefreshToken)
		})
	}
}

func TestASecondProgramTakesTheStoredTokenOfEveryStrategy(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"password": passwordGrant(), "client credentials": clientCredentials(), "code": noSession(),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			store := lockStoreWith(firstToken(anHourAgo()))
			require.NoError(t, list(t, r.client(t, auth, store)))
			require.Equal(t, "access-2", store.held().AccessToken, "the expired one is replaced")
			require.WithinDuration(t, inAnHour(), store.held().Expiry, time.Minute)
			require.Equal(t, 1, r.refreshes())
			require.NoError(t, list(t, r.client(t, auth, store)))
			require.Equal(t, 1, r.refreshes())
			require.Equal(t, 2, r.calls())
		})
	}
}

// It knows the token by the store alone: another program has renewed what this one has.
func TestARejectedTokenIsReplacedByTheStoredOneWithoutARequest(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"password": passwordGrant(), "client credentials": clientCredentials(), "code": noSession(),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			store := lockStoreWith(firstToken(inAnHour()))
			client := r.client(t, auth, store)
			require.NoError(t, list(t, client))
			r.change(func() { r.n = 2 })
			store.put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: inAnHour()})
			r.happened()
			require.NoError(t, list(t, client))
			require.Equal(t, []string{"call access-1", "call access-2"}, r.happened())
			require.Zero(t, store.saves)
		})
	}
}

func TestARejectedTokenThatIsStillTheStoredOneIsRenewed(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(inAnHour()))
	store.note = r.note
	r.revoked = true
	require.NoError(t, list(t, r.client(t, noSession(), store)))
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "save access-2 refresh-2", "call access-2"}, r.happened())
}

func TestARejectedTokenIsNotTakenFromTheStoreAgain(t *testing.T) {
	r := newRealm()
	r.revoked = true
	store := lockStoreWith(&oauth2.Token{AccessToken: "access-1", Expiry: inAnHour()})
	client := r.client(t, noSession(), store)
	for range 10 {
		require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
	}
	require.Equal(t, 1, r.calls(), "what was rejected is not sent again")
	require.Zero(t, r.refreshes())
}

func TestAStoredTokenIsSentToTheAPIOnly(t *testing.T) {
	r := newRealm()
	store := storeWith(firstToken(inAnHour()))
	_, err := callerOf(t, r.client(t, noSession(), store)).Call(t.Context(), &oauthclients.Call{
		Operation: "Native", Method: http.MethodGet, Path: "/clients", Credential: oauthclients.NoCredential(),
	})
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.Equal(t, []string{"call"}, r.happened())
	require.Zero(t, store.loads, "nothing was needed")
}

// New takes a strategy by its address as well.
func TestAStrategyMayBeGivenByItsAddress(t *testing.T) {
	auth := sessionUntil(inAnHour())
	r := newRealm()
	client := r.client(t, &auth, nil)
	require.NoError(t, list(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"call access-1", "logout refresh-1"}, r.happened())

	credentials := clientCredentials()
	r = newRealm()
	client = r.client(t, &credentials, nil)
	require.NoError(t, list(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"client_credentials", "call access-2", "logout refresh-2"}, r.happened())
}

// The rule of TokenStore: its author has to think of one goroutine only.
func TestAStoreIsUsedByOneGoroutineOfAClientAtATime(t *testing.T) {
	r := newRealm()
	r.expires = "1"
	store := storeWith(firstToken(anHourAgo()))
	var users atomic.Int32
	use := func(context.Context) error {
		defer users.Add(-1)
		if users.Add(1) > 1 {
			return errors.New("two at a time")
		}
		runtime.Gosched()
		return nil
	}
	store.fails(use, func(ctx context.Context, _ *oauth2.Token) error { return use(ctx) })
	client := r.client(t, sessionUntil(anHourAgo()), store)
	for range 20 {
		for _, err := range together(20, func(i int) error {
			if i%5 == 0 {
				r.change(func() { r.revoked = true })
			}
			return list(t, client)
		}) {
			require.NotErrorIs(t, err, oauthclients.ErrUnavailable)
		}
	}
	require.Positive(t, store.saves)
}
