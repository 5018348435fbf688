package genesys

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the usage of an OAuth client as a program asks for it: what it sent to the
// vendor's API, counted by the vendor. The job behind it is in usagejob.go.

const (
	opUsageQuery   = "UsageQuery"
	opUsageSummary = "UsageSummary"
)

// Granularity is the length of time that one row counts.
type Granularity string

// The granularities. Without one a row counts the whole interval.
const (
	GranularityDay   Granularity = "Day"
	GranularityWeek  Granularity = "Week"
	GranularityMonth Granularity = "Month"
)

// Values of UsageQuery.Metrics. Another word goes to the vendor as it is.
const (
	MetricStatus200 = "Status200"
	MetricStatus300 = "Status300"
	MetricStatus400 = "Status400"
	MetricStatus500 = "Status500"
	MetricStatus429 = "Status429"
	MetricRequests  = "Requests"
)

// Values of UsageQuery.GroupBy. Another word goes to the vendor as it is: its documentation has
// no whole list.
const (
	GroupByClient      = "OAuthClientId"
	GroupByTemplateURI = "TemplateUri"
	GroupByHTTPMethod  = "HttpMethod"
)

// Interval is a time from Start up to End. Both are required and sent in UTC, cut to whole
// seconds; Start must be before End.
type Interval struct{ Start, End time.Time }

// UsageQuery says what to count, and how to wait for it.
type UsageQuery struct {
	// Interval is the time to count; required. The vendor counts once a day, so that the last 24
	// hours may be missing.
	Interval Interval
	// Granularity cuts the interval into rows of a day, a week or a month; "" does not.
	Granularity Granularity
	// Metrics are the counts to be had, such as MetricRequests; none stands for all of them.
	Metrics []string
	// GroupBy are what to count apart, such as GroupByTemplateURI; without any there is a row for
	// the client, or for the client and each day, week or month.
	GroupBy []string

	// PollInterval is the time between two looks at the job; 0 stands for 5 s, as in the
	// vendor's command line. Any other must be 1 s or more; for a long interval the vendor
	// advises minutes.
	PollInterval time.Duration
	// MaxWait is how long the job may run before it is given up; 0 stands for an hour. The context
	// ends the wait as well.
	MaxWait time.Duration
	// Progress is told of every look at the job, before its rows are given out; nil for nobody. It
	// is called in the loop's own goroutine, and the loop goes on when it returns.
	Progress func(UsageProgress)
}

// UsageStatus is how far a usage job has come.
type UsageStatus string

// The statuses of a usage job.
const (
	UsageRunning  UsageStatus = "Running"
	UsageComplete UsageStatus = "Complete"
	UsageFailed   UsageStatus = "Failed"
)

// UsageProgress is what one look at a usage job found.
type UsageProgress struct {
	// ExecutionID is the job's id at the vendor.
	ExecutionID string
	// Status is the vendor's own word if it is none of the constants.
	Status UsageStatus
	// Elapsed is the time since the job was started.
	Elapsed time.Duration
	// Polls is the number of looks so far, this one included.
	Polls int
}

// UsageRow is one row of counts. What was not asked for, or not grouped by, is empty or 0.
type UsageRow struct {
	ClientID, ClientName string
	OrganizationID       string
	UserID               string
	// TemplateURI is the path of the operation with names in braces, without a slash before it:
	// "api/v2/users/{userId}".
	TemplateURI string
	HTTPMethod  string
	// Status200 to Status500 count the requests that were answered with a status of that hundred.
	// Status429 counts those over a rate limit; they are part of Status400 too, so that it must
	// not be added to the others.
	Status200, Status300, Status400, Status500, Status429 int64
	// Requests counts all.
	Requests int64
	// Date is the start of the day, week or month that the row counts, in UTC; zero without a
	// granularity.
	Date time.Time
}

