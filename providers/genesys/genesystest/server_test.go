package genesystest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests the fake with plain HTTP: it must refuse what the vendor refuses, and must
// not depend on the library being right.

const (
	list    = "/api/v2/oauth/clients"
	machine = `{"name":"m","authorizedGrantType":"CLIENT-CREDENTIALS","roleDivisions":[{"roleId":"r","divisionId":"*"}]}`
)

type reply struct {
	status int
	header http.Header
	body   map[string]any
}

// send makes a request without a library; token "" sends none.
func send(t *testing.T, s *genesystest.Server, token, method, path, body string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	require.NoError(t, err)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return exchange(t, s, request)
}

func exchange(t *testing.T, s *genesystest.Server, request *http.Request) reply {
	t.Helper()
	response, err := s.HTTPClient().Do(request)
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	got := reply{status: response.StatusCode, header: response.Header}
	if len(text) > 0 {
		require.NoError(t, json.Unmarshal(text, &got.body), string(text))
	}
	return got
}

// signIn posts a form to the token endpoint.
func signIn(t *testing.T, s *genesystest.Server, id, secret string, form url.Values) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/oauth/token", strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		request.SetBasicAuth(id, secret)
	}
	return exchange(t, s, request)
}

// credentials are what Auth holds.
func credentials(t *testing.T, s *genesystest.Server) (id, secret string) {
	t.Helper()
	auth, ok := s.Auth().(oauthclients.ClientCredentials)
	require.True(t, ok)
	return auth.ClientID, auth.ClientSecret.Reveal()
}

func TestTokenEndpoint(t *testing.T) {
	s := genesystest.New()
	id, secret := credentials(t, s)
	form := url.Values{"grant_type": {"client_credentials"}}
	got := signIn(t, s, id, secret, form)
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, "bearer", got.body["token_type"])
	require.InDelta(t, 86399, got.body["expires_in"], 0)
	require.Equal(t, http.StatusOK, send(t, s, got.body["access_token"].(string), http.MethodGet, list, "").status)

	got = signIn(t, s, id, "wrong", form)
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Equal(t, map[string]any{
		"error": "invalid_client", "description": "client not found", "error_description": "client not found: invalid_client",
	}, got.body)

	got = signIn(t, s, "", "", url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}})
	require.Equal(t, http.StatusUnauthorized, got.status, "the vendor takes Basic only")
	require.Equal(t, "invalid_client", got.body["error"])

	got = signIn(t, s, id, secret, url.Values{"grant_type": {"password"}})
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Equal(t, "unsupported_grant_type", got.body["error"])
}

func TestTokenIsRequired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New()
		token := s.AccessToken()
		requireError(t, send(t, s, "", http.MethodGet, list, ""), http.StatusUnauthorized, "authentication.required")
		requireError(t, send(t, s, "made-up", http.MethodGet, list, ""), http.StatusUnauthorized, "bad.credentials")
		require.Equal(t, http.StatusOK, send(t, s, token, http.MethodGet, list, "").status)
		<-time.After(86399 * time.Second) // the bubble's clock
		requireError(t, send(t, s, token, http.MethodGet, list, ""), http.StatusUnauthorized, "credentials.expired")
		token = s.AccessToken()
		s.RevokeTokens()
		requireError(t, send(t, s, token, http.MethodGet, list, ""), http.StatusUnauthorized, "bad.credentials")
	})
}

// requireError wants an error body as the vendor writes it.
func requireError(t *testing.T, got reply, status int, code string) {
	t.Helper()
	require.Equal(t, status, got.status, "%v", got.body)
	require.Equal(t, code, got.body["code"])
	require.InDelta(t, status, got.body["status"], 0)
	require.NotEmpty(t, got.body["message"])
	require.NotEmpty(t, got.body["contextId"])
	require.Equal(t, got.body["contextId"], got.header.Get("ININ-Correlation-Id"))
	require.IsType(t, []any{}, got.body["details"])
	require.IsType(t, []any{}, got.body["errors"])
}

func TestLifeOfAClient(t *testing.T) {
	s := genesystest.New()
	token := s.AccessToken()
	made := send(t, s, token, http.MethodPost, list, machine)
	require.Equal(t, http.StatusOK, made.status)
	id, _ := made.body["id"].(string)
	path := list + "/" + id
	require.NotEmpty(t, made.body["secret"])
	require.Equal(t, "active", made.body["state"])
	require.InDelta(t, 86400, made.body["accessTokenValiditySeconds"], 0)
	require.Equal(t, []any{"r"}, made.body["roleIds"])
	require.Equal(t, path, made.body["selfUri"])
	require.Equal(t, []any{}, made.body["scope"])

	read := send(t, s, token, http.MethodGet, path, "")
	require.NotContains(t, read.body, "secret")
	delete(made.body, "secret")
	require.Equal(t, made.body, read.body)

	renewed := send(t, s, token, http.MethodPost, path+"/secret", "")
	require.NotEmpty(t, renewed.body["secret"])
	requireError(t, send(t, s, token, http.MethodPost, path+"/secret", `{}`), http.StatusBadRequest, "bad.request")

	requireError(t, send(t, s, token, http.MethodDelete, path, ""), http.StatusBadRequest, "cannot.delete.client")
	inactive := strings.Replace(machine, `{`, `{"state":"inactive",`, 1)
	require.Equal(t, http.StatusOK, send(t, s, token, http.MethodPut, path, inactive).status)
	deleted := send(t, s, token, http.MethodDelete, path, "")
	require.Equal(t, http.StatusOK, deleted.status)
	require.Nil(t, deleted.body)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		requireError(t, send(t, s, token, method, path, ""), http.StatusNotFound, "not.found")
	}
	requireError(t, send(t, s, token, http.MethodPut, path, machine), http.StatusNotFound, "not.found")
	requireError(t, send(t, s, token, http.MethodPost, path+"/secret", ""), http.StatusNotFound, "not.found")
	require.Nil(t, s.Document(id))
}

