package genesystest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests usage jobs and what they count.

// usedClient adds a client and usage of it in the first days of March 2026: a Sunday, a Monday,
// another Monday, and a day of the next month.
func usedClient(t *testing.T, s *genesystest.Server) (path string) {
	t.Helper()
	id, err := s.Add(`{"id":"used","name":"Used","authorizedGrantType":"CODE","scope":["users"]}`)
	require.NoError(t, err)
	date := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 17, 30, 0, 0, time.UTC) }
	require.NoError(t, s.AddUsage(id,
		genesystest.Usage{Date: date(3, 1), TemplateURI: "api/v2/users", HTTPMethod: "GET", Status: 200, Requests: 1},
		genesystest.Usage{Date: date(3, 2), TemplateURI: "api/v2/users", HTTPMethod: "POST", Status: 201, Requests: 2},
		genesystest.Usage{Date: date(3, 2), TemplateURI: "api/v2/queues", HTTPMethod: "GET", Status: 429, Requests: 4, UserID: "u"},
		genesystest.Usage{Date: date(3, 9), TemplateURI: "api/v2/users", HTTPMethod: "GET", Status: 404, Requests: 8},
		genesystest.Usage{Date: date(4, 1), TemplateURI: "api/v2/users", HTTPMethod: "GET", Status: 503, Requests: 16},
	))
	return list + "/" + id + "/usage"
}

// results runs a query to its end, which is at the first look.
func results(t *testing.T, s *genesystest.Server, path, query string) []any {
	t.Helper()
	started := send(t, s, s.AccessToken(), http.MethodPost, path+"/query", query)
	require.Equal(t, http.StatusOK, started.status, started.body)
	return rowsAt(t, s, started)
}

func rowsAt(t *testing.T, s *genesystest.Server, started reply) []any {
	t.Helper()
	id, _ := started.body["executionId"].(string)
	require.NotEmpty(t, id)
	uri := started.body["resultsUri"].(string)
	require.True(t, strings.HasSuffix(uri, "/usage/query/results/"+id), uri)
	got := send(t, s, s.AccessToken(), http.MethodGet, uri, "")
	require.Equal(t, "Complete", got.body["queryStatus"])
	rows, _ := got.body["results"].([]any)
	return rows
}

// pick reads one member of every row.
func pick(rows []any, name string) []any {
	var values []any
	for _, row := range rows {
		values = append(values, row.(map[string]any)[name])
	}
	return values
}

const halfYear = `{"interval":"2026-01-01T00:00:00Z/2026-07-01T00:00:00Z"`

func TestUsageByDefaultIsPerClient(t *testing.T) {
	s := genesystest.New()
	rows := results(t, s, usedClient(t, s), halfYear+`}`)
	require.Equal(t, []any{map[string]any{
		"clientId": "used", "clientName": "Used", "organizationId": "", "userId": "", "templateUri": "", "httpMethod": "",
		"status200": 3.0, "status300": 0.0, "status400": 12.0, "status500": 16.0, "status429": 4.0, "requests": 31.0,
	}}, rows)
}

func TestUsageIsGroupedAsAsked(t *testing.T) {
	s := genesystest.New()
	path := usedClient(t, s)
	rows := results(t, s, path, halfYear+`,"granularity":"Day","metrics":["Requests"],"groupBy":["TemplateUri","HttpMethod"]}`)
	require.Equal(t, []any{"2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", "2026-04-01T00:00:00Z"}, pick(rows, "date"))
	require.Equal(t, []any{"api/v2/users", "api/v2/queues", "api/v2/users", "api/v2/users", "api/v2/users"}, pick(rows, "templateUri"))
	require.Equal(t, []any{"GET", "GET", "POST", "GET", "GET"}, pick(rows, "httpMethod"))
	require.Equal(t, []any{1.0, 4.0, 2.0, 8.0, 16.0}, pick(rows, "requests"))
	require.Equal(t, []any{nil, nil, nil, nil, nil}, pick(rows, "status200"), "it was not asked for")
	require.Equal(t, []any{"", "", "", "", ""}, pick(rows, "clientId"))

	rows = results(t, s, path, halfYear+`,"groupBy":["UserId","OrganizationId"]}`)
	require.Equal(t, []any{"", "u"}, pick(rows, "userId"))
	require.Equal(t, []any{27.0, 4.0}, pick(rows, "requests"))
	require.NotEqual(t, []any{"", ""}, pick(rows, "organizationId"))
}

