package dcrtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file writes what the token endpoint answers, and every refusal.

// after is a time that long after the answer, as a number.
type after time.Duration

func (s *Server) scopesOf(asked string) []string {
	if asked == "" {
		asked = s.scope
	}
	return strings.Fields(asked)
}

// tokenAnswer is RFC 6749 section 5.1. Without a sign-in there are no more members than that.
func (s *Server) tokenAnswer(tokens signin.Tokens) map[string]any {
	body := map[string]any{"access_token": tokens.Access, "token_type": s.tokenType, "expires_in": 3600}
	if tokens.Grant.User == "" {
		return body
	}
	if tokens.Refresh != "" {
		body["refresh_token"] = tokens.Refresh
	}
	if len(tokens.Grant.Scopes) > 0 || s.scoped {
		body["scope"] = strings.Join(tokens.Grant.Scopes, " ")
	}
	if s.idTokens && slices.Contains(tokens.Grant.Scopes, "openid") {
		body["id_token"] = jwt(time.Now().Add(time.Hour))
	}
	for name, value := range s.further {
		if later, isTime := value.(after); isTime {
			value = time.Now().Add(time.Duration(later)).Unix()
		}
		body[name] = value
	}
	return body
}

// refuse answers with a fault. One without words has no body. asks is the challenge of one with status 401, by
// the scheme and the names of its parameters.
func (s *Server) refuse(w http.ResponseWriter, f *fault, asks string) {
	if f.status == http.StatusUnauthorized && asks != "" {
		w.Header().Set("WWW-Authenticate", s.asking(asks, f))
	}
	switch {
	case *f == (fault{status: f.status}):
		w.WriteHeader(f.status)
	case s.errorURI != "" && f.ErrorDescription != "":
		answer(w, f.status, map[string]string{"error": f.Code, "error_description": f.ErrorDescription, "error_uri": s.errorURI})
	default:
		answer(w, f.status, f)
	}
}

func (s *Server) asking(asks string, f *fault) string {
	values := map[string]string{
		"realm": s.issuer(), "error": f.Code, "error_description": f.ErrorDescription, "error_uri": s.errorURI,
		"resource_metadata": s.URL() + resourceMetadata,
	}
	scheme, names, _ := strings.Cut(asks, " ")
	var parameters []string
	for _, name := range strings.Fields(names) {
		parameters = append(parameters, fmt.Sprintf("%s=%q", name, values[name]))
	}
	return strings.TrimSpace(scheme + " " + strings.Join(parameters, ", "))
}
