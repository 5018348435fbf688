package verbs

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests the credential that a client lends: to requests of the caller's own, and as a token.

// lending is a client with the token t0ken-of-mine, at a server with one handler.
func lending(t *testing.T, handler http.HandlerFunc) (*oauthclients.Client, *fakeserver.Server) {
	t.Helper()
	server := fakeserver.New(handler)
	client, err := oauthclients.New(world.MemProvider{BaseURL: server.URL()}, oauthclients.BearerToken("t0ken-of-mine"),
		oauthclients.WithHTTPClient(server.HTTPClient()), world.QuickRetry())
	require.NoError(t, err)
	return client, server
}

func ask(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, reader)
	require.NoError(t, err)
	return request
}

func teapot(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("X-Kind", "short and stout")
	w.WriteHeader(http.StatusTeapot)
	_, _ = io.WriteString(w, "tea")
}

func TestDoOnTheWire(t *testing.T) {
	client, server := lending(t, teapot)
	base := server.URL() + "/v1"
	for name, test := range map[string]struct {
		address, method, body, path, query string
	}{
		"a path":           {"/users/a%2Fb?q=x+y&q=%C3%BC", "GET", "", "/v1/users/a%2Fb", "q=x+y&q=%C3%BC"},
		"an address":       {base + "/users?a=1#part", "PUT", "text", "/v1/users", "a=1"},
		"another path":     {server.URL() + "/v2/users", "PATCH", "{}", "/v2/users", ""},
		"in other letters": {strings.ToUpper(server.URL()[:12]) + server.URL()[12:] + "/x", "DELETE", "", "/x", ""},
	} {
		t.Run(name, func(t *testing.T) {
			request := ask(t, test.method, test.address, test.body)
			request.Header.Set("Content-Type", "text/plain")
			before := len(server.Requests())
			answer, err := client.Do(request)
			require.NoError(t, err)
			text, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, []any{http.StatusTeapot, "418 I'm a teapot", "tea", "short and stout", int64(3)},
				[]any{answer.StatusCode, answer.Status, string(text), answer.Header.Get("X-Kind"), answer.ContentLength})
			require.Len(t, server.Requests(), before+1)
			sent := server.Requests()[before]
			require.Equal(t, []string{test.method, test.path, test.body}, []string{sent.Method, sent.Path, string(sent.Body)})
			require.Equal(t, test.query, sent.Query.Encode())
			require.Equal(t, "Bearer t0ken-of-mine", sent.Header.Get("Authorization"))
			require.Equal(t, "text/plain", sent.Header.Get("Content-Type"))
			require.Empty(t, request.Header.Get("Authorization"), "the caller's request stays as it is")
		})
	}
}

func requireFault(t *testing.T, err error, field string) {
	t.Helper()
	failed := world.Failure(t, err)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, "Do", failed.Operation)
	require.Len(t, failed.Fields, 1)
	require.Equal(t, field, failed.Fields[0].Field)
}

// The credential goes where it is from.
func TestDoGoesNowhereElse(t *testing.T) {
	client, server := lending(t, teapot)
	for _, address := range []string{
		"https://evil.example.com/v1/users", "//evil.example.com/v1/users", strings.Replace(server.URL(), "https:", "http:", 1) + "1/v1",
		strings.Replace(server.URL(), "://", "://ada@", 1) + "/v1", "users", "mailto:ada@example.com", "https:/v1",
	} {
		_, err := client.Do(ask(t, "GET", address, ""))
		requireFault(t, err, "Request.URL")
	}
	named := ask(t, "GET", "/users", "")
	named.Host = "evil.example.com"
	_, err := client.Do(named)
	requireFault(t, err, "Request.URL")
	credential := ask(t, "GET", "/users", "")
	credential.Header.Set("Authorization", "Bearer an0ther")
	_, err = client.Do(credential)
	requireFault(t, err, "Request.Header")
	require.NotContains(t, err.Error(), "an0ther")
	_, err = client.Do(nil)
	requireFault(t, err, "Request")
	require.Empty(t, server.Requests())
}

