package genesystest

import (
	"errors"
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file checks the token of every API call, and ends the token in use.

// api serves one operation: correlation id, token, rate limit, and the operation itself.
func (s *Server) api(operation func(*http.Request) (any, *failure)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		correlation := s.uuid("c0")
		w.Header().Set("ININ-Correlation-Id", correlation)
		failed := s.authorized(r)
		if failed != nil {
			refuse(w, failed, correlation)
			return
		}
		grant, _ := s.ledger.Bearer(bearer(r)) // the operation may end it
		failed = s.limited(w, r)
		var body any
		if failed == nil {
			body, failed = operation(r)
		}
		if failed != nil {
			s.count(grant, r, failed.Status)
			refuse(w, failed, correlation)
			return
		}
		s.count(grant, r, http.StatusOK)
		answer(w, http.StatusOK, body)
	}
}

func refuse(w http.ResponseWriter, failed *failure, correlation string) {
	failed.ContextID = correlation
	answer(w, failed.Status, failed)
}

func (s *Server) authorized(r *http.Request) *failure {
	token := bearer(r)
	if token == "" {
		return fail(http.StatusUnauthorized, "authentication.required", "No authentication bearer token specified in authorization header.")
	}
	grant, err := s.ledger.Bearer(token)
	switch c := s.find(grant.ClientID); {
	case errors.Is(err, signin.ErrExpired):
		return fail(http.StatusUnauthorized, "credentials.expired", "The supplied credentials are expired and cannot be used.")
	case err != nil || c != nil && c.text("state") == "disabled": // which ends the tokens that it has
		return fail(http.StatusUnauthorized, "bad.credentials", "Invalid login credentials.")
	}
	return nil
}

// bearer is the token of a request, "" without one.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// endToken ends the token in use and, if a person signed in for it, what came of that.
func (s *Server) endToken(r *http.Request) (any, *failure) {
	grant, _ := s.ledger.Bearer(bearer(r)) // it was good a moment ago
	s.ledger.Revoke(bearer(r))
	s.ledger.EndGrant(grant.ID)
	s.ledger.EndSession(grant.Session)
	return nil, nil //nolint:nilnil // the vendor answers without a body
}
