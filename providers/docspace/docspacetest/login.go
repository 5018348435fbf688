package docspacetest

import (
	"net/http"
	"net/url"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file serves the form with which a person signs in.

// loginPath is the portal's page for signing in, and for errors.
const loginPath = "/login"

func loginAction(id string) string { return loginPath + "?" + url.Values{"attempt": {id}}.Encode() }

// attempt is the sign-in to which a form belongs; without one it answers itself.
func (s *Server) attempt(w http.ResponseWriter, r *http.Request, id string) (a signIn, ok bool) {
	a, ok = s.attempts.Find(id, signin.Cookie(r, pagesCookie))
	if !ok {
		s.expired(w)
	}
	return a, ok
}

func (s *Server) loginAgain(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if query.Get("type") == "oauth2" {
		s.showError(w, query.Get("error"))
		return
	}
	if a, ok := s.attempt(w, r, query.Get("attempt")); ok {
		s.showLogin(w, a, query.Get("attempt"), loginPage{})
	}
}

func (s *Server) logIn(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("attempt")
	a, ok := s.attempt(w, r, id)
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
	s.proceed(w, r, a, signin.Cookie(r, pagesCookie))
}

// proceed goes on with a person who has signed in. A person has one sign-in at a client: there is one
// place for it in the portal's store.
func (s *Server) proceed(w http.ResponseWriter, r *http.Request, a signIn, browser string) {
	s.ledger.EndClient(a.person, a.query.Get("client_id"))
	c, _ := s.registeredClient(a.query.Get("client_id"))
	if scopes := scopesOf(a.query, c); s.hasAllowed(a.person, c.id, scopes) {
		s.finish(w, r, a, scopes)
		return
	}
	s.toConsent(w, a, browser)
}

// form is what a request has; one that does not parse lacks its fields.
func form(r *http.Request) url.Values {
	_ = r.ParseForm()
	return r.PostForm
}
