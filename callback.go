package oauthclients

import (
	"context"
	"crypto/subtle"
	"maps"
	"net/url"
	"slices"
	"strings"
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
	if callback.Get("error") == "" && (len(callback["code"]) != 1 || callback.Get("code") == "") {
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

// checkIssuer refuses the callback of another server (RFC 9207 section 2.4): a server that is under
// somebody else's control could get at the code of this one. Some servers that promise an iss leave it
// out of errors, and an error without one is told as it is: it is not trusted with anything.
func (c *core) checkIssuer(ctx context.Context, operation string, callback url.Values) error {
	told, failed := callback["iss"], callback.Get("error") != ""
	if failed && len(told) == 0 {
		return nil
	}
	endpoints, err := c.endpoints(ctx)
	switch {
	case err != nil && failed:
		return nil // what the page said is of more use
	case err != nil:
		return err
	}
	issuer, promised := endpoints.Others[issuerMember], endpoints.Others[issPromisedMember] == "true"
	switch {
	case issuer == "" || len(told) == 0 && !promised || len(told) == 1 && told[0] == issuer:
		return nil
	case len(told) == 0:
		return InvalidFields(c.name, operation, []FieldError{{"iss", "required", "the callback must name the issuer, as the server's metadata promise (RFC 9207)"}})
	}
	return InvalidFields(c.name, operation, []FieldError{{"iss", "invalid", "the callback comes from another issuer (RFC 9207); begin again"}})
}

// mended is the callback of a server that put a second question mark behind a redirect URI with a query:
// /callback?tenant=7?code=… has the code in the last parameter of that query.
func mended(redirect string, callback url.Values) url.Values {
	_, query, found := strings.Cut(redirect, "?")
	if !found {
		return callback
	}
	last := query[strings.LastIndex(query, "&")+1:]
	for key, values := range callback {
		if len(values) == 0 {
			continue
		}
		pair := key + "=" + values[len(values)-1]
		rest, glued := strings.CutPrefix(pair, unescaped(last)+"?")
		name, value, whole := strings.Cut(rest, "=")
		if !glued || !whole {
			continue
		}
		right := maps.Clone(callback)
		delete(right, key)
		own, _ := url.ParseQuery(last)
		for name, first := range own { // an earlier one of the same name is not in the way
			right[name] = slices.Concat(values[:len(values)-1], first)
		}
		right[name] = append(slices.Clone(right[name]), value)
		return right
	}
	return callback
}

// unescaped is a part of a query as url.Values have it.
func unescaped(part string) string {
	if text, err := url.QueryUnescape(part); err == nil {
		return text
	}
	return part
}

// callbackError is what the provider's page reports. Its text comes from outside.
func (c *core) callbackError(operation string, a AuthCode, l *Login, callback url.Values) error {
	e := &Error{
		Kind: kindOfCallback(callback.Get("error")), Provider: c.name, Operation: operation,
		Code: callback.Get("error"), Message: callback.Get("error_description"),
	}
	e.clean(slices.Concat(a.secrets(), []string{l.State, l.Verifier, callback.Get("code")}))
	e.explainUnregistered()
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
