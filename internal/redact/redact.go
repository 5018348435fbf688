// Package redact takes secrets out of texts that a person or a log may see: by known value, by
// the name of what holds them, and by their shape; as they are, and below the escapes and
// encodings in which servers repeat what they were sent.
package redact

import (
	"errors"
	"fmt"
	"io"
)

// This file holds what is asked of the package. How secrets are found is in find.go.

// Mark stands where a secret was.
const Mark = "[REDACTED]"

// Text returns text without the given values, without pieces of them, and without whatever is
// named or shaped like a secret.
func Text(text []byte, values []string) []byte { return cleaned(text, values, false) }

// Cut is Text for a text that broke off: it may end in the middle of a value, so that an end
// which a value could begin with goes as well.
func Cut(text []byte, values []string) []byte { return cleaned(text, values, true) }

func cleaned(text []byte, values []string, broken bool) []byte {
	if len(text) == 0 {
		return text
	}
	return replaced(text, newFinder(values, broken).find(string(text), layers))
}

// Error returns err with a text that is cleaned like Text; errors.Is and errors.As still find
// what is below it.
func Error(err error, values []string) error {
	if err == nil {
		return nil
	}
	text := string(Text([]byte(err.Error()), values))
	if text == err.Error() {
		return err
	}
	return scrubbedError{text, &err}
}

// scrubbedError points at what is below it: fmt follows no pointer to an interface, also not
// where it prints unexported fields without asking their methods. It has no Unwrap, since there
// are programs that log every error of a chain; who looks for a certain one finds it.
type scrubbedError struct {
	text  string
	inner *error
}

func (e scrubbedError) Error() string        { return e.text }
func (e scrubbedError) Is(target error) bool { return errors.Is(*e.inner, target) }
func (e scrubbedError) As(target any) bool   { return errors.As(*e.inner, target) }

// Format keeps %#v and the like from printing what was scrubbed.
func (e scrubbedError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text) }
