package docspace

import (
	"cmp"
	"encoding/json"
	"errors"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads pages of clients.

var errNoList = errors.New("the answer has no list of clients")

// listReader reads one answer; T is the client's wire.
type listReader[T any] struct {
	client func(*T) (*oauthclients.OAuthClient, error)

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
	return providerkit.ReadDocument(body, l.member, func(list *providerkit.Value) error {
		l.bare = true
		return l.data(list)
	})
}

// member reads one of an answer. A cursor that cannot be read ends the list with an error: what is behind it
// would be lost.
func (l *listReader[T]) member(name string, value *providerkit.Value) error {
	switch name {
	case "data":
		return l.data(value)
	case "response":
		return value.Unmarshal(&l.response)
	case "last_client_id":
		return value.Decode(&l.lastID)
	case "last_created_on":
		return value.Decode(&l.lastOn)
	case "lastClientId":
		return value.Decode(&l.camelLastID)
	case "lastCreatedOn":
		return value.Decode(&l.camelLastOn)
	case "total":
		return value.Unmarshal(&l.total)
	}
	return nil
}

func (l *listReader[T]) data(list *providerkit.Value) (err error) {
	l.records = make([]oauthclients.Record, 0, defaultPageSize)
	l.listed, err = providerkit.List(list, l.entry)
	l.null = !l.listed
	return err
}

func (l *listReader[T]) entry(wire *T) error {
	client, err := l.client(wire)
	if err != nil {
		return err
	}
	l.records = append(l.records, oauthclients.Record{Client: client})
	return nil
}
