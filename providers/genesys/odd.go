package genesys

import (
	"errors"
	"slices"

	"github.com/oauthclients/oauthclients"
)

// This file holds what becomes of members that could not be read: a create tells their names. An update
// sends back all that it does not change, so that nothing has to be done for them there.

// createdOddly is the error beside a client that was created whole, of which something cannot be read.
func createdOddly(id string, unread []string) error {
	if len(unread) == 0 {
		return nil
	}
	return withUnread(&oauthclients.Error{
		Kind: oauthclients.ErrNotApplied, Provider: providerName, Operation: "Create",
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

// fieldOf is the field that a member stands for.
func fieldOf(member string) string {
	return map[string]string{
		"name": "Name", "description": "Description", "authorizedGrantType": "GrantTypes", "registeredRedirectUri": "RedirectURIs",
		"scope": "Scopes", "state": "Status", "secret": "Secret", "dateCreated": "CreatedAt", "dateModified": "UpdatedAt",
		"accessTokenValiditySeconds": fieldValidity, "roleDivisions": fieldRoleDivisions, "dateToDelete": fieldDateToDelete,
		"roleIds": "Extra.RoleIDs", "createdBy": "Extra.CreatedBy", "modifiedBy": "Extra.ModifiedBy", "selfUri": "Extra.SelfURI",
	}[member]
}
