package docspace

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the consents: which clients an account lets in, and the end of that.

const (
	opConsents      = "Consents"
	opRevokeConsent = "RevokeConsent"
)

// Consent is what an account allowed a client when its person signed in there.
type Consent struct {
	// ClientID is the client_id.
	ClientID string
	// Scopes are what the client may do in the account's name.
	Scopes []string
	// ModifiedAt is when the person last consented, zero when unknown.
	ModifiedAt time.Time
	// Client is what people see of the client; nil where the portal does not tell, for instance
	// of a client that is gone.
	Client *Info
}

// Consents ranges over the consents of the account that the client speaks for, latest first: "GET
// /clients/consents". Every account may, guests too. Pages are fetched as they are needed; it
// ends after the first error, which comes with a nil Consent.
//
// opts.PageSize is the number of consents per request, 1 to 50, and 30 for 0. opts.Cursor, if it
// is set, is a time in RFC 3339: only consents before it come, as the portal pages by
// ModifiedAt. Consents of the very same time may be left out by the portal where a page ends.
//
// Every error is an [*oauthclients.Error]: ErrUnavailable as well if the portal cannot reach its
// authorization service (503), and for an answer that is no list or has a consent without a
// client's id.
func (a *API) Consents(ctx context.Context, opts oauthclients.ListOptions) iter.Seq2[*Consent, error] {
	id := func(c *Consent) string { return c.ClientID }
	checked := checkTime(opts.Cursor) // later cursors are the portal's own
	return providerkit.Pages(opts.Cursor, id, func(cursor string) (*providerkit.PageOf[Consent], error) {
		if checked != nil {
			return nil, checked
		}
		return a.consentsFrom(ctx, cursor, pageSize(opts.PageSize))
	})
}

func (a *API) consentsFrom(ctx context.Context, cursor string, limit int) (*providerkit.PageOf[Consent], error) {
	values, err := query.Values(consentQuery{Limit: limit, LastModifiedOn: cursor})
	if err != nil {
		return nil, err
	}
	page := consentPage{first: cursor == ""}
	_, err = a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: opConsents, Method: http.MethodGet, Path: a.driver.clients + "/consents", Query: values, Result: &page,
	})
	return &page.PageOf, err
}

// RevokeConsent takes back what the account allowed a client, and ends the client's tokens for it:
// "DELETE /clients/{id}/revoke". Every account may, guests too, for its own consent alone. That
// there was none, or that there is no such client, is no error: the portal answers alike.
//
// Every error is an [*oauthclients.Error]: ErrUnavailable if the portal cannot reach its
// authorization service (503). The call is repeated like every DELETE.
func (a *API) RevokeConsent(ctx context.Context, id string) error {
	path, err := clientPath(a.driver.clients, opRevokeConsent, id)
	if err != nil {
		return err
	}
	_, err = a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: opRevokeConsent, Method: http.MethodDelete, Path: path + "/revoke",
	})
	return err
}

// consentQuery is the query of GET /clients/consents. The portal demands the limit.
type consentQuery struct {
	Limit          int    `url:"limit"`
	LastModifiedOn string `url:"last_modified_on,omitempty"`
}

// checkTime refuses a cursor of the caller's that the portal could not read; those of the portal
// go back as they came.
func checkTime(cursor string) error {
	if cursor == "" || !parseTimestamp(cursor).IsZero() {
		return nil
	}
	return wrongCursor(opConsents, "must be a time in RFC 3339")
}

// consentPage is a page of the list, which was asked for from its beginning or not.
type consentPage struct {
	providerkit.PageOf[Consent]

	first bool
}

// UnmarshalJSON implements [json.Unmarshaler].
func (p *consentPage) UnmarshalJSON(body []byte) error {
	list, err := readList[consentWire](body)
	if err != nil {
		return err
	}
	consents := make([]*Consent, len(list.Data))
	for i := range list.Data {
		if consents[i], err = consentOf(&list.Data[i]); err != nil {
			return err
		}
	}
	next := cmp.Or(list.LastModifiedOn, list.CamelLastModifiedOn)
	if p.first && next == "" {
		if err := list.Total.missing(len(consents)); err != nil {
			return err
		}
	}
	p.Entries, p.Next = consents, next
	return nil
}

// consentWire is a consent as the portal answers it. Its time is called modified_at here, and
// last_modified_on in the cursor.
type consentWire struct {
	RegisteredClientID      string         `json:"registered_client_id"`
	CamelRegisteredClientID string         `json:"registeredClientId"`
	Scopes                  spaceSeparated `json:"scopes"`
	ModifiedAt              timestamp      `json:"modified_at"`
	CamelModifiedAt         timestamp      `json:"modifiedAt"`
	Client                  *clientWire    `json:"client"`
}

func consentOf(w *consentWire) (*Consent, error) {
	id := cmp.Or(w.RegisteredClientID, w.CamelRegisteredClientID)
	if id == "" {
		return nil, errors.New("a consent of the answer lacks registered_client_id")
	}
	consent := &Consent{ClientID: id, Scopes: w.Scopes, ModifiedAt: time.Time(cmp.Or(w.ModifiedAt, w.CamelModifiedAt))}
	if w.Client == nil {
		return consent, nil
	}
	if client, err := fromWire(w.Client); err == nil { // without an id nothing is told of it
		consent.Client = infoOf(client)
	}
	return consent, nil
}

// spaceSeparated is a list that comes as one text, with blanks between the entries, or as a list:
// the portal's source has the one, the example beside it the other.
type spaceSeparated []string

// UnmarshalJSON reads a string, an array or null.
func (l *spaceSeparated) UnmarshalJSON(data []byte) error {
	var text *string
	if json.Unmarshal(data, &text) == nil {
		if text != nil {
			*l = strings.Fields(*text)
		}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}
