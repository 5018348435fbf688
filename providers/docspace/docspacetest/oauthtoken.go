package docspacetest

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the token endpoint and the revocation. Statuses and bodies are those of
// Spring Authorization Server, which says little: most refusals are a code alone.

// refusal is an error of RFC 6749 section 5.2.
type refusal struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
	URI         string `json:"error_uri,omitempty"`
}

// Error lets a refusal come out of the ledger.
func (r *refusal) Error() string { return r.Code }

func badParameter(name string) *refusal {
	return &refusal{
		http.StatusBadRequest, "invalid_request", "OAuth 2.0 Parameter: " + name,
		"https://datatracker.ietf.org/doc/html/rfc6749#section-5.2",
	}
}

func badGrant() *refusal  { return &refusal{status: http.StatusBadRequest, Code: "invalid_grant"} }
func badClient() *refusal { return &refusal{status: http.StatusUnauthorized, Code: "invalid_client"} }

func noStore(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	noStore(w)
	tokens, refused := s.exchange(r)
	if refused != nil {
		answer(w, refused.status, refused)
		return
	}
	answer(w, http.StatusOK, s.tokenAnswer(tokens))
}

func (s *Server) exchange(r *http.Request) (signin.Tokens, *refusal) {
	sent := form(r)
	c, refused := s.authenticate(r, sent)
	if refused != nil {
		return signin.Tokens{}, refused
	}
	for name, values := range sent {
		if len(values) > 1 {
			return signin.Tokens{}, badParameter(name)
		}
	}
	switch sent.Get("grant_type") {
	case "authorization_code":
		return s.redeem(sent, c)
	case "refresh_token":
		return s.refresh(sent, c)
	case "":
		return signin.Tokens{}, badParameter("grant_type")
	}
	return signin.Tokens{}, otherGrant(sent.Get("grant_type"))
}

// otherGrant: the framework knows more grants than the portal's clients may use.
func otherGrant(grant string) *refusal {
	if slices.Contains(frameworkGrants(), grant) {
		return &refusal{status: http.StatusBadRequest, Code: "unauthorized_client"}
	}
	return badParameter("grant_type")
}

func frameworkGrants() []string {
	return []string{"client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange"}
}

// authenticate wants the client's secret in the form. A public client has none, and may only
// exchange a code, with a verifier. A header with credentials is refused, whatever is in the
// form.
func (s *Server) authenticate(r *http.Request, sent url.Values) (registered, *refusal) {
	_, _, basic := r.BasicAuth()
	c, known := s.registeredClient(sent.Get("client_id"))
	switch {
	case basic || !known:
		return registered{}, badClient()
	case sent.Has("client_secret"):
		if sent.Get("client_secret") != c.secret {
			return registered{}, badClient()
		}
	case !c.public || sent.Get("grant_type") != "authorization_code" || sent.Get("code") == "" || sent.Get("code_verifier") == "":
		return registered{}, badClient()
	}
	return c, nil
}

func (s *Server) redeem(sent url.Values, c registered) (signin.Tokens, *refusal) {
	if sent.Get("code") == "" {
		return signin.Tokens{}, badParameter("code")
	}
	tokens, err := s.ledger.Redeem(sent.Get("code"), func(g signin.Grant) error {
		if !s.stillAllowed(g) {
			return badGrant()
		}
		return checkCode(sent, c, g)
	})
	if !sent.Has("client_secret") {
		tokens.Refresh = "" // a public client gets none
	}
	return tokens, refusalOf(err)
}

func checkCode(sent url.Values, c registered, g signin.Grant) error {
	verifier := sent.Get("code_verifier")
	switch {
	case g.ClientID != c.id,
		g.RedirectURI != "" && g.RedirectURI != sent.Get("redirect_uri"),
		g.Challenge == "" && verifier != "",
		g.Challenge != "" && (!signin.WellFormed(verifier) || !g.Proves(verifier)):
		return badGrant()
	}
	return nil
}

func (s *Server) refresh(sent url.Values, c registered) (signin.Tokens, *refusal) {
	if sent.Get("refresh_token") == "" {
		return signin.Tokens{}, badParameter("refresh_token")
	}
	tokens, err := s.ledger.Refresh(sent.Get("refresh_token"), func(g signin.Grant) error {
		if g.ClientID != c.id {
			return badGrant()
		}
		return nil
	})
	return tokens, refusalOf(err)
}

func refusalOf(err error) *refusal {
	var refused *refusal
	if err == nil || errors.As(err, &refused) {
		return refused
	}
	return badGrant()
}

func (s *Server) tokenAnswer(tokens signin.Tokens) map[string]any {
	document := map[string]any{
		"access_token": tokens.Access, "token_type": "Bearer", "expires_in": int(s.lifetime / time.Second),
		"scope": strings.Join(tokens.Grant.Scopes, " "),
	}
	if tokens.Refresh != "" {
		document["refresh_token"] = tokens.Refresh
	}
	if slices.Contains(tokens.Grant.Scopes, "openid") {
		document["id_token"] = s.jwt(tokens.Grant, idTokenLifetime, tokens.Grant.ClientID, "nonce", tokens.Grant.Nonce)
	}
	return document
}

// revoke answers the same for a token that it does not know. The end of a refresh token is the
// end of the access token that came with it, but not the other way round.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	sent := form(r)
	if !sent.Has("client_secret") {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	c, refused := s.authenticate(r, sent)
	if refused == nil {
		refused = s.end(sent.Get("token"), c)
	}
	if refused != nil {
		answer(w, refused.status, refused)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *Server) end(token string, c registered) *refusal {
	if token == "" {
		return badParameter("token")
	}
	access, notAccess := s.ledger.Bearer(token)
	refresh, notRefresh := s.ledger.Holder(token)
	switch {
	case notAccess == nil && access.ClientID == c.id:
		s.ledger.Revoke(token)
	case notRefresh == nil && refresh.ClientID == c.id:
		s.ledger.EndGrant(refresh.ID)
	case notAccess == nil || notRefresh == nil: // it belongs to another client
		return &refusal{status: http.StatusBadRequest, Code: "invalid_client"}
	}
	return nil
}

// mint is called under the ledger's lock. Codes and refresh tokens begin with the region, as
// portals in the cloud have it.
func (s *Server) mint(kind signin.Kind, g signin.Grant) string {
	if kind == signin.AccessToken {
		return s.jwt(g, s.lifetime, s.URL(), "scope", g.Scopes)
	}
	return "eu:" + rand.Text() + rand.Text()
}

// idTokenLifetime is the portal's, whatever access tokens do.
const idTokenLifetime = 30 * time.Minute

// jwt has the shape and the claims of the portal's access tokens. Nobody signs it.
func (s *Server) jwt(g signin.Grant, lifetime time.Duration, audience, claim string, value any) string {
	payload := marshal(map[string]any{
		"jti": rand.Text(), "iss": s.URL() + "/oauth2", "sub": g.User, "aud": audience, "cid": g.ClientID, "tid": tenant,
		claim: value, "iat": time.Now().Unix(), "exp": time.Now().Add(lifetime).Unix(),
	})
	return encode([]byte(`{"alg":"ES256","typ":"JWT"}`)) + "." + encode(payload) + "." + encode([]byte("signature"))
}
