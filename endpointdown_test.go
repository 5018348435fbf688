package oauthclients_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests what still goes when the token endpoint is down.

// A token is renewed 30 seconds early. That early it is good for the call still.
func TestATokenThatCannotBeRenewedEarlyIsUsedToItsEnd(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"503": {Status: http.StatusServiceUnavailable}, "429": {Status: http.StatusTooManyRequests}, "nobody listens": {Refuse: true}, "404": {Status: http.StatusNotFound},
	} {
		for strategy, auth := range map[string]oauthclients.Auth{
			"code": noSession(), "password": passwordGrant(), "client credentials": clientCredentials(),
		} {
			t.Run(name+" "+strategy, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRealm()
					fault.PathContains = "/oauth/token"
					r.Inject(fault)
					client := r.client(t, auth, lockStoreWith(firstToken(time.Now().Add(20*time.Second))))
					require.NoError(t, list(t, client))
					<-time.After(15 * time.Second)
					require.NoError(t, list(t, client))
					require.Equal(t, []string{"call access-1", "call access-1"}, r.happened())

					<-time.After(5 * time.Second)
					err := list(t, client)
					require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
					require.Equal(t, "Token", failure(t, err).Operation)
					require.Empty(t, r.happened(), "it has ended")
				})
			})
		}
	}
}

func TestATokenIsRenewedAsSoonAsTheEndpointIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRealm()
		r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 1, Status: http.StatusServiceUnavailable})
		client := r.client(t, sessionUntil(time.Now().Add(20*time.Second)), nil)
		require.NoError(t, list(t, client))
		require.NoError(t, list(t, client))
		require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "call access-2"}, r.happened())
	})
}

// The endpoint has answered, and the answer will not change; or the API has refused the token.
func TestAnotherFailureOfAnEarlyRenewalIsTold(t *testing.T) {
	for code, want := range map[string]error{
		"invalid_client": oauthclients.ErrUnauthenticated, "invalid_grant": oauthclients.ErrLoginRequired, "invalid_scope": oauthclients.ErrInvalid,
	} {
		r := newRealm()
		r.refuses(http.StatusBadRequest, code)
		client := r.client(t, sessionUntil(time.Now().Add(20*time.Second)), nil)
		require.ErrorIs(t, list(t, client), want)
		require.Equal(t, code, failure(t, list(t, client)).Code)
		require.Zero(t, r.calls())
	}

	r := newRealm()
	r.revoked = true
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Skip: 0, Status: http.StatusServiceUnavailable})
	client := r.client(t, sessionUntil(time.Now().Add(20*time.Second)), nil)
	require.ErrorIs(t, list(t, client), oauthclients.ErrUnavailable)
	require.ErrorIs(t, list(t, client), oauthclients.ErrUnavailable)
	require.Equal(t, []string{"call access-1"}, r.happened(), "once")
}

// The old refresh token may be enough to end the session. Whether it was, nobody knows.
func TestASignOutGoesOutWithTheOldTokenWhenItCannotBeRenewed(t *testing.T) {
	refused := errors.New("the hook says no")
	for name, answer := range map[string]error{"the hook is content": nil, "the hook fails": refused} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			var heard []string
			r.hooked = func(_ oauthclients.AuthCode, token *oauth2.Token) error {
				heard = append(heard, token.AccessToken, token.RefreshToken)
				return answer
			}
			r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Status: http.StatusServiceUnavailable})
			store := lockStoreWith(firstToken(anHourAgo()))
			client := r.client(t, noSession(), store)
			err := client.SignOut(t.Context())
			require.ErrorIs(t, err, oauthclients.ErrUnavailable, "the renewal")
			require.Equal(t, http.StatusServiceUnavailable, failure(t, err).StatusCode)
			if answer != nil {
				require.ErrorIs(t, err, refused)
			}
			require.NotContains(t, err.Error(), "\n")
			require.Equal(t, []string{"access-1", "refresh-1"}, heard)
			requireSignedOut(t, r, client, store.memStore)
		})
	}
}
