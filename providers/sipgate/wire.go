package sipgate

import (
	"encoding/json"
	"errors"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
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

// modelled lists the members of a client.
func modelled() []string {
	return []string{"clientId", "clientSecret", "name", "description", "redirectUris", "webOrigins", "privacyUrl", "termsUrl"}
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

// client is a client and its grant types in one piece of memory, since lists have many.
type client struct {
	oauthclients.OAuthClient
	grants [2]oauthclients.GrantType
}

func fromWire(w *wireClient) *oauthclients.OAuthClient {
	c := &client{grants: [2]oauthclients.GrantType(grantTypes())}
	c.OAuthClient = oauthclients.OAuthClient{
		ID:             w.ClientID,
		Secret:         oauthclients.NewSecret(w.ClientSecret),
		Name:           w.Name,
		Description:    w.Description,
		RedirectURIs:   w.RedirectURIs,
		AllowedOrigins: w.WebOrigins,
		GrantTypes:     c.grants[:],
		PolicyURI:      w.PrivacyURL,
		TermsURI:       w.TermsURL,
	}
	return &c.OAuthClient
}

// fromRead is fromWire for an answer to anything but a create, which alone issues a secret.
func fromRead(w *wireClient) *oauthclients.OAuthClient {
	c := fromWire(w)
	c.Secret = providerkit.ShownSecret(c.Secret)
	return c
}

var (
	// errNoID: a client without an id cannot be addressed, so an answer with one is of no use.
	errNoID = errors.New("a client in the answer has no clientId")
	// errOtherClient: what is said of another client must not be taken for the one in question.
	errOtherClient = errors.New("the answer is about another client than the one that was asked for")
)

// clientAnswer is an answer that is one client. That it is of no use is found while it is decoded,
// because the core then says as well whether a write may have been executed.
type clientAnswer struct {
	wireClient

	asked  string   // the id that was asked for, "" for a new client
	unread []string // the members that could not be read
}

// UnmarshalJSON implements [json.Unmarshaler].
func (a *clientAnswer) UnmarshalJSON(body []byte) (err error) {
	a.unread, err = providerkit.Decode(body, &a.wireClient)
	switch {
	case err != nil:
		return err
	case a.ClientID == "":
		return errNoID
	case a.asked != "" && !providerkit.SameID(a.ClientID, a.asked):
		return errOtherClient
	}
	return nil
}

// lay puts settings over a client's own JSON, so that members this package does not know stay
// as they are. What sipgate never takes in a request is dropped.
func lay(settings wireSettings, over *providerkit.Object) error {
	text, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	wanted, err := providerkit.ParseObject(text)
	if err != nil {
		return err
	}
	over.Lay(wanted)
	over.Delete("clientId", "clientSecret")
	return nil
}
