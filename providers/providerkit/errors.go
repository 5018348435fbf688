package providerkit

import (
	"errors"
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file makes the errors that all providers have.

// InvalidFields returns the error for input that breaks rules which can be checked here: an
// [*oauthclients.Error] of kind ErrInvalid with one entry per fault, nil without faults.
func InvalidFields(provider, operation string, faults []oauthclients.FieldError) error {
	if len(faults) == 0 {
		return nil
	}
	return &oauthclients.Error{Kind: oauthclients.ErrInvalid, Provider: provider, Operation: operation, Fields: faults}
}

// CreatedWithoutSecret returns the error of a Create that made a client and could not get at its secret: an
// [*oauthclients.Error] of kind ErrNotApplied around an [*oauthclients.NotAppliedError] with the id. The cause,
// which may be nil, is told but not wrapped: it may be of a kind that invites to try again, and that would
// make a second client.
func CreatedWithoutSecret(provider, id string, cause error) error {
	message := "the client exists, but its secret could not be had"
	if cause != nil {
		message += " (" + cause.Error() + ")"
	}
	return created(provider, message, id, []string{"Secret"})
}

// CreatedUnread returns the error of a Create that made a client in whose answer [Decode] could not read all,
// of the same form. fields are what the members stand for, by their Go names; nil without any.
func CreatedUnread(provider, id string, fields []string) error {
	if len(fields) == 0 {
		return nil
	}
	return created(provider, "the client exists, and not all of the answer could be read", id, slices.Clone(fields))
}

func created(provider, message, id string, fields []string) error {
	return &oauthclients.Error{
		Kind: oauthclients.ErrNotApplied, Provider: provider, Operation: "Create", Message: message,
		Err: &oauthclients.NotAppliedError{ID: id, Fields: fields},
	}
}

// WithUnread adds fields that could not be read to an error such as [CreatedWithoutSecret]: one fault must not
// hide the other. It returns err.
func WithUnread(err error, fields []string) error {
	var missing *oauthclients.NotAppliedError
	if errors.As(err, &missing) {
		for _, field := range fields {
			if !slices.Contains(missing.Fields, field) {
				missing.Fields = append(missing.Fields, field)
			}
		}
	}
	return err
}

// OneLine makes a text of a server fit for an error: on one line, without control characters, and not longer
// than a person reads. The core does so with what a driver puts into an error; it is for texts that a driver
// puts together.
func OneLine(text string) string { return texts.Line(text) }
