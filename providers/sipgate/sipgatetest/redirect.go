package sipgatetest

import (
	"net/url"
	"slices"
	"strings"
)

// This file compares redirect URIs with the patterns that are registered, as Keycloak does.

// takes reports whether the client may be sent to a redirect URI.
func (c client) takes(redirectURI string) bool {
	patterns, _ := read[[]string](c.settings["redirectUris"])
	u, err := url.Parse(redirectURI)
	if err != nil || u.Scheme == "" || strings.Contains(redirectURI, "#") || slices.Contains(strings.Split(u.Path, "/"), "..") {
		return false
	}
	return matchesAny(patterns, redirectURI) || matchesAny(patterns, withoutLoopbackPort(redirectURI))
}

// matchesAny: a star at the end makes a pattern a prefix of what stands before the query, anywhere else
// it is a character.
func matchesAny(patterns []string, redirectURI string) bool {
	address, _, _ := strings.Cut(redirectURI, "?")
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		prefix, wild := strings.CutSuffix(pattern, "*")
		if !wild {
			return pattern == redirectURI
		}
		return strings.HasPrefix(address, prefix) || address == strings.TrimSuffix(prefix, "/")
	})
}

// withoutLoopbackPort is the address as an installed program registers it, which cannot know its
// port; the address itself for any other.
func withoutLoopbackPort(address string) string {
	for _, host := range []string{"http://localhost:", "http://127.0.0.1:"} {
		if rest, ok := strings.CutPrefix(address, host); ok {
			return strings.TrimSuffix(host, ":") + strings.TrimLeft(rest, "0123456789")
		}
	}
	return address
}

// withQuery adds to the query of a redirect URI, which stays as it is.
func withQuery(redirectURI string, values url.Values) string {
	separator := "?"
	if strings.Contains(redirectURI, "?") {
		separator = "&"
	}
	return redirectURI + separator + values.Encode()
}
