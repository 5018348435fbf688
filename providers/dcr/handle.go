package dcr

import (
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
}

// HandleError says that a client exists whose handle is not safe in the store, and has the
// handle: keep it, and put it in with [API.Adopt]. It comes inside an [*oauthclients.Error] of
// kind ErrNotApplied, for Create beside the client that was made.
type HandleError struct {
	// Handle is what the server gave. Its URI or its Token is empty if the server gave none: then
	// the server does not speak RFC 7592, and the client cannot be managed.
	Handle Handle
	// Reason says what is wrong with it.
	Reason string
	// Err is the store's error, nil if it is not the store that failed.
	Err error
}

// Error names the client and what is wrong.
func (e *HandleError) Error() string {
	text := "the handle of client " + quoted(e.Handle.ClientID) + " " + e.Reason
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns Err.
func (e *HandleError) Unwrap() error { return e.Err }

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
	case !sameOrigin(uri, registration):
		fault("Handle.URI", "invalid", "must be at "+origin(registration)+", where the registration endpoint is")
	}
	return uri, faults
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
