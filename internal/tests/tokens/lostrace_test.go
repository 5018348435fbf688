package tokens

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests two programs that share a store without a lock, where the other was first and
// its access token is over too: what is left of it is a refresh token.

// losesRace is a client whose refresh token another program used up while it asked.
func losesRace(t *testing.T, r *world.Realm, answers func(sent string) (int, string)) (*oauthclients.Client, *world.MemStore) {
	t.Helper()
	store := world.StoreWith(world.FirstToken(world.AnHourAgo()))
	r.Answers = func(form url.Values) (int, string) {
		sent := form.Get("refresh_token")
		if sent == "refresh-1" {
			store.Put(&oauth2.Token{AccessToken: "access-2", RefreshToken: "refresh-2", Expiry: world.AnHourAgo()})
			return http.StatusBadRequest, `{"error":"invalid_grant"}`
		}
		return answers(sent)
	}
	return r.Client(t, world.NoSession(), store), store
}

func TestTheRefreshTokenOfWhoeverWasFirstIsUsedOnce(t *testing.T) {
	r := world.NewRealm()
	client, store := losesRace(t, r, func(string) (int, string) {
		r.Newest = 3
		return http.StatusOK, r.Issue()
	})
	require.NoError(t, world.List(t, client))
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"refresh_token refresh-1", "refresh_token refresh-2", "call access-3", "call access-3"}, r.Happened())
	require.Equal(t, "refresh-3", store.Held().RefreshToken)
	require.WithinDuration(t, world.InAnHour(), store.Held().Expiry, time.Minute)
}

func TestALostRaceThatLeadsNowhereIsNotRunAgain(t *testing.T) {
	r := world.NewRealm()
	client, store := losesRace(t, r, func(sent string) (int, string) {
		store := fmt.Sprintf(`{"error":"invalid_grant","error_description":"%d"}`, len(sent))
		return http.StatusBadRequest, store
	})
	for range 5 {
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	}
	require.Equal(t, []string{"refresh_token refresh-1", "refresh_token refresh-2"}, r.Happened(), "what is dead is sent once")
	require.Zero(t, store.Saves)
}

// Whether the other's refresh token is good nobody has said: that is no reason to sign in again.
func TestALostRaceAtAnEndpointThatIsDownIsNoReasonToSignInAgain(t *testing.T) {
	r := world.NewRealm()
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Skip: 1, Times: 1, Status: http.StatusServiceUnavailable})
	client, store := losesRace(t, r, func(string) (int, string) {
		r.Newest = 3
		return http.StatusOK, r.Issue()
	})
	err := world.List(t, client)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
	require.NoError(t, world.List(t, client), "as soon as it is back")
	require.Equal(t, "refresh-3", store.Held().RefreshToken)
}
