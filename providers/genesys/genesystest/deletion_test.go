package genesystest_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests how long a deleted client is still there.

// inactive adds a client and deletes it.
func deleteOne(t *testing.T, s *genesystest.Server, document string) (path string) {
	t.Helper()
	id, err := s.Add(strings.Replace(document, `{`, `{"state":"inactive",`, 1))
	require.NoError(t, err)
	path = list + "/" + id
	require.Equal(t, http.StatusOK, send(t, s, s.AccessToken(), http.MethodDelete, path, "").status)
	return path
}

const oldMachine = `{"dateCreated":"1999-11-30T00:00:00.123Z",` + `"name":"m","authorizedGrantType":"CLIENT-CREDENTIALS","roleDivisions":[{"roleId":"r","divisionId":"*"}]}`

// A client of more than 30 days is kept for seven.
func TestAnOldClientLingers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New()
		path := deleteOne(t, s, oldMachine)
		got := send(t, s, s.AccessToken(), http.MethodGet, path, "")
		require.Equal(t, "inactive", got.body["state"])
		require.Equal(t, "1999-11-30T00:00:00.123Z", got.body["dateCreated"])
		require.Equal(t, "2000-01-08T00:00:00.000Z", got.body["dateToDelete"])

		<-time.After(3 * 24 * time.Hour) // the bubble's clock
		require.Equal(t, http.StatusOK, send(t, s, s.AccessToken(), http.MethodDelete, path, "").status)
		got = send(t, s, s.AccessToken(), http.MethodGet, path, "")
		require.Equal(t, "2000-01-08T00:00:00.000Z", got.body["dateToDelete"], "it does not begin anew")
		<-time.After(4*24*time.Hour - time.Second) // the bubble's clock
		require.Len(t, send(t, s, s.AccessToken(), http.MethodGet, list, "").body["entities"], 1)
		<-time.After(time.Second) // the bubble's clock
		requireError(t, send(t, s, s.AccessToken(), http.MethodGet, path, ""), http.StatusNotFound, "not.found")
		require.Empty(t, send(t, s, s.AccessToken(), http.MethodGet, list, "").body["entities"])
	})
}

func TestAClientOfThirtyDaysIsGoneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New()
		young := strings.Replace(machine, `{`, `{"dateCreated":"1999-12-02T00:00:00Z",`, 1)
		requireError(t, send(t, s, s.AccessToken(), http.MethodGet, deleteOne(t, s, young), ""), http.StatusNotFound, "not.found")
		requireError(t, send(t, s, s.AccessToken(), http.MethodGet, deleteOne(t, s, machine), ""), http.StatusNotFound, "not.found")
	})
}

// A write with another state restores it; one without a change does not.
func TestALingeringClientIsRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New()
		path := deleteOne(t, s, oldMachine)
		got := send(t, s, s.AccessToken(), http.MethodPut, path, strings.Replace(machine, `{`, `{"state":"inactive",`, 1))
		require.Equal(t, "2000-01-08T00:00:00.000Z", got.body["dateToDelete"])
		got = send(t, s, s.AccessToken(), http.MethodPut, path, machine)
		require.Equal(t, "active", got.body["state"])
		require.NotContains(t, got.body, "dateToDelete")
		<-time.After(8 * 24 * time.Hour) // the bubble's clock
		require.Equal(t, http.StatusOK, send(t, s, s.AccessToken(), http.MethodGet, path, "").status)
	})
}

func TestDeletionLag(t *testing.T) {
	for name, state := range map[string]string{"gone": "", "lingering": "deleted"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options := []genesystest.Option{genesystest.WithDeletionLag(20 * time.Second)}
				if state != "" {
					options = append(options, genesystest.WithLingeringDeletes())
				}
				s := genesystest.New(options...)
				path := deleteOne(t, s, machine)
				<-time.After(20*time.Second - 1) // the bubble's clock
				require.Equal(t, "inactive", send(t, s, s.AccessToken(), http.MethodGet, path, "").body["state"])
				<-time.After(1) // the bubble's clock
				got := send(t, s, s.AccessToken(), http.MethodGet, path, "")
				if state == "" {
					requireError(t, got, http.StatusNotFound, "not.found")
					return
				}
				require.Equal(t, state, got.body["state"])
			})
		})
	}
}
