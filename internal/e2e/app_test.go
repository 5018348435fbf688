package e2e

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file is what every test begins with: a server, one OAuth2 client registered at it in each
// of the three ways, and a person who signs in.

const person = "frieda"

// way is how an OAuth2 client says who it is at the token endpoint.
type way string

const (
	byForm   way = "client_secret_post"
	byBasic  way = "client_secret_basic"
	byNobody way = "none" // a public client has no secret
)

// app is a program with one OAuth2 client.
type app struct {
	server *server
	way    way
	auth   oauthclients.AuthCode
	back   *callback
	wire   *wire
}

// newApp starts a server that knows the program's client.
func newApp(t *testing.T, w way, s settings) *app {
	t.Helper()
	a := &app{way: w, back: newCallback(t), wire: &wire{}}
	a.auth = oauthclients.AuthCode{ClientID: "program of e2e: " + string(w), RedirectURL: a.back.address, Scopes: []string{"openid"}}
	client := metadata{
		"client_id": a.auth.ClientID, "token_endpoint_auth_method": w, "redirect_uris": []string{a.auth.RedirectURL},
		"grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"},
	}
	if w != byNobody {
		secret := secretText("client secret")
		a.auth.ClientSecret = oauthclients.NewSecret(secret)
		client["client_secret"] = secret
	}
	s.Clients = append(s.Clients, client)
	a.server = startServer(t, s)
	return a
}

// secretText makes a secret with every kind of character that an encoding changes, and lets the
// collector know it.
func secretText(what string) string {
	text := rand.Text() + " :/+%&=~\"<"
	everything.learn(what, text)
	return text
}

func (a *app) provider() oidcProvider {
	p := oidcProvider{Issuer: a.server.Issuer, Style: oauth2.AuthStyleInParams}
	if a.way == byBasic {
		p.Style = oauth2.AuthStyleInHeader
	}
	return p
}

// options are those of every client and sign-in here: watched and logged, and otherwise what a
// program gets that sets nothing.
func (a *app) options(more ...oauthclients.Option) []oauthclients.Option {
	return append([]oauthclients.Option{
		oauthclients.WithHTTPClient(a.wire.client()), oauthclients.WithLogger(everything.logger()),
	}, more...)
}

// begin begins a sign-in.
func (a *app) begin(t *testing.T) *oauthclients.Login {
	t.Helper()
	login, err := a.auth.Begin(t.Context(), a.provider(), a.options()...)
	require.NoError(t, err)
	everything.learn("state", login.State)
	everything.learn("code verifier", login.Verifier)
	everything.print("Login", login)
	return login
}

// finish ends a sign-in.
func (a *app) finish(
	t *testing.T, login *oauthclients.Login, back url.Values, more ...oauthclients.Option,
) (*oauth2.Token, error) {
	t.Helper()
	return a.auth.Finish(t.Context(), a.provider(), login, back, a.options(more...)...)
}

// signIn signs a person in, in the browser, and returns the token.
func (a *app) signIn(t *testing.T, more ...oauthclients.Option) *oauth2.Token {
	t.Helper()
	login := a.begin(t)
	agree(t, login.URL)
	token, err := a.finish(t, login, a.back.wait(t), more...)
	require.NoError(t, err)
	a.wire.take()
	return token
}

// client is a client of the program that has a token or finds it in a store.
func (a *app) client(t *testing.T, token *oauth2.Token, more ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	auth := a.auth
	auth.Token = token
	everything.print("AuthCode", auth)
	client, err := oauthclients.New(a.provider(), auth, a.options(more...)...)
	require.NoError(t, err)
	everything.print("Client", client)
	return client
}

// requireWorks makes a call that needs a token of the person.
func requireWorks(t *testing.T, client *oauthclients.Client) {
	t.Helper()
	require.NoError(t, use(t, client))
}

// use makes the call and returns what became of it.
func use(t *testing.T, client *oauthclients.Client) error {
	t.Helper()
	found, err := client.Clients.Get(t.Context(), person)
	if err == nil && found.ID != person {
		return fmt.Errorf("the token is that of %q", found.ID)
	}
	return err
}

// failure returns err as the library's own error, after the collector has seen it.
func failure(t *testing.T, err error) *oauthclients.Error {
	t.Helper()
	require.Error(t, err)
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		everything.print("error", inner)
		everything.show("error", inner.Error())
	}
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	everything.show("body of an error", string(failed.Body()))
	return failed
}

// agree signs the person in on the server's own pages and lets the program have access.
func agree(t *testing.T, address string) {
	t.Helper()
	p := enter(t, address)
	p.click("button[type=submit]")
	p.waitFor("#arrived")
}

// enter signs the person in and stops before the question whether the program may.
func enter(t *testing.T, address string) *webPage {
	t.Helper()
	p := openPage(t, address)
	p.fill("input[name=login]", person)
	p.fill("input[name=password]", secretText("password"))
	p.click("button[type=submit]")
	p.waitFor("form:has(input[name=prompt][value=consent])")
	return p
}

// callback is where the browser comes back to.
type callback struct {
	address string
	arrived chan url.Values
}

func newCallback(t *testing.T) *callback {
	t.Helper()
	c := &callback{arrived: make(chan url.Values, 8)}
	listener := httptest.NewServer(c)
	t.Cleanup(listener.Close)
	// The query belongs to the address, and must come back as it is.
	c.address = listener.URL + "/callback?tenant=north%26south"
	return c
}

func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Referrer-Policy", "no-referrer")
	if r.URL.Path != "/callback" {
		http.NotFound(w, r)
		return
	}
	c.arrived <- r.URL.Query()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, `<!DOCTYPE html><title>Arrived</title><p id="arrived">You are back.</p>`)
}

// wait returns the query with which the browser came back.
func (c *callback) wait(t *testing.T) url.Values {
	t.Helper()
	select {
	case query := <-c.arrived:
		require.Equal(t, "north&south", query.Get("tenant"))
		return query
	case <-time.After(patience):
		require.Fail(t, "the browser did not come back")
		return nil
	}
}
