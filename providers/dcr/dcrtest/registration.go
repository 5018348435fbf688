package dcrtest

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// This file serves registration and management.

// fault is a refusal (RFC 7591 section 3.2.2).
type fault struct {
	status           int
	Code             string `json:"error,omitempty"`
	ErrorDescription string `json:"error_description,omitempty"`
}

func badMetadata(text string) *fault {
	return &fault{http.StatusBadRequest, "invalid_client_metadata", text}
}
func badRequest(text string) *fault { return &fault{http.StatusBadRequest, "invalid_request", text} }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a caller that left needs no answer
}

// refuseToken refuses who registers or manages.
func (s *Server) refuseToken(w http.ResponseWriter, r *http.Request, f *fault) {
	asks := s.badTokenAsks
	if bearer(r) == "" {
		asks = s.noTokenAsks
	}
	s.refuse(w, f, asks)
}

// bearer is the token of a request, "" without one.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// mayRegister checks the initial access token (RFC 7591 section 3). That of a person registers too.
func (s *Server) mayRegister(r *http.Request) *fault {
	token := bearer(r)
	if !s.initial || token == InitialAccessToken {
		return nil
	}
	if grant, err := s.ledger.Bearer(token); err == nil && (grant.ClientID == RegistrarID || grant.User != "") {
		return nil
	}
	switch {
	case s.stranger != (fault{}):
		return &s.stranger
	case token == "":
		return &s.noToken
	}
	return &s.badToken
}

// metadata reads the body of a request.
func metadata(r *http.Request) (map[string]any, *fault) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return nil, badRequest("the content type must be application/json")
	}
	var members map[string]any
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&members); err != nil || members == nil {
		return nil, badRequest("the body must be a JSON object")
	}
	return members, nil
}

func (s *Server) register(w http.ResponseWriter, r *http.Request) {
	s.registerWith(w, r, func(shown map[string]any) map[string]any { return shown })
}

// registerOnly is the other door, behind which clients are not managed.
func (s *Server) registerOnly(w http.ResponseWriter, r *http.Request) {
	s.registerWith(w, r, func(shown map[string]any) map[string]any {
		delete(shown, memberToken)
		delete(shown, memberURI)
		return shown
	})
}

func (s *Server) registerWith(w http.ResponseWriter, r *http.Request, show func(map[string]any) map[string]any) {
	if refused := s.mayRegister(r); refused != nil {
		s.refuseToken(w, r, refused)
		return
	}
	members, refused := metadata(r)
	if refused == nil {
		refused = s.complete(members)
	}
	if refused == nil {
		refused = checkKeys(members)
	}
	if refused != nil {
		s.refuseToken(w, r, refused)
		return
	}
	answer(w, s.created, show(s.add(members)))
}

// manage serves the address of one client. Looking at the token and replacing it are one step.
func (s *Server) manage(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if s.queryURI {
		id = r.URL.Query().Get("client_id")
	}
	if !slices.Contains(s.verbs, r.Method) {
		s.noSuchVerb(w)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[id]
	if refused := s.mayManage(c, bearer(r)); refused != nil {
		s.refuseToken(w, r, refused)
		return
	}
	switch r.Method {
	case http.MethodGet:
		s.read(w, r, c)
	case http.MethodPut:
		s.update(w, r, c)
	case http.MethodDelete:
		delete(s.clients, id)
		if s.deletedAs != "" {
			w.Header().Set("Content-Type", s.deletedAs)
		}
		w.WriteHeader(s.deleted)
	}
}

func (s *Server) noSuchVerb(w http.ResponseWriter) {
	if s.otherVerb == "" {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Location", s.base()+s.otherVerb)
	w.WriteHeader(http.StatusFound)
}

// mayManage: what is wrong with the token and what is wrong with the client are mostly the same refusal.
func (s *Server) mayManage(c *client, token string) *fault {
	switch {
	case token == "" && s.noHandle != (fault{}):
		return &s.noHandle
	case c != nil && c.token == token && !s.hasEnded(c):
		return nil
	case s.otherToken != (fault{}) && s.hasOther(token):
		return &s.otherToken
	}
	return &s.badToken
}

func (s *Server) read(w http.ResponseWriter, r *http.Request, c *client) {
	if c.broken {
		s.refuseToken(w, r, &fault{http.StatusInternalServerError, "server_error", ""})
		return
	}
	if s.rotateOnRead {
		s.renewToken(c)
	}
	answer(w, http.StatusOK, s.shown(c, http.MethodGet))
}

func (s *Server) update(w http.ResponseWriter, r *http.Request, c *client) {
	members, refused := metadata(r)
	if refused == nil {
		refused = s.checkUpdate(c, members)
	}
	if refused == nil {
		refused = checkKeys(members)
	}
	if refused == nil {
		members = s.merged(c, members)
		refused = s.complete(members)
	}
	if refused != nil {
		c.broken = c.broken || refused.Code == "server_error"
		s.refuseToken(w, r, refused)
		return
	}
	s.replace(c, members)
	answer(w, http.StatusOK, s.shown(c, http.MethodPut))
}

// checkUpdate is RFC 7592 section 2.2.
func (s *Server) checkUpdate(c *client, members map[string]any) *fault {
	for _, name := range []string{memberToken, memberURI, "client_secret_expires_at", "client_id_issued_at"} {
		if _, sent := members[name]; sent {
			return badRequest("request MUST NOT include the " + name + " field")
		}
	}
	if members["client_id"] != c.id {
		return badRequest("provided client_id does not match the authenticated client's one")
	}
	if secret, sent := members["client_secret"]; sent && (s.secretRefused || secret != c.secret) {
		return badRequest("provided client_secret does not match the authenticated client's one")
	}
	return nil
}
