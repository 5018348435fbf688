package docspace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads the lists of the native API.

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
	return providerkit.InvalidFields(providerName, operation, []oauthclients.FieldError{{
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
		if _, err := providerkit.Decode(entry, &(*e)[i]); err != nil {
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
	return list, providerkit.Unmarshal(body, into)
}
