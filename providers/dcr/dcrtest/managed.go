package dcrtest

import (
	"crypto/rand"
	"net/http"
	"slices"
	"time"
)

// This file is the table of the manners that manage clients (RFC 7592).

func hydra() habits {
	h := hydraBefore()
	h.name, h.unnamed = "Hydra", true
	empty := map[string]any{
		"audience": []any{}, "metadata": map[string]any{}, "jwks": map[string]any{}, "owner": "", "client_name": "", "client_uri": "", "logo_uri": "",
		"policy_uri": "", "tos_uri": "", "allowed_cors_origins": []any{}, "skip_consent": false, "grant_types": nil, "userinfo_signed_response_alg": "none",
		"skip_logout_consent": nil,
	}
	for _, lifespan := range hydraLifespans() {
		empty[lifespan+"_token_lifespan"] = nil
	}
	h.added = map[string]map[string]any{"": empty, http.MethodPost: {"contacts": nil}, http.MethodGet: {"contacts": []any{}}, http.MethodPut: {"contacts": nil}}
	h.hidden = map[string][]string{
		"": {"client_id_issued_at"}, http.MethodGet: {"client_secret", memberToken, memberURI, "metadata"}, http.MethodPut: {"client_secret", memberURI},
	}
	h.noToken.ErrorDescription = "The requested OAuth 2.0 client does not exist or you provided incorrect credentials."
	h.badToken = h.noToken
	h.defaults = map[string]any{memberMethod: basic, "scope": "offline_access offline openid", "subject_type": "public"}
	h.knows, h.checks = hydraMembers(), []func(map[string]any) *fault{hydraRedirects}
	h.methods, h.strict = []string{post, basic, "private_key_jwt", none}, true
	h.badClient = fault{http.StatusUnauthorized, "invalid_client", "Client authentication failed. " +
		"The client is registered for another 'token_endpoint_auth_method' than the one that was used, or the credentials are wrong."}
	h.badUse, h.revokes = notAllowed(), &revocation{}
	h.tokenType, h.scoped, h.badClientAsks = "bearer", true, ""
	h.unknownGrant = fault{http.StatusBadRequest, "invalid_request", "The request is missing a required parameter, includes an invalid " +
		"parameter value, includes a parameter more than once, or is otherwise malformed."}
	return h
}

// hydraLifespans are the tokens for which a client may have a lifespan of its own.
func hydraLifespans() []string {
	return []string{
		"authorization_code_grant_access", "authorization_code_grant_id", "authorization_code_grant_refresh", "client_credentials_grant_access",
		"implicit_grant_access", "implicit_grant_id", "jwt_bearer_grant_access", "refresh_token_grant_access", "refresh_token_grant_id",
		"refresh_token_grant_refresh",
	}
}

func hydraBefore() habits {
	h := plain()
	h.name, h.registerPath, h.rotateOnUpdate, h.newID, h.dated = "Hydra, which names its endpoint", "/oauth2/register", true, newUUID, true
	h.noToken = fault{http.StatusUnauthorized, "The request could not be authorized", ""}
	h.badToken = h.noToken
	h.noTokenAsks, h.badTokenAsks = "", ""
	h.added = map[string]map[string]any{"": {"audience": []any{}, "metadata": map[string]any{}, "contacts": nil}}
	h.hidden = map[string][]string{http.MethodGet: {"client_secret", memberToken}, http.MethodPut: {"client_secret", memberURI}}
	return h
}

func glewlwyd() habits {
	h := plain()
	h.name, h.registerPath, h.created, h.secret = "Glewlwyd", "/register", http.StatusOK, hasSecretMethod
	h.noToken = fault{status: http.StatusUnauthorized}
	h.badToken = h.noToken
	h.noTokenAsks, h.badTokenAsks = "", ""
	h.deleted, h.newSecrets = http.StatusOK, true
	web := map[string]any{"application_type": "web"}
	h.added = map[string]map[string]any{http.MethodPost: web, http.MethodPut: web, http.MethodGet: {"description": ""}}
	h.hidden = map[string][]string{http.MethodGet: append(handleAndTimes(), "scope", "client_confidential"), http.MethodPut: handleAndTimes()}
	h.oddRead = map[string]func(any) any{memberMethod: asList}
	h.defaults = map[string]any{"grant_types": []any{"authorization_code"}}
	h.strict, h.revokes = true, &revocation{}
	h.takesFragments, h.tokenType, h.idTokens, h.badClientAsks, h.further = true, "bearer", false, "", map[string]any{"iat": after(0)}
	h.unknownGrant = fault{status: http.StatusBadRequest}
	return h
}

