package dcrtest

import (
	"crypto/rand"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
)

// This file serves registration and management.

// fault is a refusal (RFC 7591 section 3.2.2).
type fault struct {
	status           int
	Code             string `json:"error"`
	ErrorDescription string `json:"error_description,omitempty"`
}

func badMetadata(text string) *fault {
	return &fault{http.StatusBadRequest, "invalid_client_metadata", text}
}
func badRequest(text string) *fault { return &fault{http.StatusBadRequest, "invalid_request", text} }
func badToken(text string) *fault   { return &fault{http.StatusUnauthorized, "invalid_token", text} }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a caller that left needs no answer
}

// refuse answers with a fault in the server's manner.
func (s *Server) refuse(w http.ResponseWriter, f *fault) {
	if f.status == http.StatusUnauthorized && f.Code == "invalid_token" {
		if s.hydra {
			answer(w, f.status, map[string]string{"error": "The request could not be authorized"})
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="`+s.issuer()+`", error="invalid_token", error_description="`+f.ErrorDescription+`"`)
	}
	answer(w, f.status, f)
}

// bearer is the token of a request, "" without one.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// mayRegister checks the initial access token (RFC 7591 section 3).
func (s *Server) mayRegister(r *http.Request) *fault {
	token := bearer(r)
	switch {
	case !s.initial || token == InitialAccessToken:
		return nil
	case token == "":
		return badToken("no access token provided")
	}
	if grant, err := s.ledger.Bearer(token); err != nil || grant.ClientID != RegistrarID {
		return badToken("invalid token provided")
	}
	return nil
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
	if refused := s.mayRegister(r); refused != nil {
		s.refuse(w, refused)
		return
	}
	members, refused := metadata(r)
	if refused == nil {
		refused = s.complete(members)
	}
	if refused != nil {
		s.refuse(w, refused)
		return
	}
	answer(w, http.StatusCreated, s.add(members))
}

// manage serves the address of one client. Whatever is wrong with the token or the client is the
// same refusal. Looking at the token and replacing it are one step.
func (s *Server) manage(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if s.queryURI {
		id = r.URL.Query().Get("client_id")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[id]
	if c == nil || c.token != bearer(r) {
		s.refuse(w, badToken("invalid token provided"))
		return
	}
	switch r.Method {
	case http.MethodGet:
		s.read(w, c)
	case http.MethodPut:
		s.update(w, r, c)
	case http.MethodDelete:
		delete(s.clients, id)
		w.WriteHeader(http.StatusNoContent)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (s *Server) read(w http.ResponseWriter, c *client) {
	rotated := s.rotateOnRead
	if rotated {
		c.token = rand.Text()
	}
	shown := s.shown(c)
	if s.hydra {
		delete(shown, "client_secret")
		if !rotated {
			delete(shown, memberToken)
		}
	}
	answer(w, http.StatusOK, shown)
}

func (s *Server) update(w http.ResponseWriter, r *http.Request, c *client) {
	members, refused := metadata(r)
	if refused == nil {
		refused = s.checkUpdate(c, members)
	}
	if refused == nil {
		refused = s.complete(members)
	}
	if refused != nil {
		s.refuse(w, refused)
		return
	}
	s.replace(c, members)
	shown := s.shown(c)
	if s.hydra {
		delete(shown, memberURI)
		if !s.newSecrets {
			delete(shown, "client_secret")
		}
	}
	answer(w, http.StatusOK, shown)
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
	if secret, sent := members["client_secret"]; sent && secret != c.secret {
		return badRequest("provided client_secret does not match the authenticated client's one")
	}
	return nil
}