// Every status is an answer; what may be repeated is told by the method.
func TestDoRepeatsByTheMethod(t *testing.T) {
	for method, attempts := range map[string]int{"": 4, "GET": 4, "HEAD": 4, "PUT": 4, "DELETE": 4, "POST": 1, "PATCH": 1} {
		t.Run(method, func(t *testing.T) {
			client, server := lending(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
			request := ask(t, http.MethodGet, "/users", "")
			request.Method = method
			answer, err := client.Do(request)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, http.StatusInternalServerError, answer.StatusCode)
			require.Len(t, server.Requests(), attempts)
		})
	}
}

func TestDoWithoutAnAnswer(t *testing.T) {
	breaks := func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) } //nolint:forbidigo // how net/http breaks a connection
	client, server := lending(t, breaks)
	for method, kind := range map[string]error{"GET": oauthclients.ErrUnavailable, "POST": oauthclients.ErrOutcomeUnknown} {
		_, err := client.Do(ask(t, method, "/users", ""))
		require.ErrorIs(t, err, kind)
		failed := world.Failure(t, err)
		require.Equal(t, []string{"Do", method, "mem"}, []string{failed.Operation, failed.Method, failed.Provider})
	}
	require.Len(t, server.Requests(), 4+1)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.Do(ask(t, "GET", "/users", "").WithContext(ended))
	require.ErrorIs(t, err, context.Canceled)
}

// endless is a body that somebody pours into a request.
type endless struct{ closed bool }

func (e *endless) Read(p []byte) (int, error) { return len(p), nil }
func (e *endless) Close() error               { e.closed = true; return nil }

func TestDoReadsTenMebibytes(t *testing.T) {
	client, server := lending(t, teapot)
	body := &endless{}
	request := ask(t, "POST", "/users", "")
	request.Body = body
	_, err := client.Do(request)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "longer than 10 MiB")
	require.True(t, body.closed)
	require.Empty(t, server.Requests())
}

func TestDoReplacesARejectedToken(t *testing.T) {
	realm := world.NewRealm()
	realm.Revoked = true
	client, err := oauthclients.New(world.MemProvider{BaseURL: realm.URL()}, world.SessionUntil(world.InAnHour()),
		oauthclients.WithHTTPClient(realm.HTTPClient()), world.QuickRetry())
	require.NoError(t, err)
	answer, err := client.Do(ask(t, "POST", "/clients", ""))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Equal(t, []string{"call access-1", "refresh_token refresh-1", "call access-2"}, realm.Happened())
	realm.Refuse = true
	answer, err = client.Do(ask(t, "GET", "/clients", ""))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusUnauthorized, answer.StatusCode)
}

func TestToken(t *testing.T) {
	realm := world.NewRealm()
	client, err := oauthclients.New(world.MemProvider{BaseURL: realm.URL()}, world.SessionUntil(world.AnHourAgo()),
		oauthclients.WithHTTPClient(realm.HTTPClient()), world.QuickRetry())
	require.NoError(t, err)
	token, err := client.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "access-2", token.AccessToken)
	token.AccessToken = "changed"
	again, err := client.TokenSource(t.Context()).Token()
	require.NoError(t, err)
	require.Equal(t, "access-2", again.AccessToken, "it is a copy")
	require.NoError(t, world.List(t, client))
	require.Equal(t, 1, realm.Refreshes())

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	other, err := oauthclients.New(world.MemProvider{BaseURL: realm.URL()}, world.SessionUntil(world.AnHourAgo()),
		oauthclients.WithHTTPClient(realm.HTTPClient()), world.QuickRetry())
	require.NoError(t, err)
	_, err = other.TokenSource(ended).Token()
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, "Token", world.Failure(t, err).Operation)
}

// A password is no token.
func TestTokenOfACredentialThatLasts(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"bearer": oauthclients.BearerToken("t0ken-of-mine"), "none": oauthclients.NoAuth{},
		"basic": oauthclients.BasicAuth{Username: "ada", Password: oauthclients.NewSecret("pa55word")},
	} {
		client, err := oauthclients.New(world.MemProvider{BaseURL: "https://api.example.com"}, auth)
		require.NoError(t, err)
		_, err = client.Token(t.Context())
		var unsupported *oauthclients.UnsupportedError
		require.ErrorAs(t, err, &unsupported, name)
		require.ErrorContains(t, err, name)
	}
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "fr0m-a-source"})
	client, err := oauthclients.New(world.MemProvider{BaseURL: "https://api.example.com"}, oauthclients.FromTokenSource(source))
	require.NoError(t, err)
	token, err := client.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "fr0m-a-source", token.AccessToken)
}
