package docspacetest_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds the limit for everybody, and what is lost to others who write at the same time.

// requireBusy is the refusal of the whole service: a problem, with the headers of a call that was counted.
func requireBusy(t *testing.T, got reply) {
	t.Helper()
	require.Equal(t, http.StatusTooManyRequests, got.status)
	require.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
	require.Equal(t, "Too many requests. Please try again later.", got.json(t)["detail"])
	require.Positive(t, remaining(t, got))
	require.Equal(t, "0", got.header.Get("X-Ratelimit-Reset"))
	require.Empty(t, got.header.Get("Retry-After"))
}

// 125 signed calls a second, and 25 for what is public, whoever asks.
func TestTheLimitOfTheWholeService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New(docspacetest.WithRateLimits(), docspacetest.WithServiceLimit())
		admin, user := signed(t, portal), trade(t, portal, portal.UserAuth()) // whose trade has made one call
		path := clients + "/" + create(t, admin)["client_id"].(string)
		for range 123 {
			require.Equal(t, http.StatusOK, admin.send(http.MethodGet, clients, "").status)
		}
		requireBusy(t, admin.send(http.MethodGet, clients, ""))
		requireBusy(t, user.send(http.MethodPost, clients, valid(t, nil)))
		require.Equal(t, http.StatusForbidden, caller{t, portal, nil}.send(http.MethodGet, clients, "").status, "without a signature")

		for range 25 {
			require.Equal(t, http.StatusOK, caller{t, portal, nil}.send(http.MethodGet, path+"/public/info", "").status)
		}
		requireBusy(t, caller{t, portal, nil}.send(http.MethodGet, path+"/public/info", ""))
		<-time.After(time.Second)
		require.Equal(t, http.StatusOK, admin.send(http.MethodGet, clients, "").status)
		require.Equal(t, http.StatusOK, caller{t, portal, nil}.send(http.MethodGet, path+"/public/info", "").status)
	})
}

// Without the options there are no limits.
func TestNoLimits(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	for range 300 {
		require.Equal(t, http.StatusOK, c.send(http.MethodGet, clients, "").status)
	}
}

// Who has lost a race for a client, at PUT or at regenerate, has changed nothing.
func TestALostRace(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	made := create(t, c)
	path := clients + "/" + made["client_id"].(string)
	portal.LoseRaces(2)
	require.Equal(t, http.StatusNotFound, c.send(http.MethodPut, clients+"/1-1-1-1-1", valid(t, nil)).status, "nobody races for it")
	require.Equal(t, http.StatusOK, c.send(http.MethodPatch, path+"/activation", `{"status":true}`).status)
	for _, lost := range []reply{
		c.send(http.MethodPut, path, valid(t, map[string]any{"name": "another"})), c.send(http.MethodPatch, path+"/regenerate", ""),
	} {
		require.Equal(t, http.StatusBadRequest, lost.status)
		require.Equal(t, "application/problem+json", lost.header.Get("Content-Type"))
		require.Regexp(t, "due to concurrent access$", lost.json(t)["detail"])
		require.NotContains(t, lost.json(t), "errors")
	}
	got := c.send(http.MethodGet, path, "").json(t)
	require.Equal(t, made["name"], got["name"])
	require.Equal(t, made["client_secret"], got["client_secret"])
	require.Equal(t, http.StatusOK, c.send(http.MethodPut, path, valid(t, nil)).status)
	require.Equal(t, http.StatusOK, c.send(http.MethodPatch, path+"/regenerate", "").status)
}

// The list goes on with what is strictly older: who shares the microsecond of a page's last one is skipped.
func TestClientsOfOneMicrosecond(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	for range 2 {
		create(t, c)
	}
	ids := portal.RegisterTogether("import", 3)
	require.Len(t, ids, 3)
	create(t, c)
	seen := map[string]bool{}
	for query := "?limit=2"; query != ""; {
		page := c.send(http.MethodGet, clients+query, "").json(t)
		for _, entry := range page["data"].([]any) {
			seen[entry.(map[string]any)["client_id"].(string)] = true
		}
		query = ""
		if page["last_created_on"] != nil {
			query = "?limit=2&last_client_id=" + page["last_client_id"].(string) + "&last_created_on=" + page["last_created_on"].(string)
		}
	}
	require.Len(t, seen, 4, "of six")
	require.Len(t, c.send(http.MethodGet, clients, "").json(t)["data"], 6, "one page has all")
	for _, id := range ids {
		require.Equal(t, http.StatusOK, c.send(http.MethodGet, clients+"/"+id, "").status)
	}
}
