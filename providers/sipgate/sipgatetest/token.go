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
	if form.Get("grant_type") == "refresh_token" { // what stands behind the proxy is the realm's endpoint
		s.realmToken(w, r, sipgate.RealmApps)
		return
	}
	if refused := s.checkGrant(form); refused != nil {
		answer(w, refused.status, refused)
		return
	}
	answer(w, http.StatusOK, s.passwordAnswer(form.Get("client_id"), splitScopes(form.Get("scope"))))
}

// passwordAnswer opens a session: each password grant is one more, which its refresh token renews and
// ends.
func (s *Server) passwordAnswer(clientID string, scopes []string) map[string]any {
	if len(scopes) == 0 {
		scopes = []string{sipgate.ScopeAll}
	}
	session, _ := s.ledger.SignIn(Username)
	code := s.ledger.Authorize(signin.Grant{Session: session, User: Username, ClientID: clientID, Scopes: scopes})
	tokens, _ := s.ledger.Redeem(code, func(signin.Grant) error { return nil }) // it is as new as can be
	return s.tokenAnswer(tokens)
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
		return &refusal{http.StatusUnauthorized, "invalid_client", "Missing client_id parameter"}
	case !known:
		return &refusal{http.StatusUnauthorized, "invalid_client", "Invalid client or Invalid client credentials"}
	case secret != found.secret:
		return &refusal{http.StatusUnauthorized, "unauthorized_client", "Invalid client or Invalid client credentials"}
	}
	return nil
}

func checkUser(form url.Values) *refusal {
	if form.Get("username") == "" {
		return &refusal{http.StatusUnauthorized, "invalid_request", "Missing parameter: username"}
	}
	if form.Get("username") != Username || form.Get("password") != Password {
		return badGrant("Invalid user credentials")
	}
	return nil
}
