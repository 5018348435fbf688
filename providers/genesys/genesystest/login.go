package genesystest

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the token endpoint.

// defaultLifetime is what the vendor's tokens have left when they arrive.
const defaultLifetime = (defaultValidity - 1) * time.Second

type oauthError struct {
	status           int
	Code             string `json:"error"`
	Description      string `json:"description"`
	ErrorDescription string `json:"error_description"`
}

// Error lets a refusal come out of the ledger.
func (f *oauthError) Error() string { return f.ErrorDescription }

func refusal(status int, code, text string) *oauthError {
	full := text
	if code == "invalid_client" {
		full += ": " + code
	}
	return &oauthError{status: status, Code: code, Description: text, ErrorDescription: full}
}

func badGrant(text string) *oauthError {
	return refusal(http.StatusBadRequest, "invalid_grant", text)
}

func unknownClient() *oauthError {
	return refusal(http.StatusBadRequest, "invalid_client", "client not found")
}

func noCredentials() *oauthError {
	return refusal(http.StatusUnauthorized, "invalid_client", "client credentials are required")
}

func wrongGrant() *oauthError {
	return refusal(http.StatusBadRequest, "unauthorized_client", "the client is not authorized for this grant type")
}

type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	RefreshToken string `json:"refresh_token,omitempty"`
}

// token serves POST /oauth/token.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Cache-Control", "no-store")
	granted, refused := s.grant(r)
	if refused != nil {
		answer(w, refused.status, refused)
		return
	}
	answer(w, http.StatusOK, granted)
}

// grant serves one request by the table of the vendor: Basic for everything, but for a code
// with PKCE, where a client without a secret names itself in the form. The caller holds the lock,
// as for all of this file.
func (s *Server) grant(r *http.Request) (*tokenAnswer, *oauthError) {
	if !s.tokenWindow.take(s.tokenLimit) {
		return nil, refusal(http.StatusBadRequest, "invalid_request", "rate limit exceeded; try again later")
	}
	form := formOf(r)
	id, secret, basic := r.BasicAuth()
	if !basic {
		return s.public(form)
	}
	if id == clientID && secret == clientSecret {
		return s.machine(form, clientID, s.lifetimeOf(nil))
	}
	c := s.find(id)
	if c == nil || c.secret == "" || secret != c.secret {
		return nil, unknownClient()
	}
	return s.confidential(form, c)
}

func (s *Server) machine(form url.Values, id string, lifetime time.Duration) (*tokenAnswer, *oauthError) {
	switch form.Get("grant_type") {
	case "client_credentials":
		token := s.ledger.Issue(signin.Grant{ClientID: id, Lifetime: lifetime})
		return &tokenAnswer{AccessToken: token, TokenType: "bearer", ExpiresIn: seconds(lifetime)}, nil
	case "authorization_code", "refresh_token":
		return nil, wrongGrant()
	}
	return nil, refusal(http.StatusBadRequest, "unsupported_grant_type", "unsupported grant type")
}

func (s *Server) confidential(form url.Values, c *client) (*tokenAnswer, *oauthError) {
	kind := c.text("authorizedGrantType")
	grantType := form.Get("grant_type")
	switch {
	case c.text("state") != "active":
		return nil, refusal(http.StatusBadRequest, "unauthorized_client", "the client is not active")
	case kind == "CLIENT-CREDENTIALS":
		return s.machine(form, c.id, s.lifetimeOf(c))
	case kind == "CODE" && grantType == "authorization_code":
		return s.redeem(form, c.id, false)
	case kind == "CODE" && grantType == "refresh_token":
		return s.refresh(form, c.id)
	case grantType == "authorization_code" || grantType == "refresh_token" || grantType == "client_credentials":
		return nil, wrongGrant()
	}
	return nil, refusal(http.StatusBadRequest, "unsupported_grant_type", "unsupported grant type")
}

// public is a client that sends no secret, which only a code with PKCE does without.
func (s *Server) public(form url.Values) (*tokenAnswer, *oauthError) {
	id := form.Get("client_id")
	if id == "" || form.Has("client_secret") || form.Get("grant_type") != "authorization_code" || form.Get("code_verifier") == "" {
		return nil, noCredentials()
	}
	switch c := s.find(id); {
	case c == nil:
		return nil, unknownClient()
	case c.text("state") != "active" || c.text("authorizedGrantType") != "CODE":
		return nil, wrongGrant()
	}
	return s.redeem(form, id, true)
}

// redeem exchanges a code. Whatever is wrong with the exchange, the code is spent.
func (s *Server) redeem(form url.Values, id string, public bool) (*tokenAnswer, *oauthError) {
	tokens, err := s.ledger.Redeem(form.Get("code"), func(g signin.Grant) error { return checkCode(form, g, id, public) })
	return tokensOf(tokens, err, "the authorization code is not valid")
}

func checkCode(form url.Values, g signin.Grant, id string, public bool) error {
	verifier := form.Get("code_verifier")
	proven := signin.WellFormed(verifier) && g.Proves(verifier)
	switch {
	case g.ClientID != id:
		return badGrant("the authorization code was issued to another client")
	case g.RedirectURI != form.Get("redirect_uri"):
		return badGrant("the redirect URI does not match")
	case g.Challenge == "" && public:
		return noCredentials()
	case g.Challenge == "" && verifier == "" || proven:
		return nil
	}
	return badGrant("the code verifier does not match")
}

func (s *Server) refresh(form url.Values, id string) (*tokenAnswer, *oauthError) {
	tokens, err := s.ledger.Refresh(form.Get("refresh_token"), func(g signin.Grant) error {
		if g.ClientID != id {
			return badGrant("the refresh token was issued to another client")
		}
		return nil
	})
	return tokensOf(tokens, err, "the refresh token is not valid")
}

// tokensOf is the answer to an exchange. The vendor does not say what is wrong with a code or a
// refresh token.
func tokensOf(tokens signin.Tokens, err error, text string) (*tokenAnswer, *oauthError) {
	var refused *oauthError
	switch {
	case err == nil:
		return &tokenAnswer{tokens.Access, "bearer", seconds(tokens.Grant.Lifetime), tokens.Refresh}, nil
	case errors.As(err, &refused):
		return nil, refused
	}
	return nil, badGrant(text)
}

// lifetimeOf is how long the access tokens of a client live: as long as the client says, less
// the second that the vendor's take to arrive.
func (s *Server) lifetimeOf(c *client) time.Duration {
	switch {
	case s.lifetime > 0:
		return s.lifetime
	case c == nil:
		return defaultLifetime
	}
	return time.Duration(c.number("accessTokenValiditySeconds")-1) * time.Second
}

func seconds(d time.Duration) int { return int(d / time.Second) }
