package sipgatetest

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file serves the address to which a program sends a person's browser.

// signIn is a sign-in that passed the checks, and how far it has come.
type signIn struct {
	realm, clientID, redirectURI string
	state, nonce, challenge      string
	scopes                       []string
	// session is the person's, once there is one.
	session string
}

// The cookies of the login server, by Keycloak's names. The first one is of the pages, the
// second one of the person.
const (
	pagesCookie  = "AUTH_SESSION_ID"
	personCookie = "KEYCLOAK_IDENTITY"
)

// authorize never redirects to an address that is not registered (RFC 6749 section 4.1.2.1):
// that fault, and an unknown client, is shown to the person.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request, realm string) {
	query := r.URL.Query()
	id, redirectURI := query.Get("client_id"), query.Get("redirect_uri")
	c, known := s.findIn(realm, id)
	switch {
	case id == "":
		s.sorry(w, "Missing parameters: client_id")
	case !known:
		s.sorry(w, "Client not found.")
	case !c.takes(redirectURI):
		s.sorry(w, "Invalid parameter: redirect_uri")
	default:
		s.begin(w, r, signIn{
			realm: realm, clientID: id, redirectURI: redirectURI,
			state: query.Get("state"), nonce: query.Get("nonce"),
			challenge: query.Get("code_challenge"), scopes: splitScopes(query.Get("scope")),
		})
	}
}

// begin sends a faulty request back to the program, and otherwise asks the person for what is
// still missing.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, a signIn) {
	if code, description := checkRequest(r.URL.Query()); code != "" {
		failed := url.Values{"error": {code}}
		if description != "" {
			failed.Set("error_description", description)
		}
		s.sendBack(w, a, failed)
		return
	}
	browser := signin.Cookie(r, pagesCookie)
	if browser == "" {
		browser = rand.Text()
		s.setCookie(w, a.realm, pagesCookie, browser)
	}
	session, _, signedIn := s.ledger.SignedIn(signin.Cookie(r, personCookie))
	if signedIn {
		a.session = session
		s.proceed(w, a, browser)
		return
	}
	s.showLogin(w, a, s.attempts.Open(browser, a), loginPage{})
}

// checkRequest finds the fault that the program is told. The order is Keycloak's, but Keycloak
// takes the method plain, which nobody should use (RFC 9700 section 2.1.1).
func checkRequest(query url.Values) (code, description string) {
	challenge, method := query.Get("code_challenge"), query.Get("code_challenge_method")
	switch {
	case query.Get("response_type") == "":
		return "invalid_request", "Missing parameter: response_type"
	case query.Get("response_type") != "code":
		return "unsupported_response_type", ""
	case duplicated(query):
		return "invalid_request", "duplicated parameter"
	case unknownScopes(splitScopes(query.Get("scope"))):
		return "invalid_scope", "Invalid scopes: " + query.Get("scope")
	case challenge == "" && method == "":
		return "", ""
	case challenge == "":
		return "invalid_request", "Missing parameter: code_challenge"
	case method != "S256":
		return "invalid_request", "Invalid parameter: code_challenge_method"
	case !signin.WellFormed(challenge):
		return "invalid_request", "Invalid parameter: code_challenge"
	}
	return "", ""
}

func duplicated(parameters url.Values) bool {
	for _, values := range parameters {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

// proceed goes on with a person who has signed in.
func (s *Server) proceed(w http.ResponseWriter, a signIn, browser string) {
	if s.mustAsk(a) {
		signin.Redirect(w, action(a.realm, "consent", s.attempts.Open(browser, a)))
		return
	}
	s.finish(w, a)
}

func (s *Server) finish(w http.ResponseWriter, a signIn) {
	code := s.ledger.Authorize(signin.Grant{
		Session: a.session, User: Username, ClientID: a.clientID, RedirectURI: a.redirectURI,
		Scopes: a.scopes, Challenge: a.challenge, Nonce: a.nonce,
	})
	s.sendBack(w, a, url.Values{"code": {code}, "session_state": {a.session}})
}

// sendBack returns the browser to the program.
func (s *Server) sendBack(w http.ResponseWriter, a signIn, values url.Values) {
	values.Set("iss", s.issuer(a.realm))
	if a.state != "" {
		values.Set("state", a.state)
	}
	signin.Redirect(w, withQuery(a.redirectURI, values))
}

// mustAsk: a person is asked once for each scope of a client.
func (s *Server) mustAsk(a signIn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	given := s.consents[a.clientID]
	return given == nil || slices.ContainsFunc(a.scopes, func(scope string) bool { return !given[scope] })
}

func (s *Server) allow(a signIn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.consents[a.clientID] == nil {
		s.consents[a.clientID] = map[string]bool{}
	}
	for _, scope := range a.scopes {
		s.consents[a.clientID][scope] = true
	}
}

func (s *Server) setCookie(w http.ResponseWriter, realm, name, value string) {
	signin.SetCookie(w, name, value, realmPath(realm)+"/", strings.HasPrefix(s.URL(), "https:"))
}
