package dcrtest

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file issues tokens: to the registrar, for registering clients, and to the clients that were
// registered. There are no pages: the person is signed in already, and agrees.

// ClientCredentials returns the strategy of the registrar by itself.
func (s *Server) ClientCredentials() oauthclients.ClientCredentials {
	return oauthclients.ClientCredentials{ClientID: RegistrarID, ClientSecret: oauthclients.NewSecret(RegistrarSecret)}
}

// PasswordGrant returns the strategy of the registrar for the person.
func (s *Server) PasswordGrant() oauthclients.PasswordGrant {
	return oauthclients.PasswordGrant{
		ClientID: RegistrarID, ClientSecret: oauthclients.NewSecret(RegistrarSecret),
		Username: Username, Password: oauthclients.NewSecret(Password),
	}
}

// AuthCode returns the strategy of the registrar with a person who signed in a moment ago, and
// with whom [Server.SignIn] signs in again. The registrar takes every redirect URL.
func (s *Server) AuthCode(redirectURL string) oauthclients.AuthCode {
	tokens, _ := s.ledger.Redeem(s.ledger.Authorize(signin.Grant{User: Username, ClientID: RegistrarID}), func(signin.Grant) error { return nil })
	return oauthclients.AuthCode{
		ClientID: RegistrarID, ClientSecret: oauthclients.NewSecret(RegistrarSecret), RedirectURL: redirectURL,
		Token: &oauth2.Token{AccessToken: tokens.Access, RefreshToken: tokens.Refresh, TokenType: "Bearer"},
	}
}

// SignIn does what the person's browser does: it opens the login URL and returns the query with
// which the server sends it back to the program.
func (s *Server) SignIn(loginURL string) (callback url.Values, err error) {
	return signin.Person{HTTP: s.HTTPClient()}.SignIn(loginURL)
}

// denied is the parameter of a login URL that a person opens to say no.
const denied = "dcrtest_denied"

// Deny is [Server.SignIn] of a person who does not allow what is asked for.
func (s *Server) Deny(loginURL string) (callback url.Values, err error) {
	return s.SignIn(loginURL + "&" + denied + "=1")
}

// authorize sends the browser back with a code at once.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	id, redirect := query.Get("client_id"), query.Get("redirect_uri")
	if !s.mayReturn(id, redirect) || query.Get("response_type") != "code" {
		answer(w, http.StatusBadRequest, badRequest("the client or its redirect URI is not known"))
		return
	}
	switch challenge := query.Get("code_challenge"); {
	case !provable(query) || s.needsProof && challenge == "":
		s.sendBack(w, query, url.Values{"error": {"invalid_request"}})
	case s.needsResponses && !s.mayAsk(id):
		s.sendBack(w, query, url.Values{"error": {"unauthorized_client"}})
	case query.Has(denied):
		s.sendBack(w, query, url.Values{"error": {"access_denied"}})
	default:
		code := s.ledger.Authorize(signin.Grant{
			User: Username, ClientID: id, RedirectURI: redirect, Challenge: challenge, Scopes: s.scopesOf(query.Get("scope")),
		})
		s.sendBack(w, query, url.Values{"code": {code}})
	}
}

// mayAsk: the client is registered for codes.
func (s *Server) mayAsk(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[id]
	return c == nil || slices.Contains(textsOf(c.members, "response_types"), "code")
}

// provable: there is no proof key, or one of the method S256 (RFC 7636 section 4.3).
func provable(query url.Values) bool {
	challenge, method := query.Get("code_challenge"), query.Get("code_challenge_method")
	return challenge == "" && method == "" || method == "S256" && signin.WellFormed(challenge)
}

// sendBack keeps the query that the redirect URI has (RFC 6749 section 3.1.2).
func (s *Server) sendBack(w http.ResponseWriter, query, values url.Values) {
	if s.iss == always || s.iss == withCode && values.Has("code") {
		values.Set("iss", s.issuer())
	}
	if state := query.Get("state"); state != "" {
		values.Set("state", state)
	}
	redirect, separator := query.Get("redirect_uri"), "?"
	if strings.Contains(redirect, "?") {
		separator = "&"
	}
	signin.Redirect(w, redirect+separator+values.Encode())
}

func (s *Server) mayReturn(id, redirect string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[id]
	return id == RegistrarID || c != nil && slices.Contains(textsOf(c.members, "redirect_uris"), redirect)
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // a broken form has no grant type
	if s.revokes != nil && s.revokes.atToken && r.PostForm.Has("token") {
		s.revoke(w, r)
		return
	}
	who, grant := s.proofOf(r), r.PostForm.Get("grant_type")
	refused := s.proves(who, who.method)
	if refused != nil {
		s.refuse(w, refused, s.badClientAsks)
		return
	}
	var tokens signin.Tokens
	if refused = s.mayUse(who, grant); refused == nil {
		tokens, refused = s.grant(who.id, r.PostForm)
	}
	if refused != nil {
		s.refuse(w, refused, "")
		return
	}
	answer(w, http.StatusOK, s.tokenAnswer(tokens))
}

func (s *Server) grant(id string, form url.Values) (signin.Tokens, *fault) {
	var tokens signin.Tokens
	var err error
	bad := fault{}
	switch form.Get("grant_type") {
	case "client_credentials":
		tokens.Access = s.ledger.Issue(signin.Grant{ClientID: id})
	case "password":
		if form.Get("username") != Username || form.Get("password") != Password {
			return tokens, &fault{http.StatusBadRequest, "invalid_grant", "wrong user name or password"}
		}
		tokens.Access = s.ledger.Issue(signin.Grant{ClientID: id, User: Username})
	case "authorization_code":
		bad = s.badCode
		tokens, err = s.ledger.Redeem(form.Get("code"), func(g signin.Grant) error { return checkCode(g, id, form) })
	case "refresh_token":
		bad = s.badRefresh
		tokens, err = s.ledger.Refresh(form.Get("refresh_token"), func(g signin.Grant) error { return checkOwner(g, id) })
	}
	switch {
	case err == nil:
		return tokens, nil
	case bad != (fault{}):
		return tokens, &bad
	}
	return tokens, &fault{http.StatusBadRequest, "invalid_grant", strings.TrimPrefix(err.Error(), "signin: ")}
}

func checkOwner(g signin.Grant, id string) error {
	if g.ClientID != id {
		return errors.New("it was issued to another client")
	}
	return nil
}

func checkCode(g signin.Grant, id string, form url.Values) error {
	if g.Challenge != "" && !g.Proves(form.Get("code_verifier")) || g.RedirectURI != form.Get("redirect_uri") {
		return errors.New("the code was issued for another request")
	}
	return checkOwner(g, id)
}
