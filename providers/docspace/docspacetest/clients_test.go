package docspacetest_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds the verbs on clients at the fake, and their rules.

func TestCreateAnswersTheClient(t *testing.T) {
	portal := docspacetest.NewServer(t)
	created := create(t, signed(t, portal))
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, created["client_id"])
	require.Regexp(t, `^[A-Za-z0-9]{36}$`, created["client_secret"])
	require.Nil(t, created["description"])
	require.Equal(t, []any{"client_secret_post"}, created["authentication_methods"])
	require.Equal(t, []any{"https://app.example.com/logout"}, created["logout_redirect_uris"])
	require.Equal(t, []any{"files:read", "openid"}, created["scopes"])
	require.Equal(t, true, created["is_public"])
	require.Equal(t, true, created["enabled"])
	require.Equal(t, created["created_on"], created["modified_on"])
	_, err := time.Parse(time.RFC3339, created["created_on"].(string))
	require.NoError(t, err)
	for _, member := range []string{"allow_pkce", "logout_redirect_uri", "grant_types"} {
		require.NotContains(t, created, member)
	}

	got := signed(t, portal).send(http.MethodGet, clients+"/"+created["client_id"].(string), "").json(t)
	require.Equal(t, created["client_secret"], got["client_secret"], "plain, every time")
	require.NotEqual(t, created["created_on"], got["created_on"], "the store stamps once more")
}

func TestCreateRefuses(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	many := make([]string, 13)
	for i := range many {
		many[i] = "https://app.example.com/" + strconv.Itoa(i)
	}
	for name, test := range map[string]struct {
		member string
		value  any
		want   string
	}{
		"no name":           {"name", nil, "EmptyFieldError"},
		"short name":        {"name", "ab", "ErrorName"},
		"long name":         {"name", strings.Repeat("a", 257), "ErrorName"},
		"long description":  {"description", strings.Repeat("a", 256), "ErrorName"},
		"no logo":           {"logo", nil, "EmptyFieldError"},
		"logo is a link":    {"logo", "https://app.example.com/logo.png", "ErrorPattern"},
		"logo is no base64": {"logo", "data:image/png;base64,*", "ErrorPattern"},
		"no website":        {"website_url", nil, "EmptyFieldError"},
		"local website":     {"website_url", "http://localhost:8080", "ErrorWrongURL"},
		"terms":             {"terms_url", "https://example.com?x=1", "ErrorWrongURL"},
		"policy":            {"policy_url", "https://example.com/%20", "ErrorWrongURL"},
		"logout":            {"logout_redirect_uri", "not-a-url", "ErrorWrongURL"},
		"no redirect URI":   {"redirect_uris", []string{}, "ErrorName"},
		"13 redirect URIs":  {"redirect_uris", many, "ErrorName"},
		"a custom scheme":   {"redirect_uris", []string{"myapp://x"}, "ErrorWrongURL"},
		"no origin":         {"allowed_origins", []string{}, "ErrorName"},
		"no scope":          {"scopes", []string{}, "EmptyFieldError"},
		"unknown scope":     {"scopes", []string{"Files:read"}, "ErrorInvalidScope"},
	} {
		refused := c.send(http.MethodPost, clients, valid(t, map[string]any{test.member: test.value}))
		require.Equal(t, []string{test.member + " " + test.want}, slices.Compact(refused.codes(t)), name)
		mediaType := "application/problem+json"
		if name == "unknown scope" {
			mediaType = "application/json"
		}
		require.Equal(t, mediaType, refused.header.Get("Content-Type"))
	}
	require.Len(t, c.send(http.MethodPost, clients, "{}").codes(t), 11, "all at once, two of them twice")
	require.Len(t, c.send(http.MethodPost, clients, `{"name":"My New App","redirectUris":["https://x.example.com"],"grantTypes":["x"]}`).codes(t), 10,
		"camelCase members are not seen")
}

// The second check of a URL has no list of faults, and names the member in camelCase.
func TestCreateSecondCheck(t *testing.T) {
	c := signed(t, docspacetest.New())
	for _, url := range []string{"example.com", "https://app.technology", "https://example.com/a,b"} {
		for member, name := range map[string]string{
			"website_url": "websiteUrl: ", "terms_url": "termsUrl: ", "policy_url": "policyUrl: ", "logout_redirect_uri": "logoutRedirectUri: ",
		} {
			refused := c.send(http.MethodPost, clients, valid(t, map[string]any{member: url}))
			require.Equal(t, http.StatusBadRequest, refused.status, url)
			require.NotContains(t, refused.json(t), "errors")
			require.Contains(t, refused.json(t)["detail"], name)
		}
	}
}

