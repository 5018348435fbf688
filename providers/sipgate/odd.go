package sipgate

import (
	"encoding/json"
	"errors"
	"slices"

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

// fieldOf is the field that a member stands for.
func fieldOf(member string) string {
	return map[string]string{
		"clientSecret": "Secret", "name": "Name", "description": "Description", "redirectUris": "RedirectURIs",
		"webOrigins": "AllowedOrigins", "privacyUrl": "PolicyURI", "termsUrl": "TermsURI",
	}[member]
}

// oddMembers are the settings for which the model has nothing though something is there, and that were
// not edited: what could not be read must not be cleared by a PUT that demands it.
func oddMembers(raw json.RawMessage, want *oauthclients.OAuthClient, changed []string) (map[string]json.RawMessage, error) {
	var suspects []string
	for name, isEmpty := range map[string]bool{
		"name": want.Name == "", "description": want.Description == "", "redirectUris": len(want.RedirectURIs) == 0,
		"webOrigins": len(want.AllowedOrigins) == 0, "privacyUrl": want.PolicyURI == "", "termsUrl": want.TermsURI == "",
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
		if text := member(members, name); len(text) > 0 && !isNothing(text) {
			found[name] = text
		}
	}
	return found, nil
}
