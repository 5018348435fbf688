package sipgatetest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the server's bytes against what sipgate documents.

const (
	clientsPath = "/v2/authorization/oauth2/clients"
	tokenPath   = "/login/sipgate-apps/protocol/openid-connect/token"
)

// authorized are the headers of a write.
func authorized(s *sipgatetest.Server) map[string]string {
	return map[string]string{
		"Authorization": "Bearer " + s.AccessToken(), "Content-Type": "application/json; charset=utf-8",
	}
}

// created makes the client of the fixtures and returns its document.
func created(t *testing.T, s *sipgatetest.Server) map[string]any {
	t.Helper()
	got := do(t, s, http.MethodPost, clientsPath, authorized(s), fixture(t, "create_request.json"))
	require.Equal(t, http.StatusOK, got.status)
	return object(t, got.body)
}

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	return document
}

func TestCreateAnswersAsDocumented(t *testing.T) {
	server := sipgatetest.New()
	got, want := created(t, server), object(t, fixture(t, "create_response.json"))
	for _, own := range []string{"clientId", "clientSecret"} {
		require.IsType(t, "", got[own])
		got[own] = want[own]
	}
	require.Equal(t, want, got)
}

func TestListIsInAnEnvelope(t *testing.T) {
	server := sipgatetest.New()
	got := do(t, server, http.MethodGet, clientsPath, authorized(server), "")
	require.Equal(t, http.StatusOK, got.status)
	require.JSONEq(t, fixture(t, "list_response_empty.json"), got.body)
	one := created(t, server)
	got = do(t, server, http.MethodGet, clientsPath, authorized(server), "")
	require.Equal(t, map[string]any{"data": []any{one}}, object(t, got.body))
}

func TestUpdateReplacesAllSettings(t *testing.T) {
	server := sipgatetest.New()
	old := created(t, server)
	path := clientsPath + "/" + old["clientId"].(string)
	got := do(t, server, http.MethodPut, path, authorized(server), fixture(t, "update_request.json"))
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, old["clientSecret"], object(t, got.body)["clientSecret"])

	got = do(t, server, http.MethodPut, path, authorized(server), fixture(t, "create_request.json"))
	require.Equal(t, old, object(t, got.body), "a member that is left out is gone")
}

func TestDeleteIsAcceptedWithoutABody(t *testing.T) {
	server := sipgatetest.New()
	path := clientsPath + "/" + created(t, server)["clientId"].(string)
	got := do(t, server, http.MethodDelete, path, authorized(server), "")
	require.Equal(t, http.StatusAccepted, got.status)
	require.Empty(t, got.body)
	require.Equal(t, http.StatusNotFound, do(t, server, http.MethodDelete, path, authorized(server), "").status)
}

func TestOtherResources(t *testing.T) {
	server := sipgatetest.New()
	path := clientsPath + "/" + created(t, server)["clientId"].(string)
	for path, file := range map[string]string{
		path + "/gdpr":               "gdpr_response.json",
		"/v2/balance":                "balance_response.json",
		"/v2/authorization/userinfo": "userinfo_response.json",
	} {
		got := do(t, server, http.MethodGet, path, authorized(server), "")
		require.Equal(t, http.StatusOK, got.status)
		require.JSONEq(t, fixture(t, file), got.body)
	}
}

func TestWithoutACredentialEveryPathAnswers401WithoutABody(t *testing.T) {
	server := sipgatetest.New()
	for _, path := range []string{clientsPath, clientsPath + "/a", clientsPath + "/a/gdpr", "/v2/balance", "/v2/authorization/userinfo", "/v2/nothing"} {
		for _, authorization := range []string{"", "Bearer", "Bearer x", "Basic x", server.AccessToken(), "Basic " + server.AccessToken()} {
			got := do(t, server, http.MethodGet, path, map[string]string{"Authorization": authorization}, "")
			require.Equal(t, http.StatusUnauthorized, got.status, authorization)
			require.Empty(t, got.body)
		}
	}
}

func TestEveryFaultOfABodyIsListed(t *testing.T) {
	server := sipgatetest.New()
	valid := object(t, fixture(t, "create_request.json"))
	wrong := map[string][]any{
		"name":         {nil, 1, "", " "},
		"description":  {nil, 1},
		"redirectUris": {nil, "a", []any{}, []any{1}, []any{nil}},
		"webOrigins":   {nil, "a", []any{nil}},
		"privacyUrl":   {nil, []any{}},
		"termsUrl":     {nil, true},
		"clientId":     {"a", nil},
		"clientSecret": {"a"},
	}
	path := clientsPath + "/" + created(t, server)["clientId"].(string)
	for member, values := range wrong {
		for _, value := range values {
			body := maps.Clone(valid)
			body[member] = value
			requireFault(t, server, http.MethodPost, clientsPath, body, "/"+member)
			requireFault(t, server, http.MethodPut, path, body, "/"+member)
		}
		if _, settable := valid[member]; settable {
			body := maps.Clone(valid)
			delete(body, member)
			requireFault(t, server, http.MethodPost, clientsPath, body, "/"+member)
		}
	}
	requireFault(t, server, http.MethodPost, clientsPath, map[string]any{},
		"/name", "/description", "/privacyUrl", "/termsUrl", "/redirectUris", "/webOrigins")
}

