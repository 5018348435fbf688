package oauthclients_test

import (
	"fmt"
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

// This file tests what the token endpoint refuses: what the error says, how often the refusal is
// provoked, and that no call ever goes round in circles.

// refused makes the token endpoint answer with an OAuth error (RFC 6749 section 5.2).
func (r *realm) refuses(status int, code string) {
	r.change(func() {
		r.answers = func(url.Values) (int, string) {
			return status, fmt.Sprintf(`{"error":%q,"error_description":"It says why."}`, code)
		}
	})
}

func TestADeadRefreshTokenMeansToSignInAgain(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusUnauthorized} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			r := newRealm()
			r.refuses(status, "invalid_grant")
			store := lockStoreWith(firstToken(anHourAgo()))
			client := r.client(t, noSession(), store)
			for range 100 {
				err := list(t, client)
				require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
				require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
				failed := failure(t, err)
				require.Equal(t, "Token", failed.Operation)
				require.Equal(t, memName, failed.Provider)
				require.Equal(t, status, failed.StatusCode)
				require.Equal(t, "invalid_grant", failed.Code)
				require.Equal(t, "It says why.", failed.Message)
			}
			require.Len(t, r.Requests(), 1, "what is dead is sent once")
			require.Zero(t, store.saves, "the store is left to whoever signs in")

			r.change(func() { r.answers, r.n = nil, 5 })
			store.put(&oauth2.Token{AccessToken: "access-4", RefreshToken: "refresh-5", Expiry: anHourAgo()})
			require.NoError(t, list(t, client))
			require.Equal(t, "refresh-6", store.held().RefreshToken)
		})
	}
}

func TestADeadRefreshTokenInMemoryIsSentOnce(t *testing.T) {
	r := newRealm()
	r.refuses(http.StatusBadRequest, "invalid_grant")
	client := r.client(t, sessionUntil(time.Time{}), nil)
	r.revoked = true
	for range 100 {
		require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
	}
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1"}, r.happened())
}

// They all get the same error, one after the other: nobody may write into it any more.
func TestADeadRefreshTokenIsToldToManyWithoutARace(t *testing.T) {
	r := newRealm()
	r.refuses(http.StatusBadRequest, "invalid_grant")
	client := r.client(t, sessionUntil(anHourAgo()), nil)
	for _, err := range together(50, func(int) (err error) {
		for range 20 {
			err = client.Clients.Delete(t.Context(), "id-1")
		}
		return err
	}) {
		require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
		require.Equal(t, "Token", failure(t, err).Operation)
	}
	require.Len(t, r.Requests(), 1)
}

func TestAWriteForWhichNobodyIsSignedInWasNotExecuted(t *testing.T) {
	r := newRealm()
	r.refuses(http.StatusBadRequest, "invalid_grant")
	r.revoked = true
	_, err := r.client(t, sessionUntil(inAnHour()), nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
	require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
}

// A wrong secret of the program is not the person's fault: signing in again would not help.
func TestAWrongClientSecretIsNoReasonToSignInAgain(t *testing.T) {
	for _, code := range []string{"invalid_client", "unauthorized_client"} {
		for _, status := range []int{http.StatusBadRequest, http.StatusUnauthorized} {
			t.Run(code+" "+http.StatusText(status), func(t *testing.T) {
				r := newRealm()
				r.refuses(status, code)
				client := r.client(t, sessionUntil(anHourAgo()), lockStoreWith(nil))
				for sent := 1; sent <= 3; sent++ {
					err := list(t, client)
					require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
					require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
					require.Equal(t, code, failure(t, err).Code)
					require.Len(t, r.Requests(), sent, "once per call")
				}
				r.change(func() { r.answers = nil })
				require.NoError(t, list(t, client), "as soon as the secret is right")
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
			r := newRealm()
			r.refuses(http.StatusBadRequest, code)
			err := list(t, r.client(t, sessionUntil(anHourAgo()), nil))
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
				r := newRealm()
				fault.PathContains, fault.Times = "/oauth/token", 3
				r.Inject(fault)
				require.NoError(t, list(t, r.client(t, sessionUntil(anHourAgo()), nil)))
				require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.happened())

				fault.Times = 4
				r.Inject(fault)
				r.Forget()
				err := list(t, r.client(t, sessionUntil(anHourAgo()), nil))
				require.Error(t, err)
				require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
				require.Equal(t, 4, failure(t, err).Attempts)
				require.Empty(t, r.happened())
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
			r := newRealm()
			test.fault.PathContains, test.fault.Times = "/oauth/token", 1
			r.Inject(test.fault)
			client := r.client(t, sessionUntil(anHourAgo()), lockStoreWith(nil))
			err := list(t, client)
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
			require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated)
			require.Len(t, r.Requests(), 1)
			require.ErrorIs(t, list(t, client), test.after)
			require.Equal(t, 2, r.refreshes())
		})
	}
}

func TestARefreshThatHangsEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Delay: time.Hour})
		begin := time.Now()
		err := list(t, r.client(t, sessionUntil(anHourAgo()), lockStoreWith(nil))) // with a context that never ends
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
			r := newRealm()
			r.answers = func(url.Values) (int, string) { return http.StatusOK, body }
			store := lockStoreWith(firstToken(anHourAgo()))
			err := list(t, r.client(t, noSession(), store))
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
			require.NotContains(t, err.Error(), "h1dden")
			require.Len(t, r.Requests(), 1)
			require.Equal(t, firstToken(anHourAgo()).RefreshToken, store.held().RefreshToken)
			require.Zero(t, store.saves)
		})
	}
}

// Nothing here may ever loop: a lock-out costs more than a failed call.
func TestAnAPIThatRefusesEverythingCostsThreeRequestsPerCall(t *testing.T) {
	for name, store := range map[string]oauthclients.TokenStore{"in memory": nil, "stored": lockStoreWith(nil)} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			r.refuse = true
			client := r.client(t, sessionUntil(inAnHour()), store)
			for call := 1; call <= 5; call++ {
				err := list(t, client)
				require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
				require.NotErrorIs(t, err, oauthclients.ErrLoginRequired, "the provider does give tokens")
				require.Equal(t, "List", failure(t, err).Operation)
				require.Equal(t, call, r.refreshes())
				require.Equal(t, 2*call, r.calls())
			}
		})
	}
}

// The same token again is no other: sending it once more would be pointless.
func TestARefreshThatGivesTheSameTokenIsNotTriedOut(t *testing.T) {
	r := newRealm()
	r.refuse = true
	r.answers = func(url.Values) (int, string) {
		return http.StatusOK, `{"access_token":"access-1","refresh_token":"refresh-1","expires_in":3600}`
	}
	client := r.client(t, sessionUntil(inAnHour()), lockStoreWith(nil))
	for call := 1; call <= 3; call++ {
		require.ErrorIs(t, list(t, client), oauthclients.ErrUnauthenticated)
		require.Equal(t, call, r.refreshes())
		require.Equal(t, call, r.calls())
	}
}
