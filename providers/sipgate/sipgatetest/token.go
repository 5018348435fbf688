package sipgatetest

import (
	"net/http"
	"net/url"
	"time"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds the token endpoint of the password grant, which is stock Keycloak.

// refusal is an error of the token endpoint (RFC 6749 section 5.2).
type refusal struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	noStore(w)
	form := postForm(r)
	if refused := s.checkGrant(form); refused != nil {
		answer(w, refused.status, refused)
		return
	}
	scope := form.Get("scope")
	answer(w, http.StatusOK, map[string]any{
		"access_token": s.issue(form.Get("client_id"), splitScopes(scope)),
		"token_type":   "bearer", "expires_in": seconds(s.lifetime),
		"not-before-policy": 0, "session_state": "32c512d5-ccf2-4103-9555-a85d924f7d52",
		"scope": scope,
	})
}

// issue returns an access token; one for which no scope was asked may do everything.
func (s *Server) issue(clientID string, scopes []string) string {
	if len(scopes) == 0 {
		scopes = []string{sipgate.ScopeAll}
	}
	return s.ledger.Issue(signin.Grant{User: Username, ClientID: clientID, Scopes: scopes})
}

func noStore(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
}

func seconds(d time.Duration) int { return int(d / time.Second) }

// checkGrant looks at the form in Keycloak's order: what is asked, who asks, for whom.
func (s *Server) checkGrant(form url.Values) *refusal {
	switch form.Get("grant_type") {
	case "password":
	case "":
		return &refusal{http.StatusBadRequest, "invalid_request", "Missing form parameter: grant_type"}
	default:
		return &refusal{http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant_type"}
	}
	id := form.Get("client_id")
	if id != sipgate.DefaultPasswordClientID { // sipgate's own client, which has no secret
		c, known := s.find(id)
		if refused := checkClient(id, form.Get("client_secret"), c, known); refused != nil {
			return refused
		}
	}
	if duplicated(form) {
		return &refusal{http.StatusBadRequest, "invalid_request", "duplicated parameter"}
	}
	return checkUser(form)
}

// checkClient compares what a client says of itself with what was found under its id.
func checkClient(id, secret string, found client, known bool) *refusal {
	switch {
	case id == "":
		return &refusal{http.StatusBadRequest, "invalid_client", "Missing client_id parameter"}
	case !known:
		return &refusal{http.StatusUnauthorized, "invalid_client", "Invalid client or Invalid client credentials"}
	case secret != found.secret:
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