func TestBodiesThatDoNotDecode(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	for _, body := range []string{"{", `{"redirect_uris":"https://x"}`, "[]", `{"name":{}}`, `{"name":["abc"]}`} {
		refused := c.send(http.MethodPost, clients, body)
		require.Equal(t, http.StatusInternalServerError, refused.status, body)
		require.Equal(t, "Something went wrong", refused.json(t)["detail"])
	}
	refused := c.send(http.MethodPost, clients, valid(t, map[string]any{"name": strings.Repeat("a", 256)}))
	require.Equal(t, http.StatusInternalServerError, refused.status, "the column is one shorter than the check")
	c.header.Set("Content-Type", "text/plain")
	requireNowhere(t, c.send(http.MethodPost, clients, valid(t, nil)))
	c.header.Set("Content-Type", "application/json; charset=utf-8")
	c.header.Set("Accept", "text/html")
	requireNowhere(t, c.send(http.MethodPost, clients, valid(t, nil)))
	c.header.Set("Accept", "application/json")
	require.Equal(t, http.StatusCreated, c.send(http.MethodPost, clients, valid(t, nil)).status)
}

// requireNowhere: what the service does not have is an empty 403, with the headers of the limits.
func requireNowhere(t *testing.T, got reply) {
	t.Helper()
	require.Equal(t, http.StatusForbidden, got.status)
	require.Empty(t, got.body)
	require.NotEmpty(t, got.header.Get("X-Ratelimit-Remaining"))
}

func TestPathsThatThereAreNot(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	for path, method := range map[string]string{
		"/api/3.0/clients": http.MethodGet, clients + "/x/y/z": http.MethodGet, clients + "/": http.MethodGet, clients + "/x/": http.MethodGet,
		"/api/2.0/scopes/openid": http.MethodGet, clients + "/x": http.MethodPatch, clients: http.MethodPatch,
	} {
		requireNowhere(t, c.send(method, path, ""))
		bad := caller{t, portal, http.Header{"X-Signature": {"a.b.c"}}}.send(method, path, "")
		require.Equal(t, http.StatusForbidden, bad.status)
		require.Empty(t, bad.header.Get("X-Ratelimit-Remaining"), "a bad signature is not counted")
	}
	require.Equal(t, "DELETE, GET, POST", c.send(http.MethodPatch, clients, "").header.Get("Allow"))
}

// The log of writes takes the User-Agent apart. Reads have no such log.
func TestUserAgentsThatTheLogFailsAt(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	for _, agent := range []string{"my-operator/1.0", "chromebot/2", "firefox", "msie", "opr", "safari version", " "} {
		c.header.Set("User-Agent", agent)
		if agent == " " {
			c.header["User-Agent"] = []string{" "}
		}
		refused := c.send(http.MethodPost, clients, valid(t, nil))
		if agent == " " {
			continue // net/http may send another
		}
		require.Equal(t, http.StatusInternalServerError, refused.status, agent)
		require.Equal(t, "Something went wrong", refused.json(t)["detail"])
		require.Equal(t, http.StatusOK, c.send(http.MethodGet, clients, "").status)
	}
	c.header.Set("User-Agent", "inventory/2.1")
	require.Equal(t, http.StatusCreated, c.send(http.MethodPost, clients, valid(t, nil)).status)
}

func TestScalarsAreConverted(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	for _, pkce := range []any{"true", 1, true} {
		made := c.send(http.MethodPost, clients, valid(t, map[string]any{"name": 12345, "description": true, "allow_pkce": pkce}))
		require.Equal(t, http.StatusCreated, made.status, made.body)
		require.Equal(t, "12345", made.json(t)["name"])
		require.Equal(t, "true", made.json(t)["description"])
		require.Contains(t, made.json(t)["authentication_methods"], "none")
	}
}

