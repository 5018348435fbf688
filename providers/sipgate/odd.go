package sipgate

import (
	"encoding/json"
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds what becomes of members that could not be read: a create tells their names, and an
// update sends them back as they came.

// fieldsOf are the fields that members stand for.
func fieldsOf(members []string) (fields []string) {
	for _, member := range members {
		fields = append(fields, fieldOf(member))
	}
	return fields
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
func oddMembers(raw *providerkit.Object, want *oauthclients.OAuthClient, changed []string) map[string]json.RawMessage {
	var odd map[string]json.RawMessage
	suspect := func(name string, isEmpty bool) {
		if !isEmpty || slices.Contains(changed, fieldOf(name)) {
			return
		}
		if text := raw.Find(name); !providerkit.IsNothing(text) {
			if odd == nil {
				odd = map[string]json.RawMessage{}
			}
			odd[name] = text
		}
	}
	suspect("name", want.Name == "")
	suspect("description", want.Description == "")
	suspect("redirectUris", len(want.RedirectURIs) == 0)
	suspect("webOrigins", len(want.AllowedOrigins) == 0)
	suspect("privacyUrl", want.PolicyURI == "")
	suspect("termsUrl", want.TermsURI == "")
	return odd
}
