package dcrtest

import "net/http"

// This file holds the protected resource whose tokens come from the server (RFC 9728).

const resourceMetadata = "/.well-known/oauth-protected-resource"

// WithResource puts a protected resource at a path of the server, such as "/mcp": h answers those who come
// with an access token of somebody who signed in, or of a client of its own. Everybody else gets a 401
// with a challenge that names the resource's metadata, as servers of the Model Context Protocol answer.
// scopes are those that the challenge asks for.
func WithResource(path string, h http.Handler, scopes string) Option {
	return func(s *Server) { s.resource = &resource{path: path, handler: h, scopes: scopes} }
}

// Resource returns the address of the resource of [WithResource], "" without one: for dcr.Discover.
func (s *Server) Resource() string {
	if s.resource == nil {
		return ""
	}
	return s.URL() + s.resource.path
}

type resource struct {
	path, scopes string
	handler      http.Handler
}

func (s *Server) protect(mux *http.ServeMux) {
	if s.resource == nil {
		return
	}
	mux.HandleFunc("GET "+resourceMetadata+s.resource.path, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{
			"resource": s.Resource(), "authorization_servers": []string{s.issuer()}, "bearer_methods_supported": []string{"header"},
		})
	})
	mux.HandleFunc(s.resource.path, func(w http.ResponseWriter, r *http.Request) {
		token := bearer(r)
		if _, err := s.ledger.Bearer(token); err != nil {
			s.challenge(w, token)
			return
		}
		s.resource.handler.ServeHTTP(w, r)
	})
}

// challenge is RFC 9728 section 5.1. The error stands there only if there was a token (RFC 6750 section
// 3.1).
func (s *Server) challenge(w http.ResponseWriter, token string) {
	text := `Bearer resource_metadata="` + s.URL() + resourceMetadata + s.resource.path + `"`
	if s.resource.scopes != "" {
		text += `, scope="` + s.resource.scopes + `"`
	}
	if token != "" {
		text += `, error="invalid_token"`
	}
	w.Header().Set("WWW-Authenticate", text)
	w.WriteHeader(http.StatusUnauthorized)
}
