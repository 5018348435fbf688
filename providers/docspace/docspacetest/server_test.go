package docspacetest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file speaks to the fake with net/http alone, to prove what the contract says of a
// portal: keys, signatures, roles, limits, and the wire of the guide.

const clients = "/api/2.0/clients"

// reply is an answer, read whole.
type reply struct {
	status int
	header http.Header
	body   string
}

func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.body), &document), r.body)
	return document
}

// codes are the faults of a refused body, "field code", sorted.
func (r reply) codes(t *testing.T) []string {
	t.Helper()
	require.Equal(t, http.StatusBadRequest, r.status, r.body)
	var codes []string
	for _, fault := range r.json(t)["errors"].([]any) {
		fault := fault.(map[string]any)
		require.NotEmpty(t, fault["message"])
		codes = append(codes, fmt.Sprint(fault["field"], " ", fault["code"]))
	}
	slices.Sort(codes)
	return codes
}

// caller sends requests with one set of headers.
type caller struct {
	t      *testing.T
	portal *docspacetest.Server
	header http.Header
}

func (c caller) send(method, path, body string) reply {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.portal.URL()+path, strings.NewReader(body))
	require.NoError(c.t, err)
	request.Header = c.header.Clone()
	if body != "" && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if request.Header == nil {
		request.Header = http.Header{}
	}
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", "docspacetest")
	}
	through := *c.portal.HTTPClient()
	through.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := through.Do(request)
	require.NoError(c.t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(c.t, err)
	require.NoError(c.t, answer.Body.Close())
	return reply{answer.StatusCode, answer.Header, string(text)}
}

func signed(t *testing.T, portal *docspacetest.Server) caller {
	t.Helper()
	return caller{t, portal, http.Header{"X-Signature": {portal.AccessToken()}}}
}

// trade sends the key of an Auth to the signature endpoint, the way a client does.
func trade(t *testing.T, portal *docspacetest.Server, auth oauthclients.Auth) caller {
	t.Helper()
	client, err := oauthclients.New(portal.Provider(), auth, oauthclients.WithHTTPClient(portal.HTTPClient()))
	require.NoError(t, err)
	_, _ = client.Clients.List(t.Context(), oauthclients.ListOptions{}) // a guest may not; the signature is what counts
	requests := portal.Requests()
	return caller{t, portal, http.Header{"X-Signature": {requests[len(requests)-1].Header.Get("X-Signature")}}}
}

// valid is a body that the portal takes, with members changed; nil takes a member out.
func valid(t *testing.T, changes map[string]any) string {
	t.Helper()
	body := map[string]any{
		"name": "Invoice Importer", "logo": "data:image/svg+xml;base64,PHN2Zy8+",
		"website_url": "https://app.example.com", "terms_url": "https://app.example.com/terms",
		"policy_url": "https://app.example.com/privacy", "logout_redirect_uri": "https://app.example.com/logout",
		"redirect_uris": []string{"https://app.example.com/callback"}, "allowed_origins": []string{"https://app.example.com"},
		"scopes": []string{"openid", "files:read"},
	}
	maps.Copy(body, changes)
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	text, err := json.Marshal(body)
	require.NoError(t, err)
	return string(text)
}

func create(t *testing.T, c caller) map[string]any {
	t.Helper()
	answer := c.send(http.MethodPost, clients, valid(t, nil))
	require.Equal(t, http.StatusCreated, answer.status, answer.body)
	return answer.json(t)
}

func TestKeys(t *testing.T) {
	portal := docspacetest.New()
	const path = "/api/2.0/security/oauth2/token"
	client, err := oauthclients.New(portal.Provider(), portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	require.NoError(t, err)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	key := portal.Requests()[0].Header.Get("Authorization")
	require.Regexp(t, `^Bearer sk-[0-9a-f]{64}$`, key)

	answer := caller{t, portal, http.Header{"Authorization": {key}}}.send(http.MethodGet, path, "").json(t)
	require.Regexp(t, `^[\w-]+\.[\w-]+\.[\w-]+$`, answer["response"])
	require.InDelta(t, 200, answer["statusCode"], 0)
	for _, wrong := range []string{"", strings.TrimPrefix(key, "Bearer "), "bearer " + key[7:], key + "0", "Bearer x"} {
		refused := caller{t, portal, http.Header{"Authorization": {wrong}}}.send(http.MethodGet, path, "")
		require.Equal(t, http.StatusUnauthorized, refused.status)
		require.Contains(t, refused.json(t)["error"], "message")
	}
	require.Equal(t, http.StatusMethodNotAllowed, caller{t, portal, nil}.send(http.MethodPost, path, "").status)
}

func TestSignatures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		good := portal.AccessToken()
		for name, header := range map[string]http.Header{
			"none":           {},
			"as a bearer":    {"X-Signature": {"Bearer " + good}},
			"Authorization":  {"Authorization": {"Bearer " + good}},
			"forged":         {"X-Signature": {good[:len(good)-1] + "?"}},
			"no JWT":         {"X-Signature": {"x"}},
			"bad cookie":     {"X-Signature": {good}, "Cookie": {"x-signature=x"}},
			"unsigned claim": {"X-Signature": {"e30.e30."}},
		} {
			refused := caller{t, portal, header}.send(http.MethodGet, clients, "")
			require.Equal(t, http.StatusForbidden, refused.status, name)
			require.Empty(t, refused.body, name)
		}
		for _, header := range []http.Header{{"X-Signature": {good}}, {"Cookie": {"X-Signature=" + good}}} {
			require.Equal(t, http.StatusOK, caller{t, portal, header}.send(http.MethodGet, clients, "").status)
		}
		<-time.After(6*time.Minute - time.Second) // a minute of grace
		require.Equal(t, http.StatusOK, caller{t, portal, http.Header{"X-Signature": {good}}}.send(http.MethodGet, clients, "").status)
		<-time.After(time.Second)
		require.Equal(t, http.StatusForbidden, caller{t, portal, http.Header{"X-Signature": {good}}}.send(http.MethodGet, clients, "").status)
	})
}

