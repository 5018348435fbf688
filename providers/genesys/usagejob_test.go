package genesys_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests usage jobs, in virtual time: how they are waited for, how they end, and their
// pages.

// used is a fake with a client that has sent requests on n days of aWeek, and its API.
func used(t *testing.T, days int, opts ...genesystest.Option) (*genesystest.Server, *genesys.API) {
	t.Helper()
	fake, api := connectNative(t, opts...)
	_, err := fake.Add(`{"id":"` + exportID + `","name":"nightly-export","authorizedGrantType":"CODE","scope":["users"]}`)
	require.NoError(t, err)
	for i := range days {
		require.NoError(t, fake.AddUsage(exportID, genesystest.Usage{
			Date: aWeek().Start.AddDate(0, 0, i), TemplateURI: "api/v2/users", HTTPMethod: http.MethodGet,
			Status: http.StatusOK, Requests: i + 1,
		}))
	}
	return fake, api
}

func daily() genesys.UsageQuery {
	return genesys.UsageQuery{Interval: aWeek(), Granularity: genesys.GranularityDay}
}

func TestUsageJobsAreWaitedFor(t *testing.T) {
	for interval, waited := range map[time.Duration]time.Duration{0: 5 * time.Second, time.Second: time.Second, time.Minute: time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := used(t, 3, genesystest.WithUsagePolls(4))
			query := daily()
			query.PollInterval = interval
			start := time.Now()
			rows, err := rowsOf(api.UsageQuery(t.Context(), exportID, query))
			require.NoError(t, err)
			require.Len(t, rows, 3)
			require.Equal(t, 4*waited, time.Since(start))
			require.Len(t, fake.Requests(), 7, "token, start, five looks")
		})
	}
}

// Nothing is sent before somebody ranges, and everybody who does has a job.
func TestUsageIsLazy(t *testing.T) {
	fake, api := used(t, 3)
	seq := api.UsageQuery(t.Context(), exportID, daily())
	require.Empty(t, fake.Requests())
	for jobs := 1; jobs <= 2; jobs++ {
		rows, err := rowsOf(seq)
		require.NoError(t, err)
		require.Len(t, rows, 3)
		require.Equal(t, jobs, fake.Count(http.MethodPost, queryPath))
	}
}

func TestABreakSendsNothingMore(t *testing.T) {
	fake, api := used(t, 7, genesystest.WithUsagePages(2))
	read := 0
	for row, err := range api.UsageQuery(t.Context(), exportID, daily()) {
		require.NoError(t, err)
		require.NotNil(t, row)
		if read++; read == 3 {
			break
		}
	}
	requests := fake.Requests()
	require.Len(t, requests, 4, "token, start, two pages")
}

func TestUsageJobsThatFail(t *testing.T) {
	cases := map[string]struct {
		body, reason string
		status       genesys.UsageStatus
	}{
		"failed":          {`{"queryStatus":"Failed"}`, "failed at the vendor", genesys.UsageFailed},
		"failed, shouted": {`{"queryStatus":"FAILED","results":[{"requests":1}]}`, "failed at the vendor", genesys.UsageFailed},
		"unknown":         {`{"queryStatus":"Paused","results":[{"requests":1}]}`, `has the unexpected status "Paused"`, "Paused"},
		"no status":       {`{"results":[{"requests":1}]}`, "the answer has no queryStatus", ""},
		"blank status":    {`{"queryStatus":" "}`, "the answer has no queryStatus", ""},
		"null row":        {`{"queryStatus":"Complete","results":[{},null]}`, "row 2 of the results is null", ""},
		"wrong number":    {`{"queryStatus":"Complete","results":[{"requests":"many"}]}`, "requests", ""},
		"no number":       {`{"queryStatus":"Complete","results":[{"requests":1.5}]}`, "requests", ""},
		"wrong date":      {`{"queryStatus":"Complete","results":[{"date":"2026-03-02"}]}`, `"results.date" must be a date`, ""},
		"wrong cursors":   {`{"queryStatus":"Complete","cursors":"x"}`, "cursors", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			fake, api := used(t, 3)
			fake.Inject(fakeserver.Fault{PathContains: "/results/", Status: http.StatusOK, Body: c.body})
			var told []genesys.UsageStatus
			query := daily()
			query.Progress = func(p genesys.UsageProgress) { told = append(told, p.Status) }
			err := onlyError(api.UsageQuery(t.Context(), exportID, query))
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown, "a look changes nothing")
			require.ErrorContains(t, err, "genesys: UsageQuery: unavailable")
			require.ErrorContains(t, err, c.reason)
			if c.status != "" {
				require.Equal(t, []genesys.UsageStatus{c.status}, told)
			}
			require.Equal(t, 1, fake.Count(http.MethodPost, queryPath))
		})
	}
}

