package genesystest

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file serves the address to which a program sends a person's browser. Parameters that the
// contract does not know, and org and provider, are ignored.

// attempt is a sign-in that is under way.
type attempt struct{ clientID, redirectURI, state, challenge string }

// The cookies of the login server.
const (
	pagesCookie  = "genesystest_pages"
	personCookie = "genesystest_person"
)

// authorize tells the person what the program got wrong, until it is known that the address to
// which the browser would go belongs to the program.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	a := attempt{
		clientID: query.Get("client_id"), redirectURI: query.Get("redirect_uri"),
		state: query.Get("state"), challenge: query.Get("code_challenge"),
	}
	c := s.snapshot(a.clientID)
	switch {
	case c == nil || c.text("state") != "active":
		s.sorry(w, "client not found")
	case !slices.Contains(c.list("registeredRedirectUri"), a.redirectURI):
		s.sorry(w, "The redirect URI does not match a registered one.")
	default:
		s.begin(w, r, a, c)
	}
}

func (s *Server) begin(w http.ResponseWriter, r *http.Request, a attempt, c *client) {
	if code := checkRequest(r.URL.Query(), c); code != "" {
		sendBack(w, a, url.Values{"error": {code}})
		return
	}
	if session, _, ok := s.ledger.SignedIn(signin.Cookie(r, personCookie)); ok {
		s.finish(w, a, session)
		return
	}
	browser := signin.Cookie(r, pagesCookie)
	if browser == "" {
		browser = rand.Text()
		s.setCookie(w, pagesCookie, browser)
	}
	s.showLogin(w, a, s.attempts.Open(browser, a), loginPage{})
}

// checkRequest finds the fault that the program is told.
func checkRequest(query url.Values, c *client) (code string) {
	challenge, method := query.Get("code_challenge"), query.Get("code_challenge_method")
	proof := challenge == "" && method == "" || method == "S256" && signin.WellFormed(challenge)
	scopes := c.list("scope")
	switch {
	case query.Get("response_type") == "":
		return "invalid_request"
	case query.Get("response_type") != "code":
		return "unsupported_response_type"
	case c.text("authorizedGrantType") != "CODE":
		return "unauthorized_client"
	case slices.ContainsFunc(strings.Fields(query.Get("scope")), func(scope string) bool { return !slices.Contains(scopes, scope) }):
		return "invalid_scope"
	case !proof:
		return "invalid_pkce_package"
	}
	return ""
}

// finish gives the program its code. Nobody is asked for consent.
func (s *Server) finish(w http.ResponseWriter, a attempt, session string) {
	c := s.snapshot(a.clientID)
	if c == nil {
		s.sorry(w, "client not found")
		return
	}
	code := s.ledger.Authorize(signin.Grant{
		Session: session, User: author, ClientID: a.clientID, RedirectURI: a.redirectURI,
		Scopes: c.list("scope"), Challenge: a.challenge, Lifetime: s.lifetimeOf(c),
	})
	_ = s.AddAuthorization(c.id, "Authorized") // a client that has gone meanwhile needs none
	sendBack(w, a, url.Values{"code": {code}})
}

// sendBack returns the browser to the program.
func sendBack(w http.ResponseWriter, a attempt, values url.Values) {
	if a.state != "" {
		values.Set("state", a.state)
	}
	separator := "?"
	if strings.Contains(a.redirectURI, "?") {
		separator = "&"
	}
	signin.Redirect(w, a.redirectURI+separator+values.Encode())
}

func (s *Server) setCookie(w http.ResponseWriter, name, value string) {
	signin.SetCookie(w, name, value, "/", strings.HasPrefix(s.URL(), "https:"))
}
