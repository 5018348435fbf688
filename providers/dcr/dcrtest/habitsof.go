package dcrtest

import (
	"crypto/rand"
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
	return habits{
		name:   "oidc-provider",
		places: places{registerPath: "/reg", wellKnown: []place{atOIDC}},
		management: management{
			verbs:      everyVerb(),
			noToken:    fault{http.StatusUnauthorized, "invalid_token", "no access token provided"},
			badToken:   fault{http.StatusUnauthorized, "invalid_token", "invalid token provided"},
			challenges: true,
			newToken:   func(time.Time) string { return rand.Text() },
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
			tokenType: "Bearer",
		},
	}
}

// unmanaged are the habits of a server of RFC 7591 alone that describes itself by RFC 8414.
func unmanaged() habits {
	h := oidcProvider()
	h.verbs, h.registerPath, h.wellKnown = nil, "/register", []place{atOAuth}
	h.noToken.ErrorDescription, h.badToken.ErrorDescription = "", ""
	h.defaults, h.fillsResponses, h.badUse = nil, false, notAllowed()
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

func notAllowed() fault { return fault{http.StatusBadRequest, "unauthorized_client", ""} }
