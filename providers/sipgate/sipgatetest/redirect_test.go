package sipgatetest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the comparison of redirect URIs with registered patterns.

func TestRedirectPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, redirectURI string
		taken                bool
	}{
		{"https://app.example.com/cb", "https://app.example.com/cb", true},
		{"https://app.example.com/cb", "https://APP.example.com/cb", false},
		{"https://app.example.com/cb", "https://app.example.com/CB", false},
		{"https://app.example.com/cb", "https://app.example.com/cb/", false},
		{"https://app.example.com/cb", "https://app.example.com/cb?a=b", false},
		{"https://app.example.com/*", "https://app.example.com/cb?a=b", true}, // of a pattern the query is free
		{"https://app.example.com/*", "https://app.example.com/a/../b", false},
		{"https://app.example.com/cb?a=b", "https://app.example.com/cb?a=b", true},
		{"https://app.example.com/cb?a=b", "https://app.example.com/cb?a=c", false},
		{"https://app.example.com/cb", "https://app.example.com:8443/cb", false},
		{"https://app.example.com/cb", "http://app.example.com/cb", false},
		{"https://app.example.com/*", "https://app.example.com/any/where", true},
		{"https://app.example.com/*", "https://app.example.com", true},
		{"https://app.example.com/*", "https://app.example.com.evil.example/cb", false},
		{"https://*.example.com/*", "https://app.example.com/cb", false}, // a star in the host is a character
		{"http://127.0.0.1/callback", "http://127.0.0.1:49152/callback", true},
		{"http://127.0.0.1/callback", "http://127.0.0.1:49152/other", false},
		{"http://127.0.0.1/*", "http://127.0.0.1:1/callback", true},
		{"http://127.0.0.1", "http://127.0.0.1:1", true},
		{"http://localhost/callback", "http://localhost:49152/callback", true},
		{"http://localhost/callback", "http://localhost:49152/callback?x=1", false},
		{"http://localhost/callback", "http://127.0.0.1:49152/callback", false},
		{"http://127.0.0.1:8080/callback", "http://127.0.0.1:8081/callback", false},
		{"https://127.0.0.1/callback", "https://127.0.0.1:49152/callback", false},
		{"com.example.app:/callback", "com.example.app:/callback", true},
		{"/callback", "/callback", false}, // not absolute
	} {
		server := sipgatetest.New()
		auth := server.AuthCode(c.pattern)
		answer := open(t, signin.NewBrowser(server.HTTPClient()), request(server, auth, "redirect_uri", c.redirectURI))
		if c.taken {
			require.Equal(t, http.StatusOK, answer.Status, c.redirectURI)
			continue
		}
		requireError(t, answer, "We are sorry...", "Invalid parameter: redirect_uri")
	}
}

func TestAuthCodeWithoutARedirectURLTakesEveryLoopbackPort(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode("")
	require.Empty(t, auth.RedirectURL)
	callback, err := server.SignIn(request(server, auth, "redirect_uri", "http://127.0.0.1:49152/callback"))
	require.NoError(t, err)
	require.NotEmpty(t, callback.Get("code"))
}
