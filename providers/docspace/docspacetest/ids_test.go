package docspacetest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds the ids in paths: what is read as a UUID, and what does not get as far.

// Upper case and short groups are read as the UUID that they are.
func TestFormsOfAUUID(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	id := create(t, c)["client_id"].(string)
	short := strings.NewReplacer("-000000000001", "-1").Replace(id)
	require.NotEqual(t, id, short)
	for _, form := range []string{id, strings.ToUpper(id), short} {
		got := c.send(http.MethodGet, clients+"/"+form, "")
		require.Equal(t, http.StatusOK, got.status, form)
		require.Equal(t, id, got.json(t)["client_id"])
		require.Equal(t, http.StatusOK, c.send(http.MethodGet, clients+"/"+form+"/public/info", "").status)
		require.Equal(t, http.StatusOK, c.send(http.MethodPut, clients+"/"+form, valid(t, nil)).status)
		require.Equal(t, http.StatusOK, c.send(http.MethodPatch, clients+"/"+form+"/regenerate", "").status)
	}
	require.Equal(t, http.StatusOK, c.send(http.MethodDelete, clients+"/"+short, "").status)

	unknown := c.send(http.MethodGet, clients+"/1-1-1-1-1", "")
	require.Equal(t, http.StatusNotFound, unknown.status)
	require.NotContains(t, unknown.body, "Invalid client id format", "it is a UUID")
	for _, none := range []string{"{" + id + "}", strings.ReplaceAll(id, "-", ""), "urn:uuid:" + id, id + "-1", "1-1-1-1", "1-1-1-1-", "g-1-1-1-1"} {
		refused := c.send(http.MethodGet, clients+"/"+none, "")
		require.Equal(t, http.StatusNotFound, refused.status, none)
		require.Equal(t, "Client with id "+none+" was not found. Invalid client id format", refused.json(t)["detail"])
	}
}

// A blank id is invalid. What the container does not take is a page, whoever asks; a semicolon leads nowhere.
func TestPathsThatAreNoIDs(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	create(t, c)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		require.Equal(t, http.StatusBadRequest, c.send(method, clients+"/%20", "").status)
		for _, odd := range []string{"/a%2Fb", "/a%2fb", "/%00", "/a%00"} {
			for _, asks := range []caller{c, {t, portal, nil}} {
				page := asks.send(method, clients+odd, "")
				require.Equal(t, http.StatusBadRequest, page.status, odd)
				require.Contains(t, page.header.Get("Content-Type"), "text/html")
				require.True(t, strings.HasPrefix(page.body, "<!doctype html>"))
			}
		}
		requireNowhere(t, c.send(method, clients+"/x;y", ""))
		requireNowhere(t, c.send(method, clients+"/", ""))
	}
	require.Len(t, c.send(http.MethodGet, clients, "").json(t)["data"], 1)
}

// A user who is no administrator is named: by the id at reads, by the e-mail address at writes.
func TestUnknownClientsOfAUser(t *testing.T) {
	portal := docspacetest.New()
	c := trade(t, portal, portal.UserAuth())
	own := create(t, c)
	foreign := create(t, signed(t, portal))["client_id"].(string)
	for method, who := range map[string]string{
		http.MethodGet: own["created_by"].(string), http.MethodDelete: "account1@portal.example.com", http.MethodPut: "account1@portal.example.com",
	} {
		body := ""
		if method == http.MethodPut {
			body = valid(t, nil)
		}
		refused := c.send(method, clients+"/"+foreign, body)
		require.Equal(t, http.StatusNotFound, refused.status)
		require.Equal(t, "Client with ID "+foreign+" for tenant 1 and user "+who+" was not found", refused.json(t)["detail"])
	}
}

// HEAD is answered like GET, without a body, and has a bucket of its own.
func TestHead(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithRateLimits())
	c := signed(t, portal)
	path := clients + "/" + create(t, c)["client_id"].(string)
	for _, path := range []string{path, clients, "/api/2.0/scopes", path + "/public/info"} {
		got := c.send(http.MethodHead, path, "")
		require.Equal(t, http.StatusOK, got.status, path)
		require.Empty(t, got.body)
		require.Equal(t, c.send(http.MethodGet, path, "").header.Get("Content-Type"), got.header.Get("Content-Type"))
	}
	require.Equal(t, http.StatusNotFound, c.send(http.MethodHead, clients+"/1-1-1-1-1", "").status)
	require.Equal(t, http.StatusForbidden, c.send(http.MethodHead, path+"/regenerate", "").status)
	first, second := c.send(http.MethodHead, clients, ""), c.send(http.MethodGet, clients, "")
	require.Less(t, remaining(t, first), 15, "its bucket")
	require.Greater(t, remaining(t, second), 100)
	require.Equal(t, http.StatusForbidden, caller{t, portal, nil}.send(http.MethodHead, clients, "").status)
}
