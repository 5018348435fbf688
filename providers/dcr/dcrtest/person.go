package dcrtest

import "github.com/oauthclients/oauthclients/providers/fakeserver/signin"

// This file holds the person whose browser goes back to the program, and what ends a person's tokens.

// Visit is [Server.SignIn] of a person whose browser then goes back to the program, for
// oauthclients.AuthCode.Interactive:
//
//	token, err := auth.Interactive(ctx, server.Provider(), server.Visit)
//
// The way back must lead to a loopback address. It is taken over a real connection, whose page is
// read; no redirect is followed. It is an error if the program answers with a status of 400 or
// more, or not within a minute. No error shows a query.
func (s *Server) Visit(loginURL string) error {
	return signin.Person{HTTP: s.HTTPClient()}.Visit(loginURL)
}

// RevokeTokens makes every access token issued so far invalid. Refresh tokens stay, unless the manner
// is that they end with their access tokens.
func (s *Server) RevokeTokens() {
	if s.revokes != nil && s.revokes.endsAll {
		s.ledger.EndAll()
		return
	}
	s.ledger.RevokeAll()
}

// EndSessions makes every access token, refresh token and code issued so far invalid.
func (s *Server) EndSessions() { s.ledger.EndAll() }
