package oauthclients

import (
	"crypto/subtle"
	"net/url"
	"slices"
)

// This file reads the callback of a sign-in: the query with which the provider sends the browser
// back (RFC 6749 sections 4.1.2 and 4.1.2.1). Anybody can send one.

// checkCallback returns why no token can be had for a callback. Its state comes first: what
// does not belong to the sign-in must not end it with a faked error either.
func (c *core) checkCallback(operation string, a AuthCode, l *Login, callback url.Values) error {
	if faults := checkLogin(a, l); len(faults) > 0 {
		return InvalidFields(c.name, operation, faults)
	}
	if !belongs(l, callback) {
		return InvalidFields(c.name, operation, []FieldError{{
			"state", "invalid", "the callback does not belong to this sign-in, which may be an old one; begin again",
		}})
	}
	if code := callback.Get("error"); code != "" {
		return c.callbackError(operation, a, l, callback)
	}
	if len(callback["code"]) != 1 || callback.Get("code") == "" {
		return InvalidFields(c.name, operation, []FieldError{{"code", "required", "the callback must have exactly one code"}})
	}
	return nil
}

func checkLogin(a AuthCode, l *Login) []FieldError {
	if l == nil {
		return []FieldError{{"Login", "required", "must be what Begin returned"}}
	}
	var faults []FieldError
	if l.State == "" { // two empty states would be equal
		faults = append(faults, FieldError{"Login.State", "required", "must be what Begin returned"})
	}
	if l.Verifier == "" && !a.DisablePKCE {
		faults = append(faults, FieldError{"Login.Verifier", "required", "must be what Begin returned (or DisablePKCE be set for both)"})
	}
	return faults
}

// belongs compares the states in constant time. A parameter must not be there twice (RFC 6749
// section 3.1).
func belongs(l *Login, callback url.Values) bool {
	states := callback["state"]
	return len(states) == 1 && subtle.ConstantTimeCompare([]byte(states[0]), []byte(l.State)) == 1
}

// callbackError is what the provider's page reports. Its text comes from outside.
func (c *core) callbackError(operation string, a AuthCode, l *Login, callback url.Values) error {
	e := &Error{
		Kind: kindOfCallback(callback.Get("error")), Provider: c.name, Operation: operation,
		Code: callback.Get("error"), Message: callback.Get("error_description"),
	}
	e.clean(slices.Concat(a.secrets(), []string{l.State, l.Verifier, callback.Get("code")}))
	return e
}

// kindOfCallback knows the codes of RFC 6749 section 4.1.2.1 and of OpenID Connect Core 1.0
// section 3.1.2.6.
func kindOfCallback(code string) error {
	switch code {
	case "access_denied":
		return ErrPermission
	case "unauthorized_client":
		return ErrUnauthenticated
	case "server_error", "temporarily_unavailable":
		return ErrUnavailable
	case "login_required", "interaction_required", "account_selection_required", "consent_required":
		return ErrLoginRequired
	}
	return ErrInvalid
}
