package docspace_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds what the tests share.

// connect is a client over the fake's in-process transport.
func connect(t *testing.T, portal *docspacetest.Server, auth oauthclients.Auth, opts ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	opts = append([]oauthclients.Option{oauthclients.WithHTTPClient(portal.HTTPClient())}, opts...)
	client, err := oauthclients.New(portal.Provider(), auth, opts...)
	require.NoError(t, err)
	return client
}

// roundTripper serves requests by a function.
type roundTripper func(*http.Request) *http.Response

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

// answering answers everything alike, except that it trades keys.
func answering(status int, body string) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) *http.Response {
		if strings.HasSuffix(r.URL.Path, "/security/oauth2/token") {
			return response(r, http.StatusOK, `{"response":"a.b.c"}`)
		}
		return response(r, status, body)
	})}
}

func response(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)), Request: r,
	}
}

// answered is a client of a server that answers everything alike.
func answered(t *testing.T, p docspace.Provider, status int, body string) *oauthclients.Client {
	t.Helper()
	p.Portal = "https://portal.example.com"
	client, err := oauthclients.New(p, oauthclients.BearerToken(apiKey()),
		oauthclients.WithHTTPClient(answering(status, body)),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return client
}

func rawMember(t *testing.T, c *oauthclients.OAuthClient, name string) json.RawMessage {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(c.Raw(), &members))
	return members[name]
}
