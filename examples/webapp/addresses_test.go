package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file tests the app at a server that is asked for its addresses, as one is that somebody puts in
// sipgate's place.

func TestTheServerIsAskedForItsAddressesOnce(t *testing.T) {
	fake := dcrtest.New()
	app, err := newApp(fake.Provider(), fake.AuthCode(localOrigin+callbackPath), slog.New(slog.DiscardHandler),
		oauthclients.WithHTTPClient(fake.HTTPClient()))
	require.NoError(t, err)
	for range 3 {
		begun := ask(t, app, http.MethodPost, "/login", nil)
		require.Equal(t, http.StatusSeeOther, begun.StatusCode)
		query, err := fake.SignIn(begun.Header.Get("Location"))
		require.NoError(t, err)
		back := ask(t, app, http.MethodGet, callbackPath+"?"+query.Encode(), begun.Cookies())
		require.Equal(t, "/", back.Header.Get("Location"))
	}
	require.Equal(t, 1, fake.Count(http.MethodGet, "/.well-known/openid-configuration"))
}

// ask sends what one of the app's own pages would.
func ask(t *testing.T, app http.Handler, method, path string, cookies []*http.Cookie) *http.Response {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, localOrigin+path, http.NoBody)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, cookie := range cookies {
		request.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	app.ServeHTTP(answer, request)
	return answer.Result()
}
