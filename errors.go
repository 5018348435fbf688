package oauthclients

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file holds the error model: the sentinels, Error, UnsupportedError. NotAppliedError is in
// notapplied.go.

// What went wrong, independent of the provider. Test for them with [errors.Is].
var (
	// ErrNotFound: the provider knows no such client (404, 410).
	ErrNotFound = errors.New("not found")
	// ErrUnauthenticated: the credential was refused (401; DocSpace: an empty 403).
	ErrUnauthenticated = errors.New("not authenticated")
	// ErrLoginRequired: a person has to sign in (again): there is no token, or the provider
	// takes neither the access token nor the refresh token any more. Such an error is
	// ErrUnauthenticated as well.
	ErrLoginRequired = errors.New("login required")
	// ErrPermission: the credential is valid but not allowed to do this (403).
	ErrPermission = errors.New("permission denied")
	// ErrInvalid: what was asked breaks a rule, checked here or by the provider (other 4xx).
	ErrInvalid = errors.New("invalid request")
	// ErrConflict: it collides with the provider's present state (409).
	ErrConflict = errors.New("conflict")
	// ErrRateLimited: too many requests (429); Error.RetryAfter says how long to wait.
	ErrRateLimited = errors.New("rate limited")
	// ErrUnavailable: no usable answer (connection errors, an ended context, 408, 5xx, 3xx, an
	// answer that does not decode). It may be tried again later, unless the error is
	// ErrOutcomeUnknown as well: test for that first.
	ErrUnavailable = errors.New("unavailable")
	// ErrOutcomeUnknown: a write was sent and may or may not have been executed. An error of
	// another kind can be this one too; test for it before the others. Look before writing
	// again: a second Create makes a second client.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrNotApplied: the provider accepted a write and did not do all of it; see
	// [*NotAppliedError].
	ErrNotApplied = errors.New("not applied")
)

// Error is a call that failed. Its text starts with the provider and the operation and holds
// no secret and no request.
type Error struct {
	// Kind is one of the sentinels above.
	Kind error
	// Provider and Operation say what was called, such as "genesys" and "Create". The Operation
	// is "Token" if the call failed because no token could be had for it.
	Provider, Operation string
	// ClientID is the OAuth2 client that the call was about; "" where it was about none, or about one
	// that has no id yet.
	ClientID string
	// Method and URL are the latest request: its HTTP method, and its address without user, query and
	// fragment, cleaned of secrets. Both are "" where nothing was sent.
	Method, URL string
	// StatusCode is the HTTP status, 0 if there was no answer.
	StatusCode int
	// Code and Message are the provider's own; for a token endpoint Code is the OAuth error
	// (RFC 6749 section 5.2).
	Code, Message string
	// Fields are the faults of single fields.
	Fields []FieldError
	// RequestID identifies the call at the provider's support.
	RequestID string
	// RetryAfter is the wait that the server asked for, or that WithRateLimit needs where it is the
	// reason; 0 if nobody named one.
	RetryAfter time.Duration
	// Attempts counts the requests that were sent.
	Attempts int
	// Err is the cause below, such as a connection error or the cause of a cancelled context.
	Err error

	unknown   bool // a write, and some attempt of it may have been executed
	shared    bool // several goroutines may have it, so that nobody may change it
	forgotten bool // the answer, as it came, says that the server does not know the client
	body      *string
}

// FieldError is the fault of one field.
type FieldError struct {
	// Field is the portable Go name for a fault found here, "RedirectURIs", and the provider's
	// name for a fault found there, "redirect_uris".
	Field string
	// Code is the provider's code, or the rule that was broken here, such as "required".
	Code string
	// Message says what is wrong.
	Message string
}

// String is the field and what is wrong with it.
func (f FieldError) String() string {
	text := f.Message
	if text == "" {
		text = f.Code
	}
	if f.Field == "" {
		return text
	}
	return f.Field + ": " + text
}

// Error describes the failure on one line.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(place(e.Provider, e.Operation))
	if e.Kind != nil {
		text.WriteString(e.Kind.Error())
	}
	if e.StatusCode != 0 {
		fmt.Fprintf(&text, " (status %s)", strings.TrimSpace(
			strconv.Itoa(e.StatusCode)+" "+http.StatusText(e.StatusCode)))
	}
	for _, part := range e.details() {
		text.WriteString(": ")
		text.WriteString(part)
	}
	if notes := e.notes(text.String()); len(notes) > 0 {
		fmt.Fprintf(&text, " [%s]", strings.Join(notes, ", "))
	}
	return text.String()
}

// place is the start of every error text: "sipgate: Create: ".
func place(provider, operation string) string {
	text := provider
	if text == "" {
		text = "oauthclients"
	}
	if operation != "" {
		text += ": " + operation
	}
	return text + ": "
}

