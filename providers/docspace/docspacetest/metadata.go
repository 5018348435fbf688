package docspacetest

import "net/http"

// This file holds what the portal says of its OAuth2 server. Much of it are the defaults of the framework,
// which the portal does not do: other grants, credentials in a header, tokens that are bound.

func (s *Server) metadataRoutes(mux *http.ServeMux) {
	for _, prefix := range []string{"", "/oauth2"} {
		for _, name := range []string{"openid-configuration", "oauth-authorization-server"} {
			mux.Handle(prefix+"/.well-known/"+name, at{methods{http.MethodGet: s.metadata}, lost})
		}
	}
}

// metadata: issuer and algorithm are not those of the tokens.
func (s *Server) metadata(w http.ResponseWriter, _ *http.Request) {
	endpoint := func(name string) string { return s.URL() + "/oauth2/" + name }
	methods := []string{
		"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt",
		"tls_client_auth", "self_signed_tls_client_auth",
	}
	answer(w, http.StatusOK, map[string]any{
		"issuer":                 s.URL(),
		"authorization_endpoint": endpoint("authorize"),
		"token_endpoint":         endpoint("token"), "token_endpoint_auth_methods_supported": methods,
		"revocation_endpoint": endpoint("revoke"), "revocation_endpoint_auth_methods_supported": methods,
		"introspection_endpoint": endpoint("introspect"), "introspection_endpoint_auth_methods_supported": methods,
		"jwks_uri": endpoint("jwks"), "userinfo_endpoint": endpoint("userinfo"),
		"response_types_supported": []string{"code"}, "code_challenge_methods_supported": []string{"S256"},
		"grant_types_supported": append([]string{"authorization_code", "refresh_token"}, frameworkGrants()...),
		"scopes_supported":      []string{"openid"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported":      []string{"RS256"},
		"dpop_signing_alg_values_supported":          []string{"RS256", "ES256"},
		"tls_client_certificate_bound_access_tokens": true,
	})
}

// jwks is empty: nobody signs the tokens of the fake.
func (s *Server) jwks(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"keys": []any{}})
}
