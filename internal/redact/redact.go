// Package redact takes secrets out of texts that a person or a log may see: by known value, by
// the name of what holds them, and by their shape; as they are, and below the escapes and
// encodings in which servers repeat what they were sent.
package redact

// This file holds what is asked of the package. How secrets are found is in find.go.

// Mark stands where a secret was.
const Mark = "[REDACTED]"

// Text returns text without the given values, without pieces of them, and without whatever is
// named or shaped like a secret. A value of less than eight bytes is left where only its bytes
// tell it: it could be part of any word. The time it takes is in proportion to text and values.
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