func TestUsageJobsThatFailAtTheFake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, api := used(t, 3, genesystest.WithUsagePolls(2), genesystest.WithFailingUsage())
		err := onlyError(api.UsageSummary(t.Context(), exportID, 7))
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorContains(t, err, "genesys: UsageSummary: unavailable: the usage job ")
		require.ErrorContains(t, err, "failed at the vendor")
	})
}

func TestUsageJobsThatDoNotEnd(t *testing.T) {
	for longest, waited := range map[time.Duration]time.Duration{0: time.Hour, 32 * time.Second: 32 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			_, api := used(t, 3, genesystest.WithUsagePolls(1<<20))
			query := daily()
			query.MaxWait, query.PollInterval = longest, 7*time.Second
			start := time.Now()
			err := onlyError(api.UsageQuery(t.Context(), exportID, query))
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.ErrorContains(t, err, "has not ended in "+waited.String())
			require.Equal(t, waited, time.Since(start))
		})
	}
}

// Also while an answer is on its way.
func TestUsageJobsUntilTheContextEnds(t *testing.T) {
	for name, delay := range map[string]time.Duration{"pausing": 0, "looking": 20 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake, api := used(t, 3, genesystest.WithUsagePolls(1<<20))
				fake.Inject(fakeserver.Fault{PathContains: "/results/", Skip: 1, Delay: delay})
				cause := errors.New("the caller left")
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(12*time.Second, func() { cancel(cause) })
				start := time.Now()
				err := onlyError(api.UsageQuery(ctx, exportID, daily()))
				require.ErrorIs(t, err, cause)
				require.ErrorIs(t, err, oauthclients.ErrUnavailable)
				require.Equal(t, 12*time.Second, time.Since(start))
			})
		})
	}
}

// The bound is for the job, and not for the program that reads its rows.
func TestTheBoundOfAJobIsNotThatOfItsRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, api := used(t, 7, genesystest.WithUsagePages(3))
		query := daily()
		query.MaxWait = time.Minute
		read := 0
		for _, err := range api.UsageQuery(t.Context(), exportID, query) {
			require.NoError(t, err)
			<-time.After(time.Minute) // the bubble's clock
			read++
		}
		require.Equal(t, 7, read)
	})
}

// A start whose answer was lost is done again: a job that nobody looks at does no harm.
func TestAUsageJobIsStartedAgain(t *testing.T) {
	for times, starts := range map[int]int{1: 2, 0: 4} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := used(t, 3)
			fake.Inject(fakeserver.Fault{Method: http.MethodPost, PathContains: "/usage/query", Times: times, Execute: true, Drop: true})
			rows, err := rowsOf(api.UsageQuery(t.Context(), exportID, daily()))
			require.Equal(t, starts, fake.Count(http.MethodPost, queryPath))
			if times == 1 {
				require.NoError(t, err)
				require.Len(t, rows, 3)
				return
			}
			require.Empty(t, rows)
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		})
	}
}

func TestALostLookIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, api := used(t, 3)
		fake.Inject(fakeserver.Fault{PathContains: "/results/", Times: 2, Drop: true})
		rows, err := rowsOf(api.UsageQuery(t.Context(), exportID, daily()))
		require.NoError(t, err)
		require.Len(t, rows, 3)
		require.Equal(t, 1, fake.Count(http.MethodPost, queryPath))
	})
}

// A rate limit is waited for between looks, as for every call.
func TestUsageUnderARateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, api := used(t, 3, genesystest.WithUsagePolls(5), genesystest.WithRateLimit(3, time.Minute))
		rows, err := rowsOf(api.UsageQuery(t.Context(), exportID, daily()))
		require.NoError(t, err)
		require.Len(t, rows, 3)
	})
}

// The pages of the contract's cursors: the cursor is taken as it is, and escaped.
func TestUsagePages(t *testing.T) {
	second := look("usage_last_page_response.json")
	second.Query = url.Values{"after": {"c+1/=&"}}
	start := call(http.MethodPost, queryPath, "usage_query_minimal_request.json", "usage_execution_response.json")
	api := playNative(t, start, look("usage_page_response.json"), second)
	rows, err := rowsOf(api.UsageQuery(t.Context(), exportID, genesys.UsageQuery{Interval: aWeek()}))
	require.NoError(t, err)
	require.Equal(t, []*genesys.UsageRow{{ClientID: "c", Requests: 1}, {ClientID: "c", Requests: 2}}, rows)
}

