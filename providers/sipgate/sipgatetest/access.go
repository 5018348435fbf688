package sipgatetest

import (
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file checks the credential of every API call.

// authenticated lets only calls with a valid credential through. The refusal has no body.
func (s *Server) authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := s.granted(r); !ok {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// scoped lets only calls through whose credential has the scope.
func (s *Server) scoped(scope string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if scopes, _ := s.granted(r); !opens(scopes, scope) {
			refuse(w, http.StatusForbidden, fault{Detail: "the token lacks the scope " + scope})
			return
		}
		next(w, r)
	}
}

// granted are the scopes of a call's credential; false if the credential is no good. The
// personal access token has all of them.
func (s *Server) granted(r *http.Request) (scopes []string, ok bool) {
	if user, password, basic := r.BasicAuth(); basic {
		return []string{sipgate.ScopeAll}, user == TokenID && password == Token
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, false
	}
	grant, err := s.ledger.Bearer(token)
	return grant.Scopes, err == nil
}
