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

// authorize sends the browser back with a code at once.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	redirect := query.Get("redirect_uri")
	if !s.mayReturn(query.Get("client_id"), redirect) || query.Get("response_type") != "code" {
		answer(w, http.StatusBadRequest, badRequest("the client or its redirect URI is not known"))
		return
	}
	if !provable(query) {
		sendBack(w, query, url.Values{"error": {"invalid_request"}})
		return
	}
	code := s.ledger.Authorize(signin.Grant{
		User: Username, ClientID: query.Get("client_id"), RedirectURI: redirect, Challenge: query.Get("code_challenge"),
	})
	sendBack(w, query, url.Values{"code": {code}})
}

// provable: there is no proof key, or one of the method S256 (RFC 7636 section 4.3).
func provable(query url.Values) bool {
	challenge, method := query.Get("code_challenge"), query.Get("code_challenge_method")
	return challenge == "" && method == "" || method == "S256" && signin.WellFormed(challenge)
}

// sendBack keeps the query that the redirect URI has (RFC 6749 section 3.1.2).
func sendBack(w http.ResponseWriter, query, values url.Values) {
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
	id, refused := s.caller(r)
	var tokens signin.Tokens
	if refused == nil {
		tokens, refused = s.grant(id, r.PostForm)
	}
	if refused != nil {
		answer(w, refused.status, refused)
		return
	}
	body := map[string]any{"access_token": tokens.Access, "token_type": "Bearer", "expires_in": 3600}
	if tokens.Refresh != "" {
		body["refresh_token"] = tokens.Refresh
	}
	answer(w, http.StatusOK, body)
}

// caller is who asks (RFC 6749 section 2.3.1).
func (s *Server) caller(r *http.Request) (id string, refused *fault) {
	id, secret, basic := r.BasicAuth()
	id, _ = url.QueryUnescape(id)
	secret, _ = url.QueryUnescape(secret)
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, grant := s.clients[id], r.PostForm.Get("grant_type")
	byItself := grant == "client_credentials" // which only a client with a secret may do (RFC 6749 section 4.4)
	if id == RegistrarID && secret == RegistrarSecret || c != nil && c.secret == secret && c.has(grant) && (secret != "" || !byItself) {
		return id, nil
	}
	return "", &fault{http.StatusUnauthorized, "invalid_client", "client authentication failed"}
}

func (s *Server) grant(id string, form url.Values) (signin.Tokens, *fault) {
	var tokens signin.Tokens
	var err error
	switch form.Get("grant_type") {
	case "client_credentials":
		tokens.Access = s.ledger.Issue(signin.Grant{ClientID: id})
	case "password":
		if form.Get("username") != Username || form.Get("password") != Password {
			return tokens, &fault{http.StatusBadRequest, "invalid_grant", "wrong user name or password"}
		}
		tokens.Access = s.ledger.Issue(signin.Grant{ClientID: id, User: Username})
	case "authorization_code":
		tokens, err = s.ledger.Redeem(form.Get("code"), func(g signin.Grant) error { return checkCode(g, id, form) })
	case "refresh_token":
		tokens, err = s.ledger.Refresh(form.Get("refresh_token"), func(g signin.Grant) error { return checkOwner(g, id) })
	default:
		return tokens, &fault{http.StatusBadRequest, "unsupported_grant_type", "unsupported grant type"}
	}
	if err != nil {
		return tokens, &fault{http.StatusBadRequest, "invalid_grant", strings.TrimPrefix(err.Error(), "signin: ")}
	}
	return tokens, nil
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
