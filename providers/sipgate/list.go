package sipgate

import (
	"errors"
	"fmt"
	"math"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads lists of clients.

// listAnswer is a list of clients, and the name of the member that holds it, "" if the answer
// itself is the list. The documented form is "data"; most of sipgate's other lists have "items".
// A null list is an empty one. An answer with neither is not: who finds no client creates one.
type listAnswer struct {
	records []oauthclients.Record
	member  string
	total   int64 // how many there are by sipgate's other lists, 0 if it is not told

	bare, data, items found
}

// found is a list at one of its places.
type found struct {
	there   bool
	records []oauthclients.Record
}

// UnmarshalJSON implements [json.Unmarshaler].
func (l *listAnswer) UnmarshalJSON(body []byte) error {
	if err := providerkit.ReadDocument(body, l.read, l.bare.read); err != nil {
		return err
	}
	switch {
	case l.bare.there:
		l.records = l.bare.records
	case l.data.there:
		l.records, l.member = l.data.records, "data"
	case l.items.there:
		l.records, l.member = l.items.records, "items"
	default:
		return errors.New(`the answer has no list: neither "data" nor "items"`)
	}
	return l.missing()
}

// missing: sipgate documents no pages here, and nothing that could ask for a further one.
func (l *listAnswer) missing() error {
	if l.total > int64(len(l.records)) {
		return fmt.Errorf("the list is not whole: it has %d clients of %d", len(l.records), l.total)
	}
	return nil
}

func (l *listAnswer) read(name string, value *providerkit.Value) error {
	switch name {
	case "data":
		return l.data.read(value)
	case "items":
		return l.items.read(value)
	case "total", "totalCount":
		var total any
		err := value.Unmarshal(&total)
		if number, ok := total.(float64); ok { // anything else says nothing
			l.total = int64(min(number, math.MaxInt32))
		}
		return err
	}
	return nil
}

func (f *found) read(list *providerkit.Value) error {
	*f = found{there: true} // of two the last one counts
	_, err := providerkit.List(list, f.entry)
	return err
}

func (f *found) entry(client *wireClient) error {
	if client.ClientID == "" {
		return errNoID
	}
	f.records = append(f.records, oauthclients.Record{Client: fromRead(client)})
	return nil
}
