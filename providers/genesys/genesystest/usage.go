package genesystest

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file holds the jobs that count the usage of a client. What they count is in usagerows.go.

// WithUsagePolls lets a usage job be Running for the first n looks at it. Without it a job has
// ended at the first look.
func WithUsagePolls(n int) Option { return func(s *Server) { s.usagePolls = n } }

// WithFailingUsage lets every usage job end as Failed.
func WithFailingUsage() Option { return func(s *Server) { s.usageFails = true } }

// WithUsagePages gives out the rows of a usage job in pages of n, with a cursor that is taken
// back as the parameter "after". Without it they are one page: no source shows a second one for
// this operation, only for the vendor's usage search.
func WithUsagePages(n int) Option { return func(s *Server) { s.usagePage = max(n, 1) } }

// job is a usage job.
type job struct {
	id, clientID string
	rows         []map[string]any
	looks        int
}

// usageQuery is what a job is asked for.
type usageQuery struct {
	Interval    string   `json:"interval"`
	Granularity string   `json:"granularity"`
	Metrics     []string `json:"metrics"`
	GroupBy     []string `json:"groupBy"`

	from, to time.Time
}

type execution struct {
	ExecutionID string `json:"executionId"`
	ResultsURI  string `json:"resultsUri"`
}

func (s *Server) queryUsage(r *http.Request) (any, *failure) {
	if !s.hasUsage(r.PathValue("clientId")) {
		return nil, notFound()
	}
	if failed := mustBeJSON(r); failed != nil {
		return nil, failed
	}
	var query *usageQuery
	if json.NewDecoder(r.Body).Decode(&query) != nil || query == nil {
		return nil, malformed()
	}
	if details := query.faults(); len(details) > 0 {
		return nil, fail(http.StatusBadRequest, "bad.request", "The request is not valid.", details...)
	}
	return s.startJob(r, query), nil
}

func (s *Server) summarizeUsage(r *http.Request) (any, *failure) {
	if !s.hasUsage(r.PathValue("clientId")) {
		return nil, notFound()
	}
	days := 7
	if text := r.URL.Query().Get("days"); text != "" {
		var err error
		if days, err = strconv.Atoi(text); err != nil || days < 1 {
			return nil, fail(http.StatusBadRequest, "invalid.value", "The days must be a number.", detail{"invalid.value", "days"})
		}
	}
	tonight := dayOf(time.Now()).Add(day) // today counts, also at midnight
	return s.startJob(r, &usageQuery{from: time.Now().AddDate(0, 0, -days), to: tonight}), nil
}

// hasUsage is true for the credentials of Auth as well, which the server does not list.
func (s *Server) hasUsage(id string) bool { return id == clientID || s.find(id) != nil }

// startJob counts at once; what comes later is in no job.
func (s *Server) startJob(r *http.Request, query *usageQuery) execution {
	started := &job{id: s.uuid("e0"), clientID: r.PathValue("clientId")}
	started.rows = s.usageRows(started.clientID, query)
	s.jobs = append(s.jobs, started)
	return execution{started.id, "/api/v2/oauth/clients/" + started.clientID + "/usage/query/results/" + started.id}
}

func (s *Server) usageResults(r *http.Request) (any, *failure) {
	index := slices.IndexFunc(s.jobs, func(j *job) bool {
		return j.id == r.PathValue("executionId") && j.clientID == r.PathValue("clientId")
	})
	if index < 0 {
		return nil, notFound()
	}
	found := s.jobs[index]
	from, ok := s.usageFrom(r, found)
	if !ok {
		return nil, fail(http.StatusBadRequest, "invalid.value", "The operation takes no parameter but a cursor of its own.")
	}
	found.looks++
	switch {
	case found.looks <= s.usagePolls:
		return map[string]any{"queryStatus": "Running"}, nil
	case s.usageFails:
		return map[string]any{"queryStatus": "Failed"}, nil
	}
	return s.usagePageOf(found, from), nil
}

// usageFrom reads the cursor that the server gave out itself: the number of rows before.
func (s *Server) usageFrom(r *http.Request, j *job) (int, bool) {
	query := r.URL.Query()
	if len(query) == 0 {
		return 0, true
	}
	from, err := strconv.Atoi(query.Get("after"))
	return from, s.usagePage > 0 && len(query) == 1 && err == nil && from > 0 && from < len(j.rows)
}

func (s *Server) usagePageOf(j *job, from int) map[string]any {
	to := len(j.rows)
	if s.usagePage > 0 {
		to = min(to, from+s.usagePage)
	}
	page := map[string]any{"queryStatus": "Complete", "results": j.rows[from:to]}
	if to < len(j.rows) {
		page["cursors"] = map[string]string{"after": strconv.Itoa(to)}
	}
	return page
}

func (q *usageQuery) faults() []detail {
	var details []detail
	check := func(ok bool, code, name string) {
		if !ok {
			details = append(details, detail{code, name})
		}
	}
	var err error
	q.from, q.to, err = interval(q.Interval)
	check(q.Interval != "", "required", "interval")
	check(q.Interval == "" || err == nil, "invalid.date", "interval")
	check(slices.Contains([]string{"", "Day", "Week", "Month"}, q.Granularity), "invalid.value", "granularity")
	for _, name := range q.Metrics {
		check(slices.Contains(metrics(), name), "invalid.value", "metrics")
	}
	for _, name := range q.GroupBy {
		check(slices.Contains(dimensions(), name), "invalid.value", "groupBy")
	}
	return details
}

// interval reads start/end in ISO 8601, with a zone or without.
func interval(text string) (from, to time.Time, err error) {
	first, last, _ := strings.Cut(text, "/")
	if from, err = instant(first); err == nil {
		to, err = instant(last)
	}
	if err == nil && !from.Before(to) {
		err = errors.New("the end must be after the start")
	}
	return from, to, err
}

func instant(text string) (at time.Time, err error) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly, "2006-01", "2006"} {
		if at, err = time.Parse(form, text); err == nil {
			return at, nil
		}
	}
	return at, err
}
