package tokens

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
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests which token is used: the one in the strategy, the one in the store, or a new
// one. What becomes of a store that fails is in storefault_test.go.

func TestWithTokenStoreIsForStrategiesThatGetTokens(t *testing.T) {
	store := world.StoreWith(nil)
	for name, test := range map[string]struct {
		auth  oauthclients.Auth
		store oauthclients.TokenStore
	}{
		"nil":          {world.NoSession(), nil},
		"nil pointer":  {world.NoSession(), (*world.MemStore)(nil)},
		"no path":      {world.NoSession(), oauthclients.FileTokenStore("")},
		"bearer":       {oauthclients.BearerToken("t0ken"), store},
		"basic":        {oauthclients.BasicAuth{Username: "u", Password: oauthclients.NewSecret("p")}, store},
		"none":         {oauthclients.NoAuth{}, store},
		"token source": {oauthclients.FromTokenSource(&world.CountingSource{}), store},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := oauthclients.New(world.NewRealm().Provider(), test.auth, oauthclients.WithTokenStore(test.store))
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Equal(t, "New", world.Failure(t, err).Operation)
			require.Len(t, world.Failure(t, err).Fields, 1)
			require.Equal(t, "WithTokenStore", world.Failure(t, err).Fields[0].Field)
		})
	}
	require.Zero(t, store.Loads+store.Saves)
}

func TestNewTouchesNoStore(t *testing.T) {
	store := world.StoreWith(world.FirstToken(world.InAnHour()))
	for name, auth := range map[string]oauthclients.Auth{
		"code": world.SessionUntil(world.InAnHour()), "password": world.PasswordGrant(), "client credentials": world.ClientCredentials(),
	} {
		t.Run(name, func(t *testing.T) {
			world.NewRealm().Client(t, auth, store)
			require.Zero(t, store.Loads+store.Saves)
		})
	}
}

func TestATokenOfTheProgramIsUsedAsItIs(t *testing.T) {
	for name, expiry := range map[string]time.Time{"unknown": {}, "in an hour": world.InAnHour()} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			client := r.Client(t, world.SessionUntil(expiry), nil)
			require.NoError(t, world.List(t, client))
			require.NoError(t, world.List(t, client))
			require.Equal(t, []string{"call access-1", "call access-1"}, r.Happened())
		})
	}
}

func TestARefreshTokenAloneIsRenewedBeforeTheFirstCall(t *testing.T) {
	auth := world.NoSession()
	auth.Token = &oauth2.Token{RefreshToken: "refresh-1"}
	r := world.NewRealm()
	client := r.Client(t, auth, nil)
	require.NoError(t, world.List(t, client))
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2", "call access-2"}, r.Happened())
}

// A store may keep nothing but the refresh token: many places for secrets have little room.
func TestARefreshTokenAloneInTheStoreIsRenewedBeforeTheFirstCall(t *testing.T) {
	store := world.StoreWith(&oauth2.Token{RefreshToken: "refresh-1"})
	r := world.NewRealm()
	require.NoError(t, world.List(t, r.Client(t, world.NoSession(), store)))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.Happened())
	require.Equal(t, "refresh-2", store.Held().RefreshToken)
}

func TestTheStoredTokenWins(t *testing.T) {
	auth := world.NoSession()
	auth.Token = &oauth2.Token{AccessToken: "an-old-one", RefreshToken: "an-old-refresh-token", Expiry: world.InAnHour()}
	for name, test := range map[string]struct {
		stored *oauth2.Token
		want   []string
	}{
		"good":     {world.FirstToken(world.InAnHour()), []string{"call access-1"}},
		"expired":  {world.FirstToken(world.AnHourAgo()), []string{"refresh_token refresh-1", "call access-2"}},
		"no start": {world.FirstToken(time.Time{}), []string{"call access-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			require.NoError(t, world.List(t, r.Client(t, auth, world.StoreWith(test.stored))))
			require.Equal(t, test.want, r.Happened())
		})
	}
}

func TestAnEmptyStoreLeavesTheTokenOfTheProgram(t *testing.T) {
	for name, stored := range map[string]*oauth2.Token{"nil": nil, "empty": {}, "type alone": {TokenType: "Bearer"}} {
		t.Run(name, func(t *testing.T) {
			store := world.LockStoreWith(stored)
			r := world.NewRealm()
			store.Note = r.Note
			require.NoError(t, world.List(t, r.Client(t, world.SessionUntil(world.AnHourAgo()), store)))
			require.Equal(t, []string{"refresh_token refresh-1", "save access-2 refresh-2", "call access-2"}, r.Happened())
		})
	}
}

func TestNobodyIsSignedIn(t *testing.T) {
	emptyToken := world.NoSession()
	emptyToken.Token = &oauth2.Token{}
	for name, test := range map[string]struct {
		auth  oauthclients.Auth
		store oauthclients.TokenStore
	}{
		"no store": {world.NoSession(), nil}, "empty token": {emptyToken, nil}, "empty store": {world.NoSession(), world.StoreWith(nil)},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			client := r.Client(t, test.auth, test.store)
			for range 3 {
				err := world.List(t, client)
				require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
				require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
				require.Equal(t, "Token", world.Failure(t, err).Operation)
			}
			require.Empty(t, r.Requests())
		})
	}
}

// Who starts before the person has signed in takes the token as soon as it is in the store.
func TestASignInElsewhereIsSeenByTheNextCall(t *testing.T) {
	store := world.StoreWith(nil)
	r := world.NewRealm()
	client := r.Client(t, world.NoSession(), store)
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	store.Put(world.FirstToken(world.InAnHour()))
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"call access-1"}, r.Happened())
}

