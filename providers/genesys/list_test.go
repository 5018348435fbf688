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
	for _, body := range []string{`{"selfUri":"/api/v2/oauth/clients"}`, `{"entities":null}`, `{"entities":[],"pageCount":1,"total":0}`,
		`{"entities":[],"pageCount":null,"total":"none","pageNumber":{},"pageSize":-1}`} {
		fake, clients := connect(t)
		fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK, Body: body})
		for client, err := range clients.All(t.Context(), oauthclients.ListOptions{}) {
			require.Fail(t, "not empty", "%v %v", client, err)
		}
		require.Equal(t, 1, fake.Count(http.MethodGet, listPath))
	}
}

func TestListThatCannotBeRead(t *testing.T) {
	for _, body := range []string{`[]`, `{}`, `{"message":"maintenance"}`, `{"Entities":[]}`, `{"entities":{}}`, `{"entities":[{"name":"n"}]}`, `{"entities":[null]}`,
		`{"entities":["c"]}`, `{"entities":[{"id":{}}]}`, `<html>`} {
		fake, clients := connect(t)
		fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK, Body: body})
		_, err := clients.List(t.Context(), oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
	}
}

// A list that ends before its end, by the vendor's own numbers: who finds no client in it would
// create a second one.
func TestListsThatAreNotWhole(t *testing.T) {
	const entry = `{"id":"c","name":"n"}`
	for body, reason := range map[string]string{
		`{"entities":[],"pageCount":3}`:                             "page 1 of 3, and nothing leads to the next one",
		`{"entities":[` + entry + `],"pageNumber":1,"pageCount":2}`: "page 1 of 2",
		`{"entities":[` + entry + `],"total":2}`:                    "its total is 2, and it ends after 1",
		`{"entities":[` + entry + `],"total":"2"}`:                  "its total is 2, and it ends after 1",
		`{"entities":[` + entry + `],"total":99999999999999999999}`: "it ends after 1",
		`{"total":1}`:                               "it ends after 0",
		`{"entities":null,"total":1}`:               "it ends after 0",
		`{"entities":[` + entry + `],"nextUri":17}`: `"nextUri" must be a string`,
		`{"entities":[` + entry + `],"nextUri":"https://evil.example.com"}`: "nextUri leads to no page of this list",
	} {
		fake, clients := connect(t)
		fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK, Body: body})
		found, err := clients.FindByName(t.Context(), "another")
		require.Empty(t, found)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
		require.ErrorContains(t, err, reason)
		require.ErrorContains(t, err, "genesys: FindByName: ")
		require.Equal(t, 1, fake.Count(http.MethodGet, listPath))
	}
}

// The numbers of a later page are compared with what was before it, if it tells them.
func TestLaterPagesThatAreNotWhole(t *testing.T) {
	for numbers, reason := range map[string]string{
		`"pageSize":1,"pageNumber":2,"total":3`:                  "its total is 3, and it ends after 2",
		`"pageSize":1,"pageNumber":2,"total":2,"pageCount":3`:    "page 2 of 3",
		`"pageSize":1,"pageNumber":2,"total":2,"pageCount":2`:    "",
		`"pageNumber":2,"total":3`:                               "", // nobody knows how many were before
		`"total":3`:                                              "",
		`"pageSize":1,"nextUri":"?pageNumber=2","total":3`:       "", // leads to itself, as a list may end
		`"pageSize":1,"nextUri":"?pageNumber=2","pageNumber":2`:  "",
		`"nextUri":"?pageNumber=2","pageNumber":2,"pageCount":9`: "page 2 of 9",
	} {
		fake, clients := connect(t)
		fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK, Times: 1, Body: `{"entities":[{"id":"a"}],"total":3,"nextUri":"?pageNumber=2"}`})
		fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK, Body: `{"entities":[{"id":"b"}],` + numbers + `}`})
		_, err := clients.FindByName(t.Context(), "n")
		if reason == "" {
			require.NoError(t, err, numbers)
			continue
		}
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, numbers)
		require.ErrorContains(t, err, reason)
	}
}

// A link that was made up ends in an error at the fake, too, and its host is never asked.
func TestNextLinksElsewhereAtTheFake(t *testing.T) {
	for _, uri := range []string{"https://evil.example.com/api/v2/oauth/clients?pageNumber=2", "/api/v2/users", "https://["} {
		fake, clients := connect(t, genesystest.WithNextURI(uri))
		_, err := clients.FindByName(t.Context(), "n")
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, uri)
		require.ErrorContains(t, err, "it was not followed, and the list is not whole")
		require.NotContains(t, err.Error(), "evil")
		require.Len(t, fake.Requests(), 2, "the token and the first page")
	}
}

// links are next links as seen from https://gw.example.com/genesys, and the query they lead
// to there; nil for those that must not be followed.
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
			requests, hosts, err := walk(t, link)
			require.Equal(t, url.Values{}, requests[0])
			if query == nil {
				require.Len(t, requests, 1)
				require.ErrorIs(t, err, oauthclients.ErrUnavailable)
				require.ErrorContains(t, err, "nextUri leads to no page of this list")
			} else {
				require.NoError(t, err)
				require.Len(t, requests, 2)
				require.Equal(t, query, requests[1])
			}
			require.Equal(t, map[string]bool{"gw.example.com/genesys/api/v2/oauth/clients": true}, hosts)
		})
	}
}

// walk lists everything behind a gateway whose first page has the next link; it returns the
// queries that were sent, where to, and how it ended.
func walk(t *testing.T, link string) (queries []url.Values, places map[string]bool, last error) {
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
		last = err
	}
	return queries, places, last
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
