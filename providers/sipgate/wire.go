package sipgate

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"github.com/oauthclients/oauthclients"
)

// This file holds the JSON of sipgate's API, and its mapping to the portable model and back.

// wireSettings are the members of a client that can be set. sipgate demands all six in every
// write, so none is ever left out and none is null.
type wireSettings struct {
	Name         string   `json:"name"`
	Description  string   `json:"description"`
	RedirectURIs []string `json:"redirectUris"`
	WebOrigins   []string `json:"webOrigins"`
	PrivacyURL   string   `json:"privacyUrl"`
	TermsURL     string   `json:"termsUrl"`
}

// wireClient is a client as sipgate answers with it.
type wireClient struct {
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	wireSettings
}

// wireErrors has the members of all forms. None of them is sure to be there.
type wireErrors struct {
	Errors []wireError `json:"errors"`

	Error            string `json:"error"` // Keycloak, RFC 6749 section 5.2
	ErrorDescription string `json:"error_description"`

	Title   string `json:"title"`
	Detail  string `json:"detail"`
	Message string `json:"message"`
}

type wireError struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Source struct {
		Pointer string `json:"pointer"` // RFC 6901: "/redirectUris"
	} `json:"source"`
}

func toWire(c *oauthclients.OAuthClient) wireSettings {
	return wireSettings{
		Name:         c.Name,
		Description:  c.Description,
		RedirectURIs: notNull(c.RedirectURIs),
		WebOrigins:   notNull(c.AllowedOrigins),
		PrivacyURL:   c.PolicyURI,
		TermsURL:     c.TermsURI,
	}
}

// notNull makes JSON write [] for an empty list.
func notNull(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func fromWire(w *wireClient) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		ID:             w.ClientID,
		Secret:         oauthclients.NewSecret(w.ClientSecret),
		Name:           w.Name,
		Description:    w.Description,
		RedirectURIs:   w.RedirectURIs,
		AllowedOrigins: w.WebOrigins,
		GrantTypes:     grantTypes(),
		PolicyURI:      w.PrivacyURL,
		TermsURI:       w.TermsURL,
	}
}

// errNoID: a client without an id cannot be addressed, so an answer with one is of no use.
var errNoID = errors.New("a client in the answer has no clientId")

// clientAnswer is an answer that is one client. A missing id is found while it is decoded,
// because the core then says as well whether a write may have been executed.
type clientAnswer wireClient

// UnmarshalJSON implements [json.Unmarshaler].
func (a *clientAnswer) UnmarshalJSON(body []byte) error {
	if err := json.Unmarshal(body, (*wireClient)(a)); err != nil {
		return err
	}
	if a.ClientID == "" {
		return errNoID
	}
	return nil
}

// decodeList reads a list of clients and names the member that holds it, "" if the answer
// itself is the list.
func decodeList(body []byte) (clients []wireClient, member string, err error) {
	clients, member, err = decodeEntries(body)
	if err == nil && slices.ContainsFunc(clients, func(c wireClient) bool { return c.ClientID == "" }) {
		err = errNoID
	}
	return clients, member, err
}

// decodeEntries reads the documented form, "data", in one pass, since a list can be long.
func decodeEntries(body []byte) (clients []wireClient, member string, err error) {
	if isArray(body) {
		err = json.Unmarshal(body, &clients)
		return clients, "", err
	}
	var documented struct {
		Data []wireClient `json:"data"`
	}
	if err = json.Unmarshal(body, &documented); err != nil || documented.Data != nil {
		return documented.Data, "data", err
	}
	return decodeOtherEntries(body)
}

func isArray(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) }

// decodeOtherEntries looks for "items", which most of sipgate's other lists have, if there is no
// "data". A null list is an empty one. An answer with neither is not: who finds no client
// creates one.
func decodeOtherEntries(body []byte) (clients []wireClient, member string, err error) {
	var envelope map[string]json.RawMessage
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, "", err
	}
	for _, member := range []string{"data", "items"} {
		if list, present := envelope[member]; present {
			err := json.Unmarshal(list, &clients)
			return clients, member, err
		}
	}
	return nil, "", errors.New(`the answer has no list: neither "data" nor "items"`)
}

// lay puts settings over a client's own JSON, so that members this package does not know stay
// as they are. What sipgate never takes in a request is dropped.
func lay(settings wireSettings, over json.RawMessage) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(over, &members); err != nil {
		return nil, err
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	delete(members, "clientId")
	delete(members, "clientSecret")
	return members, nil
}
