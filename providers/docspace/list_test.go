package docspace_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file plays the list: its pages, its cursors, and answers that are none.

func TestList(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, providertest.Exchange{
			Method: http.MethodGet, Path: clientsPath, Query: url.Values{"limit": {"30"}}, Response: "list_response.json",
		}),
		signed(t, providertest.Exchange{
			Method: http.MethodGet, Path: clientsPath, Response: "list_last_response.json",
			Query: url.Values{
				"limit": {"30"}, "last_client_id": {clientID}, "last_created_on": {"2026-06-30T10:13:11.482913Z"},
			},
		}))
	page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{PageSize: 30})
	require.NoError(t, err)
	require.Len(t, page.Clients, 1)
	requireInvoiceImporter(t, page.Clients[0])
	require.True(t, page.Clients[0].Secret.IsZero(), "a list has the secret encrypted")
	require.Contains(t, string(page.Clients[0].Raw()), `"Invoice Importer"`)

	page, err = client.Clients.List(t.Context(), oauthclients.ListOptions{PageSize: 30, Cursor: page.NextCursor})
	require.NoError(t, err)
	require.Empty(t, page.NextCursor, "the list ends with null cursors, beside data")
	older := page.Clients[0]
	require.Empty(t, older.Description)
	require.Equal(t, oauthclients.StatusDisabled, older.Status)
	require.Equal(t, time.Date(2026, 6, 29, 6, 0, 0, 0, time.UTC), older.CreatedAt)
	require.False(t, docspace.ExtraOf(older).AllowPKCE)
}

// A cursor with an offset must not turn its plus sign into a blank, and no size means none.
func TestListSendsTheCursorVerbatim(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientsPath, Response: "list_offset_response.json"}),
		signed(t, providertest.Exchange{
			Method: http.MethodGet, Path: clientsPath, Response: "list_last_response.json",
			Query: url.Values{"last_client_id": {clientID}, "last_created_on": {"2026-06-30T10:13:11.4829+02:00"}},
		}))
	var names []string
	for c, err := range client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		names = append(names, c.Name)
	}
	require.Equal(t, []string{"Invoice Importer", "Older"}, names)
}

func TestListCutsThePageSize(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodGet, Path: clientsPath, Query: url.Values{"limit": {"50"}}, Response: "list_last_response.json",
	}))
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{PageSize: 51})
	require.NoError(t, err)
}

func TestListAnswerThatIsNoList(t *testing.T) {
	for _, answer := range []string{`{}`, `{"data":{}}`, `{"data":[{"name":"no id"}]}`, `{"response":5}`, `null`, ``, `<html>`} {
		page, err := answered(t, docspace.Provider{}, http.StatusOK, answer).Clients.List(t.Context(), oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, answer)
		require.ErrorContains(t, err, "docspace: List")
		require.Nil(t, page)
	}
}

// A list that ends before its end, by the portal's own word: who finds no client in it would create
// a second one.
func TestListsThatAreNotWhole(t *testing.T) {
	const entry = `{"client_id":"x","id":"x","name":"n"}`
	server, guided := docspace.Provider{}, guide()
	for _, test := range []struct {
		provider       docspace.Provider
		answer, reason string
	}{
		{server, `{"data":[` + entry + `],"last_client_id":"x","last_created_on":null}`, "only one is there"},
		{server, `{"data":[` + entry + `],"last_created_on":"y"}`, "only one is there"},
		{server, `{"response":[` + entry + `],"last_client_id":"x"}`, "only one is there"},
		{server, `{"data":[` + entry + `],"last_client_id":{"n":7},"last_created_on":"y"}`, `"last_client_id" must be a string`},
		{server, `{"data":[` + entry + `],"total":2}`, "its total is 2, and it ends after 1"},
		{server, `{"response":[` + entry + `],"total":99999999999999999999}`, "it ends after 1"},
		{server, `{"response":{"data":null},"total":2}`, "it ends after 0"},
		{guided, `{"response":[` + entry + `],"count":1,"total":2}`, "its total is 2, and it ends after 1"},
		{guided, `{"data":[` + entry + `],"last_client_id":"x","last_created_on":"y"}`, "which the guide has not"},
	} {
		_, err := answered(t, test.provider, http.StatusOK, test.answer).Clients.FindByName(t.Context(), "another")
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, test.answer)
		require.ErrorContains(t, err, test.reason, test.answer)
	}
}

// A total says nothing about a list that goes on, or was not read from its beginning.
func TestATotalIsThatOfTheWholeList(t *testing.T) {
	client := answered(t, docspace.Provider{}, http.StatusOK, `{"data":[{"client_id":"x"}],"last_client_id":"x","last_created_on":"y","total":2}`)
	page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextCursor)
	client = answered(t, docspace.Provider{}, http.StatusOK, `{"data":[{"client_id":"z"}],"total":2}`)
	page, err = client.Clients.List(t.Context(), oauthclients.ListOptions{Cursor: page.NextCursor})
	require.NoError(t, err)
	require.Len(t, page.Clients, 1)
}

// What stands around the envelope counts like what stands in it.
func TestCursorsAroundTheEnvelope(t *testing.T) {
	const cursors = `"last_client_id":"x","last_created_on":"y"`
	for _, answer := range []string{`{"response":[{"client_id":"x"}],` + cursors + `}`, `{` + cursors + `,"response":{"data":[{"client_id":"x"}]}}`} {
		page, err := answered(t, docspace.Provider{}, http.StatusOK, answer).Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Equal(t, "id=x&on=y", page.NextCursor)
		require.JSONEq(t, `{"client_id":"x"}`, string(page.Clients[0].Raw()))
	}
}

func TestListRefusesAForeignCursor(t *testing.T) {
	client := newClient(t, docspace.Provider{})
	for _, cursor := range []string{"2", "id=x", "on=2026-06-30T10:13:11Z", "%"} {
		_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{Cursor: cursor})
		require.ErrorIs(t, err, oauthclients.ErrInvalid, cursor)
		require.ErrorContains(t, err, "Cursor")
	}
}
