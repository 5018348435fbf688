package docspacetest

import (
	"net/http"
	"slices"
)

// This file serves the portal's catalogue of scopes.

// scope is an entry of the portal's catalogue.
type scope struct {
	Name  string `json:"name"`
	Group string `json:"group"`
	Type  string `json:"type"`
}

// catalogue is sorted by name, but for openid.
func catalogue() []scope {
	return []scope{
		{"accounts.self:read", "profiles", "read"}, {"accounts.self:write", "profiles", "write"},
		{"accounts:read", "accounts", "read"}, {"accounts:write", "accounts", "write"},
		{"files:read", "files", "read"}, {"files:write", "files", "write"},
		{"rooms:read", "rooms", "read"}, {"rooms:write", "rooms", "write"},
		{"openid", "openid", "openid"},
	}
}

func (s *Server) scopes(w http.ResponseWriter, _ *http.Request, _ account) {
	answer(w, http.StatusOK, catalogue())
}

func unknownScopes(scopes []string) []string {
	known := func(name string) bool {
		return slices.ContainsFunc(catalogue(), func(s scope) bool { return s.Name == name })
	}
	return slices.DeleteFunc(set(scopes), known)
}
