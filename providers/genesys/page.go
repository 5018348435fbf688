package genesys

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/oauthclients/oauthclients"
)

// This file reads pages of clients (OAuthClientEntityListing). It does so entry by entry: an
// answer has room for millions of entries without an id, which would fill gigabytes before
// anybody looked at the first.

var errNoPage = errors.New("the answer is no list")

// page is what is read of an answer.
type page struct {
	extent

	records []oauthclients.Record
	body    []byte
}

// UnmarshalJSON reads an answer. A listing without entities, or with null in their place, is an
// empty one; an object with nothing of a listing in it is none.
func (p *page) UnmarshalJSON(body []byte) error {
	p.body = body
	in := json.NewDecoder(bytes.NewReader(body))
	begin, err := in.Token()
	if err == nil && begin != json.Delim('{') {
		err = errNoPage
	}
	for err == nil && in.More() {
		err = p.member(in)
	}
	if err == nil {
		_, err = in.Token()
	}
	switch {
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	case err != nil:
		return told(err)
	case !p.listed:
		return errNoPage
	}
	return ended(in)
}

// ended refuses what follows the answer.
func ended(in *json.Decoder) error {
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return cmp.Or(err, errNoPage)
	}
	return nil
}

func (p *page) member(in *json.Decoder) error {
	token, err := in.Token()
	if err != nil {
		return err
	}
	name, _ := token.(string)
	p.listed = p.listed || isOfListing(name)
	switch name {
	case "entities":
		return p.entities(in)
	case "nextUri":
		return named(name, in.Decode(&p.nextURI))
	case "total":
		return in.Decode(&p.total)
	case "pageCount":
		return in.Decode(&p.pageCount)
	case "pageNumber":
		return in.Decode(&p.pageNumber)
	case "pageSize":
		return in.Decode(&p.pageSize)
	}
	return in.Decode(new(json.RawMessage))
}

func (p *page) entities(in *json.Decoder) error {
	begin, err := in.Token()
	p.records = nil // of two the last one counts
	switch {
	case err != nil || begin == nil:
		return err
	case begin != json.Delim('['):
		return errNoPage
	}
	var client wireClient
	for in.More() {
		client = wireClient{} // or an entry would have what the one before had
		from := in.InputOffset()
		if err := in.Decode(&client); err != nil {
			if err = again(p.body, from, in.InputOffset(), &client, err); err != nil {
				return err
			}
		}
		if blank(client.ID) {
			return fmt.Errorf("entry %d of the list: %w", len(p.records)+1, errNoID)
		}
		p.records = append(p.records, oauthclients.Record{Client: fromRead(&client)})
	}
	_, err = in.Token()
	return err
}
