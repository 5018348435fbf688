package genesystest

import (
	"encoding/json"
	"maps"
	"net/url"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the person who signs in, and what a test does with sign-ins and tokens.

// Username and Password are the one user's, for the login page.
const (
	Username = "desk@example.com"
	Password = "correct horse battery staple"
)

// AuthCode registers an OAuth client of the grant type CODE with this redirect URI and returns
// the strategy of a program that signs people in with it. No request is recorded for it. The
// client has the scope "oauth"; the strategy asks for none, which is all that the client has.
//
// The server compares redirect URIs whole, the port included: for
// oauthclients.AuthCode.Interactive give an address with a port, such as
// http://127.0.0.1:8085/callback.
func (s *Server) AuthCode(redirectURL string) oauthclients.AuthCode {
	members := map[string]json.RawMessage{}
	set(members, "name", "Example application")
	set(members, "authorizedGrantType", "CODE")
	set(members, "registeredRedirectUri", []string{redirectURL})
	set(members, "scope", []string{"oauth"})
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.insert("", members)
	return oauthclients.AuthCode{
		ClientID: c.id, ClientSecret: oauthclients.NewSecret(c.secret), RedirectURL: redirectURL,
	}
}

// SignIn does what the person does in a browser: it opens the login URL, logs in as [Username],
// and returns the query with which the browser comes back to the program. It needs no socket and
// works in a testing/synctest bubble. The requests are recorded like those of a browser.
//
// That the login server sent an error back to the program is no error of SignIn: the query has
// it. An error is a page on which the person cannot go on, and tells what the page says.
func (s *Server) SignIn(loginURL string) (callback url.Values, err error) {
	return s.person("login").SignIn(loginURL)
}

// Visit is SignIn of a person whose browser then goes back to the program, for
// oauthclients.AuthCode.Interactive:
//
//	token, err := auth.Interactive(ctx, server.Provider(), server.Visit)
//
// The way back must lead to a loopback address. It is taken over a real connection, whose page
// is read; no redirect is followed. It is an error if the program answers with a status of 400
// or more, or not within a minute. No error shows a query. The strategy must
// have a redirect URL with a port, see [Server.AuthCode].
func (s *Server) Visit(loginURL string) error { return s.person("login").Visit(loginURL) }

// SignInDenied is SignIn of a person who presses Cancel. The vendor asks nobody for consent.
func (s *Server) SignInDenied(loginURL string) (callback url.Values, err error) {
	return s.person("cancel").SignIn(loginURL)
}

func (s *Server) person(button string) signin.Person {
	return signin.Person{
		HTTP: s.HTTPClient(), Buttons: []string{button},
		Fields: map[string]string{"username": Username, "password": Password},
	}
}

// AccessToken returns a new access token that the API takes, as the token endpoint would issue
// it for Auth.
func (s *Server) AccessToken() string {
	return s.ledger.Issue(signin.Grant{ClientID: clientID, Lifetime: s.lifetimeOf(nil)})
}

// RevokeTokens makes every access token issued so far invalid. Refresh tokens and the
// credentials of Auth stay.
func (s *Server) RevokeTokens() { s.ledger.RevokeAll() }

// EndSessions signs everybody out: no token issued so far is good any more, neither for a call
// nor for a refresh, and the login page asks for the password again.
func (s *Server) EndSessions() { s.ledger.EndAll() }

// snapshot is a client as it is now; nil if there is none. It can be read without the lock.
func (s *Server) snapshot(id string) *client {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.find(id)
	if found == nil {
		return nil
	}
	return &client{id: found.id, members: maps.Clone(found.members)}
}

// list reads a member that is a list of texts.
func (c *client) list(name string) []string {
	var values []string
	_ = json.Unmarshal(c.members[name], &values) // it was checked on its way in
	return values
}

func (c *client) number(name string) int64 {
	var value int64
	_ = json.Unmarshal(c.members[name], &value) // it was checked on its way in
	return value
}
