package oauthclients

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// This file holds Secret, the only form in which the library hands out or takes in
// a client secret, a password or a token.

const redacted = "[REDACTED]"

// Secret is a confidential string: a client secret, a password, a token.
//
// It shows as "[REDACTED]" wherever Go prints values: in every fmt verb, in log/slog, in
// encoding/json and in text. Only [Secret.Reveal] gives the value. The zero Secret holds
// nothing and shows as an empty string.
//
// To compare two Secrets compare what Reveal gives; == does not compare the values. Tools that
// read memory past methods and types still see the value: debuggers, and the diffs that testify
// prints when two values that hold Secrets are not equal.
type Secret struct {
	// A pointer to a string, because fmt prints a caller's unexported fields without asking
	// their methods, and then a pointer to a string shows as an address.
	value *string
}

// NewSecret wraps value. An empty value gives the zero Secret.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{value: &value}
}

// Reveal returns the confidential value, "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero reports whether s holds nothing.
func (s Secret) IsZero() bool { return s.value == nil }

// String returns "[REDACTED]", or "" for the zero Secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// GoString keeps %#v from showing the value.
func (s Secret) GoString() string { return fmt.Sprintf("oauthclients.Secret(%q)", s.String()) }

// Format prints "[REDACTED]" for every verb, also for those that print raw bytes, such as %x.
func (s Secret) Format(f fmt.State, verb rune) {
	text := s.String()
	switch verb {
	case 'q':
		text = fmt.Sprintf("%q", text)
	case 'v':
		if f.Flag('#') {
			text = s.GoString()
		}
	}
	// fmt offers no way to report a failing writer from here; it keeps the error itself.
	_, _ = io.WriteString(f, text)
}

// LogValue implements [slog.LogValuer].
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, with the redacted form.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText sets s, so that a configuration file can carry a secret. It refuses
// "[REDACTED]": a printed configuration that is read back would lose the secret in silence.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == redacted {
		return errors.New("oauthclients: " + redacted + " is the printed form of a Secret, not a secret")
	}
	*s = NewSecret(string(text))
	return nil
}
