package signin

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests answers of a token endpoint that are of no use, or odd in one member: the refresh
// token in them comes once, and the one before is used up.

// useless are answers without an access token that can be used.
func useless() map[string]string {
	return map[string]string{
		"DPoP":         `{"access_token":"h1dden","token_type":"DPoP","refresh_token":"refr3sh-2"}`,
		"no token":     `{"refresh_token":"refr3sh-2"}`,
		"object":       `{"access_token":{"a":"h1dden"},"refresh_token":"refr3sh-2"}`,
		"unsendable":   `{"access_token":"h1dden\n","token_type":"Bearer","refresh_token":"refr3sh-2"}`,
		"list of one":  `{"access_token":null,"refresh_token":["refr3sh-2"]}`,
		"broken off":   `{"refresh_token":"refr3sh-2","access_token":"h1dd`,
		"no end":       `{"access_token":"h1dden","refresh_token":"refr3sh-2"`,
		"not all JSON": `{"refresh_token":"refr3sh-2","access_token":h1dden}`,
	}
}

// odd are answers whose access token can be used.
func odd() map[string]string {
	return map[string]string{
		"number":      `{"access_token":1234567890123456789012,"refresh_token":98765432109876543210}`,
		"list of one": `{"access_token":["1234567890123456789012"],"token_type":["bearer"],"refresh_token":["98765432109876543210"]}`,
		"members":     `{"access_token":"1234567890123456789012","token_type":{},"expires_in":{"a":1},"scope":17,"refresh_token":"98765432109876543210"}`,
	}
}

func TestARefreshTokenIsKeptOfAnAnswerThatIsOfNoUse(t *testing.T) {
	for name, body := range useless() {
		for kind, store := range map[string]oauthclients.TokenStore{"memory": nil, "store": world.LockStoreWith(nil)} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				r := world.NewRealm()
				var sent []string
				r.Answers = func(form url.Values) (int, string) {
					if sent = append(sent, form.Get("refresh_token")); len(sent) == 1 {
						return http.StatusOK, body
					}
					r.Revoked = false
					return http.StatusOK, r.Issue()
				}
				r.Revoked = true
				client := r.Client(t, world.SessionUntil(world.InAnHour()), store)
				err := world.List(t, client)
				require.ErrorIs(t, err, oauthclients.ErrUnavailable)
				require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
				world.RequireHidden(t, err, "h1dden", "refr3sh-2", "refresh-1")
				require.NoError(t, world.List(t, client))
				require.Equal(t, []string{"refresh-1", "refr3sh-2"}, sent, "what is used up is not sent again")
			})
		}
	}
}

func TestARefreshTokenIsSavedBeforeTheErrorIsReturned(t *testing.T) {
	for name, body := range useless() {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			r.Answers = func(url.Values) (int, string) { return http.StatusOK, body }
			store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
			client := r.Client(t, world.NoSession(), store)
			require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
			require.Equal(t, "refr3sh-2", store.Held().RefreshToken)
			require.Equal(t, "access-1", store.Held().AccessToken, "what it was good for stays")

			store.Fails(nil, world.SaveFails)
			r.Answers = func(url.Values) (int, string) { return http.StatusOK, `{"refresh_token":"refr3sh-3"}` }
			err := world.List(t, client)
			require.ErrorIs(t, err, world.ErrDisk)
			require.ErrorContains(t, err, "no access_token")
			world.RequireHidden(t, err, "refr3sh-2", "refr3sh-3")
			store.Fails(nil, nil)
			require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
			require.Equal(t, "refr3sh-3", store.Held().RefreshToken, "saved before the next renewal")
		})
	}
}

// A token that still lives is used while the provider gives none.
func TestARescueLeavesTheAccessTokenInUse(t *testing.T) {
	r := world.NewRealm()
	r.Answers = func(url.Values) (int, string) { return http.StatusOK, useless()["DPoP"] }
	store := world.LockStoreWith(world.FirstToken(time.Now().Add(10 * time.Second)))
	require.NoError(t, world.List(t, r.Client(t, world.NoSession(), store)))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-1"}, r.Happened())
	require.Equal(t, "refr3sh-2", store.Held().RefreshToken)
}

func TestOddMembersOfATokenAnswerCostOnlyThemselves(t *testing.T) {
	for name, body := range odd() {
		t.Run(name, func(t *testing.T) {
			token, err := answered(t, body)
			require.NoError(t, err)
			require.Equal(t, []string{"1234567890123456789012", "98765432109876543210"}, []string{token.AccessToken, token.RefreshToken})
		})
	}
}

// The code is used up by an answer that is of no use.
func TestFinishComesWithTheRefreshTokenOfAnAnswerThatIsOfNoUse(t *testing.T) {
	for name, body := range useless() {
		t.Run(name, func(t *testing.T) {
			token, err := answered(t, body)
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.Equal(t, &oauth2.Token{RefreshToken: "refr3sh-2"}, token)
			world.RequireHidden(t, err, "h1dden", "refr3sh-2")

			server, store := world.Issuing(http.StatusOK, body), &shelf{}
			token, err = world.WebLogin().Finish(t.Context(), server.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"),
				oauthclients.WithHTTPClient(server.HTTPClient()), oauthclients.WithTokenStore(store))
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.Equal(t, "refr3sh-2", token.RefreshToken)
			require.Equal(t, "refr3sh-2", store.kept.RefreshToken)
		})
	}
}

// The connection ends in the middle of the answer.
func TestARefreshTokenIsKeptOfAnAnswerThatBreaksOff(t *testing.T) {
	const body = `{"refresh_token":"refr3sh-2","access_token":"h1dden`
	server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+10))
		_, _ = io.WriteString(w, body)
	}))
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client, err := oauthclients.New(world.MemProvider{BaseURL: server.URL()}, world.NoSession(),
		oauthclients.WithHTTPClient(server.HTTPClient()), oauthclients.WithTokenStore(store), world.QuickRetry())
	require.NoError(t, err)
	err = world.List(t, client)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	world.RequireHidden(t, err, "h1dden", "refr3sh-2")
	require.Equal(t, "refr3sh-2", store.Held().RefreshToken)
}

// A sign-out ends what is there now, not the refresh token that is used up.
func TestASignOutEndsTheRefreshTokenThatWasRescued(t *testing.T) {
	r := world.NewRealm()
	r.Answers = func(url.Values) (int, string) { return http.StatusOK, useless()["DPoP"] }
	client := r.Client(t, world.SessionUntil(world.AnHourAgo()), nil)
	require.ErrorIs(t, client.SignOut(t.Context()), oauthclients.ErrUnavailable)
	require.Equal(t, "refr3sh-2", r.Logouts[0].Get("refresh_token"))
}

// A number at the end of what came may lack digits.
func TestHalfANumberIsNoRefreshToken(t *testing.T) {
	token, err := answered(t, `{"access_token":"h1dden","refresh_token":1234`)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.Nil(t, token)
}
