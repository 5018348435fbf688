package docspace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"iter"

	"github.com/oauthclients/oauthclients"
)

// This file reads the lists of the native API, and ranges over them page by page.

// The portal has no default for the size of these pages. With thirty of the largest logos that it
// takes, a page just fits into the 10 MiB of an answer that this library reads.
const (
	defaultPageSize = 30
	maxPageSize     = 50
)

func pageSize(asked int) int {
	if asked <= 0 {
		return defaultPageSize
	}
	return min(asked, maxPageSize)
}

func wrongCursor(operation, message string) error {
	return oauthclients.InvalidFields(providerName, operation, []oauthclients.FieldError{{
		Field: "Cursor", Code: "cursor", Message: message,
	}})
}

// listWire is a list and what goes with it; T is an entry's wire.
type listWire[T any] struct {
	Data entries[T] `json:"data"`

	LastModifiedOn      string `json:"last_modified_on"`
	CamelLastModifiedOn string `json:"lastModifiedOn"`
	Total               total  `json:"total"`

	Response json.RawMessage `json:"response"`
}

// entries are nil only where there are none; null is an empty list.
type entries[T any] []T

// UnmarshalJSON implements [json.Unmarshaler]. A member that cannot be read costs only itself.
func (e *entries[T]) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, (*[]T)(e)); err != nil {
		return e.readLoosely(data, err)
	}
	if *e == nil {
		*e = entries[T]{}
	}
	return nil
}

func (e *entries[T]) readLoosely(data []byte, failed error) error {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		return failed
	}
	*e = make(entries[T], len(list))
	for i, entry := range list {
		if _, err := readLoosely(entry, &(*e)[i]); err != nil {
			return err
		}
	}
	return nil
}

// readList takes a bare list, one under "data", and both inside "response".
func readList[T any](body json.RawMessage) (*listWire[T], error) {
	list, err := readBareList[T](body)
	if err == nil && list.Data == nil && list.Response != nil {
		outer := list
		list, err = readBareList[T](outer.Response)
		list.LastModifiedOn = cmp.Or(list.LastModifiedOn, list.CamelLastModifiedOn, outer.LastModifiedOn, outer.CamelLastModifiedOn)
		list.Total = cmp.Or(list.Total, outer.Total)
	}
	if err == nil && list.Data == nil {
		err = errors.New("the answer has no list")
	}
	return list, err
}

func readBareList[T any](body json.RawMessage) (*listWire[T], error) {
	list := &listWire[T]{}
	into := any(list)
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		into = &list.Data
	}
	return list, decode(body, into)
}

// stretch is a page of a list, and where the next one begins; "" ends the list.
type stretch[T any] struct {
	entries []*T
	next    string
}

// maxStale pages in a row with nothing new end a list: a portal that always gives the same page,
// with another cursor each time, would be asked for ever.
const maxStale = 3

// walk ranges over a list by the rules of ClientsService.All: an entry that was on this page or
// the one before is skipped, and the list ends with an empty page, in a cycle of cursors, where
// nothing new comes, and after the first error.
func walk[T any](cursor string, id func(*T) string, fetch func(cursor string) (*stretch[T], error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		way, stale := trail{latest: cursor}, 0
		var seen map[string]bool
		for goesOn := true; goesOn; {
			page, err := fetch(way.latest)
			if err != nil {
				yield(nil, err)
				return
			}
			var fresh []*T
			fresh, seen = sift(page.entries, seen, id)
			for _, entry := range fresh {
				if !yield(entry, nil) {
					return
				}
			}
			if stale++; len(fresh) > 0 {
				stale = 0
			}
			goesOn = len(page.entries) > 0 && stale < maxStale && way.goesOn(page.next)
		}
	}
}

// sift leaves out what is on the page already, and what was on the one before. It returns the ids
// of the page as well.
func sift[T any](entries []*T, before map[string]bool, id func(*T) string) (fresh []*T, seen map[string]bool) {
	seen = make(map[string]bool, len(entries))
	for _, entry := range entries {
		if !seen[id(entry)] && !before[id(entry)] {
			fresh = append(fresh, entry)
		}
		seen[id(entry)] = true
	}
	return fresh, seen
}

// trail follows cursors and finds out, in constant memory, when they go round: it compares each
// with one that it keeps, and keeps a later one after twice as many steps as the time before
// (Brent's algorithm).
type trail struct {
	latest, kept string
	since, limit int
}

// goesOn takes a step; false at the end of the list, and in a cycle.
func (t *trail) goesOn(next string) bool {
	if next == "" || next == t.latest || next == t.kept {
		return false
	}
	if t.since == t.limit {
		t.kept, t.since, t.limit = t.latest, 0, 2*t.limit+1
	}
	t.since++
	t.latest = next
	return true
}