func keycloak() habits {
	h := plain()
	h.name, h.issuerPath, h.registerPath, h.newID = "Keycloak", "/realms/orders", "/clients-registrations/openid-connect", newUUID
	h.wellKnown = []place{atOIDC, below}
	h.badToken = fault{http.StatusUnauthorized, "invalid_token", "Failed decode token"}
	h.noToken = fault{http.StatusForbidden, "insufficient_scope", "Policy 'Trusted Hosts' rejected request to client-registration service. Details: Host not trusted."}
	h.noTokenAsks, h.badTokenAsks = "", ""
	h.rotateOnUpdate, h.merges, h.oneKind = true, true, true
	handle := []string{"client_id_issued_at"}
	h.hidden = map[string][]string{"": {"logo_uri", "policy_uri", "tos_uri"}, http.MethodGet: handle, http.MethodPut: handle}
	h.added = map[string]map[string]any{"": {
		"backchannel_logout_session_required": false, "dpop_bound_access_tokens": false, "frontchannel_logout_session_required": false,
		"request_uris": []any{}, "require_pushed_authorization_requests": false, "tls_client_certificate_bound_access_tokens": false,
		"scope": "address phone organization offline_access microprofile-jwt",
	}}
	h.defaults = map[string]any{"grant_types": []any{"authorization_code", "refresh_token"}, "subject_type": "public"}
	h.shownDefaults = map[string]any{memberMethod: basic, "post_logout_redirect_uris": like("redirect_uris")}
	h.knows, h.unknown = standard(), unrecognized
	h.grants = []string{
		"authorization_code", "implicit", "password", "client_credentials", "refresh_token",
		"urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange",
		"urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:openid:params:grant-type:ciba",
	}
	h.fillsResponses, h.checks = false, []func(map[string]any) *fault{codeResponses, notOpenID, notTooLong}
	h.methods, h.strict = []string{"private_key_jwt", basic, post, "tls_client_auth", "client_secret_jwt"}, true
	h.badClient = fault{http.StatusUnauthorized, "unauthorized_client", "Invalid client or Invalid client credentials"}
	h.unknownClient = fault{http.StatusUnauthorized, "invalid_client", "Invalid client or Invalid client credentials"}
	h.badUse, h.iss, h.revokes = notAllowed(), always, &revocation{}
	h.scoped, h.badClientAsks, h.unknownGrant.ErrorDescription = true, "", "Unsupported grant_type"
	h.further = map[string]any{"not-before-policy": 0, "refresh_expires_in": 1800, "session_state": rand.Text()}
	return h
}

func authlib() habits {
	h := plain()
	h.name, h.registerPath, h.wellKnown, h.merges, h.secret = "Authlib", "/register", []place{atOAuth}, true, everybody
	h.noToken = fault{http.StatusBadRequest, "access_denied", "The resource owner or authorization server denied the request."}
	h.badToken = h.noToken
	h.noTokenAsks, h.badTokenAsks = "", ""
	h.defaults, h.fillsResponses, h.knows = map[string]any{memberMethod: basic}, false, rfc7591Members()
	h.needsResponses, h.strict, h.badRedirect = true, true, "invalid_client_metadata"
	h.badClient = fault{http.StatusUnauthorized, "invalid_client", "The client cannot authenticate with methods: ['client_secret_basic', 'client_secret_post', 'none']"}
	h.unknownClient = fault{http.StatusUnauthorized, "invalid_client", "The client does not exist on this server."}
	h.badUse, h.revokes = notAllowed(), &revocation{endsAll: true}
	h.deletedAs, h.badClientAsks, h.idTokens, h.unknownGrant.ErrorDescription = "text/html; charset=utf-8", "Basic error error_description", false, ""
	h.badRefresh = invalidGrant()
	return h
}

