package sipgatetest

import (
	"net/http"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the revocation of single tokens (RFC 7009), and what a realm says of itself. sipgate
// documents neither; its login server is a Keycloak, which has both.

// revoke answers a success to what is no token, or none any more, and says so in it. The end of a refresh
// token is the end of its access tokens, but not the other way round.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request, realm string) {
	noStore(w)
	form := postForm(r)
	refused := s.checkRealmClient(form, realm)
	if refused == nil {
		refused = s.endToken(form.Get("token"), form.Get("client_id"))
	}
	if refused != nil {
		answer(w, refused.status, refused)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *Server) endToken(token, clientID string) *refusal {
	access, notAccess := s.ledger.Bearer(token)
	refresh, notRefresh := s.ledger.Holder(token)
	switch {
	case token == "":
		return &refusal{http.StatusBadRequest, "invalid_request", "Token not provided"}
	case notAccess != nil && notRefresh != nil:
		return &refusal{http.StatusOK, "invalid_token", "Invalid token"}
	case notAccess == nil && access.ClientID != clientID, notRefresh == nil && refresh.ClientID != clientID:
		return &refusal{http.StatusBadRequest, "invalid_request", "Unmatching clients"}
	case notAccess == nil:
		s.ledger.Revoke(token)
	default:
		s.ledger.EndGrant(refresh.ID)
	}
	return nil
}

// ended is what a refresh is told of a sign-in that is over: after a replay the session goes on without
// the client.
func (s *Server) ended(refreshToken string) string {
	if grant, err := s.ledger.Holder(refreshToken); err != nil && s.ledger.GoesOn(grant.Session) {
		return "Session doesn't have required client"
	}
	return "Session not active"
}

func (s *Server) metadata(w http.ResponseWriter, _ *http.Request, realm string) {
	endpoint := func(name string) string { return s.issuer(realm) + "/protocol/openid-connect/" + name }
	signin.Private(w)
	answer(w, http.StatusOK, map[string]any{
		"issuer": s.issuer(realm), "authorization_response_iss_parameter_supported": true,
		"authorization_endpoint": endpoint("auth"), "token_endpoint": endpoint("token"),
		"revocation_endpoint": endpoint("revoke"), "end_session_endpoint": endpoint("logout"),
		"response_types_supported": []string{"code"}, "grant_types_supported": []string{"authorization_code", "refresh_token", "password"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post"},
	})
}
