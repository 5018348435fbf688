package dcr

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file makes the errors of this package.

const (
	opCreate           = "Create"
	opList             = "List"
	opGet              = "Get"
	opUpdate           = "Update"
	opDelete           = "Delete"
	opRegenerateSecret = "RegenerateSecret"
	opAdopt            = "Adopt"
)

// failed gives the failure of a store, or the end of a wait, the form of every other error.
func failed(kind error, operation, message string, cause error) error {
	return &oauthclients.Error{Kind: kind, Provider: providerName, Operation: operation, Message: message, Err: cause}
}

// undiscovered says why there are no addresses.
func undiscovered(message string) error {
	return failed(oauthclients.ErrUnavailable, opDiscover, message, nil)
}

// unsaved is the error for a handle that is not safe in the store. The handle stays in reach whatever
// the text of the cause has in it.
func unsaved(operation string, h Handle, reason string, cause error) error {
	handle := &HandleError{Handle: h, Reason: reason, Err: withheld{&cause}}
	return failed(oauthclients.ErrNotApplied, operation, "", &storeError{handle, cause})
}

// notApplied is the error for a write that was not done as a whole.
func notApplied(operation, message, id string, fields []string) error {
	return failed(oauthclients.ErrNotApplied, operation, message, &oauthclients.NotAppliedError{ID: id, Fields: fields})
}

// onlyRegistered is why nothing can be done with a client of a server that only registers.
const onlyRegistered = "the server gave no way to read, change or delete this client: it only registers (RFC 7591)"

func unmanageable(operation string) error {
	return &oauthclients.UnsupportedError{Provider: providerName, Operation: operation, Reason: onlyRegistered}
}

// faultsOf makes one error of all that is wrong with what was done, nil if nothing is. Each of them is
// found with [errors.As]; what was not applied is told together.
func faultsOf(operation, id string, found ...error) error {
	if found = slices.DeleteFunc(found, func(err error) bool { return err == nil }); len(found) == 0 {
		return nil
	}
	if len(found) == 1 {
		return found[0]
	}
	all, messages, causes := &oauthclients.NotAppliedError{ID: id}, "", []error(nil)
	for _, err := range found {
		var e *oauthclients.Error
		var part *oauthclients.NotAppliedError
		if errors.As(err, &e) {
			messages, err = joined(messages, e.Message), e.Err
		}
		if errors.As(err, &part) {
			all.Fields, all.Unconfirmed, all.More = union(all.Fields, part.Fields), union(all.Unconfirmed, part.Unconfirmed), union(all.More, part.More)
			continue
		}
		causes = append(causes, err)
	}
	if len(all.Fields) > 0 {
		causes = append(causes, all)
	}
	return failed(oauthclients.ErrNotApplied, operation, messages, errors.Join(causes...))
}

// required is the error for what must not be left out; blanks are nothing.
func required(operation, field string) error {
	return providerkit.InvalidFields(providerName, operation, []oauthclients.FieldError{{Field: field, Code: "required", Message: "must not be empty"}})
}

// isRefused: the server does not know the token, or the client.
func isRefused(err error) bool {
	var e *oauthclients.Error
	return errors.As(err, &e) && e.StatusCode != 0 && (errors.Is(e.Kind, oauthclients.ErrUnauthenticated) || errors.Is(e.Kind, oauthclients.ErrNotFound))
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }

// quoted shows as much of a text as a person reads.
func quoted(text string) string {
	const enough = 200
	if len(text) <= enough {
		return strconv.Quote(text)
	}
	return strconv.Quote(strings.ToValidUTF8(text[:enough], "")) + "..."
}

// isOther: the answer was about another client.
func isOther(err error) bool { return errors.Is(err, errOtherClient) }

func errorOr(first, other error) error {
	if first != nil {
		return first
	}
	return other
}

// joined puts two explanations behind one another, if there are two.
func joined(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	return first + "; " + second
}
