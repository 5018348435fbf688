package docspace

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file holds what becomes of members that could not be read: a create tells their names, and an
// update sends them back as they came.

// createdOddly is the error beside a client that was created whole, of which something cannot be read.
func createdOddly(id string, unread []string) error {
	if len(unread) == 0 {
		return nil
	}
	return withUnread(&oauthclients.Error{
		Kind: oauthclients.ErrNotApplied, Provider: providerName, Operation: opCreate,
		Message: "the client exists, and not all of the answer could be read",
		Err:     &oauthclients.NotAppliedError{ID: id},
	}, unread)
}

// withUnread adds the members, by their Go names, to what was not applied.
func withUnread(err error, unread []string) error {
	var missing *oauthclients.NotAppliedError
	if errors.As(err, &missing) {
		for _, member := range unread {
			if field := fieldOf(member); !slices.Contains(missing.Fields, field) {
				missing.Fields = append(missing.Fields, field)
			}
		}
	}
	return err
}

// fieldOf is the field that a member stands for, in either spelling; a member without one stands for
// itself.
func fieldOf(member string) string {
	fields := map[string]string{
		"name": "Name", "description": "Description", "logo": "LogoURI", "scopes": "Scopes", "enabled": "Status",
		"clientsecret": "Secret", "websiteurl": "ClientURI", "termsurl": "TermsURI", "policyurl": "PolicyURI",
		"redirecturis": "RedirectURIs", "allowedorigins": "AllowedOrigins", "granttypes": "GrantTypes",
		"logoutredirecturis": "PostLogoutRedirectURIs", "logoutredirecturi": "PostLogoutRedirectURIs",
		"authenticationmethods": "Extra.AuthenticationMethods", "tenant": "Extra.Tenant", "ispublic": "Extra.Public",
		"createdby": "Extra.CreatedBy", "modifiedby": "Extra.ModifiedBy",
	}
	if field, known := fields[strings.ToLower(strings.ReplaceAll(member, "_", ""))]; known {
		return field
	}
	return member
}

// oddMembers are the members that every update sends, for which the model has nothing though something
// is there, and that were not edited: what could not be read must not be cleared.
func oddMembers(raw json.RawMessage, want *oauthclients.OAuthClient, changed []string) (map[string]json.RawMessage, error) {
	var suspects []string
	for name, isEmpty := range map[string]bool{
		"name": want.Name == "", "description": want.Description == "", "logo": want.LogoURI == "",
		"allowed_origins": len(want.AllowedOrigins) == 0, "redirect_uris": len(want.RedirectURIs) == 0, "scopes": len(want.Scopes) == 0,
	} {
		if isEmpty && !slices.Contains(changed, fieldOf(name)) {
			suspects = append(suspects, name)
		}
	}
	if len(suspects) == 0 {
		return nil, nil //nolint:nilnil // there are none
	}
	return somethingIn(raw, suspects)
}

// somethingIn are those of the members that hold something.
func somethingIn(raw json.RawMessage, names []string) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := decode(raw, &members); err != nil {
		return nil, err
	}
	found := map[string]json.RawMessage{}
	for _, name := range names {
		for other, text := range members { // in either spelling
			if fieldOf(other) == fieldOf(name) && len(text) > 0 && !isNothing(text) {
				found[name] = text
			}
		}
	}
	return found, nil
}
