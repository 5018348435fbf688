package dcr

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file checks what the standards say of a client's metadata. What a single server wants
// beyond that is for the server to say.

// validate checks the changed fields of want.
func validate(operation string, want *oauthclients.OAuthClient, changed []string) error {
	if _, own := want.Extra.(*Extra); !own && want.Extra != nil {
		return &oauthclients.UnsupportedError{
			Provider: providerName, Operation: operation, Fields: []string{"Extra"}, Reason: "it takes a *dcr.Extra",
		}
	}
	var faults []oauthclients.FieldError
	for _, field := range changed {
		if rule := ruleOf(field); rule != nil {
			if code, message := rule(want, settings(want)); code != "" {
				faults = append(faults, oauthclients.FieldError{Field: field, Code: code, Message: message})
			}
		}
	}
	return providerkit.InvalidFields(providerName, operation, faults)
}

// ruleOf is nil for a field that may have any value.
func ruleOf(field string) func(*oauthclients.OAuthClient, Extra) (code, message string) {
	switch field {
	case "RedirectURIs":
		return checkRedirectURIs
	case "GrantTypes":
		return checkGrantTypes
	case "Scopes":
		return checkScopes
	case "Extra.JWKS":
		return checkJWKS
	case "Extra.JWKSURI":
		return checkKeysOnce
	case "Extra.DefaultMaxAge":
		return checkMaxAge
	}
	return nil
}

// changedFor adds the fields whose rules depend on a changed one.
func changedFor(changed []string) []string {
	if slices.Contains(changed, "GrantTypes") && !slices.Contains(changed, "RedirectURIs") {
		return append(slices.Clone(changed), "RedirectURIs")
	}
	return changed
}

// redirects reports whether any of the grants sends a browser back to the client; none at all
// stands for the default, authorization_code.
func redirects(grants []oauthclients.GrantType) bool {
	return len(grants) == 0 || slices.Contains(grants, oauthclients.GrantAuthorizationCode) || slices.Contains(grants, oauthclients.GrantImplicit)
}

// checkRedirectURIs: RFC 7591 section 2 and RFC 6749 section 3.1.2.
func checkRedirectURIs(c *oauthclients.OAuthClient, _ Extra) (code, message string) {
	if len(c.RedirectURIs) == 0 && redirects(c.GrantTypes) {
		return "required", "must have at least one entry for the grant types authorization_code and implicit (RFC 7591 section 2)"
	}
	for _, uri := range c.RedirectURIs {
		u, err := url.Parse(uri)
		switch {
		case err != nil || u.Scheme == "":
			return "invalid", "must be absolute URIs (RFC 6749 section 3.1.2)"
		case strings.Contains(uri, "#"):
			return "invalid", "must have no fragment (RFC 6749 section 3.1.2)"
		}
	}
	return "", ""
}

// checkGrantTypes is asked when the grant types were changed, or for a new client, where none
// leaves the choice to the server.
func checkGrantTypes(c *oauthclients.OAuthClient, _ Extra) (code, message string) {
	if c.ID != "" && len(c.GrantTypes) == 0 {
		return "required", "must not be empty: the server would take authorization_code for it (RFC 7591 section 2)"
	}
	return "", ""
}

// checkScopes: they travel in one text (RFC 6749 section 3.3).
func checkScopes(c *oauthclients.OAuthClient, _ Extra) (code, message string) {
	for _, scope := range c.Scopes {
		if strings.ContainsFunc(scope, unicode.IsSpace) {
			return "invalid", "each entry must be one scope, without white space"
		}
	}
	return "", ""
}

func checkJWKS(c *oauthclients.OAuthClient, e Extra) (code, message string) {
	if len(e.JWKS) > 0 && (!json.Valid(e.JWKS) || !bytes.HasPrefix(bytes.TrimSpace(e.JWKS), []byte("{"))) {
		return "invalid", "must be a JSON object, a JWK Set (RFC 7517 section 5)"
	}
	return checkKeysOnce(c, e)
}

func checkKeysOnce(_ *oauthclients.OAuthClient, e Extra) (code, message string) {
	if len(e.JWKS) > 0 && e.JWKSURI != "" {
		return "conflict", "JWKS and JWKSURI must not both be set (RFC 7591 section 2)"
	}
	return "", ""
}

func checkMaxAge(_ *oauthclients.OAuthClient, e Extra) (code, message string) {
	if age := e.DefaultMaxAge; age != nil && (*age < 0 || *age%time.Second != 0) {
		return "invalid", "must be a whole number of seconds, and not negative"
	}
	return "", ""
}
