package docspacetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// This file speaks the wire of the published guide.

// guided is a client in that wire: members as they were sent, known and unknown. They are
// replaced, never changed.
type guided struct {
	id      string
	members map[string]json.RawMessage
}

func (s *Server) guideRoutes(mux *http.ServeMux, clients string) {
	mux.Handle(clients, at{methods{http.MethodGet: s.keyed(s.guideList), http.MethodPost: s.keyed(s.guideCreate)}, notOfTheMainAPI})
	mux.Handle(clients+"/{id}", at{methods{
		http.MethodGet: s.keyed(s.guideGet), http.MethodPut: s.keyed(s.guideUpdate), http.MethodDelete: s.keyed(s.guideDelete),
	}, notOfTheMainAPI})
}

// keyed serves only requests with an API key or an access token.
func (s *Server) keyed(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, ok := s.bearer(r)
		switch {
		case !ok:
			unauthorized(w)
		case a == guest:
			guideRefuse(w, http.StatusForbidden, "Access denied")
		default:
			next(w, r)
		}
	}
}

func guideRefuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]any{
		"status": 1, "statusCode": status, "error": map[string]string{"message": message},
	})
}

func guideAnswer(w http.ResponseWriter, status int, response any) {
	answer(w, status, map[string]any{"response": response, "status": 0, "statusCode": status})
}

func (s *Server) guideCreate(w http.ResponseWriter, r *http.Request) {
	members, ok := guideBody(w, r)
	if !ok {
		return
	}
	if !filled(members) {
		guideIncomplete(w)
		return
	}
	guideAnswer(w, http.StatusCreated, s.addGuided(members).members)
}

// addGuided takes the members over.
func (s *Server) addGuided(members map[string]json.RawMessage) guided {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	c := guided{id: fmt.Sprintf("6c7cf17b-1bd3-47d5-94c6-%012x", s.count), members: members}
	members["id"] = marshal(c.id)
	members["clientSecret"] = marshal(fmt.Sprintf("q8ZrT1vYc0LkN5eWm2HsXa7P%012x", s.count))
	s.guided = append(s.guided, c)
	return c
}

func guideBody(w http.ResponseWriter, r *http.Request) (map[string]json.RawMessage, bool) {
	var members map[string]json.RawMessage
	if json.NewDecoder(r.Body).Decode(&members) != nil || members == nil || !typed(members) {
		guideRefuse(w, http.StatusBadRequest, "the body is not a client")
		return nil, false
	}
	return members, true
}

// typed: the members of the guide have the guide's types where they are there.
func typed(members map[string]json.RawMessage) bool {
	for member, target := range map[string]any{"name": new(string), "redirectUris": new([]string), "grantTypes": new([]string)} {
		if value, ok := members[member]; ok && json.Unmarshal(value, target) != nil {
			return false
		}
	}
	return true
}

func filled(members map[string]json.RawMessage) bool {
	for _, member := range []string{"name", "redirectUris", "grantTypes"} {
		if value := string(members[member]); value == "" || value == `""` || value == "[]" || value == "null" {
			return false
		}
	}
	return true
}

func (s *Server) guideList(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	list := make([]map[string]json.RawMessage, 0, len(s.guided))
	for _, c := range s.guided {
		list = append(list, c.members)
	}
	s.mu.Unlock()
	guideAnswer(w, http.StatusOK, list)
}

func (s *Server) guideGet(w http.ResponseWriter, r *http.Request) {
	s.guideChange(w, r, func(int) bool { return true })
}

// guideUpdate changes the members that are sent; id and secret stay.
func (s *Server) guideUpdate(w http.ResponseWriter, r *http.Request) {
	sent, ok := guideBody(w, r)
	if !ok {
		return
	}
	s.guideChange(w, r, func(i int) bool {
		members := maps.Clone(s.guided[i].members)
		id, secret := members["id"], members["clientSecret"]
		maps.Copy(members, sent)
		members["id"], members["clientSecret"] = id, secret
		if !filled(members) {
			return false
		}
		s.guided[i].members = members
		return true
	})
}

// guideChange answers the client as it is after a change, which is made under the lock and may
// refuse.
func (s *Server) guideChange(w http.ResponseWriter, r *http.Request, change func(index int) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch i := s.guideIndex(r); {
	case i < 0:
		guideRefuse(w, http.StatusNotFound, "The client was not found")
	case !change(i):
		guideIncomplete(w)
	default:
		guideAnswer(w, http.StatusOK, s.guided[i].members)
	}
}

func guideIncomplete(w http.ResponseWriter) {
	guideRefuse(w, http.StatusBadRequest, "name, redirectUris and grantTypes are required")
}

func (s *Server) guideDelete(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	i := s.guideIndex(r)
	if i >= 0 {
		s.guided = slices.Delete(s.guided, i, i+1)
	}
	s.mu.Unlock()
	if i < 0 {
		guideRefuse(w, http.StatusNotFound, "The client was not found")
		return
	}
	w.WriteHeader(http.StatusOK)
}

// guideIndex is for holders of the lock.
func (s *Server) guideIndex(r *http.Request) int {
	return slices.IndexFunc(s.guided, func(c guided) bool { return c.id == r.PathValue("id") })
}
