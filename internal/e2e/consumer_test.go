package e2e

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file is the program that uses the strategies at one of the places: its two OAuth2
// clients there, and what it may send.

// consumer is a program that says in one of the three ways who it is.
type consumer struct {
	*place

	way way
	// full may use every grant, narrow the one that nobody here uses.
	full, narrow member
	password     string // of the person
	redirect     string
	wire         *wire
}

// newConsumer starts a server that knows the program; changes come before.
func newConsumer(t *testing.T, o opening, w way, changes ...func(*consumer)) *consumer {
	t.Helper()
	c := &consumer{
		way: w, wire: &wire{}, password: secretText("password"),
		redirect: "http://127.0.0.1/callback?tenant=north%26south",
		full: newMember(o.rawBasic, w, oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken,
			oauthclients.GrantPassword, oauthclients.GrantClientCredentials),
		narrow: newMember(o.rawBasic, w, oauthclients.GrantAuthorizationCode),
	}
	for _, change := range changes {
		change(c)
	}
	c.place = o.start(t, members{[]member{c.full, c.narrow}, c.password, c.redirect})
	return c
}

// newMember has every character that an encoding changes in its id and secret, unless the
// server does not know of the encoding.
func newMember(plain bool, w way, grants ...oauthclients.GrantType) member {
	m := member{id: "program: " + rand.Text() + " 100%", way: w, grants: grants}
	if w == byBasic && plain {
		m.id = rand.Text()
	}
	switch {
	case w == byNobody:
	case w == byBasic && plain:
		m.secret = rand.Text()
		everything.learn("client secret", m.secret)
	default:
		m.secret = secretText("client secret")
	}
	return m
}

func (c *consumer) provider() placeProvider {
	style := oauth2.AuthStyleInParams
	if c.way == byBasic {
		style = oauth2.AuthStyleInHeader
	}
	return placeProvider{at: c.place, style: style, resource: whoamiPath}
}

func (c *consumer) options(more ...oauthclients.Option) []oauthclients.Option {
	return append([]oauthclients.Option{
		oauthclients.WithHTTPClient(c.wire.client()), oauthclients.WithLogger(everything.logger()),
	}, more...)
}

// at makes a client of a provider.
func (c *consumer) at(t *testing.T, p placeProvider, auth oauthclients.Auth, more ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	everything.print("Auth", auth)
	client, err := oauthclients.New(p, auth, c.options(more...)...)
	require.NoError(t, err)
	everything.print("Client", client)
	return client
}

func (c *consumer) client(t *testing.T, auth oauthclients.Auth, more ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	return c.at(t, c.provider(), auth, more...)
}

func (c *consumer) clientCredentials() oauthclients.ClientCredentials {
	return oauthclients.ClientCredentials{ClientID: c.full.id, ClientSecret: oauthclients.NewSecret(c.full.secret)}
}

func (c *consumer) passwordGrant() oauthclients.PasswordGrant {
	return oauthclients.PasswordGrant{
		ClientID: c.full.id, ClientSecret: oauthclients.NewSecret(c.full.secret),
		Username: person, Password: oauthclients.NewSecret(c.password), Scopes: []string{"openid", "offline_access"},
	}
}

func (c *consumer) authCode(token *oauth2.Token) oauthclients.AuthCode {
	return oauthclients.AuthCode{
		ClientID: c.full.id, ClientSecret: oauthclients.NewSecret(c.full.secret),
		RedirectURL: c.redirect, Scopes: []string{"openid"}, Token: token,
	}
}

// begin begins a sign-in.
func (c *consumer) begin(t *testing.T) *oauthclients.Login {
	t.Helper()
	login, err := c.authCode(nil).Begin(t.Context(), c.provider(), c.options()...)
	require.NoError(t, err)
	everything.learn("state", login.State)
	everything.learn("code verifier", login.Verifier)
	everything.print("Login", login)
	return login
}

func (c *consumer) finish(
	t *testing.T, login *oauthclients.Login, back url.Values, more ...oauthclients.Option,
) (*oauth2.Token, error) {
	t.Helper()
	return c.authCode(nil).Finish(t.Context(), c.provider(), login, back, c.options(more...)...)
}

// signedIn is the token of a person who has signed in.
func (c *consumer) signedIn(t *testing.T, more ...oauthclients.Option) *oauth2.Token {
	t.Helper()
	login := c.begin(t)
	token, err := c.finish(t, login, c.enter(t, login.URL), more...)
	require.NoError(t, err)
	c.seen.take()
	return token
}

// requireAsked holds a token request against what the grant sends, by value: the credentials of
// the client are in the one place where they belong (RFC 6749 section 2.3.1), and nothing else
// is sent.
func (c *consumer) requireAsked(t *testing.T, sent request, form url.Values) {
	t.Helper()
	credential := ""
	if c.way == byBasic {
		credential = "Basic " + basic(c.full.id, c.full.secret)
	} else {
		form.Set("client_id", c.full.id)
	}
	if c.way == byForm {
		form.Set("client_secret", c.full.secret)
	}
	require.Equal(t, "POST "+c.token, sent.Line)
	require.Empty(t, sent.Query)
	require.Equal(t, form, sent.Form)
	require.Equal(t, credential, sent.Header.Get("Authorization"))
	require.Equal(t, "application/x-www-form-urlencoded", sent.Header.Get("Content-Type"))
}

// requireUsed is a request for the resource with a token; it returns the token.
func requireUsed(t *testing.T, sent request) string {
	t.Helper()
	require.Equal(t, "GET "+whoamiPath, sent.Line)
	require.Empty(t, sent.Query)
	require.Empty(t, sent.Form)
	token, found := bearerOf(sent.Header)
	require.True(t, found)
	return token
}

func bearerOf(h http.Header) (token string, found bool) {
	const scheme = "Bearer "
	value := h.Get("Authorization")
	if len(value) <= len(scheme) || value[:len(scheme)] != scheme {
		return "", false
	}
	return value[len(scheme):], true
}

// requireIs asks the resource whose token a client has. An answer about anybody else is an
// error of the library's already.
func requireIs(t *testing.T, client *oauthclients.Client, want string) {
	t.Helper()
	found, err := client.Clients.Get(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, want, found.ID)
}

// requireFails returns how a call failed, with what must have come with it.
func requireFails(t *testing.T, client *oauthclients.Client, kind error, status int, code string) *oauthclients.Error {
	t.Helper()
	_, err := client.Clients.Get(t.Context(), person)
	return requireError(t, err, kind, status, code)
}

func requireError(t *testing.T, err, kind error, status int, code string) *oauthclients.Error {
	t.Helper()
	failed := failure(t, err)
	require.ErrorIs(t, failed, kind)
	require.Equal(t, status, failed.StatusCode)
	require.Equal(t, code, failed.Code)
	return failed
}
