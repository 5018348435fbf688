package docspacetest

import (
	"net/http"
	"slices"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the pages that a person sees.

const templates = `
{{- define "login"}}{{template "top" .}}
<form method="post" action="{{.Action}}">
{{template "credentials" .}}
<div class="buttons"><button name="login" type="submit">Sign in</button></div>
</form>
{{template "bottom" .}}{{end}}

{{- define "consent"}}{{template "top" .}}
{{if .Scopes}}<ul>{{range .Scopes}}<li>{{.Words}}<code>{{.Name}}</code></li>{{end}}</ul>{{end}}
<form method="post" action="{{.Action}}">
<input type="hidden" name="client_id" value="{{.ClientID}}">
<input type="hidden" name="state" value="{{.State}}">
{{range .Scopes}}<input type="hidden" name="scope" value="{{.Name}}">{{end}}
<div class="buttons">
<button name="allow" type="submit">Allow</button>
<button name="deny" type="submit" class="second">Deny</button>
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

	Action, ClientID, State string
	Scopes                  []describedScope
}

type describedScope struct{ Name, Words string }

func newPages() *signin.Pages {
	return signin.NewPages(signin.Look{
		Vendor: "DocSpace", Accent: "#0b6b5d", Username: Username, Password: Password, Label: "Email",
	}, templates)
}

func (s *Server) showLogin(w http.ResponseWriter, a signIn, id string, page loginPage) {
	c, _ := s.registeredClient(a.query.Get("client_id"))
	page.Title, page.Lead = "Sign in to DocSpace", "to continue to "+c.name
	page.Action = loginAction(id)
	s.pages.Show(w, http.StatusOK, "login", page)
}

func (s *Server) showConsent(w http.ResponseWriter, a signIn, id string) {
	c, _ := s.registeredClient(a.query.Get("client_id"))
	page := consentPage{
		Page:   signin.Page{Title: c.name + " wants access to your DocSpace", Lead: "Allow this application to:"},
		Action: authorizePath, ClientID: c.id, State: id,
	}
	for _, name := range scopesOf(a.query, c) {
		page.Scopes = append(page.Scopes, describedScope{name, words(name)})
	}
	s.pages.Show(w, http.StatusOK, "consent", page)
}

// words say what a scope of the catalogue allows.
func words(name string) string {
	i := slices.IndexFunc(catalogue(), func(s scope) bool { return s.Name == name })
	if i < 0 {
		return name
	}
	entry := catalogue()[i]
	if entry.Type == "openid" {
		return "Know who signs in"
	}
	return map[string]string{"read": "Read ", "write": "Read and change "}[entry.Type] + map[string]string{
		"accounts": "accounts", "files": "files", "rooms": "rooms", "profiles": "your profile",
	}[entry.Group]
}

func (s *Server) sorryPage(w http.ResponseWriter, fault string) {
	s.pages.Show(w, http.StatusBadRequest, "error", signin.Page{Title: "Something went wrong", Alert: fault})
}

// expired is the page for a form that has been answered, that has lain for too long, or that
// another browser got.
func (s *Server) expired(w http.ResponseWriter) {
	s.pages.Show(w, http.StatusBadRequest, "error", signin.Page{
		Title: "Page has expired", Alert: "Please go back to the application and sign in again.",
	})
}