func TestUsagePagesOfTheFake(t *testing.T) {
	for size, pages := range map[int]int{1: 7, 2: 4, 7: 1, 100: 1} {
		fake, api := used(t, 7, genesystest.WithUsagePages(size))
		rows, err := rowsOf(api.UsageQuery(t.Context(), exportID, daily()))
		require.NoError(t, err)
		require.Len(t, rows, 7)
		for i, row := range rows {
			require.Equal(t, int64(i+1), row.Requests)
			require.True(t, aWeek().Start.AddDate(0, 0, i).Equal(row.Date))
		}
		require.Equal(t, pages, len(fake.Requests())-2, "without token and start")
	}
}

// pages answers the looks at a job by their cursor: each page has one row, which tells the cursor.
func pages(t *testing.T, after func(cursor string) (next, status string)) (*fakeserver.Server, *genesys.API) {
	t.Helper()
	looks := 0
	server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, _ = w.Write([]byte(`{"executionId":"e"}`))
			return
		}
		if looks++; looks > 1000 { // nobody goes round for ever
			w.WriteHeader(http.StatusNotFound)
			return
		}
		cursor := r.URL.Query().Get("after")
		next, status := after(cursor)
		_, _ = w.Write([]byte(`{"queryStatus":"` + status + `","results":[{"clientId":"` + cursor + `"}],"cursors":{"after":"` + next + `"}}`))
	}))
	client, err := oauthclients.New(genesys.Provider{APIURL: server.URL()}, oauthclients.BearerToken("t"), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	return server, native(t, client)
}

// A circle of cursors ends: at once if the server does not know them, and after a few pages in
// any case. That rows are missing is told.
func TestUsageCursorsInACircle(t *testing.T) {
	for lead := range 12 {
		for length := 1; length <= 12; length++ {
			server, api := pages(t, func(cursor string) (string, string) {
				at, _ := strconv.Atoi(cursor)
				if at++; at > lead+length {
					at -= length
				}
				return strconv.Itoa(at), "Complete"
			})
			rows, err := rowsOf(api.UsageQuery(t.Context(), "c", daily()))
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.ErrorContains(t, err, "rows are missing")
			require.LessOrEqual(t, len(server.Requests()), 2+4*(lead+length+1), "%d after %d", length, lead)
			require.GreaterOrEqual(t, len(rows), lead+length, "no row before the circle is kept back")
		}
	}
}

// A server that does not know the cursor answers with the first page again: no row comes twice.
func TestAServerThatDoesNotPage(t *testing.T) {
	_, api := pages(t, func(string) (string, string) { return "same", "Complete" })
	rows, err := rowsOf(api.UsageQuery(t.Context(), "c", daily()))
	require.ErrorContains(t, err, "rows are missing")
	require.Len(t, rows, 1)
}

func TestManyUsagePagesAreNoCircle(t *testing.T) {
	_, api := pages(t, func(cursor string) (string, string) {
		at, _ := strconv.Atoi(cursor)
		if at == 300 {
			return "", "Complete"
		}
		return strconv.Itoa(at + 1), "Complete"
	})
	rows, err := rowsOf(api.UsageQuery(t.Context(), "c", daily()))
	require.NoError(t, err)
	require.Len(t, rows, 301)
}

// An empty page that leads to itself ends the rows.
func TestAnEmptyUsagePageEnds(t *testing.T) {
	fake, api := used(t, 3)
	fake.Inject(fakeserver.Fault{PathContains: "/results/", Times: 1, Status: http.StatusOK, Body: `{"queryStatus":"Complete","results":[{}],"cursors":{"after":"x"}}`})
	fake.Inject(fakeserver.Fault{PathContains: "/results/", Status: http.StatusOK, Body: `{"queryStatus":"Complete","cursors":{"after":"y"}}`})
	rows, err := rowsOf(api.UsageQuery(t.Context(), exportID, daily()))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Len(t, fake.Requests(), 5, "token, start, a page, the empty one, and what it leads to")
}

// A further page of a job that has ended must be one of an ended job.
func TestALaterUsagePageThatIsNone(t *testing.T) {
	for status, reason := range map[string]string{"Running": `unexpected status "Running"`, "Failed": "failed", "Paused": `"Paused"`} {
		_, api := pages(t, func(cursor string) (string, string) {
			if cursor == "" {
				return "next", "Complete"
			}
			return "", status
		})
		rows, err := rowsOf(api.UsageQuery(t.Context(), "c", daily()))
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorContains(t, err, reason)
		require.Len(t, rows, 1)
	}
}
