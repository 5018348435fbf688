package tokens

import (
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

// This file tests what the token endpoint refuses: what the error says, how often the refusal is
// provoked, and that no call ever goes round in circles.

func TestADeadRefreshTokenMeansToSignInAgain(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusUnauthorized} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			r := world.NewRealm()
			r.Refuses(status, "invalid_grant")
			store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
			client := r.Client(t, world.NoSession(), store)
			for range 100 {
				err := world.List(t, client)
				require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
				require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
				failed := world.Failure(t, err)
				require.Equal(t, "Token", failed.Operation)
				require.Equal(t, world.MemName, failed.Provider)
				require.Equal(t, status, failed.StatusCode)
				require.Equal(t, "invalid_grant", failed.Code)
				require.Equal(t, "It says why.", failed.Message)
			}
			require.Len(t, r.Requests(), 1, "what is dead is sent once")
			require.Zero(t, store.Saves, "the store is left to whoever signs in")

			r.Change(func() { r.Answers, r.Newest = nil, 5 })
			store.Put(&oauth2.Token{AccessToken: "access-4", RefreshToken: "refresh-5", Expiry: world.AnHourAgo()})
			require.NoError(t, world.List(t, client))
			require.Equal(t, "refresh-6", store.Held().RefreshToken)
		})
	}
}

func TestADeadRefreshTokenInMemoryIsSentOnce(t *testing.T) {
	r := world.NewRealm()
	r.Refuses(http.StatusBadRequest, "invalid_grant")
	client := r.Client(t, world.SessionUntil(time.Time{}), nil)
	r.Revoked = true
	for range 100 {
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	}
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1"}, r.Happened())
}

// They all get the same error, one after the other: nobody may write into it any more.
func TestADeadRefreshTokenIsToldToManyWithoutARace(t *testing.T) {
	r := world.NewRealm()
	r.Refuses(http.StatusBadRequest, "invalid_grant")
	client := r.Client(t, world.SessionUntil(world.AnHourAgo()), nil)
	for _, err := range world.Together(50, func(int) (err error) {
		for range 20 {
			err = client.Clients.Delete(t.Context(), "id-1")
		}
		return err
	}) {
		require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
		require.Equal(t, "Token", world.Failure(t, err).Operation)
	}
	require.Len(t, r.Requests(), 1)
}

func TestAWriteForWhichNobodyIsSignedInWasNotExecuted(t *testing.T) {
	r := world.NewRealm()
	r.Refuses(http.StatusBadRequest, "invalid_grant")
	r.Revoked = true
	_, err := r.Client(t, world.SessionUntil(world.InAnHour()), nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
	require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
}

// A wrong secret of the program is not the person's fault: signing in again would not help.
func TestAWrongClientSecretIsNoReasonToSignInAgain(t *testing.T) {
	for _, code := range []string{"invalid_client", "unauthorized_client"} {
		for _, status := range []int{http.StatusBadRequest, http.StatusUnauthorized} {
			t.Run(code+" "+http.StatusText(status), func(t *testing.T) {
				r := world.NewRealm()
				r.Refuses(status, code)
				client := r.Client(t, world.SessionUntil(world.AnHourAgo()), world.LockStoreWith(nil))
				for sent := 1; sent <= 3; sent++ {
					err := world.List(t, client)
					require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
					require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
					require.Equal(t, code, world.Failure(t, err).Code)
					require.Len(t, r.Requests(), sent, "once per call")
				}
				r.Change(func() { r.Answers = nil })
				require.NoError(t, world.List(t, client), "as soon as the secret is right")
			})
		}
	}
}

func TestOtherRefusalsAreNoReasonToSignInAgain(t *testing.T) {
	for code, kind := range map[string]error{
		"invalid_request": oauthclients.ErrInvalid, "invalid_scope": oauthclients.ErrInvalid,
		"unsupported_grant_type": oauthclients.ErrInvalid, "": oauthclients.ErrInvalid,
	} {
		t.Run(code, func(t *testing.T) {
			r := world.NewRealm()
			r.Refuses(http.StatusBadRequest, code)
			err := world.List(t, r.Client(t, world.SessionUntil(world.AnHourAgo()), nil))
			require.ErrorIs(t, err, kind)
			require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
			require.Len(t, r.Requests(), 1)
		})
	}
}

func TestARefreshIsRepeatedOnTrouble(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"refused": {Refuse: true}, "429": {Status: 429},
		"503": {Status: 503, Header: http.Header{"Retry-After": {"0"}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				fault.PathContains, fault.Times = "/oauth/token", 3
				r.Inject(fault)
				require.NoError(t, world.List(t, r.Client(t, world.SessionUntil(world.AnHourAgo()), nil)))
				require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.Happened())

				fault.Times = 4
				r.Inject(fault)
				r.Forget()
				err := world.List(t, r.Client(t, world.SessionUntil(world.AnHourAgo()), nil))
				require.Error(t, err)
				require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
				require.Equal(t, 4, world.Failure(t, err).Attempts)
				require.Empty(t, r.Happened())
			})
		})
	}
}

