package genesys

import (
	"errors"
	"fmt"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads pages of clients (OAuthClientEntityListing).

var errNoPage = errors.New("the answer is no list")

// page is what is read of an answer.
type page struct {
	extent

	records []oauthclients.Record
}

// UnmarshalJSON reads an answer. A listing without entities, or with null in their place, is an
// empty one; an object with nothing of a listing in it is none.
func (p *page) UnmarshalJSON(body []byte) error {
	err := providerkit.ReadDocument(body, p.member, nil)
	if err == nil && !p.listed {
		return errNoPage
	}
	return err
}

func (p *page) member(name string, value *providerkit.Value) error {
	p.listed = p.listed || isOfListing(name)
	switch name {
	case "entities":
		p.records = nil // of two the last one counts
		_, err := providerkit.List(value, p.entity)
		return err
	case "nextUri":
		return value.Unmarshal(&p.nextURI)
	case "total":
		return value.Unmarshal(&p.total)
	case "pageCount":
		return value.Unmarshal(&p.pageCount)
	case "pageNumber":
		return value.Unmarshal(&p.pageNumber)
	case "pageSize":
		return value.Unmarshal(&p.pageSize)
	}
	return nil
}

func (p *page) entity(client *wireClient) error {
	if blank(client.ID) {
		return fmt.Errorf("entry %d of the list: %w", len(p.records)+1, errNoID)
	}
	p.records = append(p.records, oauthclients.Record{Client: fromRead(client)})
	return nil
}
