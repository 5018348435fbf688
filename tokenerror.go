package oauthclients

import (
	"errors"
	"slices"
	"strings"
)

// This file is what an answer of an OAuth2 endpoint means that is no token.

// explainToken reads an error of an OAuth2 endpoint. What the provider's hook makes of the code
// counts, and then what it makes of the kind.
func (c *core) explainToken(r *Response, e *Error) {
	explainOAuth(r, e)
	e.judge()
	e.Kind = kindOfPlace(e.Kind)
	if c.connection.ExplainToken != nil {
		code := e.Code
		c.connection.ExplainToken(r, e)
		if e.Code != code {
			e.judge()
		}
	}
	e.forgotten = e.Code == "invalid_client" && !c.connection.VagueClientErrors && isForgotten(e.Message)
}

// kindOfPlace: a status that says something about an OAuth2 client, when it comes from the API,
// says from any other place of the provider that it is not what was expected there. A caller
// must not take a wrong address for a client that is gone.
func kindOfPlace(kind error) error {
	if errors.Is(kind, ErrNotFound) || errors.Is(kind, ErrConflict) {
		return ErrUnavailable
	}
	return kind
}

// judge gives the error the kind that its OAuth code has. The first three codes say that a credential is
// wrong, whatever the status. The others count where the status says nothing, or says that all is well.
func (e *Error) judge() {
	if kind := kindOfOAuthError(e.Code); kind != nil {
		e.Kind = kind
		return
	}
	success := e.StatusCode/100 == 2
	if e.Code == "" || !success && e.Kind != ErrInvalid { //nolint:errorlint // Kind is a sentinel itself
		return
	}
	switch e.Code {
	case "access_denied":
		e.Kind = ErrPermission
	case "invalid_token":
		e.Kind = ErrUnauthenticated
	case "server_error", "temporarily_unavailable":
		e.Kind = ErrUnavailable
	default:
		e.Kind = ErrInvalid
	}
}

// kindOfOAuthError knows the codes that are about a credential.
func kindOfOAuthError(code string) error {
	switch code {
	case "invalid_grant", "invalid_client", "unauthorized_client":
		return ErrUnauthenticated
	}
	return nil
}

// asDead: invalid_grant says that the refresh token is expired, revoked or used up (RFC 6749
// section 5.2). A server that has forgotten the client has forgotten its refresh tokens as well.
func asDead(err error) error {
	var failed *Error
	if !errors.As(err, &failed) || failed.StatusCode == 0 || failed.StatusCode/100 == 5 {
		return err
	}
	switch {
	case failed.Code == "invalid_grant":
		failed.Kind = ErrLoginRequired
	case failed.forgotten:
		failed.Kind = ErrLoginRequired
		failed.Message = "the server does not know this client any more: register anew (" + failed.Message + ")"
	}
	return err
}

// isForgotten: the client is what is missing. Texts that leave open whether it is the secret do not count.
func isForgotten(text string) bool {
	text = withoutExamples(strings.ToLower(text))
	if strings.Contains(text, "secret") || strings.Contains(text, "credential") {
		return false
	}
	// A word after "unknown client" is what is unknown: its method, its assertion.
	_, after, unknown := strings.Cut(text, "unknown client")
	return unknown && strings.TrimLeft(after, "abcdefghijklmnopqrstuvwxyz_ ") == after || hasAny(text, "client not found", "client was not found", "no such client", "client does not exist") ||
		strings.Contains(text, "client_id") && hasAny(text, "invalid", "unknown", "not found", "not exist", "not registered")
}

// withoutExamples: many servers say in brackets what RFC 6749 section 5.2 gives as examples of the code.
func withoutExamples(text string) string {
	before, rest, found := strings.Cut(text, "(e.g.")
	_, after, closed := strings.Cut(rest, ")")
	if !found || !closed {
		return before
	}
	return before + after
}

func hasAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}