// The provider may have used the refresh token up, and then a second one looks like a theft: the
// next call finds out, this one does not.
func TestARefreshWhoseAnswerIsLostIsNotRepeated(t *testing.T) {
	for name, test := range map[string]struct {
		fault fakeserver.Fault
		after error // of the next call
	}{
		"not executed": {fakeserver.Fault{Drop: true}, nil},
		"executed":     {fakeserver.Fault{Drop: true, Execute: true}, oauthclients.ErrLoginRequired},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			test.fault.PathContains, test.fault.Times = "/oauth/token", 1
			r.Inject(test.fault)
			client := r.Client(t, world.SessionUntil(world.AnHourAgo()), world.LockStoreWith(nil))
			err := world.List(t, client)
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
			require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated)
			require.Len(t, r.Requests(), 1)
			require.ErrorIs(t, world.List(t, client), test.after)
			require.Equal(t, 2, r.Refreshes())
		})
	}
}

func TestARefreshThatHangsEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Delay: time.Hour})
		begin := time.Now()
		err := world.List(t, r.Client(t, world.SessionUntil(world.AnHourAgo()), world.LockStoreWith(nil))) // with a context that never ends
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.Equal(t, 30*time.Second, time.Since(begin))
		require.Len(t, r.Requests(), 1)
	})
}

func TestAnswersToARefreshThatAreNoToken(t *testing.T) {
	for name, body := range map[string]string{
		"nothing": ``, "page": `<html>`, "no token": `{"refresh_token":false}`, "the same": `{"refresh_token":"refresh-1"}`,
		"unsendable": `{"access_token":"h1dden\n"}`, "other type": `{"access_token":"h1dden","token_type":"mac"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			r.Answers = func(url.Values) (int, string) { return http.StatusOK, body }
			store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
			err := world.List(t, r.Client(t, world.NoSession(), store))
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
			require.NotContains(t, err.Error(), "h1dden")
			require.Len(t, r.Requests(), 1)
			require.Equal(t, world.FirstToken(world.AnHourAgo()).RefreshToken, store.Held().RefreshToken)
			require.Zero(t, store.Saves)
		})
	}
}

// Nothing here may ever loop: a lock-out costs more than a failed call.
func TestAnAPIThatRefusesEverythingCostsThreeRequestsPerCall(t *testing.T) {
	for name, store := range map[string]oauthclients.TokenStore{"in memory": nil, "stored": world.LockStoreWith(nil)} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			r.Refuse = true
			client := r.Client(t, world.SessionUntil(world.InAnHour()), store)
			for call := 1; call <= 5; call++ {
				err := world.List(t, client)
				require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
				require.NotErrorIs(t, err, oauthclients.ErrLoginRequired, "the provider does give tokens")
				require.Equal(t, "List", world.Failure(t, err).Operation)
				require.Equal(t, call, r.Refreshes())
				require.Equal(t, 2*call, r.Calls())
			}
		})
	}
}

// The same token again is no other: sending it once more would be pointless.
func TestARefreshThatGivesTheSameTokenIsNotTriedOut(t *testing.T) {
	r := world.NewRealm()
	r.Refuse = true
	r.Answers = func(url.Values) (int, string) {
		return http.StatusOK, `{"access_token":"access-1","refresh_token":"refresh-1","expires_in":3600}`
	}
	client := r.Client(t, world.SessionUntil(world.InAnHour()), world.LockStoreWith(nil))
	for call := 1; call <= 3; call++ {
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnauthenticated)
		require.Equal(t, call, r.Refreshes())
		require.Equal(t, call, r.Calls())
	}
}
