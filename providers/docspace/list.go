package docspace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"reflect"

	"github.com/oauthclients/oauthclients"
)

// This file reads pages of clients. It does so entry by entry: an answer has room for millions
// of entries without an id, which would fill gigabytes before anybody looked at the first.

var errNoList = errors.New("the answer has no list of clients")

// listReader reads one answer; T is the client's wire.
type listReader[T any] struct {
	client func(*T) (*oauthclients.OAuthClient, error)
	body   json.RawMessage

	records  []oauthclients.Record
	bare     bool // the answer itself is the list
	listed   bool // there is a list
	null     bool // there is null in its place, as some servers write an empty one
	response json.RawMessage

	lastID, lastOn           string
	camelLastID, camelLastOn string
	total                    total
}

// readPage takes a list under "data", a bare array, and both inside "response".
func readPage[T any](body json.RawMessage, client func(*T) (*oauthclients.OAuthClient, error)) (*page, error) {
	outer := &listReader[T]{client: client}
	if err := outer.read(body); err != nil {
		return nil, err
	}
	if outer.listed || outer.response == nil {
		return outer.page(body)
	}
	inner := &listReader[T]{client: client}
	if err := inner.read(outer.response); err != nil {
		return nil, err
	}
	inner.inherit(outer)
	if inner.bare {
		found, err := inner.page(body)
		if err == nil {
			found.member = "response"
		}
		return found, err
	}
	return inner.page(outer.response)
}

// inherit takes what stands around the envelope, where it has none of its own.
func (l *listReader[T]) inherit(outer *listReader[T]) {
	l.lastID, l.lastOn = cmp.Or(l.lastID, l.camelLastID, outer.lastID, outer.camelLastID), cmp.Or(l.lastOn, l.camelLastOn, outer.lastOn, outer.camelLastOn)
	l.total = cmp.Or(l.total, outer.total)
}

func (l *listReader[T]) page(body json.RawMessage) (*page, error) {
	if !l.listed && !l.null {
		return nil, errNoList
	}
	p := &page{
		records: l.records, body: body, member: "data",
		lastClientID: cmp.Or(l.lastID, l.camelLastID), lastCreatedOn: cmp.Or(l.lastOn, l.camelLastOn), total: l.total,
	}
	if l.bare {
		p.member = ""
	}
	return p, nil
}

func (l *listReader[T]) read(body json.RawMessage) error {
	l.body = body
	in := json.NewDecoder(bytes.NewReader(body))
	err := l.answer(in)
	switch {
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	case err != nil:
		return told(err)
	}
	return ended(in)
}

// answer reads a whole body.
func (l *listReader[T]) answer(in *json.Decoder) error {
	begin, err := in.Token()
	switch begin {
	case json.Delim('['):
		l.bare = true
		return l.entries(in)
	case json.Delim('{'):
		return l.members(in)
	}
	return cmp.Or(err, errNoList)
}

// ended refuses what follows the answer.
func ended(in *json.Decoder) error {
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return cmp.Or(err, errNoList)
	}
	return nil
}

func (l *listReader[T]) members(in *json.Decoder) error {
	for in.More() {
		token, err := in.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if err := l.value(in, name); err != nil {
			return err
		}
	}
	_, err := in.Token()
	return err
}

func (l *listReader[T]) value(in *json.Decoder, name string) error {
	switch name {
	case "data":
		return l.data(in)
	case "response":
		return in.Decode(&l.response)
	case "last_client_id":
		return l.cursorPart(in, name, &l.lastID)
	case "last_created_on":
		return l.cursorPart(in, name, &l.lastOn)
	case "lastClientId":
		return l.cursorPart(in, name, &l.camelLastID)
	case "lastCreatedOn":
		return l.cursorPart(in, name, &l.camelLastOn)
	case "total":
		return in.Decode(&l.total)
	}
	return in.Decode(new(json.RawMessage))
}

// cursorPart reads a text that leads to the next page. One that cannot be read ends the list with an
// error: what is behind it would be lost.
func (l *listReader[T]) cursorPart(in *json.Decoder, name string, into *string) error {
	from := in.InputOffset()
	err := in.Decode(into)
	if err == nil {
		return nil
	}
	text := bytes.TrimLeft(l.body[from:max(from, in.InputOffset())], ": \t\r\n")
	if len(text) > 0 && readValue(text, reflect.ValueOf(into).Elem()) {
		return nil
	}
	return named(name, err)
}

func (l *listReader[T]) data(in *json.Decoder) error {
	begin, err := in.Token()
	switch {
	case err != nil:
		return err
	case begin == nil:
		l.records, l.listed, l.null = nil, false, true
		return nil
	case begin != json.Delim('['):
		return errNoList
	}
	return l.entries(in)
}

// entries reads what follows the opening bracket of a list.
func (l *listReader[T]) entries(in *json.Decoder) error {
	l.records, l.listed = make([]oauthclients.Record, 0, defaultPageSize), true
	var wire T
	for in.More() {
		wire = *new(T) // or an entry would have what the one before had
		from := in.InputOffset()
		if err := in.Decode(&wire); err != nil {
			if err = again(l.body, from, in.InputOffset(), &wire, err); err != nil {
				return err
			}
		}
		client, err := l.client(&wire)
		if err != nil {
			return err
		}
		l.records = append(l.records, oauthclients.Record{Client: client})
	}
	_, err := in.Token()
	return err
}
