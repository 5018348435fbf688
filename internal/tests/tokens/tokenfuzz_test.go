package tokens

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file throws any answer at the code that reads a token endpoint.

func FuzzTokenAnswer(f *testing.F) {
	for _, body := range []string{
		`{"access_token":"fresh-t0ken","token_type":"bearer","expires_in":3600,"refresh_token":"fresh-refresh"}`,
		`{"access_token":"fresh-t0ken","expires_in":"3600"}`, `{"token":"fresh-t0ken"}`, `{"access_token":"fresh-t0ken","expires_in":-1e999}`,
		`{"access_token":"fresh t0ken"}`, `{"access_token":"fresh-t0ken","token_type":"mac"}`, `{"access_token":["fresh-t0ken"]}`,
		`{"access_token":"fresh-t0ken","refresh_token":null,"expires_in":{}}`, `{"access_token":"fresh-t0ken"`, `<html>`, ``, `null`, `[]`, `"fresh-t0ken"`,
		`{"error":"invalid_grant","error_description":"refresh-1 is dead"}`, `{"error":17}`, `{"error":"invalid_grant"}{"error":"x"}`,
		`{"error":"invalid_client","error_description":"client s3cret-of-the-client\nis wrong"}`, "\x00\xff", `{"ACCESS_TOKEN":"fresh-t0ken"}`,
	} {
		for _, status := range []int{200, 400, 401, 429, 503} {
			f.Add(status, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		r := world.NewRealm()
		if status < 200 || status > 599 {
			status = http.StatusOK
		}
		r.Answers = func(url.Values) (int, string) { return status, string(body) }
		store := world.StoreWith(world.FirstToken(world.AnHourAgo()))
		client := r.Client(t, world.NoSession(), store)
		err := world.List(t, client)
		if store.Saves == 0 {
			requireNoToken(t, r, err)
			require.Equal(t, status, world.Failure(t, err).StatusCode)
			return
		}
		saved := store.Held()
		require.Equal(t, []string{"Bearer " + saved.AccessToken}, r.Requests()[1].Header.Values("Authorization"))
		require.NotEmpty(t, saved.RefreshToken)
		require.True(t, json.Valid(body))
		require.True(t, saved.Expiry.IsZero() || time.Until(saved.Expiry) > 0, "no token is old when it comes")
		require.NotContains(t, saved.AccessToken, " ")
	})
}

// requireNoToken: a failure is of a known kind, on one line and without a secret, and the API
// hears nothing of it.
func requireNoToken(t *testing.T, r *world.Realm, err error) {
	t.Helper()
	failed := world.Failure(t, err)
	require.Contains(t, []error{
		oauthclients.ErrUnauthenticated, oauthclients.ErrLoginRequired, oauthclients.ErrPermission, oauthclients.ErrInvalid,
		oauthclients.ErrRateLimited, oauthclients.ErrUnavailable,
	}, failed.Kind)
	require.Less(t, len(err.Error()), 20_000)
	require.Equal(t, "Token", failed.Operation)
	if failed.Code != "invalid_client" { // which may say that the client is forgotten
		require.Equal(t, failed.Code == "invalid_grant" && failed.StatusCode/100 != 5, failed.Is(oauthclients.ErrLoginRequired))
	}
	require.Zero(t, r.Calls())
	require.LessOrEqual(t, r.Refreshes(), 4)
	world.RequireTame(t, err.Error())
	for _, secret := range []string{"refresh-1", world.RealmSecret} {
		require.NotContains(t, err.Error(), secret)
		require.NotContains(t, string(failed.Body()), secret)
	}
}
