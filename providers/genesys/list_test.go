package genesys_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests the list: its pages, and where a next link may lead.

func TestAllFollowsNextLinks(t *testing.T) {
	for name, opts := range map[string][]genesystest.Option{
		"one page": nil,
		"relative": {genesystest.WithPageSize(2)},
		"absolute": {genesystest.WithPageSize(2), genesystest.WithAbsoluteLinks()},
	} {
		t.Run(name, func(t *testing.T) {
			fake, clients := connect(t, opts...)
			var want []string
			for i := range 5 {
				id, err := fake.Add(fmt.Sprintf(`{"name":"n-%d","authorizedGrantType":"CODE"}`, i))
				require.NoError(t, err)
				want = append(want, id)
			}
			var got []string
			for client, err := range clients.All(t.Context(), oauthclients.ListOptions{}) {
				require.NoError(t, err)
				got = append(got, client.ID)
			}
			require.Equal(t, want, got)
			for i, r := range fake.Requests()[1:] { // the first one is for the token
				if i == 0 {
					require.Empty(t, r.Query, "the operation takes no parameters")
				} else {
					require.Equal(t, url.Values{"pageSize": {"2"}, "pageNumber": {fmt.Sprint(i + 1)}}, r.Query)
				}
			}
		})
	}
}

func TestFindByName(t *testing.T) {
	fake, clients := connect(t, genesystest.WithPageSize(1))
	for _, name := range []string{"a", "b", "a", "A"} {
		_, err := fake.Add(`{"name":"` + name + `","authorizedGrantType":"CODE"}`)
		require.NoError(t, err)
	}
	found, err := clients.FindByName(t.Context(), "a")
	require.NoError(t, err)
	require.Len(t, found, 2)
}

func TestListWithoutEntitiesIsEmpty(t *testing.T) {
	for _, body := range []string{`{}`, `{"entities":null}`, `{"entities":[],"pageCount":3}`} {
		fake, clients := connect(t)
		fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK, Body: body})
		for client, err := range clients.All(t.Context(), oauthclients.ListOptions{}) {
			require.Fail(t, "not empty", "%v %v", client, err)
		}
		require.Equal(t, 1, fake.Count(http.MethodGet, listPath))
	}
}

func TestListThatCannotBeRead(t *testing.T) {
	for _, body := range []string{`[]`, `{"entities":{}}`, `{"entities":[{"name":"n"}]}`, `{"entities":[null]}`,
		`{"entities":[{"id":"c","dateModified":"2026-13-01T00:00:00Z"}]}`, `<html>`} {
		fake, clients := connect(t)
		fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK, Body: body})
		_, err := clients.List(t.Context(), oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
	}
}

// links are next links as seen from https://gw.example.com/genesys, and the query they lead
// to there; nil for those that must end the list.
func links() map[string]url.Values {
	second := url.Values{"pageNumber": {"2"}, "pageSize": {"1"}}
	return map[string]url.Values{
		"/api/v2/oauth/clients?pageSize=1&pageNumber=2":                               second,
		"/genesys/api/v2/oauth/clients?pageSize=1&pageNumber=2":                       second,
		"?pageSize=1&pageNumber=2":                                                    second,
		"https://gw.example.com/genesys/api/v2/oauth/clients?pageSize=1&pageNumber=2": second,
		"http://GW.example.com:80/api/v2/oauth/clients?pageSize=1&pageNumber=2":       second,

		"https://evil.example.com/api/v2/oauth/clients?pageNumber=2":                nil,
		"//evil.example.com/api/v2/oauth/clients?pageNumber=2":                      nil,
		"https://gw.example.com:8443/api/v2/oauth/clients?pageNumber=2":             nil,
		"https://gw.example.com@evil.example.com/api/v2/oauth/clients?pageNumber=2": nil,
		"/api/v2/users?pageNumber=2":                                                nil,
		"/api/v2/oauth/clients/../../tokens/me?pageNumber=2":                        nil,
		"/api/v2/oauth/clients%2F..%2Fscopes?pageNumber=2":                          nil,
		"/api/v2/oauth/clientsandmore?pageNumber=2":                                 nil,
		"/api/v2/oauth/clients?a=%zz":                                               nil,
		"javascript:alert(1)":                                                       nil,
		"https://[":                                                                 nil,
	}
}

func TestNextLinks(t *testing.T) {
	for link, query := range links() {
		t.Run(link, func(t *testing.T) {
			requests, hosts := walk(t, link)
			require.Equal(t, url.Values{}, requests[0])
			if query == nil {
				require.Len(t, requests, 1)
			} else {
				require.Len(t, requests, 2)
				require.Equal(t, query, requests[1])
			}
			require.Equal(t, map[string]bool{"gw.example.com/genesys/api/v2/oauth/clients": true}, hosts)
		})
	}
}

// walk lists everything behind a gateway whose first page has the next link; it returns the
// queries that were sent, and where to.
func walk(t *testing.T, link string) (queries []url.Values, places map[string]bool) {
	t.Helper()
	places = map[string]bool{}
	gateway := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next := ""
		if len(queries) == 0 {
			next = link
		}
		queries = append(queries, r.URL.Query())
		places[r.Host+r.URL.Path] = true
		_, _ = fmt.Fprintf(w, `{"entities":[{"id":"c-%d","name":"n"}],"nextUri":%q}`, len(queries), next)
	}))
	client, err := oauthclients.New(genesys.Provider{APIURL: "https://gw.example.com/genesys"},
		oauthclients.BearerToken("token"), oauthclients.WithHTTPClient(gateway.HTTPClient()))
	require.NoError(t, err)
	for _, err := range client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
	}
	return queries, places
}

func TestListEndsInACycle(t *testing.T) {
	fake, clients := connect(t)
	fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK,
		Body: `{"entities":[{"id":"c","name":"n"}],"nextUri":"/api/v2/oauth/clients?pageNumber=1"}`})
	var count int
	for _, err := range clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		count++
	}
	require.Equal(t, 1, count)
	require.Equal(t, 2, fake.Count(http.MethodGet, listPath))
}

func TestCursorFromElsewhereIsRefused(t *testing.T) {
	clients := play(t) // and no request is sent
	for _, cursor := range []string{"https://evil.example.com/api/v2/oauth/clients", "/api/v2/users", "/api/v2/oauth/clients?a=%zz"} {
		_, err := clients.List(t.Context(), oauthclients.ListOptions{Cursor: cursor})
		require.Equal(t, []string{"Cursor"}, invalidFields(t, err))
	}
}

func TestCursorOfAPage(t *testing.T) {
	second := call(http.MethodGet, listPath, "", "list_response.json")
	second.Query = url.Values{"pageSize": {"1"}, "pageNumber": {"2"}}
	_, err := play(t, []providertest.Exchange{login(), second}...).List(t.Context(),
		oauthclients.ListOptions{Cursor: "/api/v2/oauth/clients?pageSize=1&pageNumber=2"})
	require.NoError(t, err)
}