// A client is remembered for five minutes after the account has deleted all of its own: it can be read,
// and signed in to.
func TestTheCacheAfterDeleteAllMine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		c := signed(t, portal)
		auth := portal.AuthCode(callbackURL)
		path := clients + "/" + auth.ClientID
		require.Equal(t, http.StatusOK, c.send(http.MethodDelete, clients, "").status)
		require.Empty(t, c.send(http.MethodGet, clients, "").json(t)["data"], "the list is never cached")
		require.Equal(t, auth.ClientSecret.Reveal(), c.send(http.MethodGet, path, "").json(t)["client_secret"])
		require.Equal(t, http.StatusNotFound, c.send(http.MethodPut, path, valid(t, nil)).status)
		require.Equal(t, http.StatusNotFound, c.send(http.MethodDelete, path, "").status)
		require.Equal(t, http.StatusNotFound, c.send(http.MethodPatch, path+"/regenerate", "").status)
		exchange(t, portal, codeForm(auth, code(t, portal, auth)))

		<-time.After(5 * time.Minute)
		c = signed(t, portal)
		require.Equal(t, http.StatusNotFound, c.send(http.MethodGet, path, "").status)
		_, err := portal.SignIn(request(portal, auth))
		require.ErrorContains(t, err, "not known")

		gone := clients + "/" + create(t, c)["client_id"].(string)
		require.Equal(t, http.StatusOK, c.send(http.MethodDelete, clients+"/tenant", "").status)
		require.Equal(t, http.StatusNotFound, c.send(http.MethodGet, gone, "").status, "this one does evict")
	})
}

func TestUnknownClients(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	create(t, c)
	for id, detail := range map[string]string{
		"00000000-0000-4000-8000-000000000000": "was not found",
		"x":                                    "Invalid client id format",
	} {
		for method, path := range map[string]string{
			http.MethodGet: "/" + id, http.MethodDelete: "/" + id, http.MethodPut: "/" + id, http.MethodPatch: "/" + id + "/regenerate",
		} {
			body := ""
			if method == http.MethodPut {
				body = valid(t, nil)
			}
			refused := c.send(method, clients+path, body)
			require.Equal(t, http.StatusNotFound, refused.status, "%s %s", method, path)
			require.Contains(t, refused.json(t)["detail"], detail)
		}
	}
	require.Len(t, c.send(http.MethodGet, clients, "").json(t)["data"], 1)
	requireNowhere(t, c.send(http.MethodGet, "/api/2.0/nothing", ""))
}

// Members that are immutable are ignored without a word, and what is left out has a meaning.
func TestUpdate(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	path := clients + "/" + create(t, c)["client_id"].(string)
	answer := c.send(http.MethodPut, path, valid(t, map[string]any{
		"name": "Another", "description": "text", "allow_pkce": true, "unknown": 1,
		"redirect_uris": []string{"https://new.example.com"}, "website_url": "https://new.example.com",
	}))
	require.Equal(t, http.StatusOK, answer.status)
	require.Empty(t, answer.body)
	got := c.send(http.MethodGet, path, "").json(t)
	require.Equal(t, "Another", got["name"])
	require.Equal(t, "text", got["description"])
	require.Equal(t, []any{"client_secret_post", "none"}, got["authentication_methods"])
	require.Equal(t, []any{"https://app.example.com/callback"}, got["redirect_uris"])
	require.Equal(t, "https://app.example.com", got["website_url"])
	require.NotContains(t, got, "unknown")
	require.NotEqual(t, got["created_on"], got["modified_on"])

	c.send(http.MethodPut, path, valid(t, nil))
	got = c.send(http.MethodGet, path, "").json(t)
	require.Equal(t, []any{"client_secret_post"}, got["authentication_methods"], "leaving allow_pkce out turns it off")
	require.Equal(t, "text", got["description"], "leaving the description out keeps it")
	c.send(http.MethodPut, path, valid(t, map[string]any{"description": ""}))
	require.Empty(t, c.send(http.MethodGet, path, "").json(t)["description"])

	require.Equal(t, []string{"allowed_origins ErrorWrongURL", "logo EmptyFieldError", "name EmptyFieldError"},
		c.send(http.MethodPut, clients+"/x", "{}").codes(t), "the body is checked before the id")
}

func TestNewerUpdate(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithNewerUpdate())
	c := signed(t, portal)
	path := clients + "/" + create(t, c)["client_id"].(string)
	require.Equal(t, []string{"redirect_uris EmptyFieldError", "redirect_uris ErrorWrongURL", "scopes EmptyFieldError"},
		c.send(http.MethodPut, path, valid(t, map[string]any{"redirect_uris": nil, "scopes": nil})).codes(t))
	require.Equal(t, []string{"scopes ErrorInvalidScope"},
		c.send(http.MethodPut, path, valid(t, map[string]any{"scopes": []string{"x"}})).codes(t))
	c.send(http.MethodPut, path, valid(t, map[string]any{"redirect_uris": []string{"https://new.example.com"}, "scopes": []string{"rooms:read"}}))
	got := c.send(http.MethodGet, path, "").json(t)
	require.Equal(t, []any{"https://new.example.com"}, got["redirect_uris"])
	require.Equal(t, []any{"rooms:read"}, got["scopes"])
}

