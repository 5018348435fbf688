package dcrtest

import (
	"crypto/rand"
	"maps"
	"net/http"
	"time"
)

// This file finds the habits of a manner, and holds those that most manners begin with.

func habitsOf(m Manner) habits {
	switch m {
	case Hydra:
		return hydra()
	case Glewlwyd:
		return glewlwyd()
	case LemonLDAP:
		return lemonLDAP()
	case MCPTypeScript:
		return mcpTypeScript()
	case MCPPython:
		return mcpPython()
	case FastMCP:
		return fastMCP()
	case BetterAuth:
		return betterAuth()
	case Cloudflare:
		return cloudflare()
	case Keycloak:
		return keycloak()
	case Authlib:
		return authlib()
	case DjangoOAuthToolkit:
		return djangoOAuthToolkit()
	case Spring:
		return spring()
	case Canaille:
		return canaille()
	case GoOIDC:
		return goOIDC()
	case namedHydra:
		return hydraBefore()
	default:
		return oidcProvider()
	}
}

func oidcProvider() habits {
	h := plain()
	h.noHandle = h.noToken
	maps.Copy(h.defaults, map[string]any{
		"dpop_bound_access_tokens": false, "id_token_signed_response_alg": "RS256", "post_logout_redirect_uris": []any{},
		"require_auth_time": false, "require_pushed_authorization_requests": false,
	})
	return h
}

// plain are the habits of oidc-provider, without what only it fills in.
func plain() habits {
	return habits{
		name:   "oidc-provider",
		places: places{registerPath: "/reg", wellKnown: []place{atOIDC}},
		management: management{
			verbs:       everyVerb(),
			noToken:     fault{http.StatusUnauthorized, "invalid_token", "no access token provided"},
			badToken:    fault{http.StatusUnauthorized, "invalid_token", "invalid token provided"},
			noTokenAsks: "Bearer realm", badTokenAsks: "Bearer realm error error_description",
			newToken: func(time.Time) string { return rand.Text() },
		},
		answers: answers{created: http.StatusCreated, deleted: http.StatusNoContent, newID: rand.Text, newSecret: twoTexts, secret: isConfidential},
		requests: requests{
			defaults: map[string]any{
				"grant_types": []any{"authorization_code"}, "token_endpoint_auth_method": basic, "application_type": "web", "subject_type": "public",
			},
			fillsResponses: true,
		},
		service: service{
			methods:   []string{basic, post, none},
			badClient: fault{http.StatusUnauthorized, "invalid_client", "client authentication failed"},
			badUse:    fault{http.StatusUnauthorized, "invalid_client", "client authentication failed"},
			tokenAnswers: tokenAnswers{
				tokenType:     "Bearer",
				unknownGrant:  fault{http.StatusBadRequest, "unsupported_grant_type", "unsupported grant_type requested"},
				badClientAsks: "Basic realm error error_description", idTokens: true,
			},
		},
	}
}

// unmanaged are the habits of a server of RFC 7591 alone that describes itself by RFC 8414.
func unmanaged() habits {
	h := plain()
	h.verbs, h.registerPath, h.wellKnown = nil, "/register", []place{atOAuth}
	h.noToken.ErrorDescription, h.badToken.ErrorDescription = "", ""
	h.defaults, h.fillsResponses, h.badUse, h.badClientAsks, h.idTokens = nil, false, notAllowed(), "", false
	return h
}

// The authentication methods of a client (RFC 7591 section 2).
const (
	basic = "client_secret_basic"
	post  = "client_secret_post"
	none  = "none"
)

func isConfidential(members map[string]any) bool { return members[memberMethod] != none }
func hasSecretMethod(members map[string]any) bool {
	return members[memberMethod] != nil && members[memberMethod] != none
}
func everybody(map[string]any) bool { return true }

func twoTexts() string { return rand.Text() + rand.Text() }

func invalidGrant() fault { return fault{http.StatusBadRequest, "invalid_grant", ""} }
func notAllowed() fault   { return fault{http.StatusBadRequest, "unauthorized_client", ""} }
