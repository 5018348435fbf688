package docspace

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

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

// fieldOf is the field that a member stands for, in either spelling; a member without one stands for
// itself.
func fieldOf(member string) string {
	if field, known := knownFields()[strings.ToLower(strings.ReplaceAll(member, "_", ""))]; known {
		return field
	}
	return member
}

// knownFields are the fields by their members, without case and underlines. Nobody changes it.
var knownFields = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"name": "Name", "description": "Description", "logo": "LogoURI", "scopes": "Scopes", "enabled": "Status",
		"clientsecret": "Secret", "websiteurl": "ClientURI", "termsurl": "TermsURI", "policyurl": "PolicyURI",
		"redirecturis": "RedirectURIs", "allowedorigins": "AllowedOrigins", "granttypes": "GrantTypes",
		"logoutredirecturis": "PostLogoutRedirectURIs", "logoutredirecturi": "PostLogoutRedirectURIs",
		"authenticationmethods": "Extra.AuthenticationMethods", "tenant": "Extra.Tenant", "ispublic": "Extra.Public",
		"createdby": "Extra.CreatedBy", "modifiedby": "Extra.ModifiedBy",
	}
})

// suspects collects members for which the model has nothing though something is there.
type suspects struct {
	raw     *providerkit.Object
	changed []string
	odd     map[string]json.RawMessage
}

// look keeps what could not be read, unless it was edited. It stands in either spelling.
func (s *suspects) look(name string, isEmpty bool) {
	if !isEmpty || slices.Contains(s.changed, fieldOf(name)) {
		return
	}
	for other, text := range s.raw.All() {
		if fieldOf(other) == fieldOf(name) && !providerkit.IsNothing(text) {
			if s.odd == nil {
				s.odd = map[string]json.RawMessage{}
			}
			s.odd[name] = text
		}
	}
}

// oddMembers are the members that every update sends, for which the model has nothing though something
// is there, and that were not edited: what could not be read must not be cleared.
func oddMembers(raw *providerkit.Object, want *oauthclients.OAuthClient, changed []string) map[string]json.RawMessage {
	s := suspects{raw: raw, changed: changed}
	s.look("name", want.Name == "")
	s.look("description", want.Description == "")
	s.look("logo", want.LogoURI == "")
	s.look("allowed_origins", len(want.AllowedOrigins) == 0)
	s.look("redirect_uris", len(want.RedirectURIs) == 0)
	s.look("scopes", len(want.Scopes) == 0)
	return s.odd
}