func TestRevokeTokens(t *testing.T) {
	portal := docspacetest.New()
	client, err := oauthclients.New(portal.Provider(), portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	require.NoError(t, err)
	list := func() error {
		_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		return err
	}
	require.NoError(t, list())
	revoked := signed(t, portal)
	require.Equal(t, http.StatusOK, revoked.send(http.MethodGet, clients, "").status)
	portal.RevokeTokens()
	require.Equal(t, http.StatusForbidden, revoked.send(http.MethodGet, clients, "").status)
	require.Equal(t, http.StatusOK, signed(t, portal).send(http.MethodGet, clients, "").status, "a new one is valid")
	require.NoError(t, list(), "the key is traded for a new one")
	require.Equal(t, 2, portal.Count(http.MethodGet, "/api/2.0/security/oauth2/token"))
}

func TestRoles(t *testing.T) {
	portal := docspacetest.New()
	admin, user, guest := signed(t, portal), trade(t, portal, portal.UserAuth()), trade(t, portal, portal.GuestAuth())
	foreign := clients + "/" + create(t, admin)["client_id"].(string)
	own := clients + "/" + create(t, user)["client_id"].(string)

	require.Equal(t, http.StatusNotFound, user.send(http.MethodGet, foreign, "").status, "clients of others look as if they were not there")
	require.Equal(t, http.StatusOK, user.send(http.MethodGet, own, "").status)
	require.Len(t, user.send(http.MethodGet, clients, "").json(t)["data"], 1)
	require.Len(t, admin.send(http.MethodGet, clients, "").json(t)["data"], 2)
	require.Equal(t, http.StatusForbidden, user.send(http.MethodDelete, clients+"/tenant", "").status)

	for method, path := range map[string]string{
		http.MethodPost: clients, http.MethodGet: clients, http.MethodDelete: own, http.MethodPut: own, http.MethodPatch: own + "/regenerate",
	} {
		body := ""
		if method == http.MethodPost || method == http.MethodPut {
			body = valid(t, nil)
		}
		denied := guest.send(method, path, body)
		require.Equal(t, http.StatusForbidden, denied.status, method)
		require.Equal(t, "Access denied", denied.json(t)["detail"])
	}
	require.Equal(t, http.StatusForbidden, guest.send(http.MethodGet, own, "").status)
	require.Equal(t, http.StatusForbidden, guest.send(http.MethodDelete, clients, "").status)
	require.Equal(t, http.StatusBadRequest, guest.send(http.MethodPost, clients, "{}").status, "the body is checked before the role")
	require.Equal(t, http.StatusOK, guest.send(http.MethodGet, "/api/2.0/scopes", "").status)
}

func TestScopes(t *testing.T) {
	portal := docspacetest.New()
	for _, path := range []string{"/api/2.0/scopes", "/api/2.0/oauth2/scopes"} {
		var scopes []map[string]string
		require.NoError(t, json.Unmarshal([]byte(signed(t, portal).send(http.MethodGet, path, "").body), &scopes))
		require.Len(t, scopes, 9)
		require.Equal(t, map[string]string{"name": "openid", "group": "openid", "type": "openid"}, scopes[8], "openid is the last one")
	}
	for _, scope := range []string{
		docspace.ScopeAccountsRead, docspace.ScopeAccountsWrite, docspace.ScopeAccountsSelfRead, docspace.ScopeAccountsSelfWrite,
		docspace.ScopeFilesRead, docspace.ScopeFilesWrite, docspace.ScopeRoomsRead, docspace.ScopeRoomsWrite, docspace.ScopeOpenID,
	} {
		answer := signed(t, portal).send(http.MethodPost, clients, valid(t, map[string]any{"scopes": []string{scope}}))
		require.Equal(t, http.StatusCreated, answer.status, scope)
	}
}

func TestRateLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New(docspacetest.WithRateLimits())
		c := signed(t, portal)
		for n := range 10 {
			answer := c.send(http.MethodPost, clients, valid(t, nil))
			require.Equal(t, http.StatusCreated, answer.status)
			require.Equal(t, strconv.Itoa(9-n), answer.header.Get("X-Ratelimit-Remaining"))
			require.Equal(t, "0", answer.header.Get("X-Ratelimit-Reset"))
		}
		<-time.After(time.Second)
		refused := c.send(http.MethodPost, clients, valid(t, nil))
		require.Equal(t, http.StatusTooManyRequests, refused.status)
		require.Equal(t, "0", refused.header.Get("X-Ratelimit-Remaining"))
		require.Equal(t, "5000000000", refused.header.Get("X-Ratelimit-Reset"), "nanoseconds")
		require.Empty(t, refused.header.Get("Retry-After"))
		require.Empty(t, refused.body)
		require.Equal(t, http.StatusOK, c.send(http.MethodGet, clients, "").status, "each method has its own")
		require.Equal(t, http.StatusCreated, trade(t, portal, portal.UserAuth()).send(http.MethodPost, clients, valid(t, nil)).status,
			"and each account")
		<-time.After(5 * time.Second)
		require.Equal(t, http.StatusCreated, c.send(http.MethodPost, clients, valid(t, nil)).status)
		require.Equal(t, http.StatusTooManyRequests, c.send(http.MethodPost, clients, valid(t, nil)).status)
	})
}

