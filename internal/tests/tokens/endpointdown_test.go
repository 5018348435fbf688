package tokens

import (
	"errors"
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

// This file tests what still goes when the token endpoint is down.

// A token is renewed 30 seconds early. That early it is good for the call still.
func TestATokenThatCannotBeRenewedEarlyIsUsedToItsEnd(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"503": {Status: http.StatusServiceUnavailable}, "429": {Status: http.StatusTooManyRequests}, "nobody listens": {Refuse: true}, "404": {Status: http.StatusNotFound},
	} {
		for strategy, auth := range map[string]oauthclients.Auth{
			"code": world.NoSession(), "password": world.PasswordGrant(), "client credentials": world.ClientCredentials(),
		} {
			t.Run(name+" "+strategy, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := world.NewRealm()
					fault.PathContains = "/oauth/token"
					r.Inject(fault)
					client := r.Client(t, auth, world.LockStoreWith(world.FirstToken(time.Now().Add(20*time.Second))))
					require.NoError(t, world.List(t, client))
					<-time.After(15 * time.Second)
					require.NoError(t, world.List(t, client))
					require.Equal(t, []string{"call access-1", "call access-1"}, r.Happened())

					<-time.After(5 * time.Second)
					err := world.List(t, client)
					require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
					require.Equal(t, "Token", world.Failure(t, err).Operation)
					require.Empty(t, r.Happened(), "it has ended")
				})
			})
		}
	}
}

func TestATokenIsRenewedAsSoonAsTheEndpointIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 1, Status: http.StatusServiceUnavailable})
		client := r.Client(t, world.SessionUntil(time.Now().Add(20*time.Second)), nil)
		require.NoError(t, world.List(t, client))
		require.NoError(t, world.List(t, client))
		require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "call access-2"}, r.Happened())
	})
}

// The endpoint has answered, and the answer will not change; or the API has refused the token.
func TestAnotherFailureOfAnEarlyRenewalIsTold(t *testing.T) {
	for code, want := range map[string]error{
		"invalid_client": oauthclients.ErrUnauthenticated, "invalid_grant": oauthclients.ErrLoginRequired, "invalid_scope": oauthclients.ErrInvalid,
	} {
		r := world.NewRealm()
		r.Refuses(http.StatusBadRequest, code)
		client := r.Client(t, world.SessionUntil(time.Now().Add(20*time.Second)), nil)
		require.ErrorIs(t, world.List(t, client), want)
		require.Equal(t, code, world.Failure(t, world.List(t, client)).Code)
		require.Zero(t, r.Calls())
	}

	r := world.NewRealm()
	r.Revoked = true
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Skip: 0, Status: http.StatusServiceUnavailable})
	client := r.Client(t, world.SessionUntil(time.Now().Add(20*time.Second)), nil)
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
	require.Equal(t, []string{"call access-1"}, r.Happened(), "once")
}

// The old refresh token may be enough to end the session. Whether it was, nobody knows.
func TestASignOutGoesOutWithTheOldTokenWhenItCannotBeRenewed(t *testing.T) {
	refused := errors.New("the hook says no")
	for name, answer := range map[string]error{"the hook is content": nil, "the hook fails": refused} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			var heard []string
			r.Hooked = func(_ oauthclients.AuthCode, token *oauth2.Token) error {
				heard = append(heard, token.AccessToken, token.RefreshToken)
				return answer
			}
			r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Status: http.StatusServiceUnavailable})
			store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
			client := r.Client(t, world.NoSession(), store)
			err := client.SignOut(t.Context())
			require.ErrorIs(t, err, oauthclients.ErrUnavailable, "the renewal")
			require.Equal(t, http.StatusServiceUnavailable, world.Failure(t, err).StatusCode)
			if answer != nil {
				require.ErrorIs(t, err, refused)
			}
			require.NotContains(t, err.Error(), "\n")
			require.Equal(t, []string{"access-1", "refresh-1"}, heard)
			requireSignedOut(t, r, client, store.MemStore)
		})
	}
}
