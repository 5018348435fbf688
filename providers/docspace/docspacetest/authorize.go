package docspacetest

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file serves the address to which a program sends a person's browser.

// signIn is a sign-in that is under way.
type signIn struct {
	// query is what the consent page is left with.
	query url.Values
	// session and person are those of the person, once there is one.
	session, person string
}

// The cookies of the portal.
const (
	pagesCookie  = "oauth2_pages"
	personCookie = "asc_auth_key"
)

// specification is the error_uri of Spring Authorization Server.
const specification = "https://datatracker.ietf.org/doc/html/rfc6749#section-4.1.2.1"

// authorize tells the person what the program got wrong, until it is known that the address to
// which the browser would go belongs to the program.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	c, known := s.registeredClient(query.Get("client_id"))
	target, _ := c.target(query)
	switch {
	case !known && s.isDisabled(query.Get("client_id")):
		sorry(w, query, disabledClient)
	case !known:
		sorry(w, query, unknownClientError)
	case target == "", !query.Has("redirect_uri") && slices.Contains(strings.Fields(query.Get("scope")), "openid"):
		sorry(w, query, wrongRedirectURI)
	case query.Get("response_type") != "code":
		sorry(w, query, wrongResponseType)
	case !c.mayAsk(scopesOf(query, c)):
		refusedBack(w, r, target, query, "invalid_scope")
	case !validProof(query):
		refusedBack(w, r, target, query, "invalid_request")
	default:
		s.begin(w, r)
	}
}

// target is where the browser goes in the end: the redirect URI, which may be left out where
// only one is registered.
func (c registered) target(query url.Values) (target string, asked bool) {
	redirectURI := query.Get("redirect_uri")
	switch {
	case redirectURI == "" && len(c.redirectURIs) == 1:
		return c.redirectURIs[0], false
	case strings.Contains(redirectURI, "#") || !c.takes(redirectURI):
		return "", false
	}
	return redirectURI, true
}

// scopesOf are the scopes that are asked for, which are all those of the client if none is named.
func scopesOf(query url.Values, c registered) []string {
	if scopes := strings.Fields(query.Get("scope")); len(scopes) > 0 {
		return scopes
	}
	return slices.Clone(c.scopes)
}

// validProof: a challenge must be one of the method S256.
func validProof(query url.Values) bool {
	challenge, method := query.Get("code_challenge"), query.Get("code_challenge_method")
	return challenge == "" && method == "" || method == "S256" && signin.WellFormed(challenge)
}

// begin asks a person who has not signed in to do so, and then for what was not allowed before. Opening
// the page ends the sign-in that the person had at the client.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) {
	browser := signin.Cookie(r, pagesCookie)
	if browser == "" {
		browser = rand.Text()
		s.setCookie(w, pagesCookie, browser)
	}
	a := signIn{query: upToScope(r.URL.RawQuery)}
	if session, person, ok := s.ledger.SignedIn(signin.Cookie(r, personCookie)); ok {
		a.session, a.person = session, person
		s.proceed(w, r, a, browser)
		return
	}
	s.showLogin(w, a, s.attempts.Open(browser, a), loginPage{})
}

// upToScope drops the parameters behind scope, as the portal's consent page does: a state that
// stands there never comes back. This is why the SDK puts scope last.
func upToScope(rawQuery string) url.Values {
	parameters := strings.Split(rawQuery, "&")
	last := slices.IndexFunc(parameters, func(parameter string) bool { return strings.HasPrefix(parameter, "scope=") })
	if last >= 0 {
		parameters = parameters[:last+1]
	}
	query, _ := url.ParseQuery(strings.Join(parameters, "&")) // what does not parse is left out
	return query
}

// finish gives the program its code, for the scopes that the person allows. The page may have lost what
// it is made of.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, a signIn, scopes []string) {
	c, known := s.registeredClient(a.query.Get("client_id"))
	target, asked := c.target(a.query)
	if !known || target == "" {
		s.sorryPage(w, "The page has lost the client_id or the redirect_uri.")
		return
	}
	s.allowClient(a.person, c.id, scopes)
	grant := signin.Grant{
		Session: a.session, User: a.person, ClientID: c.id, Scopes: scopes,
		Challenge: a.query.Get("code_challenge"), Nonce: a.query.Get("nonce"),
	}
	if asked {
		grant.RedirectURI = target
	}
	sendBack(w, r, target, a.query, url.Values{"code": {s.ledger.Authorize(grant)}})
}

func (s *Server) setCookie(w http.ResponseWriter, name, value string) {
	signin.SetCookie(w, name, value, "/", strings.HasPrefix(s.URL(), "https:"))
}
