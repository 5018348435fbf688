package sipgatetest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds what the fake knows about credentials: the token endpoint of the password
// grant, which is stock Keycloak, and the check of every API call.

// refusal is an error of the token endpoint (RFC 6749 section 5.2).
type refusal struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	// A form that does not parse lacks its fields, and that is answered below.
	_ = r.ParseForm()
	if refused := s.checkGrant(r.PostForm); refused != nil {
		answer(w, refused.status, refused)
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"access_token": s.AccessToken(), "token_type": "bearer", "expires_in": int(s.lifetime.Seconds()),
		"not-before-policy": 0, "session_state": "32c512d5-ccf2-4103-9555-a85d924f7d52",
		"scope": r.PostForm.Get("scope"),
	})
}

// checkGrant looks at the form in Keycloak's order: what is asked, who asks, for whom.
func (s *Server) checkGrant(form url.Values) *refusal {
	switch form.Get("grant_type") {
	case "password":
	case "":
		return &refusal{http.StatusBadRequest, "invalid_request", "Missing form parameter: grant_type"}
	default:
		return &refusal{http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant_type"}
	}
	if refused := s.checkClient(form.Get("client_id"), form.Get("client_secret")); refused != nil {
		return refused
	}
	for _, values := range form {
		if len(values) > 1 {
			return &refusal{http.StatusBadRequest, "invalid_request", "duplicated parameter"}
		}
	}
	return checkUser(form)
}

// checkClient knows sipgate's own client, which has no secret, and the clients of the account.
func (s *Server) checkClient(id, secret string) *refusal {
	if id == "" {
		return &refusal{http.StatusBadRequest, "invalid_client", "Missing client_id parameter"}
	}
	if id == sipgate.DefaultPasswordClientID {
		return nil
	}
	c, ok := s.find(id)
	if !ok {
		return &refusal{http.StatusUnauthorized, "invalid_client", "Invalid client or Invalid client credentials"}
	}
	if secret != c.secret {
		return &refusal{http.StatusUnauthorized, "unauthorized_client", "Invalid client or Invalid client credentials"}
	}
	return nil
}

func checkUser(form url.Values) *refusal {
	for _, name := range []string{"username", "password"} {
		if form.Get(name) == "" {
			return &refusal{http.StatusBadRequest, "invalid_request", "Missing form parameter: " + name}
		}
	}
	if form.Get("username") != Username || form.Get("password") != Password {
		return &refusal{http.StatusUnauthorized, "invalid_grant", "Invalid user credentials"}
	}
	return nil
}

// authenticated lets only calls with a valid credential through. The refusal has no body.
func (s *Server) authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.knows(r) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) knows(r *http.Request) bool {
	if user, password, ok := r.BasicAuth(); ok {
		return user == TokenID && password == Token
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && s.validToken(token)
}
