package sipgatetest

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"maps"
	"time"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file makes codes and tokens. Tokens have the shape of a JWT and the claims of sipgate's,
// but nobody signs them, and nobody is meant to look inside.

// subject is the user's, by Keycloak; the API knows the same person as "w0".
const subject = "f:6b2f4a0e-6b1c-4c1d-8a5e-3f0f2f7c9d11:2556404"

// mint is called under the ledger's lock.
func (s *Server) mint(kind signin.Kind, g signin.Grant) string {
	switch kind {
	case signin.Code:
		return rand.Text() + "." + g.Session
	case signin.RefreshToken:
		return s.jwt(g, map[string]any{"typ": "Refresh", "exp": time.Now().Add(s.refreshLifetime).Unix()})
	case signin.AccessToken:
	}
	return s.jwt(g, map[string]any{
		"typ": "Bearer", "exp": time.Now().Add(s.lifetime).Unix(),
		"realm_access": map[string]any{"roles": g.Scopes},
	})
}

func (s *Server) idToken(g signin.Grant) string {
	claims := map[string]any{"typ": "ID", "exp": time.Now().Add(s.lifetime).Unix()}
	if g.Nonce != "" {
		claims["nonce"] = g.Nonce
	}
	return s.jwt(g, claims)
}

func (s *Server) jwt(g signin.Grant, claims map[string]any) string {
	all := map[string]any{
		"jti": rand.Text(), "iss": s.issuer(realmOf(g.ClientID)), "aud": g.ClientID, "azp": g.ClientID,
		"sub": subject, "iat": time.Now().Unix(), "session_state": g.Session,
	}
	maps.Copy(all, claims)
	text, _ := json.Marshal(all) //nolint:errchkjson // strings and numbers
	return "eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString(text) + ".c2ln"
}