func TestSecretsChange(t *testing.T) {
	s := genesystest.New()
	id, err := s.Add(`{"name":"n","authorizedGrantType":"CODE","secret":"given"}`)
	require.NoError(t, err)
	require.Contains(t, string(s.Document(id)), `"secret":"given"`)
	renewed := send(t, s, s.AccessToken(), http.MethodPost, list+"/"+id+"/secret", "")
	require.NotEqual(t, "given", renewed.body["secret"])
	require.Contains(t, string(s.Document(id)), fmt.Sprintf(`"secret":%q`, renewed.body["secret"]))

	implicit := `{"name":"n","authorizedGrantType":"TOKEN","scope":["users"]}`
	require.NotContains(t, send(t, s, s.AccessToken(), http.MethodPost, list, implicit).body, "secret")
}

// PUT leaves nothing of what was there, but keeps members that nobody knows if they are sent.
func TestPutReplaces(t *testing.T) {
	s := genesystest.New()
	id, err := s.Add(`{"name":"n","description":"d","authorizedGrantType":"CODE","scope":["users"],
		"accessTokenValiditySeconds":300,"ipAllowList":["192.0.2.0/24"],"dateToDelete":"2030-01-01T00:00:00Z"}`)
	require.NoError(t, err)
	got := send(t, s, s.AccessToken(), http.MethodPut, list+"/"+id,
		`{"name":"n","authorizedGrantType":"CODE","scope":["users"],"future":{"a":1}}`)
	require.Equal(t, http.StatusOK, got.status)
	for _, name := range []string{"description", "ipAllowList", "dateToDelete", "secret"} {
		require.NotContains(t, got.body, name)
	}
	require.InDelta(t, 86400, got.body["accessTokenValiditySeconds"], 0)
	require.Equal(t, map[string]any{"a": 1.0}, got.body["future"])
}

func TestRequestsThatAreRefused(t *testing.T) {
	code := `"name":"n","authorizedGrantType":"CODE","scope":["users"]`
	cases := map[string]string{ // body: the field that is named
		`{"authorizedGrantType":"CODE","scope":["users"]}`:            "name",
		`{"name":" ","authorizedGrantType":"CODE","scope":["users"]}`: "name",
		`{"name":"n"}`: "authorizedGrantType",
		`{"name":"n","authorizedGrantType":"CLIENT_CREDENTIALS"}`: "authorizedGrantType",
		`{"name":"n","authorizedGrantType":"CODE"}`:               "scope",
		`{"name":"n","authorizedGrantType":"CLIENT-CREDENTIALS"}`: "roleDivisions",
		`{` + code + `,"roleDivisions":[{"roleId":"r"}]}`:         "roleDivisions",
		`{` + code + `,"accessTokenValiditySeconds":299}`:         "accessTokenValiditySeconds",
		`{` + code + `,"accessTokenValiditySeconds":38880001}`:    "accessTokenValiditySeconds",
		`{` + code + `,"state":"deleted"}`:                        "state",
		`{` + code + `,"dateToDelete":"tomorrow"}`:                "dateToDelete",
		`{` + code + `,"id":"x"}`:                                 "id",
		`{` + code + `,"secret":"x"}`:                             "secret",
		`{` + code + `,"modifiedBy":{"id":"x"}}`:                  "modifiedBy",
	}
	s := genesystest.New()
	for body, field := range cases {
		got := send(t, s, s.AccessToken(), http.MethodPost, list, body)
		requireError(t, got, http.StatusBadRequest, "bad.request")
		details, _ := got.body["details"].([]any)
		require.Len(t, details, 1, body)
		require.Equal(t, field, details[0].(map[string]any)["fieldName"], body)
	}
	for _, body := range []string{`{`, `[]`, `null`, `{"name":7}`} {
		requireError(t, send(t, s, s.AccessToken(), http.MethodPost, list, body), http.StatusBadRequest, "bad.request")
	}
	requireError(t, send(t, s, s.AccessToken(), http.MethodPost, list, ""), http.StatusUnsupportedMediaType, "unsupported.media.type")
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, "/api/v2/users", ""), http.StatusNotFound, "not.found")
}

