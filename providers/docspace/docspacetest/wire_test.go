package docspacetest_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds what a portal was seen to do with single members, and in which form it answers.

// Lengths are counted twice: by the rules in UTF-16 units, by the store in characters and bytes.
func TestLengths(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	id := create(t, c)["client_id"].(string)
	long := "https://app.example.com/" + strings.Repeat("a", 232)
	for name, want := range map[string]int{
		strings.Repeat("😀", 128): http.StatusOK, strings.Repeat("😀", 129): http.StatusBadRequest,
		strings.Repeat("a", 255): http.StatusOK, strings.Repeat("a", 256): http.StatusInternalServerError,
	} {
		got := c.send(http.MethodPost, clients, valid(t, map[string]any{"name": name}))
		require.Equal(t, map[int]int{200: 201, 400: 400, 500: 500}[want], got.status, "%d bytes", len(name))
		require.Equal(t, want, c.send(http.MethodPut, clients+"/"+id, valid(t, map[string]any{"name": name})).status)
	}
	for _, member := range []string{"redirect_uris", "allowed_origins"} {
		got := c.send(http.MethodPost, clients, valid(t, map[string]any{member: []string{long}}))
		require.Equal(t, http.StatusInternalServerError, got.status)
		require.Equal(t, "A database error occurred", got.json(t)["detail"])
	}
	got := c.send(http.MethodPut, clients+"/"+id, valid(t, map[string]any{"allowed_origins": []string{long}}))
	require.Equal(t, http.StatusInternalServerError, got.status)
	require.Equal(t, "A database error occurred", got.json(t)["detail"])
	require.Equal(t, http.StatusOK, c.send(http.MethodPut, clients+"/"+id, valid(t, map[string]any{"redirect_uris": []string{long}})).status, "ignored")
}

// Rule B takes what Java takes for a URI.
func TestURIsOfLists(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	for uri, want := range map[string]int{
		"http://localhost:3000/cb": 201, "https://app.example.com/cb?x=1#y": 201, "HTTPS://app.example.com": 201, "https://*.example.com": 201,
		"https://me@app.example.com/": 201, "https:x": 201, "claude://callback": 201, "https://app.example.com/?x=%20": 201,
		"http://": 400, "https:": 400, "https://app.example.com/{x}": 400, "https://app.example.com/%zz": 400, "https://app.example.com/?x=%zz": 400,
		"https://app.example.com/a b": 400, "ftp://app.example.com": 400, "/cb": 400,
	} {
		require.Equal(t, want, c.send(http.MethodPost, clients, valid(t, map[string]any{"redirect_uris": []string{uri}})).status, uri)
	}
}

// What PUT does not change is not looked at, whatever its type.
func TestUpdateIgnoresImmutableMembersOfAnyType(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	made := create(t, c)
	path := clients + "/" + made["client_id"].(string)
	odd := map[string]any{
		"redirect_uris": 5, "scopes": "none", "website_url": []int{1}, "terms_url": map[string]any{}, "policy_url": true, "logout_redirect_uri": 1.5,
		"client_id": 7, "client_secret": []string{}, "tenant": "x", "created_by": 1, "is_public": false,
	}
	require.Equal(t, http.StatusOK, c.send(http.MethodPut, path, valid(t, odd)).status)
	got := c.send(http.MethodGet, path, "").json(t)
	for member := range odd {
		if _, shown := made[member]; shown {
			require.Equal(t, made[member], got[member], member)
		}
	}
}

func TestScalarsInLists(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	got := c.send(http.MethodPost, clients, valid(t, map[string]any{"scopes": []any{"openid", 5, true}}))
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Contains(t, got.body, "Invalid scopes: 5, true")
	for _, wrong := range []any{[]any{[]any{}}, []any{map[string]any{}}, "openid", 5} {
		got := c.send(http.MethodPost, clients, valid(t, map[string]any{"scopes": wrong}))
		require.Equal(t, http.StatusInternalServerError, got.status)
	}
}

// Nine digits come with the 201 and from the cache, six from the store. What the store stamps anew is the
// creation alone.
func TestTimestamps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const nine, six = `\.\d{9}Z$`, `:\d\d(\.\d{1,6})?Z$`
		portal := docspacetest.New()
		c := signed(t, portal)
		made := create(t, c)
		path := clients + "/" + made["client_id"].(string)
		cached := c.send(http.MethodGet, path, "").json(t)
		listed := c.send(http.MethodGet, clients, "").json(t)["data"].([]any)[0].(map[string]any)
		for _, member := range []string{"created_on", "modified_on"} {
			require.Regexp(t, nine, made[member])
			require.Regexp(t, nine, cached[member], "the cache")
			require.Regexp(t, six, listed[member], "the store")
		}
		require.True(t, instant(t, cached, "created_on").After(instant(t, made, "created_on")))
		require.True(t, instant(t, listed, "created_on").After(instant(t, listed, "modified_on")))
		<-time.After(5 * time.Minute)
		c = signed(t, portal)
		require.Regexp(t, six, c.send(http.MethodGet, path, "").json(t)["created_on"], "five minutes are over")

		path = clients + "/" + create(t, c)["client_id"].(string)
		require.Equal(t, http.StatusOK, c.send(http.MethodPut, path, valid(t, nil)).status)
		require.Regexp(t, six, c.send(http.MethodGet, path, "").json(t)["created_on"], "a write empties the cache")
	})
}

// The scopes are sorted by name, and openid is the last one.
func TestScopesAreSorted(t *testing.T) {
	var scopes []struct{ Name string }
	require.NoError(t, json.Unmarshal([]byte(signed(t, docspacetest.New()).send(http.MethodGet, "/api/2.0/scopes", "").body), &scopes))
	var names []string
	for _, scope := range scopes[:8] {
		names = append(names, scope.Name)
	}
	require.True(t, slices.IsSorted(names), names)
	require.Equal(t, "openid", scopes[8].Name)
}
