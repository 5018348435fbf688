package dcrtest

import (
	"net/http"
	"time"
)

// This file is the table of the manners that register clients and do no more (RFC 7591).

func lemonLDAP() habits {
	h := unmanaged()
	h.name, h.registerPath, h.wellKnown, h.newID = "LemonLDAP::NG", "/oauth2/register", []place{atOIDC}, withSlashes
	h.newSecret = withSlashes
	h.shownIn = []string{
		"client_id", "client_secret", "client_id_issued_at", "client_name", "redirect_uris", "request_uris", "id_token_signed_response_alg",
		"userinfo_signed_response_alg",
	}
	h.added = map[string]map[string]any{"": {"client_id_expires_at": 0, "logo_uri": nil, "id_token_signed_response_alg": "RS256"}}
	h.odd = map[string]func(any) any{"client_id_issued_at": asText}
	h.methods = []string{post, basic, none}
	return h
}

func mcpTypeScript() habits {
	h := unmanaged()
	h.name, h.issuerSlash, h.wellKnown, h.newID, h.secretLife = "MCP TypeScript SDK", true, []place{atRoot}, newUUID, 30*24*time.Hour
	h.knows = mcpMembers()
	h.checks = []func(map[string]any) *fault{someRedirects}
	h.forgets, h.needsProof = true, true
	h.methods = []string{post, none}
	h.takesFragments, h.tokenType, h.scoped = true, "bearer", true
	h.unknownGrant.ErrorDescription = "The grant type is not supported by this authorization server."
	h.noClient = fault{http.StatusBadRequest, "invalid_request", "client_id: Invalid input: expected string, received undefined"}
	h.unknownClient = fault{http.StatusBadRequest, "invalid_client", "Invalid client_id"}
	h.badClient = fault{http.StatusBadRequest, "invalid_client", "Invalid client_secret"}
	h.revokes = &revocation{methods: []string{post}, body: "{}"}
	return h
}

func mcpPython() habits {
	h := unmanaged()
	h.name, h.issuerSlash, h.wellKnown, h.newID = "MCP Python SDK", true, []place{atRoot}, newUUID
	h.added = map[string]map[string]any{"": {"application_type": "native"}}
	h.knows, h.takesFragments, h.scoped = mcpMembers(), true, true
	h.unknownGrant = fault{http.StatusBadRequest, "invalid_request", ": Input tag found using 'grant_type' does not match any of the expected tags"}
	h.defaults = map[string]any{
		"grant_types": []any{"authorization_code", "refresh_token"}, "response_types": []any{"code"}, memberMethod: post,
	}
	h.normalizes, h.forgets, h.needsProof = true, true, true
	h.checks = []func(map[string]any) *fault{someRedirects, bothGrants}
	h.methods, h.strict, h.needsFormID = []string{post, basic}, true, true
	h.noClient = fault{http.StatusUnauthorized, "invalid_client", "Missing client_id"}
	h.unknownClient = fault{http.StatusUnauthorized, "invalid_client", "Invalid client_id"}
	h.badClient = fault{http.StatusUnauthorized, "invalid_client", "Invalid client_secret"}
	h.revokes = &revocation{needsSecret: true}
	return h
}

func fastMCP() habits {
	h := mcpPython()
	h.name = "FastMCP"
	h.badCode = fault{http.StatusUnauthorized, "invalid_grant", "authorization code does not exist"}
	h.badRefresh = fault{http.StatusUnauthorized, "invalid_grant", "refresh token does not exist"}
	return h
}

func betterAuth() habits {
	h := unmanaged()
	h.name, h.issuerPath, h.registerPath, h.wellKnown = "better-auth", "/api/auth", "/oauth2/register", []place{atOIDC, atOAuth}
	h.noToken = fault{http.StatusUnauthorized, "", "Authentication required for client registration"}
	h.defaults = map[string]any{"grant_types": []any{"authorization_code"}, memberMethod: basic, "application_type": "web"}
	h.checks = []func(map[string]any) *fault{codeResponses, knownScopes}
	h.replaced = map[string]any{"scope": betterAuthScopes}
	h.added = map[string]map[string]any{"": {"disabled": false, "dpop_bound_access_tokens": false}}
	h.scope, h.idTokens, h.refreshes, h.further = betterAuthScopes, true, true, map[string]any{"expires_at": after(time.Hour)}
	h.noTokenAsks, h.badClientAsks = "Bearer", "Basic"
	h.unknownClient = fault{http.StatusBadRequest, "invalid_grant", "session not found"}
	h.badRefresh = fault{http.StatusBadRequest, "invalid_grant", "session not found"}
	h.unknownGrant.ErrorDescription = "unsupported grant_type"
	h.strict, h.needsProof, h.iss = true, true, always
	h.badClient = fault{http.StatusUnauthorized, "invalid_client", "invalid client_secret"}
	h.revokes = &revocation{unknown: &fault{http.StatusBadRequest, "invalid_request", "token not found"}}
	return h
}

const betterAuthScopes = "openid profile email offline_access"

func cloudflare() habits {
	h := unmanaged()
	h.name = "Cloudflare workers-oauth-provider"
	h.defaults = map[string]any{
		"grant_types": []any{"authorization_code", "refresh_token"}, "response_types": []any{"code"}, memberMethod: basic,
	}
	h.knows = []string{
		"redirect_uris", "client_name", "logo_uri", "client_uri", "policy_uri", "tos_uri", "jwks_uri", "contacts", "grant_types", "response_types",
		memberMethod,
	}
	h.relativeURI, h.badRedirect, h.checks = true, "invalid_client_metadata", []func(map[string]any) *fault{someRedirects}
	h.added = map[string]map[string]any{http.MethodPost: {"client_secret_issued_at": 0}}
	h.tokenType, h.scoped, h.badClientAsks, h.revokes = "bearer", true, "Basic realm", &revocation{atToken: true}
	h.unknownGrant.ErrorDescription = "Grant type not supported"
	return h
}

// mcpMembers are those that the SDKs have a field for.
func mcpMembers() []string { return append(rfc7591Members(), "software_statement") }
