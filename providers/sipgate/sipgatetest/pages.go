package sipgatetest

import (
	"net/http"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the pages that a person sees. Fields and buttons have Keycloak's names.

const templates = `
{{- define "login"}}{{template "top" .}}
<form method="post" action="{{.Action}}" id="kc-form-login">
{{template "credentials" .}}
<div class="buttons"><button name="login" id="kc-login" type="submit">Sign In</button></div>
</form>
{{template "bottom" .}}{{end}}

{{- define "consent"}}{{template "top" .}}
{{if .Scopes}}<ul>{{range .Scopes}}<li>{{.Words}}<code>{{.Name}}</code></li>{{end}}</ul>{{end}}
<form method="post" action="{{.Action}}">
<div class="buttons">
<button name="accept" id="kc-login" type="submit">Yes</button>
<button name="cancel" id="kc-cancel" type="submit" class="second">No</button>
</div>
</form>
{{template "bottom" .}}{{end}}

{{- define "error"}}{{template "top" .}}
{{template "bottom" .}}{{end}}
`

type loginPage struct {
	signin.Page

	Action, Username string
}

type consentPage struct {
	signin.Page

	Action string
	Scopes []describedScope
}

type describedScope struct{ Name, Words string }

func newPages() *signin.Pages {
	return signin.NewPages(signin.Look{
		Vendor: "sipgate", Accent: "#1a5fb4", Username: Username, Password: Password, Label: "Username or email",
	}, templates)
}

func (s *Server) showLogin(w http.ResponseWriter, a signIn, id string, page loginPage) {
	page.Title, page.Lead = "Sign in to your account", "to continue to "+s.nameOf(a.clientID)
	page.Action = action(a.realm, "authenticate", id)
	s.pages.Show(w, http.StatusOK, "login", page)
}

func (s *Server) showConsent(w http.ResponseWriter, a signIn, id string) {
	page := consentPage{
		Page:   signin.Page{Title: "Grant Access to " + s.nameOf(a.clientID), Lead: "Do you grant these access privileges?"},
		Action: action(a.realm, "consent", id),
	}
	words := catalogue()
	for _, scope := range a.scopes {
		page.Scopes = append(page.Scopes, describedScope{scope, words[scope]})
	}
	s.pages.Show(w, http.StatusOK, "consent", page)
}

// sorry is the page for what the program did wrong, and the program cannot be told.
func (s *Server) sorry(w http.ResponseWriter, fault string) {
	s.pages.Show(w, http.StatusBadRequest, "error", signin.Page{Title: "We are sorry...", Alert: fault})
}

// expired is the page for a form that has been answered, that has lain for too long, or that
// another browser got.
func (s *Server) expired(w http.ResponseWriter) {
	s.pages.Show(w, http.StatusBadRequest, "error", signin.Page{
		Title: "Page has expired", Alert: "Please go back to the application and sign in again.",
	})
}

// nameOf is the client's name as it was registered, or its id where it is gone.
func (s *Server) nameOf(clientID string) string {
	c, _ := s.find(clientID)
	if name, ok := read[string](c.settings["name"]); ok {
		return name
	}
	return clientID
}
