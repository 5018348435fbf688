package providertest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file holds the case of the sign-in suite that searches everything that is said for
// secrets.

// tokensDoNotShow lets everything fail that can, and searches the errors and the log.
func tokensDoNotShow(t *testing.T, x SignInTarget) {
	var log bytes.Buffer
	x.Options = slices.Concat(x.Options, []oauthclients.Option{
		oauthclients.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
	})
	login, callback := x.arrive(t, x.SignIn)
	auth := x.Auth
	var err error
	auth.Token, err = auth.Finish(t.Context(), x.Provider, login, callback, x.Options...)
	require.NoError(t, err)
	require.NoError(t, x.Call(x.client(t, auth)))

	said := []any{login, *login, auth, &auth}
	for _, web := range []http.RoundTripper{
		unreachable{}, echo(http.StatusBadRequest), echo(http.StatusUnauthorized), echo(http.StatusForbidden), echo(http.StatusNotFound),
	} {
		for _, err := range x.failures(t, web, auth, login, callback) {
			said = append(said, err)
		}
	}
	secrets := []string{
		auth.ClientSecret.Reveal(), basicOf(auth), login.State, login.Verifier, callback.Get("code"),
		auth.Token.AccessToken, auth.Token.RefreshToken,
	}
	for _, value := range said {
		RequireHidden(t, value, secrets...)
	}
	RequireHidden(t, log.String(), secrets...)
}

// failures are the errors of everything that needs the web. A sign-out may have none: a token
// that is refused is as good as ended.
func (x SignInTarget) failures(
	t *testing.T, web http.RoundTripper, auth oauthclients.AuthCode, login *oauthclients.Login, callback url.Values,
) []error {
	t.Helper()
	x.Options = slices.Concat(x.Options, []oauthclients.Option{
		oauthclients.WithHTTPClient(&http.Client{Transport: web}), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}),
	})
	_, finish := x.Auth.Finish(t.Context(), x.Provider, login, callback, x.Options...)
	call, signOut := x.Call(x.client(t, auth)), x.client(t, auth).SignOut(t.Context())
	auth.Token = &oauth2.Token{RefreshToken: auth.Token.RefreshToken}
	renewal := x.Call(x.client(t, auth))
	for _, err := range []error{finish, call, renewal} {
		require.Error(t, err)
	}
	return []error{finish, call, signOut, renewal}
}

// basicOf is how a header has the client's credentials (RFC 6749 section 2.3.1).
func basicOf(auth oauthclients.AuthCode) string {
	pair := url.QueryEscape(auth.ClientID) + ":" + url.QueryEscape(auth.ClientSecret.Reveal())
	return base64.StdEncoding.EncodeToString([]byte(pair))
}

// unreachable is a network without a server.
type unreachable struct{}

func (unreachable) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("nobody listens")
}

// echo refuses everything with a status, and repeats what was sent.
type echo int

func (e echo) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := httputil.DumpRequest(r, true)
	if err != nil {
		return nil, err
	}
	text := string(sent)
	answer, err := json.Marshal(map[string]string{
		"error": "invalid_request", "error_description": text, "description": text, "message": text, "title": text, "detail": text,
	})
	return &http.Response{
		StatusCode: int(e), Header: http.Header{"Content-Type": {"application/json"}, "X-Sent": {strings.Join(r.Header["Authorization"], " ")}},
		Body: io.NopCloser(bytes.NewReader(answer)), Request: r,
	}, err
}
