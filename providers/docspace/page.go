package docspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/google/go-querystring/query"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds what goes around a client on the wire: the cursors of a list, and the
// "response" envelope. How a page is read is in list.go.

// listQuery is the query of GET /clients. The portal wants both cursors or none: with one of
// them a portal in the cloud starts again from the first page.
type listQuery struct {
	Limit         int    `url:"limit,omitempty"`
	LastClientID  string `url:"last_client_id,omitempty"`
	LastCreatedOn string `url:"last_created_on,omitempty"`
}

// toQuery builds the query of a page; without a size the portal takes 30.
func toQuery(opts oauthclients.ListOptions) (url.Values, error) {
	page := listQuery{Limit: opts.PageSize}
	if opts.Cursor != "" {
		lastID, lastCreated, ok := splitCursor(opts.Cursor)
		if !ok {
			return nil, providerkit.InvalidFields(providerName, opList, []oauthclients.FieldError{{
				Field: "Cursor", Code: "cursor", Message: "must be the NextCursor of a page of this provider",
			}})
		}
		page.LastClientID, page.LastCreatedOn = lastID, lastCreated
	}
	return query.Values(page)
}

// joinCursor packs the portal's two cursors into one, both as they came; "" if one is missing.
func joinCursor(lastID, lastCreated string) string {
	if lastID == "" || lastCreated == "" {
		return ""
	}
	return url.Values{"id": {lastID}, "on": {lastCreated}}.Encode()
}

func splitCursor(cursor string) (lastID, lastCreated string, ok bool) {
	parts, err := url.ParseQuery(cursor)
	lastID, lastCreated = parts.Get("id"), parts.Get("on")
	return lastID, lastCreated, err == nil && lastID != "" && lastCreated != ""
}

// page is the answer of GET /clients.
type page struct {
	records []oauthclients.Record
	body    json.RawMessage // what the list was found in
	member  string          // under this name; "" for a bare array

	lastClientID, lastCreatedOn string
	total                       total
}

// errHalfCursor: where there is no more both cursors are null. With one of them a portal in the
// cloud starts again from the first page.
var errHalfCursor = errors.New("the list is not whole: of last_client_id and last_created_on only one is there, and both lead to the next page")

// nextCursor is "" at the end of the list. An empty page is one, whatever its cursors say.
func (p *page) nextCursor() (string, error) {
	switch {
	case len(p.records) == 0:
		return "", nil
	case (p.lastClientID == "") != (p.lastCreatedOn == ""):
		return "", errHalfCursor
	}
	return joinCursor(p.lastClientID, p.lastCreatedOn), nil
}

// total is the number of entries by the portal's other lists, 0 for one that is not told. The
// clients have none, but the envelope of the main API does.
type total int64

// UnmarshalJSON implements [json.Unmarshaler]. It never fails: the entries count.
func (t *total) UnmarshalJSON(text []byte) error {
	number, err := strconv.ParseInt(string(text), 10, 32)
	*t = 0
	if err == nil || errors.Is(err, strconv.ErrRange) {
		*t = total(number)
	}
	return nil
}

// missing says that a list which was asked for from its beginning, and which ends here, has not
// all its entries.
func (t total) missing(entries int) error {
	if int64(t) > int64(entries) {
		return fmt.Errorf("the list is not whole: its total is %d, and it ends after %d", t, entries)
	}
	return nil
}

// unwrap returns what is inside a "response" envelope, nil without one.
func unwrap(body json.RawMessage) json.RawMessage {
	var envelope struct {
		Response json.RawMessage `json:"response"`
	}
	if json.Unmarshal(body, &envelope) != nil {
		return nil
	}
	return envelope.Response
}
