package oauthclients

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/oauthclients/oauthclients/internal/settings"
	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file finds what a provider accepted and did not do as asked, and says so.

// NotAppliedError says that the provider accepted a write and ignored part of it. It comes
// inside an [*Error] of kind ErrNotApplied, beside the client as it now is.
type NotAppliedError struct {
	// ID is the client that was written.
	ID string
	// Fields are exactly the fields that did not come out as asked, by their Go names:
	// "RedirectURIs", "Extra.AllowPKCE".
	Fields []string
	// Unconfirmed are those of Fields that the provider does not show at all, so that nobody can tell
	// whether it has them. The others came back with another value.
	Unconfirmed []string
	// More are those of Fields in which the provider has all that was asked for, and more, such as
	// another grant type.
	More []string
}

// Error names the client and the fields, each with what is the matter with it.
func (e *NotAppliedError) Error() string {
	var parts []string
	add := func(what string, fields []string) {
		if len(fields) > 0 {
			parts = append(parts, what+texts.Line(strings.Join(fields, ", ")))
		}
	}
	add("was written without ", without(without(e.Fields, e.Unconfirmed), e.More))
	add("has more than was asked for in ", e.More)
	add("may or may not have what the answer does not show: ", e.Unconfirmed)
	if last := len(parts) - 1; last > 0 {
		parts[last] = "and " + parts[last]
	}
	return "client " + texts.Line(strconv.Quote(e.ID)) + " " + strings.Join(parts, ", ")
}

// without is list without the entries of other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool { return slices.Contains(other, name) })
}

// Unwrap returns [ErrNotApplied].
func (e *NotAppliedError) Unwrap() error { return ErrNotApplied }

// CreatedWithoutSecret returns the error of a Create that made a client and could not get at
// its secret: an [*Error] of kind ErrNotApplied around a [*NotAppliedError] with the id. The
// cause, which may be nil, is told but not wrapped: it may be of a kind that invites to try
// again, and that would make a second client. It is for authors of providers.
func CreatedWithoutSecret(provider, id string, cause error) error {
	e := &Error{
		Kind: ErrNotApplied, Provider: provider, Operation: "Create",
		Message: "the client exists, but its secret could not be had",
		Err:     &NotAppliedError{ID: id, Fields: []string{"Secret"}},
	}
	if cause != nil {
		e.Message += " (" + cause.Error() + ")"
	}
	return e
}

// verified compares the asked fields with what the provider has now; order does not count. notShown
// are those that the answer does not have at all.
func (s *ClientsService) verified(operation string, got, want *OAuthClient, asked, notShown []string) (*OAuthClient, error) {
	a, b := got.settings(), want.settings()
	missing, more := kinds.Missing(&a, &b, asked)
	missing = slices.DeleteFunc(missing, func(name string) bool { return s.fixed(name) || isExtraField(name) && !s.writable(name) })
	missing = append(missing, settings.MissingMembers(&a, &b)...)
	missing = without(missing, both(notShown, s.capabilities.NotShown))
	if len(missing) == 0 {
		return got, nil
	}
	return got, &Error{
		Kind: ErrNotApplied, Provider: s.provider, Operation: operation, ClientID: got.ID,
		Err: &NotAppliedError{
			ID: got.ID, Fields: missing, Unconfirmed: both(missing, notShown), More: without(both(missing, more), notShown),
		},
	}
}

// besides adds to the error of a write that was done what of the client did not come out as asked: one
// fault must not hide the other.
func (s *ClientsService) besides(operation string, err error, record *Record, want *OAuthClient, asked []string) error {
	client := clientOf(record)
	if client == nil || client.ID == "" || record.Raw == nil { // an id alone says nothing of the rest
		return err
	}
	_, other := s.verified(operation, client, want, asked, record.NotShown)
	var told, missing *NotAppliedError
	if !errors.As(other, &missing) {
		return err
	}
	if errors.As(err, &told) {
		told.Fields = append(without(told.Fields, missing.Fields), missing.Fields...)
		told.Unconfirmed = append(without(told.Unconfirmed, missing.Unconfirmed), missing.Unconfirmed...)
		told.More = append(without(told.More, missing.More), missing.More...)
		return err
	}
	if failed, own := err.(*Error); own { //nolint:errorlint // a wrapped one stays as it is
		failed.Err = errors.Join(failed.Err, missing)
		return failed
	}
	return errors.Join(err, other)
}

// both lists what is in both lists, nil if there is nothing.
func both(a, b []string) (common []string) {
	for _, name := range a {
		if slices.Contains(b, name) {
			common = append(common, name)
		}
	}
	return common
}