func (e *Error) details() []string {
	var parts []string
	if e.Code != "" {
		parts = append(parts, texts.Line(e.Code))
	}
	if e.Message != "" {
		parts = append(parts, texts.Line(e.Message))
	}
	if len(e.Fields) > 0 {
		fields := make([]string, len(e.Fields))
		for i, field := range e.Fields {
			fields[i] = field.String()
		}
		parts = append(parts, texts.Line(strings.Join(fields, "; ")))
	}
	if e.Err != nil { // a decoder and net/http repeat what they cannot read
		parts = append(parts, texts.Line(e.Err.Error()))
	}
	return parts
}

// notes are what the text does not say so far.
func (e *Error) notes(said string) []string {
	var notes []string
	if e.OutcomeUnknown() && e.Kind != ErrOutcomeUnknown { //nolint:errorlint // Kind is a sentinel itself
		notes = append(notes, "it may have been executed")
	}
	client := "client " + texts.Short(strconv.Quote(e.ClientID), maxFieldText)
	if e.ClientID != "" && !strings.Contains(said, client) {
		notes = append(notes, client)
	}
	if e.URL != "" {
		notes = append(notes, strings.TrimSpace(e.Method+" "+texts.Short(e.URL, maxFieldText)))
	}
	if e.RetryAfter > 0 {
		notes = append(notes, "retry after "+e.RetryAfter.Round(time.Second).String())
	}
	if e.Attempts > 1 {
		notes = append(notes, strconv.Itoa(e.Attempts)+" attempts")
	}
	if e.RequestID != "" {
		notes = append(notes, "request "+texts.Line(e.RequestID))
	}
	return notes
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the error's Kind. An error of a write that may have been
// executed is ErrOutcomeUnknown as well, and ErrLoginRequired is ErrUnauthenticated as well.
func (e *Error) Is(target error) bool {
	return target == e.Kind || target == ErrOutcomeUnknown && e.unknown ||
		target == ErrUnauthenticated && e.Kind == ErrLoginRequired
}

// OutcomeUnknown reports whether the failed call was a write that may have been executed.
func (e *Error) OutcomeUnknown() bool { return e.Is(ErrOutcomeUnknown) }

// Body returns the answer's body, at most 64 KiB of it, scrubbed of every secret that was sent, in
// whatever encoding the server repeats it, and of what is named or shaped like one.
func (e *Error) Body() []byte {
	if e.body == nil {
		return nil
	}
	return []byte(*e.body)
}

// maxLogFields is how many fields are logged one by one; all of them are in the message.
const maxLogFields = 20

// LogValue implements [slog.LogValuer] with the fields as attributes, without the body.
func (e *Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("message", e.Error())}
	add := func(name, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(name, texts.Line(value)))
		}
	}
	add("provider", e.Provider)
	add("operation", e.Operation)
	if e.Kind != nil {
		add("kind", e.Kind.Error())
	}
	add("client_id", e.ClientID)
	add("method", e.Method)
	add("url", e.URL)
	add("code", e.Code)
	add("request_id", e.RequestID)
	for _, field := range e.Fields[:min(len(e.Fields), maxLogFields)] {
		add("field."+texts.Short(field.Field, maxFieldText), texts.Short(field.Message, maxFieldText))
	}
	if e.StatusCode != 0 {
		attrs = append(attrs, slog.Int("status", e.StatusCode))
	}
	return slog.GroupValue(attrs...)
}

// invalidFields returns the error for input that breaks rules which can be checked here, nil without
// faults.
func invalidFields(provider, operation string, faults []FieldError) error {
	if len(faults) == 0 {
		return nil
	}
	return &Error{Kind: ErrInvalid, Provider: provider, Operation: operation, Fields: faults}
}

// UnsupportedError says that the provider cannot do what was asked. It is found before any
// request (in Update: before any write), and matches [errors.ErrUnsupported].
type UnsupportedError struct {
	Provider, Operation string
	// Fields are the fields that cannot be set, by their Go names; empty if it is the whole
	// operation.
	Fields []string
	// Reason says what the provider takes instead, where there is something to say.
	Reason string
}

// Error names the provider, the operation and the fields, on one line.
func (e *UnsupportedError) Error() string {
	text := place(e.Provider, e.Operation) + "not supported by this provider"
	if len(e.Fields) > 0 {
		text += ": " + texts.Line(strings.Join(e.Fields, ", "))
	}
	if e.Reason != "" { // it may repeat what was asked
		text += " (" + texts.Line(e.Reason) + ")"
	}
	return text
}

// Unwrap returns [errors.ErrUnsupported].
func (e *UnsupportedError) Unwrap() error { return errors.ErrUnsupported }

// joinErrors keeps both errors on one line.
func joinErrors(first, second error) error {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	}
	return fmt.Errorf("%w; %w", first, second)
}
