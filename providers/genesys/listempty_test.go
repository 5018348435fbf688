package genesys_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests pages of the list that have no clients and lead on.

// gateway serves the bodies as pages 1, 2 and so on, the last one again and again.
func gateway(t *testing.T, bodies ...string) (*oauthclients.Client, *fakeserver.Server) {
	t.Helper()
	pages := 0
	server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(bodies[min(pages, len(bodies)-1)]))
		pages++
	}))
	client, err := oauthclients.New(genesys.Provider{APIURL: server.URL()}, oauthclients.BearerToken("t"), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	return client, server
}

// leadsOn is an empty page that names the one with this number.
func leadsOn(number int) string {
	return fmt.Sprintf(`{"entities":[],"nextUri":"?pageNumber=%d"}`, number)
}

// What is behind an empty page counts: a client that is not found there is created a second time.
func TestEmptyPagesBeforeOthers(t *testing.T) {
	const first, last = `{"entities":[{"id":"a","name":"n"}],"nextUri":"?pageNumber=2"}`, `{"entities":[{"id":"b","name":"n"}]}`
	for empty, whole := range map[int]bool{0: true, 1: true, 2: true, 3: false, 300: false} {
		for _, begin := range []string{first, ""} {
			var pages []string
			want := 1
			if begin != "" {
				pages, want = append(pages, begin), 2
			}
			for range empty {
				pages = append(pages, leadsOn(len(pages)+2))
			}
			client, server := gateway(t, append(pages, last)...)
			found, err := client.Clients.FindByName(t.Context(), "n")
			if whole {
				require.NoError(t, err, empty)
				require.Len(t, found, want, empty)
				continue
			}
			require.ErrorIs(t, err, oauthclients.ErrUnavailable, empty)
			require.ErrorContains(t, err, "3 pages without a client lead on")
			require.Equal(t, want+2, server.Count("", ""), "no further one is asked for")
		}
	}
}

// An empty page that ends the list ends it for the ones that led there, and by their numbers too.
func TestEmptyPagesThatEndTheList(t *testing.T) {
	for name, c := range map[string]struct {
		pages  []string
		reason string
	}{
		"nothing at all":      {[]string{leadsOn(2), `{"entities":[]}`}, ""},
		"leads to itself":     {[]string{leadsOn(2)}, ""},
		"two that do":         {[]string{leadsOn(2), leadsOn(3)}, ""},
		"numbers that end it": {[]string{`{"entities":[],"nextUri":"?pageNumber=2","pageCount":1,"total":0}`, leadsOn(3), leadsOn(4), leadsOn(5)}, "3 pages without a client"},
		"a total before":      {[]string{`{"entities":[],"nextUri":"?pageNumber=2","total":1}`, `{"entities":[]}`}, "its total is 1, and it ends after 0"},
		"a total, to itself":  {[]string{`{"entities":[],"nextUri":"?pageNumber=2","total":1}`}, "its total is 1, and it ends after 0"},
		"a total after":       {[]string{leadsOn(2), `{"entities":[],"pageNumber":2,"pageSize":1,"total":2}`}, "its total is 2, and it ends after 1"},
		"pages":               {[]string{`{"entities":[],"nextUri":"?pageNumber=2","pageCount":3}`, `{"entities":[]}`}, "page 1 of 3"},
		"elsewhere":           {[]string{leadsOn(2), `{"entities":[],"nextUri":"/api/v2/users"}`}, "nextUri leads to no page of this list"},
	} {
		client, _ := gateway(t, c.pages...)
		found, err := client.Clients.FindByName(t.Context(), "n")
		require.Empty(t, found, name)
		if c.reason == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, name)
		require.ErrorContains(t, err, c.reason, name)
	}
}

// One page that is asked for is one with clients, or the end: its cursor leads behind the empty ones.
func TestAPageIsNotEmptyBeforeTheEnd(t *testing.T) {
	client, server := gateway(t, leadsOn(2), leadsOn(3), `{"entities":[{"id":"a","name":"n"}],"nextUri":"?pageNumber=4"}`, `{"entities":[]}`)
	page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Clients, 1)
	require.Equal(t, listPath+"?pageNumber=4", page.NextCursor)
	require.Equal(t, 3, server.Count("", ""))
	page, err = client.Clients.List(t.Context(), oauthclients.ListOptions{Cursor: page.NextCursor})
	require.NoError(t, err)
	require.Empty(t, page.Clients)
	require.Empty(t, page.NextCursor)
}

// The fake can say so too: its link leads to a page of its own, which is empty and leads to itself.
func TestAnEmptyPageOfTheFakeThatLeadsOn(t *testing.T) {
	fake, clients := connect(t, genesystest.WithPageSize(1), genesystest.WithNextURI(listPath+"?pageSize=1&pageNumber=2"))
	_, err := fake.Add(`{"name":"n","authorizedGrantType":"CODE"}`)
	require.NoError(t, err)
	found, err := clients.FindByName(t.Context(), "n")
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, 2, fake.Count(http.MethodGet, listPath))
}
