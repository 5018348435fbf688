package outside

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the vendor's JSON and its mapping to the portable model.

type wireAddresses struct {
	API   string `json:"api"`
	Token string `json:"token"`
}

type wireTicket struct {
	Ticket  string `json:"ticket"`
	Seconds int    `json:"seconds"`
}

type wireClient struct {
	Key       string    `json:"key,omitempty"`
	Password  string    `json:"app_secret,omitempty"`
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	Callbacks []string  `json:"callbacks"`
	Rights    []string  `json:"rights"`
	Tier      string    `json:"tier"`
	Labels    []string  `json:"labels"`
	Region    string    `json:"region,omitempty"`
	Revision  int       `json:"revision,omitempty"`
	Made      time.Time `json:"made,omitzero"`
	Locked    bool      `json:"locked,omitempty"`
}

// appAnswer is an answer with one client. A member of another type costs only itself.
type appAnswer struct {
	wireClient

	unread []string
}

// UnmarshalJSON implements [json.Unmarshaler].
func (a *appAnswer) UnmarshalJSON(body []byte) (err error) {
	a.unread, err = providerkit.Decode(body, &a.wireClient)
	return err
}

// appList is an answer with a page of clients, which are read one by one.
type appList struct {
	records []oauthclients.Record
	more    string
}

// UnmarshalJSON implements [json.Unmarshaler].
func (l *appList) UnmarshalJSON(body []byte) error {
	return providerkit.ReadDocument(body, l.member, nil)
}

func (l *appList) member(name string, value *providerkit.Value) error {
	switch name {
	case "apps":
		l.records = []oauthclients.Record{}
		_, err := providerkit.List(value, func(app *wireClient) error {
			l.records = append(l.records, oauthclients.Record{Client: fromWire(app)})
			return nil
		})
		return err
	case "more":
		return value.Decode(&l.more)
	}
	return nil
}

type wireProblem struct {
	Problem struct {
		Code  string            `json:"code"`
		Text  string            `json:"text"`
		Parts map[string]string `json:"parts"`
	} `json:"problem"`
}

func toWire(c *oauthclients.OAuthClient) wireClient {
	extra := providerkit.Settings[Extra](c)
	return wireClient{
		Title: c.Name, Text: c.Description, Callbacks: c.RedirectURIs, Rights: c.Scopes,
		Tier: extra.Tier, Labels: extra.Labels, Region: extra.Region,
	}
}

func fromWire(w *wireClient) *oauthclients.OAuthClient {
	status := oauthclients.StatusActive
	if w.Locked {
		status = oauthclients.StatusDisabled
	}
	return &oauthclients.OAuthClient{
		ID: w.Key, Secret: oauthclients.NewSecret(w.Password), Name: w.Title, Description: w.Text,
		RedirectURIs: w.Callbacks, Scopes: w.Rights, Status: status, CreatedAt: w.Made,
		Extra: &Extra{Tier: w.Tier, Labels: w.Labels, Region: w.Region, Revision: w.Revision},
	}
}

// lay puts want over the vendor's own JSON, so that members this package does not know stay.
func lay(want wireClient, raw json.RawMessage) (json.RawMessage, error) {
	laid, err := providerkit.ParseObject(raw)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]any{
		"title": want.Title, "text": want.Text, "callbacks": want.Callbacks, "rights": want.Rights,
		"tier": want.Tier, "labels": want.Labels,
	} {
		if err := laid.Set(name, value); err != nil {
			return nil, err
		}
	}
	return laid.JSON(), nil
}

// explain reads the vendor's error body.
func explain(r *oauthclients.Response, e *oauthclients.Error) {
	e.RequestID = r.Header.Get("X-Trace")
	if r.Status == statusTicketExpired {
		e.Kind = oauthclients.ErrUnauthenticated
	}
	var body wireProblem
	if json.Unmarshal(r.Body, &body) != nil || body.Problem.Code == "" {
		e.Code, e.Message = providerkit.Reason(r)
		return
	}
	e.Code, e.Message = body.Problem.Code, body.Problem.Text
	for part, text := range body.Problem.Parts {
		e.Fields = append(e.Fields, oauthclients.FieldError{Field: part, Code: cmp.Or(body.Problem.Code, "invalid"), Message: text})
	}
}
