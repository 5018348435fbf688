package world

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the calls that tests make, the servers that answer them in one way, and what is
// asserted of what comes back.

// FormOf reads the body of a request to the token endpoint.
func FormOf(t *testing.T, body []byte) url.Values {
	t.Helper()
	form, err := url.ParseQuery(string(body))
	require.NoError(t, err)
	return form
}

// RequireTame looks for what would let a text from outside fake or break the lines of a log.
func RequireTame(t *testing.T, text string) {
	t.Helper()
	require.Less(t, len(text), 5000, "capped")
	require.True(t, utf8.ValidString(text), "valid UTF-8: %.100q", text)
	at := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' })
	require.Equal(t, -1, at, "one line without control characters: %.100q", text)
}

// Rename is the edit of an Update.
func Rename(c *oauthclients.OAuthClient) { c.Name = "other" }

// Answering serves one status and body to everything.
func Answering(t *testing.T, status int, body string) (*oauthclients.Client, *fakeserver.Server) {
	t.Helper()
	return Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// NewMem makes a client whose server nobody asks.
func NewMem(auth oauthclients.Auth, opts ...oauthclients.Option) (*oauthclients.Client, error) {
	return oauthclients.New(MemProvider{BaseURL: "https://api.example.com"}, auth, opts...)
}

// RequireFaults asserts an ErrInvalid of New that names exactly these fields.
func RequireFaults(t *testing.T, err error, fields ...string) {
	t.Helper()
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	failed := Failure(t, err)
	require.Equal(t, "New", failed.Operation)
	named := make([]string, len(failed.Fields))
	for i, fault := range failed.Fields {
		named[i] = fault.Field
		require.NotEmpty(t, fault.Message)
		require.Contains(t, err.Error(), fault.Field)
	}
	require.Equal(t, fields, named)
}

// Issuing makes a server whose token endpoint gives these answers, the last one for ever.
func Issuing(status int, bodies ...string) *MemServer {
	server := NewMemServer()
	server.Issue = func(n int, _ url.Values) (int, string) { return status, bodies[min(n, len(bodies))-1] }
	return server
}

// List is the call of most tests: one page.
func List(t *testing.T, client *oauthclients.Client) error {
	t.Helper()
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	return err
}

// Get is a call for one client.
func Get(t *testing.T, client *oauthclients.Client) error {
	t.Helper()
	_, err := client.Clients.Get(t.Context(), "id-1")
	return err
}