func djangoOAuthToolkit() habits {
	h := plain()
	h.name, h.issuerPath, h.registerPath, h.wellKnown = "django-oauth-toolkit", "/o", "/register/", []place{below}
	h.noHandle = fault{http.StatusUnauthorized, "invalid_token", "Registration access token required"}
	h.badToken = fault{http.StatusUnauthorized, "invalid_token", "Invalid registration access token"}
	h.stranger = fault{http.StatusUnauthorized, "access_denied", "Authentication required to register a client"}
	h.otherToken = fault{http.StatusForbidden, "invalid_token", "Token does not match client_id"}
	h.badTokenAsks, h.badClientAsks, h.deletedAs = "Bearer error error_description", "Bearer error", "text/html; charset=utf-8"
	h.noTokenAsks, h.plainURI, h.rotateOnUpdate = h.badTokenAsks, true, true
	h.badRedirect, h.badClient.ErrorDescription, h.unknownGrant.ErrorDescription = "invalid_client_metadata", "", ""
	h.badCode, h.badRefresh, h.scope, h.idTokens = invalidGrant(), invalidGrant(), "read write", false
	h.hidden = map[string][]string{"": {"client_id_issued_at", "client_secret_expires_at"}, http.MethodGet: {"client_secret"}, http.MethodPut: {"client_secret"}}
	h.knows = []string{"redirect_uris", "client_name", "grant_types", memberMethod}
	h.defaults, h.fillsResponses = map[string]any{"grant_types": []any{"authorization_code"}, memberMethod: basic}, false
	h.checks = []func(map[string]any) *fault{oneGrant}
	h.grants = []string{"authorization_code", "implicit", "password", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"}
	h.iss, h.revokes = withCode, &revocation{endsAll: true}
	return h
}

func spring() habits {
	h := plain()
	h.name, h.registerPath, h.otherDoor, h.wellKnown = "Spring", "/connect/register", "/oauth2/register", []place{atOIDC, atOAuth}
	h.verbs, h.otherVerb, h.queryURI, h.tokenLife = []string{http.MethodGet}, "/login", true, 5*time.Minute
	h.noToken = fault{status: http.StatusUnauthorized}
	h.badToken, h.newToken = h.noToken, jwt
	h.hash, h.hidden = bcrypt, map[string][]string{http.MethodGet: {memberToken}}
	h.knows = []string{
		"client_name", "redirect_uris", "post_logout_redirect_uris", memberMethod, "token_endpoint_auth_signing_alg", "grant_types",
		"response_types", "scope", "jwks_uri", "id_token_signed_response_alg",
	}
	h.defaults["id_token_signed_response_alg"] = "RS256"
	delete(h.defaults, "application_type")
	delete(h.defaults, "subject_type")
	h.fillsResponses, h.checks = false, []func(map[string]any) *fault{someResponses, codeResponses}
	h.methods, h.strict, h.needsProof = []string{basic, post, "client_secret_jwt", "private_key_jwt"}, true, true
	h.badClient = fault{http.StatusUnauthorized, "invalid_client", ""}
	h.badUse, h.revokes = notAllowed(), &revocation{methods: h.methods, noPublic: true}
	h.noTokenAsks, h.badTokenAsks = "Bearer resource_metadata", "Bearer error error_description error_uri resource_metadata"
	h.badClientAsks, h.badCode, h.badRefresh = "", invalidGrant(), invalidGrant()
	h.unknownGrant.ErrorDescription, h.errorURI = "OAuth 2.0 Parameter: grant_type", "https://datatracker.ietf.org/doc/html/rfc6749#section-5.2"
	return h
}

func canaille() habits {
	h := authlib()
	h.name, h.registerPath, h.wellKnown, h.secret = "Canaille", "/oauth/register", []place{atOIDC, atOAuth}, isConfidential
	h.knows, h.odd = standard(), map[string]func(any) any{"jwks": asJSONText}
	h.shownDefaults = map[string]any{"scope": []any{}}
	h.checks = []func(map[string]any) *fault{emptyScope}
	h.iss = withCode
	h.revokes = &revocation{methods: []string{basic}, anyway: true, noPublic: true, endsAll: true}
	return h
}

func goOIDC() habits {
	h := plain()
	h.name, h.registerPath = "go-oidc", "/register"
	h.rotateOnUpdate, h.newSecrets, h.secretRefused = true, true, true
	h.hidden = map[string][]string{http.MethodGet: {"client_secret", "client_secret_expires_at"}}
	h.odd = map[string]func(any) any{"default_acr_values": asOneText}
	h.strict, h.iss = true, always
	return h
}

// hydraMembers are those that Hydra has a field for; it drops the others in silence.
func hydraMembers() []string {
	return slices.Concat(rfc7591Members()[:13], []string{
		"post_logout_redirect_uris", "subject_type", "sector_identifier_uri", "token_endpoint_auth_signing_alg", "request_uris",
		"request_object_signing_alg", "userinfo_signed_response_alg", "frontchannel_logout_uri", "frontchannel_logout_session_required",
		"backchannel_logout_uri", "backchannel_logout_session_required", "audience", "owner", "allowed_cors_origins", "metadata",
		"access_token_strategy", "skip_consent", "skip_logout_consent",
	})
}

// rfc7591Members are those of RFC 7591 section 2, and no more.
func rfc7591Members() []string {
	return []string{
		"redirect_uris", memberMethod, "grant_types", "response_types", "client_name", "client_uri", "logo_uri", "scope", "contacts", "tos_uri",
		"policy_uri", "jwks_uri", "jwks", "software_id", "software_version",
	}
}

func handleAndTimes() []string {
	return []string{memberToken, memberURI, "client_id_issued_at", "client_secret_expires_at"}
}
