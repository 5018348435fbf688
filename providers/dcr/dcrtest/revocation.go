package dcrtest

import (
	"io"
	"net/http"
	"slices"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file revokes tokens (RFC 7009).

func (v *revocation) describe(description map[string]any, base string) {
	description["revocation_endpoint"] = base + "/revoke"
	if v.atToken {
		description["revocation_endpoint"] = base + "/token"
	}
	if v.methods != nil {
		description["revocation_endpoint_auth_methods_supported"] = v.methods
	}
}

// revoke answers with an empty body, or with the manner's own.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	if s.revokes == nil {
		http.NotFound(w, r)
		return
	}
	_ = r.ParseForm() // a broken form has no token
	id, refused := s.revoker(r)
	if refused == nil {
		refused = s.revokeFor(id, r.PostForm.Get("token"))
	}
	if refused != nil {
		s.refuse(w, refused, s.badClientAsks)
		return
	}
	if s.revokes.body != "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(w, s.revokes.body) // a caller that left needs no answer
}

// revoker is the client that asks.
func (s *Server) revoker(r *http.Request) (id string, refused *fault) {
	who := s.proofOf(r)
	if !s.revokes.takes(who.method) {
		return "", &s.badClient
	}
	as := who.method
	if s.revokes.anyway {
		as = ""
	}
	refused = s.proves(who, as)
	if refused == nil && s.revokes.needsSecret && !r.PostForm.Has("client_secret") {
		refused = badRequest("client_secret: Field required")
	}
	return who.id, refused
}

// takes: what is listed is about clients that have a secret.
func (v *revocation) takes(method string) bool {
	if method == none {
		return !v.noPublic
	}
	return v.methods == nil || slices.Contains(v.methods, method)
}

// revokeFor ends a refresh token with its access tokens, and an access token alone or with its refresh
// token.
func (s *Server) revokeFor(id, token string) *fault {
	grant, err := s.ledger.Holder(token)
	refreshes := err == nil
	if err != nil {
		grant, err = s.ledger.Bearer(token)
	}
	if err != nil || grant.ClientID != id {
		return s.revokes.unknown
	}
	s.endToken(grant, token, refreshes)
	return nil
}

func (s *Server) endToken(grant signin.Grant, token string, refreshes bool) {
	if refreshes || s.revokes.endsAll {
		s.ledger.EndGrant(grant.ID)
		return
	}
	s.ledger.Revoke(token)
}