func TestUsageByTheWeekAndByTheMonth(t *testing.T) {
	s := genesystest.New()
	path := usedClient(t, s)
	weeks := results(t, s, path, halfYear+`,"granularity":"Week"}`)
	require.Equal(t, []any{"2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", "2026-03-30T00:00:00Z"}, pick(weeks, "date"))
	require.Equal(t, []any{1.0, 6.0, 8.0, 16.0}, pick(weeks, "requests"))
	months := results(t, s, path, halfYear+`,"granularity":"Month"}`)
	require.Equal(t, []any{"2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"}, pick(months, "date"))
	require.Equal(t, []any{15.0, 16.0}, pick(months, "requests"))
}

func TestUsageOfAnInterval(t *testing.T) {
	s := genesystest.New()
	path := usedClient(t, s)
	for interval, requests := range map[string][]any{
		"2026-03-02T00:00:00Z/2026-03-03T00:00:00Z": {6.0}, "2026-03-02/2026-03-03": {6.0}, "2026-03/2026-04": {15.0},
		"2026-03-02T00:00:00/2026-03-09T00:00:00": {6.0}, "2026-03-03T00:00:00Z/2026-03-09T00:00:00Z": nil, "2025/2027": {31.0},
	} {
		require.Equal(t, requests, pick(results(t, s, path, `{"interval":"`+interval+`"}`), "requests"), interval)
	}
}

// What tokens of a client send is counted, by whoever is asked; other tokens do not count.
func TestRequestsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := genesystest.New(genesystest.WithRateLimit(3, time.Minute))
		made := send(t, s, s.AccessToken(), http.MethodPost, list, machine)
		id, secret := made.body["id"].(string), made.body["secret"].(string)
		token := signIn(t, s, id, secret, clientCredentials()).body["access_token"].(string)
		send(t, s, token, http.MethodGet, list, "")
		send(t, s, token, http.MethodGet, list+"/no-such", "")
		send(t, s, token, http.MethodGet, "/api/v2/users", "")
		send(t, s, token, http.MethodGet, scopesPath+"/users", "")
		started := send(t, s, s.AccessToken(), http.MethodGet, list+"/"+id+"/usage/summary?days=1", "")
		require.Equal(t, http.StatusOK, started.status)
		require.Equal(t, []any{map[string]any{
			"clientId": id, "clientName": "m", "organizationId": "", "userId": "", "templateUri": "", "httpMethod": "",
			"status200": 1.0, "status300": 0.0, "status400": 2.0, "status500": 0.0, "status429": 1.0, "requests": 3.0,
		}}, rowsAt(t, s, started), "the path that no operation has does not count")

		rows := results(t, s, list+"/"+id+"/usage", `{"interval":"1999/2001","groupBy":["TemplateUri"]}`)
		require.Equal(t, []any{"api/v2/oauth/clients", "api/v2/oauth/clients/{clientId}", "api/v2/oauth/scopes/{scopeId}"}, pick(rows, "templateUri"))

		own, _ := credentials(t, s)
		rows = results(t, s, list+"/"+own+"/usage", `{"interval":"1999/2001"}`)
		require.Equal(t, []any{"genesystest"}, pick(rows, "clientName"))
	})
}

func clientCredentials() url.Values { return url.Values{"grant_type": {"client_credentials"}} }

// A sign-in counts for the client, in the name of the person; the end of its token does too.
func TestRequestsOfAPersonAreCounted(t *testing.T) {
	s := genesystest.New()
	auth := s.AuthCode(callbackURL)
	got := exchangeCode(t, s, auth, code(t, s, auth))
	require.Equal(t, http.StatusOK, send(t, s, got.access, http.MethodDelete, tokensMe, "").status)
	rows := results(t, s, list+"/"+auth.ClientID+"/usage", `{"interval":"2000/9999","groupBy":["UserId","TemplateUri","HttpMethod"]}`)
	require.Equal(t, []any{"api/v2/tokens/me"}, pick(rows, "templateUri"))
	require.Equal(t, []any{"DELETE"}, pick(rows, "httpMethod"))
	require.NotEqual(t, []any{""}, pick(rows, "userId"))
}

func TestASummaryCountsItsDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // on 1 January 2000, at midnight
		s := genesystest.New()
		path := usedClient(t, s)
		require.NoError(t, s.AddUsage("used", genesystest.Usage{Date: time.Now().AddDate(0, 0, -5), TemplateURI: "t", HTTPMethod: "GET", Status: 200, Requests: 3}))
		for query, count := range map[string]int{"": 1, "?days=7": 1, "?days=4": 0, "?days=6": 1} {
			started := send(t, s, s.AccessToken(), http.MethodGet, path+"/summary"+query, "")
			require.Len(t, rowsAt(t, s, started), count, query)
		}
		for _, query := range []string{"?days=0", "?days=-1", "?days=week", "?days=1.5"} {
			requireError(t, send(t, s, s.AccessToken(), http.MethodGet, path+"/summary"+query, ""), http.StatusBadRequest, "invalid.value")
		}
	})
}

