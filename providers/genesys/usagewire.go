package genesys

import (
	"errors"
	"fmt"
	"time"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the vendor's JSON of usage jobs.

// intervalForm is ISO 8601, which the vendor shows without a zone; with one it cannot be
// misread, and its own dates have it.
const intervalForm = "2006-01-02T15:04:05Z"

// wireUsageQuery is the body of POST .../usage/query (ApiUsageClientQuery).
type wireUsageQuery struct {
	Interval    string   `json:"interval"`
	Granularity string   `json:"granularity,omitempty"`
	Metrics     []string `json:"metrics,omitempty"`
	GroupBy     []string `json:"groupBy,omitempty"`
}

func (q *UsageQuery) toWire() wireUsageQuery {
	sent := q.Interval.cut()
	return wireUsageQuery{
		Interval:    sent.Start.Format(intervalForm) + "/" + sent.End.Format(intervalForm),
		Granularity: string(q.Granularity), Metrics: q.Metrics, GroupBy: q.GroupBy,
	}
}

// usageExecution is the answer to the start of a job (UsageExecutionResult).
type usageExecution struct{ id string }

// UnmarshalJSON implements [json.Unmarshaler].
func (e *usageExecution) UnmarshalJSON(body []byte) error {
	var wire struct {
		ExecutionID string `json:"executionId"`
	}
	if err := providerkit.DecodeWhole(body, &wire); err != nil {
		return err
	}
	switch {
	case blank(wire.ExecutionID):
		return errors.New("the answer has no executionId")
	case len(providerkit.FaultsOfID(wire.ExecutionID)) > 0:
		return fmt.Errorf("the executionId %q is none", wire.ExecutionID)
	}
	e.id = wire.ExecutionID
	return nil
}

// usageResult is the answer to a look at a job (ApiUsageQueryResult).
type usageResult struct {
	status UsageStatus
	rows   []UsageRow
	after  string // the cursor of the next page, "" on the last one
}

// wireUsageRow is a row (ApiUsageRow).
type wireUsageRow struct {
	ClientID       string   `json:"clientId"`
	ClientName     string   `json:"clientName"`
	OrganizationID string   `json:"organizationId"`
	UserID         string   `json:"userId"`
	TemplateURI    string   `json:"templateUri"`
	HTTPMethod     string   `json:"httpMethod"`
	Status200      int64    `json:"status200"`
	Status300      int64    `json:"status300"`
	Status400      int64    `json:"status400"`
	Status500      int64    `json:"status500"`
	Status429      int64    `json:"status429"`
	Requests       int64    `json:"requests"`
	Date           wireDate `json:"date"`
}

func (w *wireUsageRow) row() UsageRow {
	return UsageRow{
		ClientID: w.ClientID, ClientName: w.ClientName, OrganizationID: w.OrganizationID, UserID: w.UserID,
		TemplateURI: w.TemplateURI, HTTPMethod: w.HTTPMethod,
		Status200: w.Status200, Status300: w.Status300, Status400: w.Status400, Status500: w.Status500, Status429: w.Status429,
		Requests: w.Requests, Date: time.Time(w.Date),
	}
}

// UnmarshalJSON implements [json.Unmarshaler]. A result without a status is none: nobody could
// tell whether its rows are all.
func (r *usageResult) UnmarshalJSON(body []byte) error {
	var wire struct {
		QueryStatus string          `json:"queryStatus"`
		Results     []*wireUsageRow `json:"results"`
		Cursors     struct {
			After string `json:"after"`
		} `json:"cursors"`
	}
	if err := providerkit.DecodeWhole(body, &wire); err != nil {
		return err
	}
	if blank(wire.QueryStatus) {
		return errors.New("the answer has no queryStatus")
	}
	rows := make([]UsageRow, len(wire.Results))
	for i, row := range wire.Results {
		if row == nil {
			return fmt.Errorf("row %d of the results is null", i+1)
		}
		rows[i] = row.row()
	}
	*r = usageResult{
		status: folded(wire.QueryStatus, UsageRunning, UsageComplete, UsageFailed), rows: rows, after: wire.Cursors.After,
	}
	return nil
}
