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
	if err != nil || u.Scheme == "" || strings.Contains(redirectURI, "#") {
		return false
	}
	whole := strings.Replace(redirectURI, u.Host, strings.ToLower(u.Host), 1)
	address, _, _ := strings.Cut(whole, "?") // the query is free where the pattern has none
	return slices.Contains(patterns, whole) ||
		matchesAny(patterns, address) || matchesAny(patterns, withoutLoopbackPort(address))
}

// matchesAny: a star at the end makes a pattern a prefix, anywhere else it is a character.
func matchesAny(patterns []string, address string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		prefix, wild := strings.CutSuffix(pattern, "*")
		if !wild {
			return pattern == address
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