func TestUsageQueriesThatAreRefused(t *testing.T) {
	s := genesystest.New()
	path := usedClient(t, s) + "/query"
	for body, field := range map[string]string{
		`{}`:                                     "interval",
		`{"interval":"2026-03-01"}`:              "interval",
		`{"interval":"2026-03-02/2026-03-01"}`:   "interval",
		`{"interval":"2026-03-02/2026-03-02"}`:   "interval",
		`{"interval":"yesterday/today"}`:         "interval",
		halfYear + `,"granularity":"Hour"}`:      "granularity",
		halfYear + `,"metrics":["Latency"]}`:     "metrics",
		halfYear + `,"groupBy":["TemplateURI"]}`: "groupBy",
	} {
		got := send(t, s, s.AccessToken(), http.MethodPost, path, body)
		requireError(t, got, http.StatusBadRequest, "bad.request")
		details, _ := got.body["details"].([]any)
		require.Len(t, details, 1, body)
		require.Equal(t, field, details[0].(map[string]any)["fieldName"], body)
	}
	for _, body := range []string{`{`, `[]`, `null`, `{"interval":7}`} {
		requireError(t, send(t, s, s.AccessToken(), http.MethodPost, path, body), http.StatusBadRequest, "bad.request")
	}
	requireError(t, send(t, s, s.AccessToken(), http.MethodPost, path, ""), http.StatusUnsupportedMediaType, "unsupported.media.type")
	requireError(t, send(t, s, s.AccessToken(), http.MethodPost, list+"/no-such/usage/query", halfYear+`}`), http.StatusNotFound, "not.found")
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, list+"/no-such/usage/summary", ""), http.StatusNotFound, "not.found")
	require.Error(t, s.AddUsage("no-such"))
}

func TestUsageJobs(t *testing.T) {
	s := genesystest.New(genesystest.WithUsagePolls(2))
	path := usedClient(t, s)
	started := send(t, s, s.AccessToken(), http.MethodPost, path+"/query", halfYear+`}`)
	uri := started.body["resultsUri"].(string)
	for _, status := range []string{"Running", "Running", "Complete", "Complete"} {
		got := send(t, s, s.AccessToken(), http.MethodGet, uri, "")
		require.Equal(t, status, got.body["queryStatus"])
		_, has := got.body["results"]
		require.Equal(t, status == "Complete", has)
		require.NotContains(t, got.body, "cursors")
	}
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, uri+"?after=1", ""), http.StatusBadRequest, "invalid.value")
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, uri+"x", ""), http.StatusNotFound, "not.found")
	id, err := s.Add(machine)
	require.NoError(t, err)
	requireError(t, send(t, s, s.AccessToken(), http.MethodGet, strings.Replace(uri, "/used/", "/"+id+"/", 1), ""), http.StatusNotFound, "not.found")

	failing := genesystest.New(genesystest.WithFailingUsage(), genesystest.WithUsagePolls(1))
	started = send(t, failing, failing.AccessToken(), http.MethodPost, usedClient(t, failing)+"/query", halfYear+`}`)
	for _, status := range []string{"Running", "Failed", "Failed"} {
		got := send(t, failing, failing.AccessToken(), http.MethodGet, started.body["resultsUri"].(string), "")
		require.Equal(t, map[string]any{"queryStatus": status}, got.body)
	}
}

func TestUsageInPages(t *testing.T) {
	s := genesystest.New(genesystest.WithUsagePages(2))
	started := send(t, s, s.AccessToken(), http.MethodPost, usedClient(t, s)+"/query", halfYear+`,"granularity":"Day"}`)
	uri := started.body["resultsUri"].(string)
	first := send(t, s, s.AccessToken(), http.MethodGet, uri, "")
	require.Equal(t, []any{1.0, 6.0}, pick(first.body["results"].([]any), "requests"))
	after := first.body["cursors"].(map[string]any)["after"].(string)
	second := send(t, s, s.AccessToken(), http.MethodGet, uri+"?after="+after, "")
	require.Equal(t, []any{8.0, 16.0}, pick(second.body["results"].([]any), "requests"))
	require.NotContains(t, second.body, "cursors")
	for _, query := range []string{"?after=0", "?after=4", "?after=x", "?after=-1", "?pageSize=2", "?after=2&pageSize=2"} {
		requireError(t, send(t, s, s.AccessToken(), http.MethodGet, uri+query, ""), http.StatusBadRequest, "invalid.value")
	}
}
