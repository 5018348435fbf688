package genesystest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// This file describes the token in use.

// organization is the one there is, and ownName the name of the credentials of Auth.
const (
	organization = "b1d5c7a2-3f64-4c0e-8a52-6e1f9d3b7c48"
	ownName      = "genesystest"
)

// describeToken has the client under a name of its own kind, with its organization and without
// its secret and the settings of its sign-in.
func (s *Server) describeToken(r *http.Request) (any, *failure) {
	if text := r.URL.Query().Get("preserveIdleTTL"); text != "" {
		if _, err := strconv.ParseBool(text); err != nil {
			return nil, fail(http.StatusBadRequest, "invalid.value", "It must be true or false.", detail{"invalid.value", "preserveIdleTTL"})
		}
	}
	grant, _ := s.ledger.Bearer(bearer(r)) // it was good a moment ago
	here := entity{ID: organization, Name: "Example organization"}
	owner := map[string]json.RawMessage{}
	set(owner, "id", clientID)
	set(owner, "name", ownName)
	set(owner, "authorizedGrantType", "CLIENT-CREDENTIALS")
	set(owner, "state", defaultState)
	if c := s.find(grant.ClientID); c != nil {
		owner = c.view(false)
		for _, name := range []string{"accessTokenValiditySeconds", "description", "registeredRedirectUri", "roleIds", "selfUri"} {
			delete(owner, name)
		}
	}
	set(owner, "organization", here)
	return map[string]any{
		"organization": here, "homeOrganization": here, "OAuthClient": owner,
		"authorizedScope": append([]string{}, grant.Scopes...),
	}, nil
}
