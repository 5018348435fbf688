package genesystest

import (
	"net/http"
	"slices"
)

// This file holds the catalogue of scopes: a few of the vendor's, with descriptions in English
// alone, whatever language is asked for.

type scope struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	SelfURI     string `json:"selfUri"`
}

func catalogue() []scope {
	texts := [][2]string{
		{"oauth", "Manage OAuth clients"},
		{"oauth:readonly", "View OAuth clients"},
		{"routing", "Manage queues and skills"},
		{"routing:readonly", "View queues and skills"},
		{"users", "Manage users"},
		{"users:readonly", "View users"},
	}
	scopes := make([]scope, len(texts))
	for i, text := range texts {
		scopes[i] = scope{text[0], text[1], "/api/v2/oauth/scopes/" + text[0]}
	}
	return scopes
}

// unpaged is the listing of what has no pages.
type unpaged[T any] struct {
	Total    int    `json:"total"`
	Entities []T    `json:"entities"`
	SelfURI  string `json:"selfUri"`
}

func listOf[T any](entities []T, path string) unpaged[T] {
	return unpaged[T]{Total: len(entities), Entities: entities, SelfURI: path}
}

func (s *Server) listScopes(r *http.Request) (any, *failure) {
	return listOf(catalogue(), r.URL.Path), nil
}

func (s *Server) getScope(r *http.Request) (any, *failure) {
	scopes := catalogue()
	index := slices.IndexFunc(scopes, func(one scope) bool { return one.ID == r.PathValue("scopeId") })
	if index < 0 {
		return nil, notFound()
	}
	return scopes[index], nil
}
