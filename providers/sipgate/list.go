package sipgate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/oauthclients/oauthclients"
)

// This file reads lists of clients. It does so entry by entry: an answer has room for millions of
// entries without an id, which would fill gigabytes before anybody looked at the first.

// listAnswer is a list of clients, and the name of the member that holds it, "" if the answer
// itself is the list. The documented form is "data"; most of sipgate's other lists have "items".
// A null list is an empty one. An answer with neither is not: who finds no client creates one.
type listAnswer struct {
	records []oauthclients.Record
	member  string
	total   int64 // how many there are by sipgate's other lists, 0 if it is not told

	body []byte
}

// UnmarshalJSON implements [json.Unmarshaler].
func (l *listAnswer) UnmarshalJSON(body []byte) error {
	l.body = body
	in, found := json.NewDecoder(bytes.NewReader(body)), map[string][]oauthclients.Record{}
	if err := l.decodeLists(in, found); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return told(err)
	}
	for _, member := range []string{"", "data", "items"} {
		if records, present := found[member]; present {
			l.records, l.member = records, member
			return cmp.Or(l.missing(), ended(in))
		}
	}
	return errors.New(`the answer has no list: neither "data" nor "items"`)
}

// missing: sipgate documents no pages here, and nothing that could ask for a further one.
func (l *listAnswer) missing() error {
	if l.total > int64(len(l.records)) {
		return fmt.Errorf("the list is not whole: it has %d clients of %d", len(l.records), l.total)
	}
	return nil
}

// ended refuses what follows the answer.
func ended(in *json.Decoder) error {
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return cmp.Or(err, errors.New("something follows the list"))
	}
	return nil
}

// decodeLists reads a whole answer.
func (l *listAnswer) decodeLists(in *json.Decoder, found map[string][]oauthclients.Record) error {
	begin, err := in.Token()
	switch begin {
	case json.Delim('['):
		found[""], err = l.decodeEntries(in)
	case json.Delim('{'):
		err = l.decodeMembers(in, found)
	}
	return err
}

func (l *listAnswer) decodeMembers(in *json.Decoder, found map[string][]oauthclients.Record) error {
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return err
		}
		switch name {
		case "data", "items":
			member, _ := name.(string)
			found[member], err = l.decodeMember(in)
		case "total", "totalCount":
			var total any
			err = in.Decode(&total)
			if number, ok := total.(float64); ok { // anything else says nothing
				l.total = int64(min(number, math.MaxInt32))
			}
		default:
			err = in.Decode(new(json.RawMessage))
		}
		if err != nil {
			return err
		}
	}
	_, err := in.Token()
	return err
}

func (l *listAnswer) decodeMember(in *json.Decoder) ([]oauthclients.Record, error) {
	begin, err := in.Token()
	switch {
	case err != nil || begin == nil:
		return nil, err
	case begin != json.Delim('['):
		return nil, errors.New("the member with the clients is no list")
	}
	return l.decodeEntries(in)
}

// decodeEntries reads what follows the opening bracket of a list.
func (l *listAnswer) decodeEntries(in *json.Decoder) ([]oauthclients.Record, error) {
	var records []oauthclients.Record
	var client wireClient
	for in.More() {
		client = wireClient{} // or an entry would have what the one before had
		from := in.InputOffset()
		if err := in.Decode(&client); err != nil {
			if err = again(l.body, from, in.InputOffset(), &client, err); err != nil {
				return nil, err
			}
		}
		if client.ClientID == "" {
			return nil, errNoID
		}
		records = append(records, oauthclients.Record{Client: fromRead(&client)})
	}
	_, err := in.Token()
	return records, err
}
