package docspacetest

import (
	"net/http"
	"net/url"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file serves the forms that the person fills in.

// The addresses of the forms.
const (
	loginPath   = "/login"
	consentPath = "/login/consent"
)

func action(path, id string) string { return path + "?" + url.Values{"attempt": {id}}.Encode() }

// attempt is the sign-in to which a form belongs; without one it answers itself.
func (s *Server) attempt(w http.ResponseWriter, r *http.Request) (a signIn, id string, ok bool) {
	id = r.URL.Query().Get("attempt")
	a, ok = s.attempts.Find(id, signin.Cookie(r, pagesCookie))
	if !ok {
		s.expired(w)
	}
	return a, id, ok
}

func (s *Server) loginAgain(w http.ResponseWriter, r *http.Request) {
	if a, id, ok := s.attempt(w, r); ok {
		s.showLogin(w, a, id, loginPage{})
	}
}

func (s *Server) logIn(w http.ResponseWriter, r *http.Request) {
	a, id, ok := s.attempt(w, r)
	if !ok {
		return
	}
	name, password := r.PostFormValue("username"), r.PostFormValue("password")
	person, known := accountNamed(name)
	if !known || password != Password {
		s.showLogin(w, a, id, loginPage{Page: signin.Page{Alert: "User authentication failed."}, Username: name})
		return
	}
	if !s.attempts.Close(id) {
		s.expired(w)
		return
	}
	session, cookie := s.ledger.SignIn(person.id())
	s.setCookie(w, personCookie, cookie)
	a.session, a.person = session, person.id()
	s.proceed(w, a, signin.Cookie(r, pagesCookie))
}

// proceed goes on with a person who has signed in. A person has one sign-in at a client: there is one
// place for it in the portal's store.
func (s *Server) proceed(w http.ResponseWriter, a signIn, browser string) {
	s.ledger.EndClient(a.person, a.query.Get("client_id"))
	c, _ := s.registeredClient(a.query.Get("client_id"))
	if s.hasAllowed(a.person, c.id, scopesOf(a.query, c)) {
		s.finish(w, a)
		return
	}
	s.toConsent(w, a, browser)
}

func (s *Server) toConsent(w http.ResponseWriter, a signIn, browser string) {
	signin.Redirect(w, action(consentPath, s.attempts.Open(browser, a)))
}

func (s *Server) askConsent(w http.ResponseWriter, r *http.Request) {
	if a, id, ok := s.consentOf(w, r); ok {
		s.showConsent(w, a, id)
	}
}

func (s *Server) takeConsent(w http.ResponseWriter, r *http.Request) {
	a, id, ok := s.consentOf(w, r)
	if !ok {
		return
	}
	if !s.attempts.Close(id) {
		s.expired(w)
		return
	}
	c, _ := s.registeredClient(a.query.Get("client_id"))
	target, _ := c.target(a.query)
	if _, denied := form(r)["deny"]; denied && target != "" {
		sendBack(w, target, a.query, url.Values{"error": {"access_denied"}, "error_uri": {specification}})
		return
	}
	s.finish(w, a)
}

// consentOf is the attempt of a person who is still signed in.
func (s *Server) consentOf(w http.ResponseWriter, r *http.Request) (a signIn, id string, ok bool) {
	a, id, ok = s.attempt(w, r)
	if !ok {
		return signIn{}, "", false
	}
	session, _, signedIn := s.ledger.SignedIn(signin.Cookie(r, personCookie))
	if !signedIn || session != a.session {
		s.expired(w)
		return signIn{}, "", false
	}
	return a, id, true
}

// form is what a request has; one that does not parse lacks its fields.
func form(r *http.Request) url.Values {
	_ = r.ParseForm()
	return r.PostForm
}
