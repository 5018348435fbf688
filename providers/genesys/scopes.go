package genesys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the catalogue of scopes: what OAuthClient.Scopes can have.

const (
	scopesPath = apiPrefix + "/oauth/scopes"
	opScopes   = "Scopes"
	opScope    = "Scope"
)

// Scope is one that an OAuth client can ask for.
type Scope struct {
	// ID is what stands in OAuthClient.Scopes, such as "users" or "users:readonly".
	ID string
	// Description tells a person what the scope allows, see [API.InLanguage]. It may be empty.
	Description string
	// SelfURI is the scope's own address, without a host.
	SelfURI string
}

// Scopes lists every scope there is, GET /api/v2/oauth/scopes. The vendor has no pages for it,
// and asks for no permission.
//
// Every error is an [*oauthclients.Error]; an answer with a scope that has no id is ErrUnavailable.
func (a *API) Scopes(ctx context.Context) ([]Scope, error) {
	var answer listAnswer[scopeAnswer]
	if err := a.read(ctx, opScopes, scopesPath, nil, &answer); err != nil {
		return nil, err
	}
	scopes := make([]Scope, len(answer.entities))
	for i, entry := range answer.entities {
		scopes[i] = entry.Scope
	}
	return scopes, nil
}

// Scope reads one scope, GET /api/v2/oauth/scopes/{scopeId}: an id such as "users:readonly".
// ErrNotFound if there is none.
func (a *API) Scope(ctx context.Context, id string) (*Scope, error) {
	answer := scopeAnswer{asked: id}
	if err := a.read(ctx, opScope, scopesPath+"/"+url.PathEscape(id), providerkit.FaultsOfID(id), &answer); err != nil {
		return nil, err
	}
	return &answer.Scope, nil
}

// read makes a call whose answer has texts in the language of a, unless there are faults.
func (a *API) read(ctx context.Context, operation, path string, faults []oauthclients.FieldError, result any) error {
	faults = append(faults, a.faultsOfLanguage()...)
	if err := providerkit.InvalidFields(providerName, operation, faults); err != nil {
		return err
	}
	_, err := a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: operation, Method: http.MethodGet, Path: path, Header: a.languageHeader(), Result: result,
	})
	return err
}

// listAnswer is a listing without pages (OAuthScopeListing, OAuthAuthorizationListing). Missing
// entities are none, unless the listing says that there are some.
type listAnswer[T any] struct{ entities []T }

// wireListing is the envelope. A listing without pages that names a next one is not whole.
type wireListing struct {
	Entities  []json.RawMessage `json:"entities"`
	Total     count             `json:"total"`
	PageCount count             `json:"pageCount"`
	NextURI   string            `json:"nextUri"`
}

// UnmarshalJSON implements [json.Unmarshaler]. Each entry is decoded by itself, so that the
// error can tell which one is of no use, and that null is none.
func (l *listAnswer[T]) UnmarshalJSON(body []byte) error {
	members, err := providerkit.ParseObject(body)
	if err != nil {
		return err
	}
	listed := false
	for name := range members.All() {
		listed = listed || isOfListing(name)
	}
	if !listed {
		return errNoPage
	}
	var wire wireListing
	if err := providerkit.Unmarshal(body, &wire); err != nil {
		return err
	}
	if err := wire.missing(); err != nil {
		return err
	}
	entities := make([]T, len(wire.Entities))
	for i, entry := range wire.Entities {
		if err := providerkit.Unmarshal(entry, &entities[i]); err != nil {
			return fmt.Errorf("entry %d of the list: %w", i+1, err)
		}
	}
	l.entities = entities
	return nil
}

func (w *wireListing) missing() error {
	if w.NextURI != "" {
		return errors.New("the list is not whole: it has a nextUri, and the vendor has no pages for it")
	}
	return (&extent{total: w.Total, pageCount: w.PageCount}).missing(len(w.Entities), true)
}

// scopeAnswer is a scope in an answer (OAuthScope).
type scopeAnswer struct {
	Scope

	asked string // the id that was asked for, "" in a list
}

// UnmarshalJSON implements [json.Unmarshaler].
func (s *scopeAnswer) UnmarshalJSON(body []byte) error {
	var wire struct {
		ID          string `json:"id"`
		Description string `json:"description"`
		SelfURI     string `json:"selfUri"`
	}
	if _, err := providerkit.Decode(body, &wire); err != nil {
		return err
	}
	switch {
	case blank(wire.ID):
		return errors.New("the scope has no id")
	case another(s.asked, wire.ID):
		return fmt.Errorf("the answer is about another scope than %q", s.asked)
	}
	s.Scope = Scope(wire)
	return nil
}

// another: what is said of something else must not be taken for what was asked for.
func another(asked, answered string) bool { return asked != "" && !strings.EqualFold(asked, answered) }
