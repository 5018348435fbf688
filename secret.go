package oauthclients

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
)

// This file keeps secrets from being seen: Secret, which prints without its value, and what a driver and the
// core hand each other. A driver may print, log or encode that, and then it says what it is, and no more.
// Encoders that ask no method find the tags of the fields, which leave out what may hold a secret.

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

func (r Record) text() string { return "oauthclients.Record{" + redacted + "}" }

// Format keeps a record, whose Raw has the secrets, from being printed.
func (r Record) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the secrets.
func (r Record) MarshalText() ([]byte, error) { return []byte(r.text()), nil }

func (c Call) text() string {
	return fmt.Sprintf("oauthclients.Call{Operation: %q, Method: %q, %s}", c.Operation, c.Method, redacted)
}

// Format keeps a call, whose path, query, header and body may hold secrets, from being printed.
func (c Call) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the secrets.
func (c Call) MarshalText() ([]byte, error) { return []byte(c.text()), nil }

func (r Response) text() string {
	return fmt.Sprintf("oauthclients.Response{Status: %d, %s}", r.Status, redacted)
}

// Format keeps an answer, which may hold secrets, from being printed.
func (r Response) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the secrets.
func (r Response) MarshalText() ([]byte, error) { return []byte(r.text()), nil }

func (p RecordPage) text() string {
	return fmt.Sprintf("oauthclients.RecordPage{Records: %d, %s}", len(p.Records), redacted)
}

// Format keeps a page, whose Body has the secrets of its clients, from being printed.
func (p RecordPage) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the secrets.
func (p RecordPage) MarshalText() ([]byte, error) { return []byte(p.text()), nil }

// text has the hosts alone: an address that nobody has checked yet may have a user and a query.
func (e Endpoints) text() string {
	host := "none"
	if base, err := url.Parse(e.BaseURL); err == nil && base.Host != "" {
		host = base.Host
	}
	return fmt.Sprintf("oauthclients.Endpoints{Host: %q, %s}", host, redacted)
}

// Format keeps addresses from being printed, which may hold a user and a query.
func (e Endpoints) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the addresses.
func (e Endpoints) MarshalText() ([]byte, error) { return []byte(e.text()), nil }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (r Record) MarshalBinary() ([]byte, error) { return r.MarshalText() }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (c Call) MarshalBinary() ([]byte, error) { return c.MarshalText() }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (r Response) MarshalBinary() ([]byte, error) { return r.MarshalText() }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (p RecordPage) MarshalBinary() ([]byte, error) { return p.MarshalText() }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (e Endpoints) MarshalBinary() ([]byte, error) { return e.MarshalText() }