// instant is a time of an object. As texts two of them do not compare: zeros at the end of the
// fraction are left out.
func instant(t *testing.T, object map[string]any, member string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, object[member].(string))
	require.NoError(t, err)
	return parsed
}

func TestListPages(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	secrets := map[any]bool{}
	for range 5 {
		secrets[create(t, c)["client_secret"]] = true
	}
	require.Len(t, secrets, 5, "each has its own")
	first := c.send(http.MethodGet, clients+"?limit=3", "").json(t)
	require.Len(t, first["data"], 3)
	require.InDelta(t, 3, first["limit"], 0)
	for _, entry := range first["data"].([]any) {
		entry := entry.(map[string]any)
		require.Greater(t, len(entry["client_secret"].(string)), 36, "a list has the stored text")
		require.NotContains(t, secrets, entry["client_secret"])
	}
	cursors := url.Values{
		"limit": {"3"}, "last_client_id": {first["last_client_id"].(string)}, "last_created_on": {first["last_created_on"].(string)},
	}
	second := c.send(http.MethodGet, clients+"?"+cursors.Encode(), "").json(t)
	require.Len(t, second["data"], 2)
	require.Nil(t, second["last_client_id"], "the last page has data and null cursors")
	require.Nil(t, second["last_created_on"])
	newest, oldest := first["data"].([]any)[0].(map[string]any), second["data"].([]any)[1].(map[string]any)
	require.True(t, instant(t, newest, "created_on").After(instant(t, oldest, "created_on")))

	cursors.Del("last_client_id")
	require.Equal(t, first["data"], c.send(http.MethodGet, clients+"?"+cursors.Encode(), "").json(t)["data"],
		"with one cursor the list starts again")
	require.Len(t, c.send(http.MethodGet, clients+"?limit=5", "").json(t)["data"], 5)
	require.InDelta(t, 30, c.send(http.MethodGet, clients, "").json(t)["limit"], 0)
	for _, limit := range []string{"0", "51", "-1"} {
		require.Equal(t, []string{"limit ErrorName"}, c.send(http.MethodGet, clients+"?limit="+limit, "").codes(t))
	}
	require.Equal(t, http.StatusInternalServerError, c.send(http.MethodGet, clients+"?limit=abc", "").status)
	require.Equal(t, http.StatusInternalServerError, c.send(http.MethodGet, clients+"?last_client_id=x&last_created_on=x+y", "").status)
}

func TestActivationAndRegenerate(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	created := create(t, c)
	path := clients + "/" + created["client_id"].(string)
	for body, enabled := range map[string]bool{`{"status":true}`: true, `{}`: false} {
		answer := c.send(http.MethodPatch, path+"/activation", body)
		require.Equal(t, http.StatusOK, answer.status)
		require.Empty(t, answer.body)
		require.Equal(t, enabled, c.send(http.MethodGet, path, "").json(t)["enabled"])
	}
	answer := c.send(http.MethodPatch, path+"/regenerate", "").json(t)
	require.Len(t, answer, 1)
	require.Regexp(t, `^[A-Za-z0-9]{36}$`, answer["client_secret"])
	require.NotEqual(t, created["client_secret"], answer["client_secret"])
	require.Equal(t, answer["client_secret"], c.send(http.MethodGet, path, "").json(t)["client_secret"])
}

func TestDelete(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	path := clients + "/" + create(t, c)["client_id"].(string)
	answer := c.send(http.MethodDelete, path, "")
	require.Equal(t, http.StatusOK, answer.status)
	require.Empty(t, answer.body)
	require.Equal(t, http.StatusNotFound, c.send(http.MethodDelete, path, "").status)
	create(t, c)
	requireNowhere(t, c.send(http.MethodDelete, clients+"/", ""))
	require.Len(t, c.send(http.MethodGet, clients, "").json(t)["data"], 1, "with the slash nothing is deleted")
	escaped := c.send(http.MethodDelete, clients+"/%2F", "")
	require.Equal(t, http.StatusBadRequest, escaped.status)
	require.Contains(t, escaped.body, "<html>")
	for _, all := range []string{clients, clients + "/tenant"} {
		create(t, c)
		create(t, c)
		require.Equal(t, http.StatusOK, c.send(http.MethodDelete, all, "").status)
		require.Empty(t, c.send(http.MethodGet, clients, "").json(t)["data"], all)
	}
}
