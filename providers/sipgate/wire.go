package sipgate

import (
	"bytes"
	"encoding/json"
	"errors"

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

// clientAnswer is an answer that is one client. What is wrong with an answer comes out while it
// is decoded, because the core then says as well whether a write may have been executed.
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

// listAnswer is an answer that is a list of clients.
type listAnswer struct {
	clients []wireClient
	member  string // that holds the list, "" if the answer itself is the list
}

// UnmarshalJSON implements [json.Unmarshaler]. A null list is an empty one.
func (a *listAnswer) UnmarshalJSON(body []byte) error {
	list, member, err := findList(body)
	if err != nil {
		return err
	}
	a.member = member
	if err := json.Unmarshal(list, &a.clients); err != nil {
		return err
	}
	for i := range a.clients {
		if a.clients[i].ClientID == "" {
			return errNoID
		}
	}
	return nil
}

// findList looks where a list may be: sipgate documents "data" here and "items" for most of its
// other lists. An answer with neither is not taken for an empty list: who finds no client
// creates one.
func findList(body []byte) (list json.RawMessage, member string, err error) {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		return body, "", nil
	}
	var envelope map[string]json.RawMessage
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, "", err
	}
	for _, member := range []string{"data", "items"} {
		if list, present := envelope[member]; present {
			return list, member, nil
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
