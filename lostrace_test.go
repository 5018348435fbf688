package oauthclients_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests two programs that share a store without a lock, where the other was first and
// its access token is over too: what is left of it is a refresh token.

// losesRace is a client whose refresh token another program used up while it asked.
func losesRace(t *testing.T, r *realm, answers func(sent string) (int, string)) (*oauthclients.Client, *memStore) {
	t.Helper()
	store := storeWith(firstToken(anHourAgo()))
	r.answers = func(form url.Values) (int, string) {
		sent := form.Get("refresh_token")
		if sent == "refresh-1" {
			store.put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: anHourAgo()})
			return http.StatusBadRequest, `{"error":"invalid_grant"}`
		}
		return answers(sent)
	}
	return r.client(t, noSession(), store), store
}

func TestTheRefreshTokenOfWhoeverWasFirstIsUsedOnce(t *testing.T) {
	r := newRealm()
	client, store := losesRace(t, r, func(string) (int, string) {
		r.n = 3
		return http.StatusOK, r.issue()
	})
	require.NoError(t, list(t, client))
	require.NoError(t, list(t, client))
	require.Equal(t, []string{"refresh_token refresh-1", "refresh_token refresh-2", "call access-3", "call access-3"}, r.happened())
	require.Equal(t, "refresh-3", store.held().RefreshToken)
	require.WithinDuration(t, inAnHour(), store.held().Expiry, time.Minute)
}

func TestALostRaceThatLeadsNowhereIsNotRunAgain(t *testing.T) {
	r := newRealm()
	client, store := losesRace(t, r, func(sent string) (int, string) {
		store := fmt.Sprintf(`{"error":"invalid_grant","error_description":"%d"}`, len(sent))
		return http.StatusBadRequest, store
	})
	for range 5 {
		require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
	}
	require.Equal(t, []string{"refresh_token refresh-1", "refresh_token refresh-2"}, r.happened(), "what is dead is sent once")
	require.Zero(t, store.saves)
}

// Whether the other's refresh token is good nobody has said: that is no reason to sign in again.
func TestALostRaceAtAnEndpointThatIsDownIsNoReasonToSignInAgain(t *testing.T) {
	r := newRealm()
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Skip: 1, Times: 1, Status: http.StatusServiceUnavailable})
	client, store := losesRace(t, r, func(string) (int, string) {
		r.n = 3
		return http.StatusOK, r.issue()
	})
	err := list(t, client)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
	require.NoError(t, list(t, client), "as soon as it is back")
	require.Equal(t, "refresh-3", store.held().RefreshToken)
}
