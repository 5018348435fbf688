package genesys

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file makes the body of PUT /api/v2/oauth/clients/{clientId} out of the client as the
// server gave it: PUT replaces everything, so whatever is not sent back is lost.

const (
	memberGrant = "authorizedGrantType"
	memberDate  = "dateToDelete"
)

// readOnly lists the members that a response has and a request must not have. roleIds is the
// deprecated form of roleDivisions.
func readOnly() []string {
	return []string{
		"id", "secret", "dateCreated", "dateModified", "createdBy", "modifiedBy", "selfUri", "roleIds",
	}
}

// modelled lists the members that a field stands for, or a verb as for state.
func modelled() []string {
	return append(readOnly(), "name", "description", "authorizedGrantType", "accessTokenValiditySeconds",
		"registeredRedirectUri", "scope", "roleDivisions", "state", "dateToDelete")
}

// updateBody lays the changed fields over the client as it was read.
func updateBody(old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (*providerkit.Object, error) {
	body, err := writable(old)
	if err != nil {
		return nil, err
	}
	if schedulesItself(old.Client.Status) {
		body.Delete(memberDate)
	}
	for _, field := range changed {
		if err := lay(body, field, want); err != nil {
			return nil, err
		}
	}
	return body, nil
}

// schedulesItself: an inactive client is on its way to deletion, and the date for it is the
// vendor's. On any other client a person has set the date, and leaving it out would clear it.
func schedulesItself(status oauthclients.Status) bool {
	return status == oauthclients.StatusInactive || status == oauthclients.StatusDeleted
}

// deactivateBody is the client as it was read, but inactive.
func deactivateBody(found *oauthclients.Record) (*providerkit.Object, error) {
	return statusBody(found, oauthclients.StatusInactive)
}

// statusBody is the client as it was read, but in another state. It has no date: for an inactive
// client the date is the vendor's, and an active one with it would be deleted all the same.
func statusBody(found *oauthclients.Record, status oauthclients.Status) (*providerkit.Object, error) {
	body, err := writable(found)
	if err != nil {
		return nil, err
	}
	body.Delete(memberDate)
	err = body.Set("state", status)
	return body, err
}

// writable reads a client's JSON without its read-only members, and with today's spelling of
// the grant type.
func writable(record *oauthclients.Record) (*providerkit.Object, error) {
	body, err := providerkit.ParseObject(record.Raw)
	if err != nil {
		return nil, fmt.Errorf("genesys: the client as it was read is no JSON object: %w", err)
	}
	body.Delete(readOnly()...)
	if isNoDate(body.Get(memberDate)) {
		body.Delete(memberDate)
	}
	var grant string
	if json.Unmarshal(body.Get(memberGrant), &grant) == nil && grant != "" {
		return &body, body.Set(memberGrant, foldGrant(grant))
	}
	return &body, nil
}

// isNoDate knows the ways to write that there is none. One of them is a date long past, which would have
// the client deleted at once if it were sent back.
func isNoDate(text json.RawMessage) bool {
	var date wireDate
	return len(text) == 0 || providerkit.IsNothing(text) || date.UnmarshalJSON(text) == nil && time.Time(date).IsZero()
}

// lay writes one field of want. A cleared list goes out as [], a cleared date not at all.
func lay(body *providerkit.Object, field string, want *oauthclients.OAuthClient) error {
	extra := settings(want)
	switch field {
	case "Name":
		return body.Set("name", want.Name)
	case "Description":
		return body.Set("description", want.Description)
	case "RedirectURIs":
		return body.Set("registeredRedirectUri", list(want.RedirectURIs))
	case "GrantTypes":
		return body.Set(memberGrant, grantToWire(want.GrantTypes))
	case "Scopes":
		return body.Set("scope", list(want.Scopes))
	case fieldValidity:
		return body.Set("accessTokenValiditySeconds", wireSeconds(extra.AccessTokenValidity))
	case fieldRoleDivisions:
		return body.Set("roleDivisions", roleDivisionsToWire(extra.RoleDivisions))
	case fieldDateToDelete:
		if extra.DateToDelete.IsZero() {
			body.Delete(memberDate)
			return nil
		}
		return body.Set(memberDate, wireTime(extra.DateToDelete))
	}
	return &oauthclients.UnsupportedError{Provider: providerName, Operation: "Update", Fields: []string{field}}
}

// list makes an absent list an empty one, which JSON shows as [] and not as null.
func list(values []string) []string { return append([]string{}, values...) }

// blank reports whether text holds nothing to read.
func blank(text string) bool { return strings.TrimSpace(text) == "" }
