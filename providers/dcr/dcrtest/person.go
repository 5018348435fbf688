package dcrtest

import "github.com/oauthclients/oauthclients/providers/fakeserver/signin"

// This file holds the person whose browser goes back to the program.

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
