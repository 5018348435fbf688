package signin_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds pages, and the person who reads them.

const templates = `
{{- define "form"}}{{template "top" .}}
<p>outside <input name="stray" value="1"/></p>
<form method="post" action="/answer?x=1">
<input type="hidden" name="hidden" value="{{.Hidden}}"/>
{{template "credentials" .}}
<button name="go" type="submit">Go &amp; on</button><button name="stop" type="submit">Stop</button>
</form>
{{template "bottom" .}}{{end}}
{{- define "bare"}}{{template "top" .}}{{template "bottom" .}}{{end}}
`

type formPage struct {
	signin.Page

	Hidden, Username string
}

func pages() *signin.Pages {
	return signin.NewPages(signin.Look{
		Vendor: "vendor", Accent: "#123456", Username: "somebody", Password: "p<w>", Label: "Login name",
	}, templates)
}

func TestAPageIsReadAsItWasWritten(t *testing.T) {
	recorder := httptest.NewRecorder()
	page := formPage{Page: signin.Page{Title: `"A" & <B>`, Lead: "lead", Alert: "it’s <wrong>"}, Hidden: `a"b'<&>`, Username: "me+1@example.com"}
	pages().Show(recorder, http.StatusTeapot, "form", page)
	require.Equal(t, http.StatusTeapot, recorder.Code)
	require.Contains(t, recorder.Body.String(), "<code>p&lt;w&gt;</code>")
	seen, err := signin.ReadPage(recorder.Body)
	require.NoError(t, err)
	require.Equal(t, &signin.Seen{
		Title: page.Title, Alert: page.Alert,
		Form: &signin.Form{
			Method: http.MethodPost, Action: "/answer?x=1", Buttons: []string{"go", "stop"},
			Values: url.Values{"hidden": {page.Hidden}, "username": {page.Username}, "password": {""}},
		},
	}, seen)
}

func TestAPageWithoutAlertAndForm(t *testing.T) {
	recorder := httptest.NewRecorder()
	pages().Show(recorder, http.StatusOK, "bare", signin.Page{Title: "Title"})
	seen, err := signin.ReadPage(recorder.Body)
	require.NoError(t, err)
	require.Equal(t, &signin.Seen{Title: "Title"}, seen)
	_, err = signin.ReadPage(strings.NewReader("<h1>no end"))
	require.Error(t, err)
}

func TestTheStyleIsTheOneThatThePolicyAllows(t *testing.T) {
	recorder := httptest.NewRecorder()
	pages().Show(recorder, http.StatusOK, "bare", signin.Page{Title: "Title"})
	_, rest, _ := strings.Cut(recorder.Body.String(), "<style>")
	style, _, found := strings.Cut(rest, "</style>")
	require.True(t, found)
	require.Contains(t, style, "--accent:#123456")
	require.Contains(t, recorder.Header().Get("Content-Security-Policy"), "style-src 'sha256-"+hash(style)+"'")
}

func TestPagesThatCannotBeShown(t *testing.T) {
	for _, broken := range []*signin.Pages{
		signin.NewPages(signin.Look{}, "{{define"), signin.NewPages(signin.Look{}, ""),
	} {
		recorder := httptest.NewRecorder()
		broken.Show(recorder, http.StatusOK, "form", nil)
		require.Equal(t, http.StatusInternalServerError, recorder.Code)
		require.Contains(t, recorder.Body.String(), "form cannot be shown")
	}
}

func TestARedirectHidesItsAddress(t *testing.T) {
	recorder := httptest.NewRecorder()
	signin.Redirect(recorder, "https://app.example.com/cb?code=c")
	require.Equal(t, http.StatusFound, recorder.Code)
	require.Equal(t, "https://app.example.com/cb?code=c", recorder.Header().Get("Location"))
	require.Equal(t, "no-store", recorder.Header().Get("Cache-Control"))
	require.Equal(t, "no-referrer", recorder.Header().Get("Referrer-Policy"))
	require.Empty(t, recorder.Body.String())
}