func TestASignOutElsewhereIsNotUndoneByTheTokenOfTheProgram(t *testing.T) {
	for name, test := range map[string]struct {
		stored *oauth2.Token
		start  time.Time
		first  []string
	}{
		"loaded":           {world.FirstToken(world.InAnHour()), world.AnHourAgo(), []string{"call access-1"}},
		"saved":            {nil, world.AnHourAgo(), []string{"refresh_token refresh-1", "call access-2"}},
		"loaded and saved": {world.FirstToken(world.AnHourAgo()), world.InAnHour(), []string{"refresh_token refresh-1", "call access-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			store := world.StoreWith(test.stored)
			client := r.Client(t, world.SessionUntil(test.start), store)
			require.NoError(t, world.List(t, client))
			require.Equal(t, test.first, r.Happened())
			store.Put(&oauth2.Token{})
			r.Change(func() { r.Revoked = true })
			for range 3 {
				require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
			}
			require.Equal(t, test.first[len(test.first)-1:], r.Happened(), "no request with a token that was signed out")
			require.Empty(t, store.Held().AccessToken+store.Held().RefreshToken)
		})
	}
}

func TestASecondProgramTakesTheStoredTokenOfEveryStrategy(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"password": world.PasswordGrant(), "client credentials": world.ClientCredentials(), "code": world.NoSession(),
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
			require.NoError(t, world.List(t, r.Client(t, auth, store)))
			require.Equal(t, "access-2", store.Held().AccessToken, "the expired one is replaced")
			require.WithinDuration(t, world.InAnHour(), store.Held().Expiry, time.Minute)
			require.Equal(t, 1, r.Refreshes())
			require.NoError(t, world.List(t, r.Client(t, auth, store)))
			require.Equal(t, 1, r.Refreshes())
			require.Equal(t, 2, r.Calls())
		})
	}
}

// It knows the token by the store alone: another program has renewed what this one has.
func TestARejectedTokenIsReplacedByTheStoredOneWithoutARequest(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"password": world.PasswordGrant(), "client credentials": world.ClientCredentials(), "code": world.NoSession(),
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
			client := r.Client(t, auth, store)
			require.NoError(t, world.List(t, client))
			r.Change(func() { r.Newest = 2 })
			store.Put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: world.InAnHour()})
			r.Happened()
			require.NoError(t, world.List(t, client))
			require.Equal(t, []string{"call access-1", "call access-2"}, r.Happened())
			require.Zero(t, store.Saves)
		})
	}
}

func TestARejectedTokenThatIsStillTheStoredOneIsRenewed(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
	store.Note = r.Note
	r.Revoked = true
	require.NoError(t, world.List(t, r.Client(t, world.NoSession(), store)))
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "save access-2 refresh-2", "call access-2"}, r.Happened())
}

func TestARejectedTokenIsNotTakenFromTheStoreAgain(t *testing.T) {
	r := world.NewRealm()
	r.Revoked = true
	store := world.LockStoreWith(&oauth2.Token{AccessToken: "access-1", Expiry: world.InAnHour()})
	client := r.Client(t, world.NoSession(), store)
	for range 10 {
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	}
	require.Equal(t, 1, r.Calls(), "what was rejected is not sent again")
	require.Zero(t, r.Refreshes())
}

func TestAStoredTokenIsSentToTheAPIOnly(t *testing.T) {
	r := world.NewRealm()
	store := world.StoreWith(world.FirstToken(world.InAnHour()))
	_, err := world.CallerOf(t, r.Client(t, world.NoSession(), store)).Call(t.Context(), &oauthclients.Call{
		Operation: "Native", Method: http.MethodGet, Path: "/clients", Credential: oauthclients.NoCredential(),
	})
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.Equal(t, []string{"call"}, r.Happened())
	require.Zero(t, store.Loads, "nothing was needed")
}

// New takes a strategy by its address as well.
func TestAStrategyMayBeGivenByItsAddress(t *testing.T) {
	auth := world.SessionUntil(world.InAnHour())
	r := world.NewRealm()
	client := r.Client(t, &auth, nil)
	require.NoError(t, world.List(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"call access-1", "logout refresh-1"}, r.Happened())

	credentials := world.ClientCredentials()
	r = world.NewRealm()
	client = r.Client(t, &credentials, nil)
	require.NoError(t, world.List(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"client_credentials", "call access-2", "logout refresh-2"}, r.Happened())
}

// The rule of TokenStore: its author has to think of one goroutine only.
func TestAStoreIsUsedByOneGoroutineOfAClientAtATime(t *testing.T) {
	r := world.NewRealm()
	r.Expires = "1"
	store := world.StoreWith(world.FirstToken(world.AnHourAgo()))
	var users atomic.Int32
	use := func(context.Context) error {
		defer users.Add(-1)
		if users.Add(1) > 1 {
			return errors.New("two at a time")
		}
		runtime.Gosched()
		return nil
	}
	store.Fails(use, func(ctx context.Context, _ *oauth2.Token) error { return use(ctx) })
	client := r.Client(t, world.SessionUntil(world.AnHourAgo()), store)
	for range 20 {
		for _, err := range world.Together(20, func(i int) error {
			if i%5 == 0 {
				r.Change(func() { r.Revoked = true })
			}
			return world.List(t, client)
		}) {
			require.NotErrorIs(t, err, oauthclients.ErrUnavailable)
		}
	}
	require.Positive(t, store.Saves)
}
