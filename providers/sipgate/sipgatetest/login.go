package sipgatetest

import (
	"net/http"
	"net/url"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file serves the forms of the login server.

// action is the address of a form. The code in it is good for one answer.
func action(realm, name, sessionCode string) string {
	return realmPath(realm) + "/login-actions/" + name + "?" + url.Values{"session_code": {sessionCode}}.Encode()
}

// attempt is the sign-in to which a form belongs; without one it answers itself.
func (s *Server) attempt(w http.ResponseWriter, r *http.Request, realm string) (a signIn, id string, ok bool) {
	id = r.URL.Query().Get("session_code")
	a, ok = s.attempts.Find(id, signin.Cookie(r, pagesCookie))
	if !ok || a.realm != realm {
		s.expired(w)
		return signIn{}, "", false
	}
	return a, id, true
}

func (s *Server) loginAgain(w http.ResponseWriter, r *http.Request, realm string) {
	if a, id, ok := s.attempt(w, r, realm); ok {
		s.showLogin(w, a, id, loginPage{})
	}
}

// logIn takes the login form. A wrong password shows the form again, as a success of HTTP.
func (s *Server) logIn(w http.ResponseWriter, r *http.Request, realm string) {
	a, id, ok := s.attempt(w, r, realm)
	if !ok {
		return
	}
	user, password := r.PostFormValue("username"), r.PostFormValue("password")
	if user != Username || password != Password {
		s.showLogin(w, a, id, loginPage{Page: signin.Page{Alert: "Invalid username or password."}, Username: user})
		return
	}
	if !s.attempts.Close(id) {
		s.expired(w)
		return
	}
	session, cookie := s.ledger.SignIn(user)
	s.setCookie(w, realm, personCookie, cookie)
	a.session = session
	s.proceed(w, a, signin.Cookie(r, pagesCookie))
}

func (s *Server) askConsent(w http.ResponseWriter, r *http.Request, realm string) {
	if a, id, ok := s.consentOf(w, r, realm); ok {
		s.showConsent(w, a, id)
	}
}

// takeConsent takes the answer to the consent page.
func (s *Server) takeConsent(w http.ResponseWriter, r *http.Request, realm string) {
	a, id, ok := s.consentOf(w, r, realm)
	if !ok {
		return
	}
	if !s.attempts.Close(id) {
		s.expired(w)
		return
	}
	if _, refused := postForm(r)["cancel"]; refused {
		s.sendBack(w, a, url.Values{"error": {"access_denied"}})
		return
	}
	s.allow(a)
	s.finish(w, a)
}

// consentOf is the attempt of a person who is still signed in.
func (s *Server) consentOf(w http.ResponseWriter, r *http.Request, realm string) (a signIn, id string, ok bool) {
	a, id, ok = s.attempt(w, r, realm)
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

// postForm is the form of a request; one that does not parse lacks its fields.
func postForm(r *http.Request) url.Values {
	_ = r.ParseForm()
	return r.PostForm
}
