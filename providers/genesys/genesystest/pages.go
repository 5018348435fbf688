package genesystest

import (
	"net/http"
	"net/url"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the login page: what it shows, and what becomes of its form. There is no
// page for consent; who does not want to sign in presses Cancel.

const templates = `
{{- define "login"}}{{template "top" .}}
<form method="post" action="{{.Action}}">
{{template "credentials" .}}
<div class="buttons">
<button name="login" type="submit">Log In</button>
<button name="cancel" type="submit" class="second" formnovalidate="formnovalidate">Cancel</button>
</div>
</form>
{{template "bottom" .}}{{end}}

{{- define "error"}}{{template "top" .}}
{{template "bottom" .}}{{end}}
`

const loginPath = "/login"

type loginPage struct {
	signin.Page

	Action, Username string
}

func newPages() *signin.Pages {
	return signin.NewPages(signin.Look{
		Vendor: "Genesys Cloud", Accent: "#a8340c", Username: Username, Password: Password, Label: "Email",
	}, templates)
}

func (s *Server) showLogin(w http.ResponseWriter, a attempt, id string, page loginPage) {
	page.Title, page.Action = "Log in to Genesys Cloud", loginPath+"?"+url.Values{"attempt": {id}}.Encode()
	if c := s.snapshot(a.clientID); c != nil {
		page.Lead = "to continue to " + c.text("name")
	}
	s.pages.Show(w, http.StatusOK, "login", page)
}

func (s *Server) sorry(w http.ResponseWriter, fault string) {
	s.pages.Show(w, http.StatusBadRequest, "error", signin.Page{Title: "Login failed", Alert: fault})
}

// expired is the page for a form that has been answered, that has lain for too long, or that
// another browser got.
func (s *Server) expired(w http.ResponseWriter) {
	s.pages.Show(w, http.StatusBadRequest, "error", signin.Page{
		Title: "Page has expired", Alert: "Please go back to the application and log in again.",
	})
}

func (s *Server) loginAgain(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("attempt")
	a, ok := s.attempts.Find(id, signin.Cookie(r, pagesCookie))
	if !ok {
		s.expired(w)
		return
	}
	s.showLogin(w, a, id, loginPage{})
}

func (s *Server) logIn(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("attempt")
	a, ok := s.attempts.Find(id, signin.Cookie(r, pagesCookie))
	form := formOf(r)
	canceled := form.Has("cancel")
	wrong := form.Get("username") != Username || form.Get("password") != Password
	switch {
	case ok && wrong && !canceled:
		s.showLogin(w, a, id, loginPage{
			Page: signin.Page{Alert: "The email or the password is not right."}, Username: form.Get("username"),
		})
	case !ok || !s.attempts.Close(id):
		s.expired(w)
	case canceled:
		sendBack(w, a, url.Values{"error": {"access_denied"}})
	default:
		session, cookie := s.ledger.SignIn(author)
		s.setCookie(w, personCookie, cookie)
		s.finish(w, a, session)
	}
}

// formOf is the form of a request; one that does not parse lacks its fields.
func formOf(r *http.Request) url.Values {
	_ = r.ParseForm()
	return r.PostForm
}
