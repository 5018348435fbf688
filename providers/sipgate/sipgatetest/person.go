package sipgatetest

import (
	"encoding/json"
	"errors"
	"net/url"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds the person who signs in, and what a test does with sign-ins and tokens.

// AuthCode registers an OAuth2 client with this redirect URI and returns the strategy of a
// program that signs people in with it. No request is recorded for it. Its scopes are for the
// balance and for reading and changing OAuth2 clients; leave out what the program does not need.
//
// An empty redirectURL is for oauthclients.AuthCode.Interactive: http://127.0.0.1/callback is
// registered, which stands for every port.
func (s *Server) AuthCode(redirectURL string) oauthclients.AuthCode {
	registered := redirectURL
	if registered == "" {
		registered = "http://127.0.0.1/callback"
	}
	c := s.add(settingsOf(registered))
	return oauthclients.AuthCode{
		ClientID: c.id, ClientSecret: oauthclients.NewSecret(c.secret), RedirectURL: redirectURL,
		Scopes: []string{
			sipgate.ScopeBalanceRead,
			sipgate.ScopeAuthorizationOAuth2ClientsRead, sipgate.ScopeAuthorizationOAuth2ClientsWrite,
		},
	}
}

func settingsOf(redirectURI string) map[string]json.RawMessage {
	settings := map[string]json.RawMessage{}
	for member, value := range map[string]any{
		"name": "Example application", "description": "", "redirectUris": []string{redirectURI},
		"webOrigins": []string{}, "privacyUrl": "", "termsUrl": "",
	} {
		settings[member], _ = json.Marshal(value) //nolint:errchkjson // strings
	}
	return settings
}

// SignIn does what the person does in a browser: it opens the login URL, signs in as [Username],
// grants what is asked for, and returns the query with which the browser comes back to the
// program. It needs no socket and works in a testing/synctest bubble. The requests are recorded
// like those of a browser.
//
// That the login server sent an error back to the program is no error of SignIn: the query has
// it. An error is a page on which the person cannot go on, and tells what the page says.
func (s *Server) SignIn(loginURL string) (callback url.Values, err error) {
	return s.person("accept", "login").SignIn(loginURL)
}

// Visit is SignIn of a person whose browser then goes back to the program, for
// oauthclients.AuthCode.Interactive:
//
//	token, err := auth.Interactive(ctx, server.Provider(), server.Visit)
//
// The way back must lead to a loopback address. It is taken over a real connection, whose page
// is read; no redirect is followed. It is an error if the program answers with a status of 400
// or more, or not within a minute. No error shows a query.
func (s *Server) Visit(loginURL string) error { return s.person("accept", "login").Visit(loginURL) }

// SignInDenied is SignIn of a person who does not grant what is asked for. It is an error if
// nothing is asked, because it was granted before.
func (s *Server) SignInDenied(loginURL string) (callback url.Values, err error) {
	callback, err = s.person("cancel", "login").SignIn(loginURL)
	if err == nil && !callback.Has("error") {
		return nil, errors.New("sipgatetest: the person was not asked: it was granted before")
	}
	return callback, err
}

func (s *Server) person(buttons ...string) signin.Person {
	return signin.Person{
		HTTP: s.HTTPClient(), Buttons: buttons,
		Fields: map[string]string{"username": Username, "password": Password},
	}
}

// AccessToken returns a new access token that the API takes, as the token endpoint would issue
// it for the password grant. It has the shape of a JWT, but nobody is meant to look inside.
func (s *Server) AccessToken() string { return s.issue(sipgate.DefaultPasswordClientID, nil) }

// RevokeTokens makes every access token issued so far invalid. Refresh tokens, the credentials
// of Auth and the personal access token stay.
func (s *Server) RevokeTokens() { s.ledger.RevokeAll() }

// EndSessions signs everybody out: no token issued so far is good any more, neither for a call
// nor for a refresh, and the login page asks for the password again.
func (s *Server) EndSessions() { s.ledger.EndAll() }
