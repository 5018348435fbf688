package docs

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the snippets of docs/sign-in.md and docs/testing.md on people who sign in, in the form in
// which they compile and run.

// app is the web application of the page, with one session for everybody.
type app struct {
	provider oauthclients.Provider
	auth     oauthclients.AuthCode
	only     webSession
	failed   error
}

type webSession struct {
	logins map[string]*oauthclients.Login // by state
	store  oauthclients.TokenStore
	client *oauthclients.Client
}

func (s *webSession) take(state string) *oauthclients.Login {
	login := s.logins[state]
	delete(s.logins, state)
	return login
}

func (a *app) session(*http.Request) *webSession { return &a.only }

func (a *app) fail(w http.ResponseWriter, err error) {
	a.failed = err
	w.WriteHeader(http.StatusBadRequest)
}

func newApp(provider oauthclients.Provider, auth oauthclients.AuthCode) *app {
	return &app{provider: oauthclients.Shared(provider), auth: auth}
}

func (a *app) login(w http.ResponseWriter, r *http.Request) {
	login, err := a.auth.Begin(r.Context(), a.provider)
	if err != nil {
		a.fail(w, err)
		return
	}
	a.session(r).logins[login.State] = login // plain data, for the server's eyes only
	http.Redirect(w, r, login.URL, http.StatusSeeOther)
}

func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	s := a.session(r)
	login := s.take(r.URL.Query().Get("state")) // it is good for one callback
	store := oauthclients.WithTokenStore(s.store)
	if _, err := a.auth.Finish(r.Context(), a.provider, login, r.URL.Query(), store); err != nil {
		a.fail(w, err) // its Code is access_denied if the person said no
		return
	}
	client, err := oauthclients.New(a.provider, a.auth, store) // acts for the person from now on
	if err != nil {
		a.fail(w, err)
		return
	}
	s.client = client // and give the session another id
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func TestSignInPageWebApplication(t *testing.T) {
	server := sipgatetest.NewServer(t)
	a := newApp(server.Provider(), server.AuthCode("https://app.example.com/callback"))
	a.only.store = oauthclients.FileTokenStore(filepath.Join(t.TempDir(), "token.json"))
	callback := a.signIn(t, server.SignIn)
	token, err := a.only.store.Load(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, token.RefreshToken)
	_, err = a.only.client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)

	require.Equal(t, http.StatusBadRequest, visit(t, a.callback, callback).StatusCode)
	require.ErrorIs(t, a.failed, oauthclients.ErrInvalid, "a login is good for one callback")
}

func TestSignInPageWebApplicationAsksForAddressesOnce(t *testing.T) {
	server := dcrtest.NewServer(t)
	a := newApp(server.Provider(), server.AuthCode("https://app.example.com/callback"))
	for range 3 {
		a.only.store = oauthclients.FileTokenStore(filepath.Join(t.TempDir(), "token.json"))
		a.signIn(t, server.SignIn)
	}
	require.Equal(t, 1, server.Count(http.MethodGet, "/.well-known/openid-configuration"))
}

// signIn is one person's way, and returns the query that came back.
func (a *app) signIn(t *testing.T, atPage func(string) (url.Values, error)) url.Values {
	t.Helper()
	a.only.logins = map[string]*oauthclients.Login{}
	page := visit(t, a.login, nil)
	require.Equal(t, http.StatusSeeOther, page.StatusCode)
	callback, err := atPage(page.Header.Get("Location"))
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, visit(t, a.callback, callback).StatusCode)
	require.NoError(t, a.failed)
	return callback
}

func visit(t *testing.T, handler http.HandlerFunc, query url.Values) *http.Response {
	t.Helper()
	answer := httptest.NewRecorder()
	handler(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+query.Encode(), http.NoBody))
	return answer.Result()
}

// snippetTool is the page's tool.
func snippetTool(
	ctx context.Context, provider oauthclients.Provider, auth oauthclients.AuthCode, path string, openBrowser func(string) error,
) error {
	provider = oauthclients.Shared(provider) // for the client and the sign-in
	store := oauthclients.FileTokenStore(path)
	client, err := oauthclients.New(provider, auth, oauthclients.WithTokenStore(store))
	if err != nil {
		return err
	}
	_, err = client.Clients.List(ctx, oauthclients.ListOptions{})
	if errors.Is(err, oauthclients.ErrLoginRequired) { // nobody has signed in, or it is too long ago
		_, err = auth.Interactive(ctx, provider, openBrowser, oauthclients.WithTokenStore(store))
	}
	return err
}

func TestSignInPageTool(t *testing.T) {
	server := sipgatetest.NewServer(t)
	auth := server.AuthCode("")
	path, opened := filepath.Join(t.TempDir(), "token.json"), 0
	browser := func(address string) error {
		opened++
		return server.Visit(address)
	}
	for range 2 {
		require.NoError(t, snippetTool(t.Context(), server.Provider(), auth, path, browser))
	}
	require.Equal(t, 1, opened, "the second run has the token of the first")
}

// discovers is a provider that counts how often it is asked for its addresses.
type discovers struct {
	oauthclients.Provider

	asked *int
}

func (d discovers) Connect() (*oauthclients.Connection, error) {
	connection, err := d.Provider.Connect()
	if err != nil {
		return nil, err
	}
	known := connection.Endpoints
	connection.Discover = func(context.Context, *oauthclients.Caller) (oauthclients.Endpoints, error) {
		*d.asked++
		return known, nil
	}
	return connection, nil
}

func TestSignInPageToolAsksForAddressesOnce(t *testing.T) {
	server, asked := sipgatetest.NewServer(t), 0
	provider, path := discovers{server.Provider(), &asked}, filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, snippetTool(t.Context(), provider, server.AuthCode(""), path, server.Visit))
	require.Equal(t, 1, asked)
}

func TestTestingPagePeople(t *testing.T) {
	ctx := t.Context()

	server := dcrtest.New()
	auth := server.AuthCode("https://app.example.com/callback") // a client of the fake, with its secret
	inside := oauthclients.WithHTTPClient(server.HTTPClient())

	login, err := auth.Begin(ctx, server.Provider(), inside)
	require.NoError(t, err)
	callback, err := server.SignIn(login.URL)
	require.NoError(t, err)
	auth.Token, err = auth.Finish(ctx, server.Provider(), login, callback, inside)
	require.NoError(t, err)

	require.IsType(t, &oauth2.Token{}, auth.Token)
	require.NotEmpty(t, auth.Token.AccessToken)
}
