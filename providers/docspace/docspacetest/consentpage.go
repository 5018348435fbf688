package docspacetest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file serves the page for consent, and takes what it sends: the client, the state with which the
// browser came to it, and each scope that the person allows.

// The page, and the address that its form has.
const (
	consentPath   = "/oauth2/consent"
	authorizePath = "/oauth2/authorize"
)

func (s *Server) toConsent(w http.ResponseWriter, a signIn, browser string) {
	c, _ := s.registeredClient(a.query.Get("client_id"))
	signin.Redirect(w, consentPath+"?"+url.Values{
		"client_id": {c.id}, "state": {s.attempts.Open(browser, a)}, "scope": {strings.Join(scopesOf(a.query, c), " ")},
	}.Encode())
}

func (s *Server) askConsent(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("state")
	if a, ok := s.consentOf(w, r, id); ok {
		s.showConsent(w, a, id)
	}
}

func (s *Server) takeConsent(w http.ResponseWriter, r *http.Request) {
	sent := form(r)
	a, ok := s.consentOf(w, r, sent.Get("state"))
	if !ok {
		return
	}
	if a.query.Get("client_id") != sent.Get("client_id") || !s.attempts.Close(sent.Get("state")) {
		s.expired(w)
		return
	}
	s.consented(w, r, a, sent)
}

// consented: no scope is a no, unless none was asked for, as the guide has it. Nobody is asked for openid,
// and what was allowed before stays so.
func (s *Server) consented(w http.ResponseWriter, r *http.Request, a signIn, sent url.Values) {
	c, _ := s.registeredClient(a.query.Get("client_id"))
	target, _ := c.target(a.query)
	asked, allowed := scopesOf(a.query, c), sent["scope"]
	unasked := func(scope string) bool { return !slices.Contains(asked, scope) }
	switch {
	case target == "":
		s.finish(w, r, a, nil) // which says what is lost
	case len(allowed) == 0 && len(asked) > 0 || sent.Has("deny"):
		refusedBack(w, r, target, a.query, "access_denied")
	case slices.ContainsFunc(allowed, unasked):
		refusedBack(w, r, target, a.query, "invalid_scope")
	default:
		s.finish(w, r, a, slices.DeleteFunc(asked, func(scope string) bool {
			return !slices.Contains(allowed, scope) && !s.hasAllowed(a.person, c.id, []string{scope}) && scope != "openid"
		}))
	}
}

// consentOf is the attempt of a person who is still signed in.
func (s *Server) consentOf(w http.ResponseWriter, r *http.Request, id string) (a signIn, ok bool) {
	a, ok = s.attempt(w, r, id)
	if !ok {
		return signIn{}, false
	}
	session, _, signedIn := s.ledger.SignedIn(signin.Cookie(r, personCookie))
	if !signedIn || session != a.session {
		s.expired(w)
		return signIn{}, false
	}
	return a, true
}
