package genesys_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests the usage of a client on the wire: what is asked, and what becomes of a row.

const (
	queryPath     = onePath + "/usage/query"
	summaryPath   = onePath + "/usage/summary"
	executionID   = "9f32b7cf-7418-4cc1-b4e7-a37f7cd870e1"
	executionPath = queryPath + "/results/" + executionID
)

func fullQuery() genesys.UsageQuery {
	return genesys.UsageQuery{
		Interval: aWeek(), Granularity: genesys.GranularityDay,
		Metrics: []string{genesys.MetricRequests, genesys.MetricStatus429},
		GroupBy: []string{genesys.GroupByClient, genesys.GroupByTemplateURI, genesys.GroupByHTTPMethod},
	}
}

func look(response string) providertest.Exchange {
	return call(http.MethodGet, executionPath, "", response)
}

func requireExampleRows(t *testing.T, rows []*genesys.UsageRow) {
	t.Helper()
	require.Equal(t, []*genesys.UsageRow{
		{
			ClientID: exportID, ClientName: "nightly-export",
			OrganizationID: "b1d5c7a2-3f64-4c0e-8a52-6e1f9d3b7c48", UserID: personID,
			TemplateURI: "api/v2/users/{userId}", HTTPMethod: http.MethodGet,
			Status200: 54, Status300: 1, Status400: 7, Status500: 2, Status429: 3, Requests: 64,
			Date: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC),
		},
		{ClientID: exportID, ClientName: "nightly-export", Requests: 12},
	}, rows)
}

// The job is started, looked at every 5 s, and its rows are read. That the vendor names another
// host for the results does not matter.
func TestUsageQuery(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusAccepted} {
		synctest.Test(t, func(t *testing.T) {
			api := playNative(t,
				failing(call(http.MethodPost, queryPath, "usage_query_request.json", "usage_execution_response.json"), status),
				look("usage_running_response.json"), look("usage_running_response.json"), look("usage_complete_response.json"))
			var progress []genesys.UsageProgress
			query := fullQuery()
			query.Progress = func(p genesys.UsageProgress) { progress = append(progress, p) }
			rows, err := rowsOf(api.UsageQuery(t.Context(), exportID, query))
			require.NoError(t, err)
			requireExampleRows(t, rows)
			require.Equal(t, []genesys.UsageProgress{
				{ExecutionID: executionID, Status: genesys.UsageRunning, Elapsed: 0, Polls: 1},
				{ExecutionID: executionID, Status: genesys.UsageRunning, Elapsed: 5 * time.Second, Polls: 2},
				{ExecutionID: executionID, Status: genesys.UsageComplete, Elapsed: 10 * time.Second, Polls: 3},
			}, progress)
		})
	}
}

// What is not set is not sent. Times are sent in UTC and whole seconds.
func TestUsageQueryWithAnIntervalAlone(t *testing.T) {
	api := playNative(t, call(http.MethodPost, queryPath, "usage_query_minimal_request.json", "usage_execution_response.json"), look("usage_complete_response.json"))
	zone := time.FixedZone("", -5*60*60)
	week := aWeek()
	rows, err := rowsOf(api.UsageQuery(t.Context(), exportID, genesys.UsageQuery{Interval: genesys.Interval{
		Start: week.Start.Add(time.Millisecond).In(zone), End: week.End.Add(time.Second - 1).In(zone),
	}}))
	require.NoError(t, err)
	requireExampleRows(t, rows)
}

func TestUsageSummary(t *testing.T) {
	for days, query := range map[int]url.Values{0: nil, 1: {"days": {"1"}}, 90: {"days": {"90"}}} {
		synctest.Test(t, func(t *testing.T) {
			start := call(http.MethodGet, summaryPath, "", "usage_execution_response.json")
			start.Query = query
			begin := time.Now()
			api := playNative(t, start, look("usage_running_response.json"), look("usage_complete_response.json"))
			rows, err := rowsOf(api.UsageSummary(t.Context(), exportID, days))
			require.NoError(t, err)
			requireExampleRows(t, rows)
			require.Equal(t, 5*time.Second, time.Since(begin))
		})
	}
}

