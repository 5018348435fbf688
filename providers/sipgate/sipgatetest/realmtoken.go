package sipgatetest

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds the token and the logout endpoint of a realm. Statuses and texts are those
// of Keycloak.

// Error lets a refusal come out of the ledger.
func (r *refusal) Error() string { return r.Code + ": " + r.Description }

func badGrant(description string) *refusal {
	return &refusal{http.StatusBadRequest, "invalid_grant", description}
}

func (s *Server) realmToken(w http.ResponseWriter, r *http.Request, realm string) {
	noStore(w)
	tokens, refused := s.exchange(postForm(r), realm)
	if _, _, basic := r.BasicAuth(); basic {
		refused = &refusal{http.StatusUnauthorized, "unauthorized_client",
			"Invalid method used to get client secret. Client requires method 'client_secret_post'"}
	}
	if refused != nil {
		answer(w, refused.status, refused)
		return
	}
	answer(w, http.StatusOK, s.tokenAnswer(tokens))
}

// exchange looks at the form in Keycloak's order: what is asked, who asks, for which grant.
func (s *Server) exchange(form url.Values, realm string) (signin.Tokens, *refusal) {
	grantType := form.Get("grant_type")
	refused := checkGrantType(grantType)
	if refused == nil {
		refused = s.checkRealmClient(form, realm)
	}
	switch {
	case refused != nil:
		return signin.Tokens{}, refused
	case duplicated(form):
		return signin.Tokens{}, &refusal{http.StatusBadRequest, "invalid_request", "duplicated parameter"}
	case grantType == "authorization_code":
		return s.redeem(form)
	case grantType == "refresh_token":
		return s.refresh(form)
	case grantType == "password":
		return signin.Tokens{}, &refusal{http.StatusBadRequest, "unauthorized_client", "Client not allowed for direct access grants"}
	}
	return signin.Tokens{}, &refusal{http.StatusUnauthorized, "unauthorized_client", "Client not enabled to retrieve service account"}
}

// checkGrantType knows two grants that the clients of the account may not use.
func checkGrantType(grantType string) *refusal {
	switch grantType {
	case "authorization_code", "refresh_token", "password", "client_credentials":
		return nil
	case "":
		return &refusal{http.StatusBadRequest, "invalid_request", "Missing form parameter: grant_type"}
	}
	return &refusal{http.StatusBadRequest, "unsupported_grant_type", "Unsupported grant_type"}
}

// checkRealmClient knows sipgate's own client as well, which is in the realm of the password grant and has
// no secret.
func (s *Server) checkRealmClient(form url.Values, realm string) *refusal {
	id := form.Get("client_id")
	if id == sipgate.DefaultPasswordClientID && realm == sipgate.RealmApps {
		return nil
	}
	c, known := s.findIn(realm, id)
	return checkClient(id, form.Get("client_secret"), c, known)
}

// redeem exchanges a code. Whatever is wrong with the exchange, the code is spent.
func (s *Server) redeem(form url.Values) (signin.Tokens, *refusal) {
	if form.Get("code") == "" {
		return signin.Tokens{}, &refusal{http.StatusBadRequest, "invalid_request", "Missing parameter: code"}
	}
	tokens, err := s.ledger.Redeem(form.Get("code"), func(g signin.Grant) error { return checkCode(form, g) })
	return tokens, refusalOf(err, map[error]string{
		signin.ErrUnknown: "Code not valid", signin.ErrUsed: "Code not valid", signin.ErrEnded: "Code not valid",
		signin.ErrExpired: "Code is expired",
	})
}

func checkCode(form url.Values, g signin.Grant) error {
	verifier := form.Get("code_verifier")
	switch {
	case form.Get("redirect_uri") != g.RedirectURI:
		return badGrant("Incorrect redirect_uri")
	case form.Get("client_id") != g.ClientID:
		return badGrant("Auth error: Found different client_id in clientSession")
	case g.Challenge == "" && verifier == "":
		return nil
	case g.Challenge == "":
		return badGrant("PKCE code verifier specified but challenge not present in authorization")
	case verifier == "":
		return badGrant("PKCE code verifier not specified")
	case !signin.WellFormed(verifier):
		return badGrant("PKCE verification failed: Invalid code verifier")
	case !g.Proves(verifier):
		return badGrant("PKCE verification failed: Code mismatch")
	}
	return nil
}

func (s *Server) refresh(form url.Values) (signin.Tokens, *refusal) {
	if form.Get("refresh_token") == "" {
		return signin.Tokens{}, &refusal{http.StatusBadRequest, "invalid_request", "No refresh token"}
	}
	tokens, err := s.ledger.Refresh(form.Get("refresh_token"), func(g signin.Grant) error { return checkHolder(form, g) })
	return tokens, refusalOf(err, map[error]string{
		signin.ErrUnknown: "Invalid refresh token", signin.ErrExpired: "Token is not active",
		signin.ErrUsed:  "Maximum allowed refresh token reuse exceeded",
		signin.ErrEnded: s.ended(form.Get("refresh_token")),
	})
}

func checkHolder(form url.Values, g signin.Grant) error {
	if form.Get("client_id") != g.ClientID {
		return badGrant("Invalid refresh token. Token client and authorized client don't match")
	}
	return nil
}

// refusalOf finds the text for an error of the ledger.
func refusalOf(err error, texts map[error]string) *refusal {
	var refused *refusal
	if err == nil || errors.As(err, &refused) {
		return refused
	}
	return badGrant(texts[err])
}

// tokenAnswer has the members of sipgate's page on authentication.
func (s *Server) tokenAnswer(tokens signin.Tokens) map[string]any {
	document := map[string]any{
		"access_token": tokens.Access, "expires_in": seconds(s.lifetime), "token_type": "bearer",
		"not-before-policy": 0, "session_state": tokens.Grant.Session, "scope": strings.Join(tokens.Grant.Scopes, " "),
	}
	if tokens.Refresh != "" {
		document["refresh_token"], document["refresh_expires_in"] = tokens.Refresh, seconds(s.refreshLifetime)
	}
	if slices.Contains(tokens.Grant.Scopes, sipgate.ScopeOpenID) {
		document["id_token"] = s.idToken(tokens.Grant)
	}
	return document
}

// logOut ends the session of a refresh token, with everything that was granted in it.
func (s *Server) logOut(w http.ResponseWriter, r *http.Request, realm string) {
	noStore(w)
	form := postForm(r)
	if refused := s.endSession(form, realm); refused != nil {
		answer(w, refused.status, refused)
		return
	}
	if form.Get("refresh_token") == "" {
		s.pages.Show(w, http.StatusOK, "error", signin.Page{Title: "Logging out", Alert: "Do you want to log out?"})
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) endSession(form url.Values, realm string) *refusal {
	if refused := s.checkRealmClient(form, realm); refused != nil {
		return refused
	}
	if form.Get("refresh_token") == "" {
		return nil // with a page that asks; see logOut
	}
	// A token that is over still names its session, of which there is nothing to be ended.
	grant, err := s.ledger.Holder(form.Get("refresh_token"))
	if errors.Is(err, signin.ErrUnknown) {
		return badGrant("Invalid refresh token")
	}
	if err := checkHolder(form, grant); err != nil {
		return refusalOf(err, nil)
	}
	s.ledger.EndSession(grant.Session)
	return nil
}