// UsageQuery counts the requests of an OAuth client to the vendor's API. Ranging over the result
// starts a job at the vendor (POST /api/v2/oauth/clients/{clientId}/usage/query), looks at it at
// intervals until it is complete (GET .../usage/query/results/{executionId}), and yields its
// rows, page by page. Nothing is sent before, and ranging again starts another job. The caller needs
// the permission oauth:client:view or usage:client:view.
//
// It ends after the first error, which comes with a nil row and is an [*oauthclients.Error]:
// ErrInvalid for what is wrong with id or q; ErrNotFound if there is no such client;
// ErrUnavailable if the job failed, has a status that this library does not know, or has not
// ended in q.MaxWait. A break sends nothing more; the job at the vendor cannot be stopped.
//
// The start of the job is repeated like a write that does no harm when it is done twice: a
// second job is one that nobody looks at. Only that step can be ErrOutcomeUnknown, which means
// no more than that such a job may be running.
//
// The vendor's answer can name a further page, but no source tells how to ask for it here. It is
// asked for with the parameter "after", as the vendor documents for the same answer of its usage
// search. If the server does not go on then, goes in a circle, or leads from one empty page to
// the next, the error is ErrUnavailable and says that rows are missing: counts that lack some are
// worse than none. An empty page that leads to itself is the end.
//
// Sources: the vendor's SDKs and command line, and the developer centre's article on the Usage
// API.
func (a *API) UsageQuery(ctx context.Context, id string, q UsageQuery) iter.Seq2[*UsageRow, error] {
	job := &usageJob{
		driver: a.driver, operation: opUsageQuery, clientID: id, wait: q.wait(), progress: q.Progress,
		start: &oauthclients.Call{
			Operation: opUsageQuery, Method: http.MethodPost, Path: clientPath(id) + "/usage/query",
			Body: q.toWire(), Repeatable: true,
		},
	}
	return job.all(ctx, append(providerkit.FaultsOfID(id), q.faults()...))
}

// summaryQuery is the query of the summary; without days the vendor takes 7.
type summaryQuery struct {
	Days int `url:"days,omitempty"`
}

// UsageSummary is [API.UsageQuery] for the last days up to now, as the vendor's own summary counts
// them: GET /api/v2/oauth/clients/{clientId}/usage/summary. 0 days stands for the vendor's
// default of 7; a negative number is ErrInvalid, naming "Days". It waits with the defaults of
// [UsageQuery]; to be told of the progress ask for the same days with UsageQuery.
func (a *API) UsageSummary(ctx context.Context, id string, days int) iter.Seq2[*UsageRow, error] {
	faults := providerkit.FaultsOfID(id)
	if days < 0 {
		faults = append(faults, oauthclients.FieldError{Field: "Days", Code: "range", Message: "must not be negative"})
	}
	values, err := query.Values(summaryQuery{Days: days})
	if err != nil { // out of reach: it is an int
		faults = append(faults, oauthclients.FieldError{Field: "Days", Code: "invalid", Message: err.Error()})
	}
	job := &usageJob{
		driver: a.driver, operation: opUsageSummary, clientID: id,
		start: &oauthclients.Call{
			Operation: opUsageSummary, Method: http.MethodGet, Path: clientPath(id) + "/usage/summary", Query: values,
		},
	}
	return job.all(ctx, faults)
}

func (q *UsageQuery) wait() WaitOptions {
	return WaitOptions{MaxWait: q.MaxWait, PollInterval: q.PollInterval}
}

func (q *UsageQuery) faults() []oauthclients.FieldError {
	faults := faultsOfInterval(q.Interval.cut())
	switch q.Granularity {
	case "", GranularityDay, GranularityWeek, GranularityMonth:
	default:
		faults = append(faults, oauthclients.FieldError{
			Field: "Granularity", Code: "invalid", Message: fmt.Sprintf("must be Day, Week or Month, not %q", q.Granularity),
		})
	}
	faults = append(faults, faultsOfWords("Metrics", q.Metrics)...)
	faults = append(faults, faultsOfWords("GroupBy", q.GroupBy)...)
	return append(faults, faultsOfWait(q.wait())...)
}

// cut makes both ends what is sent.
func (i Interval) cut() Interval {
	return Interval{Start: i.Start.UTC().Truncate(time.Second), End: i.End.UTC().Truncate(time.Second)}
}

func faultsOfInterval(i Interval) []oauthclients.FieldError {
	switch {
	case i.Start.IsZero() || i.End.IsZero():
		return []oauthclients.FieldError{{Field: "Interval", Code: "required", Message: "must have Start and End"}}
	case !i.Start.Before(i.End):
		return []oauthclients.FieldError{{Field: "Interval", Code: "range", Message: "Start must be before End, by a second or more"}}
	case i.Start.Year() < 0 || i.End.Year() > 9999:
		return []oauthclients.FieldError{{Field: "Interval", Code: "range", Message: "must have years of four digits"}}
	}
	return nil
}

func faultsOfWords(field string, words []string) []oauthclients.FieldError {
	var faults []oauthclients.FieldError
	for i, word := range words {
		if blank(word) {
			faults = append(faults, oauthclients.FieldError{
				Field: field, Code: "required", Message: fmt.Sprintf("entry %d must not be blank", i+1),
			})
		}
	}
	return faults
}

// resultsPath is made of the id of the job alone: the address that the vendor gives beside it is
// never followed.
func resultsPath(clientID, executionID string) string {
	return clientPath(clientID) + "/usage/query/results/" + url.PathEscape(executionID)
}
