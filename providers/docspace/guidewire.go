package docspace

import (
	"cmp"
	"encoding/json"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file maps the portable model to the wire of the published guide and back.

// guideCreateWire is the body of POST /clients. The guide does not say what is required.
type guideCreateWire struct {
	Name         string                   `json:"name"`
	RedirectURIs []string                 `json:"redirectUris,omitempty"`
	GrantTypes   []oauthclients.GrantType `json:"grantTypes,omitempty"`
}

func toGuideWire(c *oauthclients.OAuthClient) guideCreateWire {
	return guideCreateWire{Name: c.Name, RedirectURIs: c.RedirectURIs, GrantTypes: c.GrantTypes}
}

// guideUpdateWire is the body of PUT /clients/{id}: what was read, and the wanted values over it.
func guideUpdateWire(raw json.RawMessage, want *oauthclients.OAuthClient) (*providerkit.Object, error) {
	body, err := providerkit.ParseObject(raw)
	if err != nil {
		return nil, err
	}
	odd := oddGuideMembers(&body, want)
	body.Delete(guideModelled()...)
	grants := want.GrantTypes
	if grants == nil {
		grants = []oauthclients.GrantType{}
	}
	wanted, err := providerkit.ObjectOf(struct {
		Name         string                   `json:"name"`
		RedirectURIs []string                 `json:"redirectUris"`
		GrantTypes   []oauthclients.GrantType `json:"grantTypes"`
	}{want.Name, listOrEmpty(want.RedirectURIs), grants})
	body.Lay(wanted)
	for name, text := range odd {
		body.Add(name, text)
	}
	return &body, err
}

// oddGuideMembers are those of which nothing could be read. An edit that clears one of them has been
// refused before.
func oddGuideMembers(raw *providerkit.Object, want *oauthclients.OAuthClient) map[string]json.RawMessage {
	s := suspects{raw: raw}
	s.look("name", want.Name == "")
	s.look("redirectUris", len(want.RedirectURIs) == 0)
	s.look("grantTypes", len(want.GrantTypes) == 0)
	return s.odd
}

func guideModelled() []string {
	return []string{
		"id", "clientId", "client_id", "clientSecret", "client_secret", "name", "redirectUris", "grantTypes",
	}
}

// guideWire is a client as the guide has it, with the other names under which servers answer
// its id and secret.
type guideWire struct {
	ID                looseID                  `json:"id"`
	ClientID          looseID                  `json:"clientId"`
	SnakeClientID     looseID                  `json:"client_id"`
	ClientSecret      string                   `json:"clientSecret"`
	SnakeClientSecret string                   `json:"client_secret"`
	Name              *string                  `json:"name"`
	RedirectURIs      []string                 `json:"redirectUris"`
	GrantTypes        []oauthclients.GrantType `json:"grantTypes"`

	unread []string // the members that could not be read
}

// read takes a client as it was answered.
func (w *guideWire) read(text []byte) error {
	unread, err := providerkit.Decode(text, w)
	w.unread = unread
	return err
}

// guideAnswer is an answer that is one client, perhaps in an envelope.
type guideAnswer struct{ guideWire }

// UnmarshalJSON implements [json.Unmarshaler].
func (a *guideAnswer) UnmarshalJSON(body []byte) error { return a.read(body) }

// complete reports whether the answer has every member that the model has.
func (w *guideWire) complete() bool {
	return w.Name != nil && w.RedirectURIs != nil && w.GrantTypes != nil
}

func fromGuideWire(w *guideWire) (*oauthclients.OAuthClient, error) {
	id := cmp.Or(w.ID, w.ClientID, w.SnakeClientID)
	if id == "" {
		return nil, errNoID
	}
	client := &oauthclients.OAuthClient{
		ID:           string(id),
		Secret:       oauthclients.NewSecret(cmp.Or(w.ClientSecret, w.SnakeClientSecret)),
		RedirectURIs: w.RedirectURIs, GrantTypes: w.GrantTypes,
	}
	if w.Name != nil {
		client.Name = *w.Name
	}
	return client, nil
}

// looseID is an id of a type that the guide does not tell: a string or a number.
type looseID string

// UnmarshalJSON reads a string, a number as it is written, or null.
func (id *looseID) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*id = looseID(text)
		return nil
	}
	var number json.Number
	err := json.Unmarshal(data, &number)
	*id = looseID(number)
	return err
}
