package dcrtest

import (
	"net/http"
	"net/url"
	"slices"
)

// This file checks who asks at the token endpoint and at its neighbours (RFC 6749 section 2.3.1).

// proof is what a request says of its client.
type proof struct{ id, secret, method, formID string }

// proofOf reads Basic where the server knows it, and the form.
func (s *Server) proofOf(r *http.Request) proof {
	who := proof{id: r.PostForm.Get("client_id"), secret: r.PostForm.Get("client_secret"), method: post}
	who.formID = who.id
	if id, secret, sent := r.BasicAuth(); sent && slices.Contains(s.methods, basic) {
		who.id, _ = url.QueryUnescape(id)
		who.secret, _ = url.QueryUnescape(secret)
		who.method = basic
	} else if who.secret == "" {
		who.method = none
	}
	return who
}

// proves checks a proof; as is the method as which it counts, "" for any.
func (s *Server) proves(who proof, as string) *fault {
	if s.noClient != (fault{}) && (who.id == "" || s.needsFormID && who.formID == "") {
		return &s.noClient
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[who.id]
	switch {
	case who.id == RegistrarID && who.secret == RegistrarSecret:
		return nil
	case c == nil && s.unknownClient != (fault{}):
		return &s.unknownClient
	case c == nil, s.strict && as != "" && !c.provesBy(as):
		return &s.badClient
	case s.strict && as == none: // its secret, if it has one, is not asked for
		return nil
	case who.secret != c.secret:
		return &s.badClient
	}
	return nil
}

// provesBy: a client that was registered without a method has every one that its secret is good for.
func (c *client) provesBy(method string) bool {
	registered := c.members[memberMethod]
	if registered == nil {
		return (method == none) == (c.secret == "")
	}
	return registered == method
}

// mayUse checks the grant type. By itself only a client with a secret gets a token (RFC 6749 section 4.4).
func (s *Server) mayUse(who proof, grant string) *fault {
	if !slices.Contains([]string{"client_credentials", "password", "authorization_code", "refresh_token"}, grant) {
		return &s.unknownGrant
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[who.id]
	if c == nil {
		return nil // the registrar has every grant type
	}
	if grant == "refresh_token" && s.refreshes {
		grant = "authorization_code"
	}
	grants, registered := c.members["grant_types"].([]any)
	allowed := slices.Contains(grants, any(grant)) || !registered && !s.needsResponses
	if !allowed || grant == "client_credentials" && who.secret == "" {
		return &s.badUse
	}
	return nil
}
