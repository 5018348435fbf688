package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
)

// This file tests the collector itself: one that finds nothing would look like a run in which
// nothing shows.

func TestNoSecretShows(t *testing.T) {
	const secret = "a+b/c=?&% \"quoted\" secret"
	encoded, err := json.Marshal(secret)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"plain":          "token is " + secret + ".",
		"quotes":         fmt.Sprintf(`t=%q`, secret),
		"JSON":           `{"t":` + string(encoded) + `}`,
		"query":          "https://app.example.com/?t=" + url.QueryEscape(secret) + "&u=1",
		"path":           "https://app.example.com/" + url.PathEscape(secret) + "/x",
		"hex":            fmt.Sprintf("%x", secret),
		"base64":         base64.StdEncoding.EncodeToString([]byte(secret)),
		"HTTP Basic, 1":  base64.StdEncoding.EncodeToString([]byte("i:" + secret)),
		"HTTP Basic, 2":  base64.StdEncoding.EncodeToString([]byte("id:" + secret)),
		"base64url in a": base64.RawURLEncoding.EncodeToString([]byte("1234" + secret + "5")),
	} {
		t.Run(name, func(t *testing.T) {
			var c collector
			c.learn("token", secret)
			c.show("page", "nothing to see here: a secret, a token")
			require.Empty(t, c.leaks())
			c.show("page", text)
			require.NotEmpty(t, c.leaks())
			require.NotContains(t, fmt.Sprint(c.leaks()), secret)
		})
	}
}

func TestNoSecretShowsInLogs(t *testing.T) {
	var c collector
	c.learn("token", "a \"quoted\" token")
	c.logger().Debug("request", "path", "/x")
	require.Empty(t, c.leaks())
	c.logger().Debug("request", "path", "/x", "token", "a \"quoted\" token")
	require.Contains(t, strings.Join(c.leaks(), "\n"), "token, in quotes, in: log, behind")
}

// The verifier of another program is not known, only its hash.
func TestNoVerifierShows(t *testing.T) {
	verifier := oauth2.GenerateVerifier()
	var c collector
	c.learnChallenge(oauth2.S256ChallengeFromVerifier(verifier))
	c.show("page", "nothing here: "+oauth2.GenerateVerifier())
	require.Empty(t, c.leaks())
	c.show("page", `{"Verifier":"`+verifier+`"}`)
	require.Equal(t, []string{"code verifier, plain, in: page"}, c.leaks())
}

// What the protocol wants in an address is no leak there, and one everywhere else.
func TestAllowedInAddresses(t *testing.T) {
	const values = "code=the-code&state=the-state&code_challenge=the-challenge"
	for address, want := range map[string]string{
		"http://127.0.0.1:1/auth?response_type=code&" + values: "http://127.0.0.1:1/auth?code=the-code&response_type=code",
		"http://127.0.0.1:1/callback?tenant=1&" + values:       "http://127.0.0.1:1/callback?code_challenge=the-challenge&tenant=1",
		"http://127.0.0.1:1/other?code=the-code":               "http://127.0.0.1:1/other?code=the-code",
	} {
		require.Equal(t, want, allowed(address))
	}
}
