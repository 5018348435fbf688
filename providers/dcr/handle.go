package dcr

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file holds what manages one client at the server.

// Handle is what manages one registered client (RFC 7592 section 3). Whoever has it can read,
// change and delete the client.
type Handle struct {
	// ClientID is the client that it is for.
	ClientID string
	// URI is the registration_client_uri: where the client is read, changed and deleted.
	URI string
	// Token is the registration_access_token, which authorizes that.
	Token oauthclients.Secret
	// Members are the names of the members of the client's metadata that a user has set or adopted, for
	// [OnlyOurs]; nil where nobody knows.
	Members []string
	// NotShown are the values that a user has set of fields that the server never answers
	// ([Provider.NotShown]), and of members without a field that no read has shown yet, by the names of
	// the members; one that is missing is not known. The client's secret is not among them.
	NotShown map[string]json.RawMessage
	// Registration is the latest answer to a registration or an update, as JSON, with the client's secret,
	// which many servers tell once. It is all that there is of a client without URI and Token, and what
	// is known of one that the server does not show any more; zero where nobody has it.
	Registration oauthclients.Secret
}

// isManageable: without both there is nothing to ask the server with.
func (h *Handle) isManageable() bool { return h.URI != "" && !h.Token.IsZero() }

// HandleError says that a client exists whose handle is not safe in the store, and has the
// handle: keep it, and put it in with [API.Adopt]. It comes inside an [*oauthclients.Error] of
// kind ErrNotApplied, for Create beside the client that was made.
type HandleError struct {
	// Handle is what the server gave.
	Handle Handle
	// Reason says what is wrong with it.
	Reason string
	// Err matches, with [errors.Is], what the store's error does; nil if it is not the store that failed.
	// It has no text of its own, for that may repeat the token: the error around this one tells it.
	Err error
}

// Error names the client and what is wrong.
func (e *HandleError) Error() string {
	return "the handle of client " + quoted(e.Handle.ClientID) + " " + e.Reason
}

// Unwrap returns Err.
func (e *HandleError) Unwrap() error { return e.Err }

// withheld is an error of a store without its text. It points at what is below it: fmt follows no
// pointer to an interface.
type withheld struct{ inner *error }

// Error tells nothing.
func (withheld) Error() string { return "the store failed" }

// Is reports whether the store's error is target.
func (w withheld) Is(target error) bool { return errors.Is(*w.inner, target) }

// storeError is a handle that is not safe, and the store's own words, which the core cleans.
type storeError struct {
	handle *HandleError
	cause  error
}

// Error names the client, what is wrong, and why.
func (f *storeError) Error() string { return f.handle.Error() + ": " + f.cause.Error() }

// Unwrap returns both.
func (f *storeError) Unwrap() []error { return []error{f.handle, f.cause} }

// check finds what is wrong with a handle that is to be used at the registration endpoint: a
// token must not go to a host that it was not issued for. Without faults the URI is the handle's.
func check(h Handle, registration *url.URL) (uri *url.URL, faults []oauthclients.FieldError) {
	fault := func(field, code, message string) {
		faults = append(faults, oauthclients.FieldError{Field: field, Code: code, Message: message})
	}
	if blank(h.ClientID) {
		fault("Handle.ClientID", "required", "must not be empty")
	}
	if h.Token.IsZero() {
		fault("Handle.Token", "required", "must not be empty")
	}
	uri, err := url.Parse(h.URI)
	switch {
	case h.URI == "":
		fault("Handle.URI", "required", "must not be empty")
	case err != nil || uri.User != nil || uri.Fragment != "":
		fault("Handle.URI", "invalid", "must be a URL without user and fragment")
	case !sameOrigin(secured(uri, registration), registration):
		fault("Handle.URI", "invalid", "must be at "+origin(registration)+", where the registration endpoint is")
	default:
		uri = secured(uri, registration)
	}
	return uri, faults
}

// secured is the https spelling of an address that a server behind TLS takes for an http one. It is
// where the registration endpoint is, and the http one is never used.
func secured(uri, registration *url.URL) *url.URL {
	if !strings.EqualFold(uri.Scheme, "http") || !strings.EqualFold(registration.Scheme, "https") || uri.Port() == "443" {
		return uri
	}
	own := *uri
	own.Scheme = "https"
	if uri.Port() == "80" {
		own.Host = uri.Hostname()
	}
	return &own
}

// origin is scheme and host (RFC 6454).
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

func sameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case strings.EqualFold(u.Scheme, "http"):
		return "80"
	}
	return "443"
}