// loginServer asks once, and shows what it got to the program.
func loginServer() *fakeserver.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /start", func(w http.ResponseWriter, _ *http.Request) {
		signin.SetCookie(w, "page", "p-1", "/", true)
		signin.Redirect(w, "/form")
	})
	mux.HandleFunc("GET /form", func(w http.ResponseWriter, _ *http.Request) {
		pages().Show(w, http.StatusOK, "form", formPage{Page: signin.Page{Title: "Form"}, Hidden: "h"})
	})
	mux.HandleFunc("POST /answer", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("password") != "right" {
			pages().Show(w, http.StatusForbidden, "form", formPage{Page: signin.Page{Title: "Form", Alert: "Wrong."}})
			return
		}
		r.PostForm.Set("cookie", signin.Cookie(r, "page")+signin.Cookie(r, "none"))
		signin.Redirect(w, "https://app.example.com/cb?"+r.PostForm.Encode())
	})
	mux.HandleFunc("GET /circle", func(w http.ResponseWriter, _ *http.Request) { signin.Redirect(w, "/circle") })
	mux.HandleFunc("GET /text", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	mux.HandleFunc("GET /bare", func(w http.ResponseWriter, _ *http.Request) {
		pages().Show(w, http.StatusGone, "bare", signin.Page{Title: "Gone"})
	})
	return fakeserver.New(mux)
}

func person(s *fakeserver.Server, password string, buttons ...string) signin.Person {
	return signin.Person{
		HTTP: s.HTTPClient(), Buttons: buttons,
		Fields: map[string]string{"username": "me", "password": password, "unasked": "x"},
	}
}

func TestAPersonSignsIn(t *testing.T) {
	server := loginServer()
	for _, buttons := range [][]string{{"go"}, {"none", "stop", "go"}} {
		callback, err := person(server, "right", buttons...).SignIn(server.URL() + "/start?state=s-1")
		require.NoError(t, err)
		want := url.Values{"cookie": {"p-1"}, "hidden": {"h"}, "username": {"me"}, "password": {"right"}, "go": {""}}
		if len(buttons) > 1 {
			delete(want, "go")
			want["stop"] = []string{""}
		}
		require.Equal(t, want, callback)
	}
	require.Equal(t, 2, server.Count(http.MethodPost, "/answer"), "recorded as a browser's")
}

func TestAPersonWhoCannotGoOnSaysWhatThePageSays(t *testing.T) {
	server := loginServer()
	for path, want := range map[string]string{
		"/start":  `signin: the page "Form" (status 403) says: Wrong.`,
		"/circle": "signin: the pages lead nowhere",
		"/text":   "signin: /text answered with status 200 and no page",
		"/bare":   `signin: the page "Gone" (status 410) says: `,
		"/none":   "signin: /none answered with status 404 and no page",
	} {
		_, err := person(server, "wrong", "go").SignIn(server.URL() + path + "?state=s-1")
		require.EqualError(t, err, want)
	}
	_, err := person(server, "right", "other").SignIn(server.URL() + "/start")
	require.EqualError(t, err, `signin: the page "Form" has no button other`)
	server.Inject(fakeserver.Fault{Drop: true})
	_, err = person(server, "right", "go").SignIn(server.URL() + "/start?state=s-1")
	require.ErrorContains(t, err, "signin: /start: ")
	require.NotContains(t, err.Error(), "s-1")
	_, err = person(server, "right", "go").SignIn(":bad")
	require.EqualError(t, err, "signin: the login URL is not a URL")
}

func TestABrowserPressesOnlyWhereThereIsAForm(t *testing.T) {
	server := loginServer()
	browser := signin.NewBrowser(server.HTTPClient())
	bare, err := browser.Open(server.URL() + "/bare")
	require.NoError(t, err)
	_, err = browser.Press(bare, nil, "go")
	require.EqualError(t, err, "signin: the answer has no form")
	form, err := browser.Open(server.URL() + "/form")
	require.NoError(t, err)
	form.Page.Form.Action = ":bad"
	_, err = browser.Press(form, nil, "go")
	require.EqualError(t, err, "signin: the action of the form is not a URL")
	_, err = browser.Open("https://host name/")
	require.EqualError(t, err, "signin: the address is not a URL")
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}