func TestGuideWire(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithGuideWire())
	require.Equal(t, docspace.WireGuide, portal.Provider().Wire)
	client, err := oauthclients.New(portal.Provider(), portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	require.NoError(t, err)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	c := caller{t, portal, http.Header{"Authorization": {portal.Requests()[0].Header.Get("Authorization")}}}

	answer := c.send(http.MethodPost, clients, `{"name":"My New App","redirectUris":["https://x.example.com"],"grantTypes":["x"],"tokenLifetime":5}`)
	require.Equal(t, http.StatusCreated, answer.status)
	created := answer.json(t)["response"].(map[string]any)
	path := clients + "/" + created["id"].(string)
	answer = c.send(http.MethodPut, path, `{"redirectUris":["https://y.example.com"],"id":"mine"}`)
	require.Equal(t, http.StatusOK, answer.status)
	updated := answer.json(t)["response"].(map[string]any)
	require.Equal(t, created["id"], updated["id"])
	require.Equal(t, "My New App", updated["name"], "a partial body changes what it has")
	require.Equal(t, []any{"https://y.example.com"}, updated["redirectUris"])
	require.InDelta(t, 5, updated["tokenLifetime"], 0)
	require.Equal(t, updated, c.send(http.MethodGet, path, "").json(t)["response"])
	require.Equal(t, []any{updated}, c.send(http.MethodGet, clients, "").json(t)["response"])

	for _, body := range []string{`{}`, `{"name":"x"}`, `{"name":5}`, `null`, `[]`, `{`} {
		require.Equal(t, http.StatusBadRequest, c.send(http.MethodPost, clients, body).status, body)
	}
	require.Equal(t, http.StatusBadRequest, c.send(http.MethodPut, path, `{"name":""}`).status)
	require.Equal(t, http.StatusBadRequest, c.send(http.MethodPut, path, `{"name":5}`).status)
	require.Equal(t, http.StatusOK, c.send(http.MethodDelete, path, "").status)
	require.Equal(t, http.StatusNotFound, c.send(http.MethodDelete, path, "").status)
	require.Equal(t, http.StatusNotFound, c.send(http.MethodPut, path, `{"name":"x"}`).status)
	require.Equal(t, http.StatusUnauthorized, caller{t, portal, nil}.send(http.MethodGet, clients, "").status)

	guest, err := oauthclients.New(portal.Provider(), portal.GuestAuth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	require.NoError(t, err)
	_, err = guest.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrPermission)
}

func TestStart(t *testing.T) {
	portal, err := docspacetest.Start()
	require.NoError(t, err)
	client, err := oauthclients.New(portal.Provider(), portal.Auth(),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err, "over the socket")
	portal.Close()
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrUnavailable, "closed")
}

func remaining(t *testing.T, r reply) int {
	t.Helper()
	left, err := strconv.Atoi(r.header.Get("X-Ratelimit-Remaining"))
	require.NoError(t, err)
	return left
}
