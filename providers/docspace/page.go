package docspace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/url"

	"github.com/google/go-querystring/query"

	"github.com/oauthclients/oauthclients"
)

// This file holds what goes around a client on the wire: the pages of a list with their
// cursors, and the "response" envelope.

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
			return nil, oauthclients.InvalidFields(providerName, opList, []oauthclients.FieldError{{
				Field: "Cursor", Code: "cursor", Message: "must be the NextCursor of a page of this provider",
			}})
		}
		page.LastClientID, page.LastCreatedOn = lastID, lastCreated
	}
	return query.Values(page)
}

// joinCursor packs the portal's two cursors into one, both as they came; "" if one is missing,
// which is how the portal ends a list.
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

// pageWire is the answer of GET /clients; T is the client's wire.
type pageWire[T any] struct {
	Data               []T    `json:"data"`
	LastClientID       string `json:"last_client_id"`
	LastCreatedOn      string `json:"last_created_on"`
	CamelLastClientID  string `json:"lastClientId"`
	CamelLastCreatedOn string `json:"lastCreatedOn"`

	Response json.RawMessage `json:"response"`

	body   json.RawMessage // what the list was found in
	member string          // under this name; "" for a bare array
}

func (p *pageWire[T]) nextCursor() string {
	if len(p.Data) == 0 {
		return "" // an empty page ends the list, whatever it says
	}
	return joinCursor(cmp.Or(p.LastClientID, p.CamelLastClientID), cmp.Or(p.LastCreatedOn, p.CamelLastCreatedOn))
}

var errNoList = errors.New("the answer has no list of clients")

// readPage takes a list under "data", a bare array, and both inside "response".
func readPage[T any](body json.RawMessage) (*pageWire[T], error) {
	page, err := readBarePage[T](body)
	if err != nil || page.Data != nil || page.Response == nil {
		return page.orMissing(err)
	}
	inner, err := readBarePage[T](page.Response)
	if err == nil && inner.member == "" {
		inner.body, inner.member = body, "response"
	}
	return inner.orMissing(err)
}

func readBarePage[T any](body json.RawMessage) (*pageWire[T], error) {
	page := &pageWire[T]{body: body}
	if isArray(body) {
		return page, json.Unmarshal(body, &page.Data)
	}
	page.member = "data"
	return page, json.Unmarshal(body, page)
}

// orMissing tells an empty list, which some servers write as null, from none.
func (p *pageWire[T]) orMissing(err error) (*pageWire[T], error) {
	if err != nil || p.Data != nil {
		return p, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(p.body, &members); err != nil {
		return nil, err
	}
	if _, ok := members[p.member]; !ok {
		return nil, errNoList
	}
	return p, nil
}

func isArray(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) }

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
