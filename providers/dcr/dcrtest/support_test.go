package dcrtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file holds plain HTTP: the fake must refuse what a server refuses, and must not depend on
// the library being right.

const (
	web     = `{"redirect_uris":["https://app.example.com/cb"],"client_name":"Order desk"}`
	machine = `{"grant_types":["client_credentials"],"response_types":[]}`
)

type reply struct {
	status int
	header http.Header
	body   map[string]any
}

func (r reply) text(member string) string {
	text, _ := r.body[member].(string)
	return text
}

// call sends JSON; authorization is the whole header, "" for none.
func call(t *testing.T, s *dcrtest.Server, authorization, method, address, body string) reply {
	t.Helper()
	return exchange(t, s, request(t, authorization, method, address, body))
}

func request(t *testing.T, authorization, method, address, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func exchange(t *testing.T, s *dcrtest.Server, r *http.Request) reply {
	t.Helper()
	response, err := s.HTTPClient().Do(r)
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	got := reply{status: response.StatusCode, header: response.Header}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		require.NoError(t, json.Unmarshal(text, &got.body), string(text))
	}
	return got
}

func post(t *testing.T, s *dcrtest.Server, body string) reply {
	t.Helper()
	return call(t, s, "", http.MethodPost, s.URL()+"/reg", body)
}

// registered registers a client, which must work.
func registered(t *testing.T, s *dcrtest.Server, body string) reply {
	t.Helper()
	got := post(t, s, body)
	require.Equal(t, http.StatusCreated, got.status, got.body)
	return got
}

// manage sends a request to the address of a client with its token.
func manage(t *testing.T, s *dcrtest.Server, of reply, method, body string) reply {
	t.Helper()
	return call(t, s, "Bearer "+of.text("registration_access_token"), method, of.text("registration_client_uri"), body)
}

// put replaces the metadata of a client. Its id is put in.
func put(t *testing.T, s *dcrtest.Server, of reply, members map[string]any) reply {
	t.Helper()
	all := map[string]any{"client_id": of.body["client_id"], "redirect_uris": []string{"https://app.example.com/cb"}}
	for name, value := range members {
		all[name] = value
	}
	text, err := json.Marshal(all)
	require.NoError(t, err)
	return manage(t, s, of, http.MethodPut, string(text))
}

func requireError(t *testing.T, got reply, status int, code, description string) {
	t.Helper()
	require.Equal(t, status, got.status, got.body)
	require.Equal(t, code, got.body["error"])
	require.True(t, strings.HasPrefix(got.text("error_description"), description), got.body)
}

func requireDead(t *testing.T, got reply) {
	t.Helper()
	requireError(t, got, http.StatusUnauthorized, "invalid_token", "invalid token provided")
	require.Contains(t, got.header.Get("WWW-Authenticate"), `Bearer realm="`)
	require.Contains(t, got.header.Get("WWW-Authenticate"), `error="invalid_token"`)
}

// tokenOf posts a form to the token endpoint; id "" sends no credentials.
func tokenOf(t *testing.T, s *dcrtest.Server, id, secret string, form url.Values) reply {
	t.Helper()
	r := request(t, "", http.MethodPost, s.URL()+"/token", form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		r.SetBasicAuth(id, secret)
	}
	return exchange(t, s, r)
}
