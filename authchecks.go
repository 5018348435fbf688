package oauthclients

import (
	"strings"
	"unicode"
)

// This file finds the faults of the strategies' fields.

// required also finds the newline at the end of a secret that was read from a file.
func required(field, value string) []FieldError {
	switch {
	case strings.TrimSpace(value) == "":
		return []FieldError{{field, "required", "must not be empty"}}
	case strings.ContainsFunc(value, unicode.IsControl):
		return []FieldError{{field, "invalid", controlMessage}}
	}
	return nil
}

const controlMessage = "has a control character; use strings.TrimSpace on what was read from a file"

// optional is required for a field that may be empty.
func optional(field, value string) []FieldError {
	if value == "" {
		return nil
	}
	return required(field, value)
}

// checkScopes: a scope is one word (RFC 6749 section 3.3).
func checkScopes(field string, scopes []string) []FieldError {
	for _, scope := range scopes {
		if scope == "" || strings.ContainsFunc(scope, unicode.IsSpace) {
			return []FieldError{{field, "invalid", "each entry must be one scope, without white space"}}
		}
	}
	return nil
}

// checkHeaderSecret finds what net/http would refuse much later, such as the newline at the
// end of a token that was read from a file.
func checkHeaderSecret(field, value string) []FieldError {
	if strings.ContainsFunc(value, func(r rune) bool { return r == ' ' || notVisible(r) }) {
		return []FieldError{{field, "invalid", "must be visible ASCII without white space; use strings.TrimSpace on what was read from a file"}}
	}
	return required(field, value)
}