// requireFault sends a body that must be refused with faults at exactly these members.
func requireFault(t *testing.T, s *sipgatetest.Server, method, path string, body map[string]any, pointers ...string) {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	got := do(t, s, method, path, authorized(s), string(text))
	require.Equal(t, http.StatusBadRequest, got.status, string(text))
	var list struct {
		Errors []struct {
			Status int    `json:"status"`
			Title  string `json:"title"`
			Detail string `json:"detail"`
			Source struct {
				Pointer string `json:"pointer"`
			} `json:"source"`
		} `json:"errors"`
	}
	require.NoError(t, json.Unmarshal([]byte(got.body), &list))
	found := make([]string, len(list.Errors))
	for i, fault := range list.Errors {
		require.Equal(t, http.StatusBadRequest, fault.Status)
		require.Equal(t, "Bad Request", fault.Title)
		require.NotEmpty(t, fault.Detail)
		found[i] = fault.Source.Pointer
	}
	require.Equal(t, pointers, found, string(text))
}

func TestTheDocumentedFault(t *testing.T) {
	server := sipgatetest.New()
	body := object(t, fixture(t, "create_request.json"))
	body["redirectUris"] = []any{}
	text, err := json.Marshal(body)
	require.NoError(t, err)
	got := do(t, server, http.MethodPost, clientsPath, authorized(server), string(text))
	require.JSONEq(t, fixture(t, "error_list.json"), got.body)
}

func TestRefusals(t *testing.T) {
	server := sipgatetest.New()
	body := fixture(t, "create_request.json")
	text := authorized(server)
	text["Content-Type"] = "text/plain"
	none := authorized(server)
	none["Content-Type"] = ""
	cases := []struct {
		method, path string
		header       map[string]string
		body         string
		status       int
	}{
		{http.MethodPost, clientsPath, text, body, 415},
		{http.MethodPost, clientsPath, none, body, 415},
		{http.MethodPost, clientsPath, authorized(server), `{`, 400},
		{http.MethodPost, clientsPath, authorized(server), `null`, 400},
		{http.MethodPost, clientsPath, authorized(server), body + body, 400},
		{http.MethodPatch, clientsPath, authorized(server), body, 405},
		{http.MethodPatch, clientsPath + "/a", authorized(server), body, 405},
		{http.MethodPost, clientsPath + "/a/gdpr", authorized(server), "", 405},
		{http.MethodGet, clientsPath + "/a", authorized(server), "", 404},
		{http.MethodPut, clientsPath + "/a", authorized(server), body, 404},
		{http.MethodGet, clientsPath + "/a/gdpr", authorized(server), "", 404},
		{http.MethodPost, clientsPath + "/a/secret", authorized(server), "", 404},
		{http.MethodGet, "/v2/nothing", authorized(server), "", 404},
		{http.MethodGet, "/nothing", nil, "", 404},
		{http.MethodGet, tokenPath, nil, "", 405},
	}
	for _, c := range cases {
		got := do(t, server, c.method, c.path, c.header, c.body)
		require.Equal(t, c.status, got.status, "%s %s", c.method, c.path)
		require.Contains(t, object(t, got.body), "errors")
	}
	require.Equal(t, "GET, POST", do(t, server, http.MethodPatch, clientsPath, authorized(server), "").header.Get("Allow"))
}

func TestTokenAnswer(t *testing.T) {
	server := sipgatetest.New()
	form := userForm()
	form.Set("scope", "balance:read account:read")
	got := grant(t, server, form)
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.Equal(t, "no-cache", got.header.Get("Pragma"))
	document := object(t, got.body)
	require.NotEmpty(t, document["access_token"])
	require.Equal(t, "bearer", document["token_type"])
	require.EqualValues(t, 300, document["expires_in"])
	require.Equal(t, "balance:read account:read", document["scope"])
}

func grant(t *testing.T, s *sipgatetest.Server, form url.Values) answer {
	t.Helper()
	return do(t, s, http.MethodPost, tokenPath,
		map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, form.Encode())
}

func TestTokenRefusals(t *testing.T) {
	server := sipgatetest.New()
	own := created(t, server)["clientId"].(string)
	cases := []struct {
		field  string
		values []string // nil: left out
		status int
		code   string
	}{
		{"grant_type", nil, 400, "invalid_request"},
		{"grant_type", []string{"magic"}, 400, "unsupported_grant_type"},
		{"client_id", nil, 401, "invalid_client"},
		{"client_id", []string{"unknown"}, 401, "invalid_client"},
		{"client_id", []string{own}, 401, "unauthorized_client"}, // it has a secret, and none was sent
		{"username", nil, 401, "invalid_request"},
		{"username", []string{"other@example.com"}, 400, "invalid_grant"},
		{"password", nil, 400, "invalid_grant"},
		{"password", []string{"other"}, 400, "invalid_grant"},
		{"password", []string{sipgatetest.Password, sipgatetest.Password}, 400, "invalid_request"},
	}
	for _, c := range cases {
		form := userForm()
		delete(form, c.field)
		if c.values != nil {
			form[c.field] = c.values
		}
		got := grant(t, server, form)
		require.Equal(t, c.status, got.status, "%s %v", c.field, c.values)
		require.Equal(t, c.code, object(t, got.body)["error"])
		require.NotEmpty(t, object(t, got.body)["error_description"])
		require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	}
	form := userForm()
	form.Set("password", "other")
	require.JSONEq(t, fixture(t, "token_error.json"), grant(t, server, form).body)
	require.Equal(t, http.StatusBadRequest, do(t, server, http.MethodPost, tokenPath, nil, userForm().Encode()).status)
}
