package docspacetest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds what the portal tells about tokens: the introspection and the person behind one.

// introspect asks for no credentials of a client. A client that is switched off has no tokens, until it is
// switched on again.
func (s *Server) introspect(w http.ResponseWriter, r *http.Request) {
	token := form(r).Get("token")
	if token == "" {
		refused := badParameter("token")
		answer(w, refused.status, refused)
		return
	}
	answer(w, http.StatusOK, s.introspected(token))
}

func (s *Server) introspected(token string) map[string]any {
	told := map[string]any{"active": false}
	grant, err := s.ledger.Bearer(token)
	access := err == nil
	if !access {
		grant, err = s.ledger.Holder(token)
	}
	if _, enabled := s.registeredClient(grant.ClientID); err != nil || !enabled {
		return told
	}
	told = map[string]any{"active": true, "client_id": grant.ClientID, "sub": grant.User}
	if access {
		told["scope"], told["token_type"] = strings.Join(grant.Scopes, " "), "Bearer"
		for _, claim := range []string{"iss", "aud", "jti", "iat", "exp"} {
			told[claim] = payload(token)[claim]
		}
	}
	return told
}

// payload has the claims of a token of this server.
func payload(token string) (claims map[string]json.RawMessage) {
	_, rest, _ := strings.Cut(token, ".")
	encoded, _, _ := strings.Cut(rest, ".")
	text, _ := base64.RawURLEncoding.DecodeString(encoded)
	_ = json.Unmarshal(text, &claims) // it was made here
	return claims
}

func (s *Server) userinfo(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	grant, err := s.ledger.Bearer(token)
	if _, enabled := s.registeredClient(grant.ClientID); err != nil || !enabled {
		w.Header().Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	signin.Private(w)
	answer(w, http.StatusOK, map[string]string{"sub": grant.User})
}
