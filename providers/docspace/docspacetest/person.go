package docspacetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the person who signs in, and what a test does with sign-ins and tokens.

// Username and Password are the administrator's, for the login page. Others have the same password.
const (
	Username = "account@portal.example.com"
	Password = "correct horse battery staple"
)

// AuthCode registers an OAuth2 client with this redirect URI and returns the strategy of a
// program that signs people in with it. No request is recorded for it. The client has a secret
// and may ask for every scope of the portal; the strategy asks for some.
//
// An empty redirectURL is for oauthclients.AuthCode.Interactive: http://127.0.0.1/callback is
// registered, which stands for every port.
func (s *Server) AuthCode(redirectURL string) oauthclients.AuthCode {
	registered := redirectURL
	if registered == "" {
		registered = "http://127.0.0.1/callback"
	}
	id, secret := s.register("Example application", registered)
	return oauthclients.AuthCode{
		ClientID: id, ClientSecret: oauthclients.NewSecret(secret), RedirectURL: redirectURL,
		Scopes: []string{docspace.ScopeAccountsRead, docspace.ScopeFilesRead, docspace.ScopeRoomsRead},
	}
}

// RegisterElsewhere registers a client at another portal of the same installation, and returns its
// id. This portal's accounts can read its public information, and nothing else of it. The wire of
// the guide has no such clients.
func (s *Server) RegisterElsewhere(name string) (clientID string) {
	id := s.add(application(name, "https://elsewhere.example.com/callback"), administrator).ClientID
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.anyone(id)
	c.Tenant, c.CreatedBy, c.ModifiedBy = tenant+1, strangerID, strangerID
	return id
}

// strangerID is an account of the other portal.
const strangerID = "0b1f6a3c-2d4e-4f5a-8b6c-7d8e9f0a1b2c"

func (s *Server) register(name, redirectURI string) (id, secret string) {
	if s.guide {
		c := s.addGuided(map[string]json.RawMessage{
			"name": marshal(name), "redirectUris": marshal([]string{redirectURI}),
			"grantTypes": marshal([]string{"authorization_code", "refresh_token"}),
		}).registered()
		return c.id, c.secret
	}
	c := s.add(application(name, redirectURI), administrator)
	return c.ClientID, c.ClientSecret
}

// application is a client that may ask for every scope.
func application(name, redirectURI string) *createRequest {
	const website, logo = "https://app.example.com", "data:image/png;base64,AAAA"
	body := &createRequest{
		Name: &name, Logo: pointer(logo), WebsiteURL: pointer(website), TermsURL: pointer(website), PolicyURL: pointer(website),
		RedirectURIs: []string{redirectURI}, AllowedOrigins: []string{website}, LogoutRedirectURI: pointer(website),
	}
	for _, entry := range catalogue() {
		body.Scopes = append(body.Scopes, entry.Name)
	}
	return body
}

func pointer(text string) *string { return &text }

// SignIn does what the person does in a browser: it opens the login URL, signs in as [Username],
// allows what is asked for, and returns the query with which the browser comes back to the
// program. It needs no socket and works in a testing/synctest bubble. The requests are recorded
// like those of a browser.
//
// That the portal sent an error back to the program is no error of SignIn: the query has it. An
// error is a page on which the person cannot go on, and tells what the page says.
func (s *Server) SignIn(loginURL string) (callback url.Values, err error) {
	return s.person("allow", "login").SignIn(loginURL)
}

// SignInAs is SignIn of another person, from 1 to 1000. A person has one sign-in at a client: a second one
// ends the first, so that a test with several at once needs several people. Each of them may do what the
// administrator may.
func (s *Server) SignInAs(person int, loginURL string) (callback url.Values, err error) {
	return s.personAs(nameOf(guest+account(person)), "allow", "login").SignIn(loginURL)
}

// nameOf is the address with which an account signs in.
func nameOf(a account) string {
	if a == administrator {
		return Username
	}
	return fmt.Sprintf("account%d@portal.example.com", a)
}

func accountNamed(name string) (account, bool) {
	if name == Username {
		return administrator, true
	}
	number, _, _ := strings.Cut(strings.TrimPrefix(name, "account"), "@")
	a, err := strconv.Atoi(number)
	return account(a), err == nil && a > 0 && account(a) < maxAccounts && nameOf(account(a)) == name
}

// Visit is SignIn of a person whose browser then goes back to the program, for
// oauthclients.AuthCode.Interactive:
//
//	token, err := auth.Interactive(ctx, server.Provider(), server.Visit)
//
// The way back must lead to a loopback address. It is taken over a real connection, whose page
// is read; no redirect is followed. It is an error if the program answers with a status of 400
// or more, or not within a minute. No error shows a query.
func (s *Server) Visit(loginURL string) error { return s.person("allow", "login").Visit(loginURL) }

// SignInDenied is SignIn of a person who does not allow what is asked for. It is an error if nothing is
// asked, because it was allowed before.
func (s *Server) SignInDenied(loginURL string) (callback url.Values, err error) {
	callback, err = s.person("deny", "login").SignIn(loginURL)
	if err == nil && !callback.Has("error") {
		return nil, errors.New("docspacetest: the person was not asked: it was allowed before")
	}
	return callback, err
}

func (s *Server) person(buttons ...string) signin.Person { return s.personAs(Username, buttons...) }

func (s *Server) personAs(name string, buttons ...string) signin.Person {
	return signin.Person{
		HTTP: s.HTTPClient(), Buttons: buttons,
		Fields: map[string]string{"username": name, "password": Password},
	}
}

// RevokeTokens makes every signature and every access token issued so far invalid. Refresh
// tokens and the API keys stay.
func (s *Server) RevokeTokens() {
	s.revokeSignatures()
	s.ledger.RevokeAll()
}

// EndSessions signs everybody out: no signature and no token issued so far is good any more,
// neither for a call nor for a refresh, and the login page asks for the password again. The API
// keys stay.
func (s *Server) EndSessions() {
	s.revokeSignatures()
	s.ledger.EndAll()
}

func (s *Server) revokeSignatures() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = s.signed
}