func TestUsageArgumentsThatAreRefused(t *testing.T) {
	fake, api := connectNative(t)
	week := aWeek()
	cases := map[string]struct {
		edit   func(*genesys.UsageQuery)
		fields []string
		codes  []string
	}{
		"no interval":      {func(q *genesys.UsageQuery) { q.Interval = genesys.Interval{} }, []string{"Interval"}, []string{"required"}},
		"no start":         {func(q *genesys.UsageQuery) { q.Interval.Start = time.Time{} }, []string{"Interval"}, []string{"required"}},
		"no end":           {func(q *genesys.UsageQuery) { q.Interval.End = time.Time{} }, []string{"Interval"}, []string{"required"}},
		"backwards":        {func(q *genesys.UsageQuery) { q.Interval = genesys.Interval{Start: week.End, End: week.Start} }, []string{"Interval"}, []string{"range"}},
		"no time":          {func(q *genesys.UsageQuery) { q.Interval.End = week.Start }, []string{"Interval"}, []string{"range"}},
		"within a second":  {func(q *genesys.UsageQuery) { q.Interval.End = week.Start.Add(time.Second - 1) }, []string{"Interval"}, []string{"range"}},
		"far away":         {func(q *genesys.UsageQuery) { q.Interval.End = week.End.AddDate(8000, 0, 0) }, []string{"Interval"}, []string{"range"}},
		"granularity":      {func(q *genesys.UsageQuery) { q.Granularity = "Hour" }, []string{"Granularity"}, []string{"invalid"}},
		"granularity case": {func(q *genesys.UsageQuery) { q.Granularity = "day" }, []string{"Granularity"}, []string{"invalid"}},
		"blank words": {
			func(q *genesys.UsageQuery) { q.Metrics, q.GroupBy = []string{"Requests", " "}, []string{""} },
			[]string{"Metrics", "GroupBy"}, []string{"required", "required"},
		},
		"waits": {
			func(q *genesys.UsageQuery) { q.MaxWait, q.PollInterval = -1, time.Millisecond },
			[]string{"MaxWait", "PollInterval"}, []string{"range", "range"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			query := fullQuery()
			c.edit(&query)
			err := onlyError(api.UsageQuery(t.Context(), exportID, query))
			require.Equal(t, c.fields, invalidFields(t, err))
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed)
			require.Equal(t, "UsageQuery", failed.Operation)
			for i, fault := range failed.Fields {
				require.Equal(t, c.codes[i], fault.Code)
			}
			require.Equal(t, append([]string{"ID"}, c.fields...), invalidFields(t, onlyError(api.UsageQuery(t.Context(), " ", query))))
		})
	}
	require.Equal(t, []string{"Days"}, invalidFields(t, onlyError(api.UsageSummary(t.Context(), exportID, -1))))
	require.Equal(t, []string{"ID", "Days"}, invalidFields(t, onlyError(api.UsageSummary(t.Context(), "..", -1))))
	require.Empty(t, fake.Requests())
}

// Words that this library does not know are the vendor's to judge.
func TestUsageQueryWithOtherWords(t *testing.T) {
	fake, api := connectNative(t)
	id, err := fake.Add(`{"name":"n","authorizedGrantType":"CODE","scope":["users"]}`)
	require.NoError(t, err)
	query := genesys.UsageQuery{Interval: aWeek(), GroupBy: []string{"UserId"}}
	require.NoError(t, onlyError(api.UsageQuery(t.Context(), id, query)))
	query.Metrics = []string{"Latency"}
	err = onlyError(api.UsageQuery(t.Context(), id, query))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, http.StatusBadRequest, failed.StatusCode)
	require.Equal(t, "metrics", failed.Fields[0].Field)
}

func TestUsageJobsThatCannotBeStarted(t *testing.T) {
	for body, reason := range map[string]string{
		`{}`: "no executionId", `{"executionId":""}`: "no executionId", `{"executionId":null}`: "no executionId",
		`{"executionId":" "}`: "no executionId", `{"executionId":".."}`: `".." is none`, `{"executionId":{"id":7}}`: "executionId",
		`{"resultsUri":"/api/v2/oauth/clients/c/usage/query/results/e"}`: "no executionId",
	} {
		fake, api := connectNative(t)
		fake.Inject(fakeserver.Fault{PathContains: "/usage/", Status: http.StatusOK, Body: body})
		for _, err := range []error{
			onlyError(api.UsageQuery(t.Context(), exportID, fullQuery())), onlyError(api.UsageSummary(t.Context(), exportID, 0)),
		} {
			require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
			require.ErrorContains(t, err, reason)
		}
		require.Equal(t, 2, len(fake.Requests())-fake.Count(http.MethodPost, "/oauth/token"), "nothing was asked for results")
	}
}

// An id that the server made up is one segment of the path as well.
func TestTheExecutionIDIsEscaped(t *testing.T) {
	fake, api := connectNative(t)
	fake.Inject(fakeserver.Fault{Method: http.MethodPost, PathContains: "/usage/query", Status: http.StatusOK,
		Body: `{"executionId":"../../x?y#z w","resultsUri":"//other.example.com/"}`})
	fake.Inject(fakeserver.Fault{PathContains: "/usage/query/results/", Status: http.StatusOK, Body: `{"queryStatus":"Complete"}`})
	require.NoError(t, onlyError(api.UsageQuery(t.Context(), exportID, fullQuery())))
	require.Equal(t, 1, fake.Count(http.MethodGet, queryPath+"/results/..%2F..%2Fx%3Fy%23z%20w"))
}
