package docspacetest

import "net/http"

// This file holds what goes wrong where many write at once.

// LoseRaces makes the next n updates and new secrets of clients that are there lose against another
// writer, again and again, until the portal gives up: 400, and nothing is changed.
func (s *Server) LoseRaces(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.races = n
}

// loses refuses a write that another one has got in front of.
func (s *Server) loses(w http.ResponseWriter, r *http.Request, a account) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.races <= 0 || a == guest || s.lookup(idOf(r), a) == nil {
		return false
	}
	s.races--
	refuse(w, r, http.StatusBadRequest, "Client could not be updated due to concurrent access")
	return true
}

// RegisterTogether registers n clients of the administrator in one microsecond, and returns their ids. A
// list that ends a page among them skips the others, as that of a self-hosted portal does. No request
// is recorded for it. The wire of the guide has no such clients.
func (s *Server) RegisterTogether(name string, n int) (clientIDs []string) {
	for range n {
		clientIDs = append(clientIDs, s.add(application(name, "https://app.example.com/callback"), administrator).ClientID)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, id := range clientIDs {
		s.anyone(id).created = now
	}
	return clientIDs
}
