package genesystest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// This file holds the token endpoint and the check of tokens.

// lifetime is what the vendor's tokens have left when they arrive.
const lifetime = 86399 * time.Second

type oauthFailure struct {
	Error            string `json:"error"`
	Description      string `json:"description"`
	ErrorDescription string `json:"error_description"`
}

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
}

// token serves POST /oauth/token for client credentials.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.tokenWindow.take(s.tokenLimit) {
		refuse(w, http.StatusBadRequest, "invalid_request", "rate limit exceeded; try again later")
		return
	}
	id, secret, basic := r.BasicAuth()
	switch {
	case !basic:
		refuse(w, http.StatusUnauthorized, "invalid_client", "client credentials are required")
	case id != clientID || secret != clientSecret:
		refuse(w, http.StatusBadRequest, "invalid_client", "client not found")
	case r.PostFormValue("grant_type") != "client_credentials":
		refuse(w, http.StatusBadRequest, "unsupported_grant_type", "unsupported grant type")
	default:
		answer(w, http.StatusOK, tokenAnswer{s.issue(), "bearer", int(lifetime / time.Second)})
	}
}

func refuse(w http.ResponseWriter, status int, code, text string) {
	full := text
	if code == "invalid_client" {
		full += ": " + code
	}
	answer(w, status, oauthFailure{Error: code, Description: text, ErrorDescription: full})
}

// issue returns a new token. The caller holds the lock.
func (s *Server) issue() string {
	token := fmt.Sprintf("genesystest-token-%d", s.number())
	s.tokens[token] = time.Now().Add(lifetime)
	return token
}

func (s *Server) number() int {
	s.made++
	return s.made
}

// api serves one operation: correlation id, token, rate limit, and the operation itself.
func (s *Server) api(operation func(*http.Request) (any, *failure)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		correlation := s.uuid("c0")
		w.Header().Set("ININ-Correlation-Id", correlation)
		failed := s.authorized(r)
		if failed == nil {
			failed = s.limited(w, r)
		}
		var body any
		if failed == nil {
			body, failed = operation(r)
		}
		if failed != nil {
			failed.ContextID = correlation
			answer(w, failed.Status, failed)
			return
		}
		answer(w, http.StatusOK, body)
	}
}

func (s *Server) authorized(r *http.Request) *failure {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	expiry, issued := s.tokens[token]
	switch {
	case !strings.EqualFold(scheme, "Bearer") || token == "":
		return fail(http.StatusUnauthorized, "authentication.required", "No authentication bearer token specified in authorization header.")
	case !issued:
		return fail(http.StatusUnauthorized, "bad.credentials", "Invalid login credentials.")
	case !time.Now().Before(expiry):
		return fail(http.StatusUnauthorized, "credentials.expired", "The supplied credentials are expired and cannot be used.")
	}
	return nil
}
