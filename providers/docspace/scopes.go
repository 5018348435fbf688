package docspace

import (
	"context"
	"errors"
	"net/http"

	"github.com/oauthclients/oauthclients"
)

// This file names the scopes that portals come with, and reads those that a portal has.

// Scopes of a portal as it is installed. A portal can have others: its own list counts
// ([API.Scopes]), and it refuses a scope that is not on it with the code "ErrorInvalidScope".
const (
	ScopeAccountsRead      = "accounts:read"
	ScopeAccountsWrite     = "accounts:write"
	ScopeAccountsSelfRead  = "accounts.self:read"
	ScopeAccountsSelfWrite = "accounts.self:write"
	ScopeFilesRead         = "files:read"
	ScopeFilesWrite        = "files:write"
	ScopeRoomsRead         = "rooms:read"
	ScopeRoomsWrite        = "rooms:write"
	ScopeOpenID            = "openid"
)

const opScopes = "Scopes"

// Scope is an entry of a portal's catalogue of scopes.
type Scope struct {
	// Name is what a client and a sign-in ask for, such as "files:read".
	Name string
	// Group is what the scope is about: "accounts" (on some portals "contacts"), "profiles",
	// "files", "rooms", "openid", or a word of a newer portal's own, as it came.
	Group string
	// Type is "read", "write" or "openid", or another word as it came.
	Type string
}

// Scopes reads the scopes that clients of the portal may have, in the portal's order: "GET /scopes"
// beside the clients. Every account may, guests too.
//
// Every error is an [*oauthclients.Error]: ErrUnavailable, with the name of what is missing, for
// an answer that is no list or has a scope without a name.
func (a *API) Scopes(ctx context.Context) ([]Scope, error) {
	var scopes scopeList
	_, err := a.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: opScopes, Method: http.MethodGet, Path: a.beside("scopes"), Result: &scopes,
	})
	if err != nil {
		return nil, err
	}
	return scopes, nil
}

// scopeWire is an entry as the portal answers it.
type scopeWire struct {
	Name  string `json:"name"`
	Group string `json:"group"`
	Type  string `json:"type"`
}

// scopeList is the answer. What it lacks is found while it is decoded.
type scopeList []Scope

// UnmarshalJSON implements [json.Unmarshaler].
func (l *scopeList) UnmarshalJSON(body []byte) error {
	list, err := readList[scopeWire](body)
	if err != nil {
		return err
	}
	if err := list.Total.missing(len(list.Data)); err != nil {
		return err
	}
	scopes := make(scopeList, len(list.Data))
	for i, entry := range list.Data {
		if entry.Name == "" {
			return errors.New("a scope of the answer lacks name")
		}
		scopes[i] = Scope(entry)
	}
	*l = scopes
	return nil
}
