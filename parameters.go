package oauthclients

import (
	"net/url"
	"slices"
	"strings"
)

// This file is what a strategy adds to the requests of its grant: the resources that a token is for
// (RFC 8707), and parameters of one server.

// ownParameters are those of the requests that the library makes itself (RFC 6749 sections 4 and 6,
// RFC 7636, RFC 7523, RFC 8707).
func ownParameters() []string {
	return []string{
		"response_type", "client_id", "client_secret", "redirect_uri", "scope", "state", "code", "grant_type", "refresh_token",
		"username", "password", "code_challenge", "code_challenge_method", "code_verifier",
		"client_assertion", "client_assertion_type", "resource",
	}
}

func checkParameters(field string, parameters url.Values) []FieldError {
	for name := range parameters {
		switch {
		case strings.TrimSpace(name) == "":
			return []FieldError{{field, "invalid", "must not have a parameter without a name"}}
		case slices.Contains(ownParameters(), name):
			return []FieldError{{field, "invalid", "must not replace " + name + ", which the library sends itself"}}
		}
	}
	return nil
}

// checkResources holds RFC 8707 section 2: absolute, without a fragment.
func checkResources(field string, resources []string) []FieldError {
	for _, resource := range resources {
		u, err := url.Parse(resource)
		if err != nil || !u.IsAbs() || strings.Contains(resource, "#") || strings.ContainsFunc(resource, unseen) {
			return []FieldError{{field, "url", "each entry must be an absolute URI without a fragment (RFC 8707 section 2)"}}
		}
	}
	return nil
}

// add puts resources and parameters into a form, or into the query of the sign-in page.
func (a asker) add(form url.Values) {
	for name, values := range a.parameters {
		form[name] = slices.Clone(values)
	}
	if len(a.resources) > 0 {
		form["resource"] = slices.Clone(a.resources)
	}
}
