package dcr

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/oauthclients/oauthclients"
)

// This file makes the errors of this package and reads those of servers (RFC 7591 section 3.2.2).

const (
	opCreate           = "Create"
	opList             = "List"
	opGet              = "Get"
	opUpdate           = "Update"
	opDelete           = "Delete"
	opRegenerateSecret = "RegenerateSecret"
	opAdopt            = "Adopt"
)

// explain reads the errors of registration and management.
func explain(r *oauthclients.Response, e *oauthclients.Error) {
	var body wireError
	_ = json.Unmarshal(r.Body, &body) // a member of another type stays empty
	e.Code, e.Message = body.Error, body.Description
	if strings.ContainsFunc(e.Code, unicode.IsSpace) { // no code has one: some servers have a sentence there
		e.Code, e.Message = "", cmp.Or(e.Message, e.Code)
	}
	switch e.Code {
	case "invalid_redirect_uri":
		refuse(e, "redirect_uris")
	case "invalid_software_statement", "unapproved_software_statement":
		refuse(e, "software_statement")
	case "invalid_client_metadata":
		refuse(e, named(e.Message))
	}
	if hint := hint(r.Status, e.Operation); hint != "" {
		e.Message = joined(e.Message, hint)
	}
	if r.Status == http.StatusMethodNotAllowed {
		e.Err = errors.ErrUnsupported
	}
}

// wireError is the error body of RFC 7591 section 3.2.2 and of RFC 6750.
type wireError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// refuse is for a request that breaks a rule, whatever status the server has for that.
func refuse(e *oauthclients.Error, member string) {
	e.Kind = oauthclients.ErrInvalid
	if member != "" {
		e.Fields = []oauthclients.FieldError{{Field: member, Code: e.Code, Message: e.Message}}
		e.Message = ""
	}
}

// named finds the metadata that an explanation is about, "" if it names none.
func named(explanation string) string {
	members := slices.Collect(maps.Values(memberOf()))
	for _, word := range strings.FieldsFunc(explanation, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) }) {
		if slices.Contains(members, word) {
			return word
		}
	}
	return ""
}

// hint says what the standard means by a status that most servers do not explain.
func hint(status int, operation string) string {
	switch {
	case status == http.StatusUnauthorized && operation == opCreate:
		return "the server wants an initial access token, and did not get one that it takes"
	case status == http.StatusUnauthorized:
		return "the registration access token is dead, or the client is gone"
	case status == http.StatusForbidden && operation != opCreate:
		return "the server does not let this client be managed so"
	case status == http.StatusMethodNotAllowed:
		return "the server does not support this operation (RFC 7592 section 2)"
	}
	return ""
}

// failed gives the failure of a store, or the end of a wait, the form of every other error.
func failed(kind error, operation, message string, cause error) error {
	return &oauthclients.Error{Kind: kind, Provider: providerName, Operation: operation, Message: message, Err: cause}
}

// undiscovered says why there are no addresses.
func undiscovered(message string) error {
	return failed(oauthclients.ErrUnavailable, opDiscover, message, nil)
}

// unsaved is the error for a handle that is not safe in the store.
func unsaved(operation string, h Handle, reason string, cause error) error {
	return failed(oauthclients.ErrNotApplied, operation, "", &HandleError{Handle: h, Reason: reason, Err: cause})
}

// isRefused: the server does not know the token, or the client.
func isRefused(err error) bool {
	var e *oauthclients.Error
	if !errors.As(err, &e) {
		return false
	}
	return e.StatusCode == http.StatusUnauthorized || e.StatusCode == http.StatusNotFound || e.StatusCode == http.StatusGone
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }

func quoted(text string) string { return strconv.Quote(text) }

// isOther: the answer was about another client.
func isOther(err error) bool { return errors.Is(err, errOtherClient) }

func errorOr(first, other error) error {
	if first != nil {
		return first
	}
	return other
}

// joined puts two explanations behind one another.
func joined(first, second string) string { return strings.TrimPrefix(first+"; "+second, "; ") }