func TestListIsOnePage(t *testing.T) {
	s := genesystest.New()
	empty := send(t, s, s.AccessToken(), http.MethodGet, list, "")
	require.Equal(t, []any{}, empty.body["entities"])
	for range 3 {
		require.Equal(t, http.StatusOK, send(t, s, s.AccessToken(), http.MethodPost, list, machine).status)
	}
	got := send(t, s, s.AccessToken(), http.MethodGet, list, "")
	require.Len(t, got.body["entities"], 3)
	require.NotContains(t, got.body, "nextUri")
	require.NotContains(t, got.body["entities"].([]any)[0], "secret")
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, list+"?pageSize=1", ""), http.StatusBadRequest, "invalid.value")
}

func TestListInPages(t *testing.T) {
	s := genesystest.New(genesystest.WithPageSize(2), genesystest.WithAbsoluteLinks())
	for range 3 {
		_, err := s.Add(machine)
		require.NoError(t, err)
	}
	first := send(t, s, s.AccessToken(), http.MethodGet, list, "")
	require.Len(t, first.body["entities"], 2)
	next, _ := first.body["nextUri"].(string)
	require.Equal(t, s.URL()+list+"?pageSize=2&pageNumber=2", next)
	second := send(t, s, s.AccessToken(), http.MethodGet, strings.TrimPrefix(next, s.URL()), "")
	require.Len(t, second.body["entities"], 1)
	require.NotContains(t, second.body, "nextUri")
	require.InDelta(t, 2, second.body["pageNumber"], 0)
	require.NotEmpty(t, second.body["previousUri"])
	for _, query := range []string{"?pageSize=3&pageNumber=2", "?pageSize=2&pageNumber=0", "?pageSize=2", "?pageSize=2&pageNumber=2&x=1"} {
		requireError(t, send(t, s, s.AccessToken(), http.MethodGet, list+query, ""), http.StatusBadRequest, "invalid.value")
	}
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New(genesystest.WithRateLimit(2, time.Minute))
		token := s.AccessToken()
		send(t, s, token, http.MethodGet, list, "")
		<-time.After(1500 * time.Millisecond) // the bubble's clock
		got := send(t, s, token, http.MethodGet, list, "")
		require.Equal(t, http.StatusOK, got.status)
		require.Equal(t, "2", got.header.Get("inin-ratelimit-count"))
		require.Equal(t, "2", got.header.Get("inin-ratelimit-allowed"))
		require.Equal(t, "59", got.header.Get("inin-ratelimit-reset"))
		got = send(t, s, token, http.MethodGet, list, "")
		requireError(t, got, http.StatusTooManyRequests, "too.many.requests")
		require.Equal(t, "59", got.header.Get("Retry-After"))
		require.Equal(t, http.StatusOK, send(t, s, s.AccessToken(), http.MethodGet, list, "").status, "another token has its own window")
		<-time.After(59 * time.Second) // the bubble's clock
		require.Equal(t, http.StatusOK, send(t, s, token, http.MethodGet, list, "").status)
	})
}

func TestTokenRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New(genesystest.WithTokenRateLimit(1, time.Minute))
		id, secret := credentials(t, s)
		form := url.Values{"grant_type": {"client_credentials"}}
		require.Equal(t, http.StatusOK, signIn(t, s, id, secret, form).status)
		got := signIn(t, s, id, secret, form)
		require.Equal(t, http.StatusBadRequest, got.status)
		require.Equal(t, "invalid_request", got.body["error"])
		require.True(t, strings.HasPrefix(got.body["error_description"].(string), "rate limit exceeded;"))
		<-time.After(time.Minute) // the bubble's clock
		require.Equal(t, http.StatusOK, signIn(t, s, id, secret, form).status)
	})
}

func TestLingeringDeletes(t *testing.T) {
	s := genesystest.New(genesystest.WithLingeringDeletes())
	id, err := s.Add(strings.Replace(machine, `{`, `{"id":"kept","state":"inactive",`, 1))
	require.NoError(t, err)
	require.Equal(t, "kept", id)
	require.Equal(t, http.StatusOK, send(t, s, s.AccessToken(), http.MethodDelete, list+"/kept", "").status)
	require.Equal(t, "deleted", send(t, s, s.AccessToken(), http.MethodGet, list+"/kept", "").body["state"])
	requireError(t, send(t, s, s.AccessToken(), http.MethodDelete, list+"/kept", ""), http.StatusNotFound, "not.found")
}

func TestAddRefusesWhatIsNoClient(t *testing.T) {
	s := genesystest.New()
	_, err := s.Add(`[]`)
	require.Error(t, err)
	_, err = s.Add(`{"id":"a"}`)
	require.NoError(t, err)
	_, err = s.Add(`{"id":"a"}`)
	require.ErrorContains(t, err, "taken")
}

func TestOverASocket(t *testing.T) {
	s := genesystest.NewServer(t)
	client, err := oauthclients.New(s.Provider(), s.Auth())
	require.NoError(t, err)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Equal(t, 1, s.Count(http.MethodPost, "/oauth/token"))
	require.Equal(t, 8, s.Count(http.MethodGet, list))
}
