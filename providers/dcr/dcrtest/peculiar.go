package dcrtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// This file holds checks that only some servers make.

func hydraRedirects(members map[string]any) *fault {
	for _, uri := range textsOf(members, "redirect_uris") {
		if u, err := url.Parse(uri); err != nil || u.Scheme == "" || strings.Contains(uri, "#") {
			return &fault{http.StatusBadRequest, "invalid_redirect_uri", "The value of one or more redirect_uris is invalid."}
		}
	}
	return nil
}

func unrecognized(name string) *fault {
	return &fault{http.StatusBadRequest, fmt.Sprintf(
		"Invalid json representation for OIDCClientRepresentation. Unrecognized field %q at line 1 column 631.", name), ""}
}

func notOpenID(members map[string]any) *fault {
	scope, _ := members["scope"].(string)
	if slices.Contains(strings.Fields(scope), "openid") {
		return &fault{http.StatusForbidden, "insufficient_scope", "Not permitted to use specified clientScope"}
	}
	return nil
}

// notTooLong is the width of a column in a database.
func notTooLong(members map[string]any) *fault {
	const longest = 255
	for name, value := range members {
		text, _ := value.(string)
		for _, text := range append(textsOf(members, name), text) {
			if len([]rune(text)) > longest {
				return &fault{http.StatusInternalServerError, "unknown_error", "For more on this error consult the server log."}
			}
		}
	}
	return nil
}

// oneGrant also adds refresh_token, which goes without saying there.
func oneGrant(members map[string]any) *fault {
	grants := slices.DeleteFunc(textsOf(members, "grant_types"), func(grant string) bool { return grant == "refresh_token" })
	switch len(grants) {
	case 0:
		return badMetadata("grant_types must contain at least one grant type other than refresh_token")
	case 1:
	default:
		return badMetadata("DOT only supports one grant type per application; multiple non-refresh_token grant types are not supported")
	}
	members["grant_types"] = []any{grants[0]}
	if grants[0] == "authorization_code" {
		members["grant_types"] = []any{grants[0], "refresh_token"}
	}
	if members[memberMethod] == post {
		members[memberMethod] = basic // there are only clients with a secret and without
	}
	return nil
}

func bothGrants(members map[string]any) *fault {
	grants := textsOf(members, "grant_types")
	if !slices.Contains(grants, "authorization_code") || !slices.Contains(grants, "refresh_token") {
		return badMetadata("grant_types must be authorization_code and refresh_token")
	}
	return nil
}

func someResponses(members map[string]any) *fault {
	if list, sent := members["response_types"].([]any); sent && len(list) == 0 {
		return badRequest("OpenID Connect 1.0 Client Registration Error: " +
			"An error occurred reading the OpenID Client Registration: response_types cannot be empty")
	}
	return nil
}

func codeResponses(members map[string]any) *fault {
	if members["response_types"] == nil && slices.Contains(textsOf(members, "grant_types"), "authorization_code") {
		members["response_types"] = []any{"code"}
	}
	return nil
}

func someRedirects(members map[string]any) *fault {
	if len(textsOf(members, "redirect_uris")) == 0 {
		return badMetadata("redirect_uris: Field required")
	}
	return nil
}

func emptyScope(members map[string]any) *fault {
	if members["scope"] == "" {
		return &fault{http.StatusInternalServerError, "server_error", ""}
	}
	return nil
}

func knownScopes(members map[string]any) *fault {
	scope, _ := members["scope"].(string)
	for _, one := range strings.Fields(scope) {
		if !slices.Contains(strings.Fields(betterAuthScopes), one) {
			return &fault{http.StatusBadRequest, "invalid_scope", "cannot request scope " + one}
		}
	}
	return nil
}
