package genesys

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
)

// This file reads JSON without repeating it in errors: what cannot be read may be a secret, or
// megabytes of something else.

// decode is json.Unmarshal with an error that names the member, and not what stands there.
func decode(text []byte, into any) error { return told(json.Unmarshal(text, into)) }

// readWhole converts what is plain as well, and refuses what cannot be read: an amount that is left
// empty would be a wrong one.
func readWhole(text []byte, into any) error {
	unread, err := readLoosely(text, into)
	if err == nil && len(unread) > 0 {
		err = decode(text, into) // which says what is wrong
	}
	return err
}

// told is a decoder's error without what it repeats of the answer. Any other comes back as it is.
func told(err error) error {
	if err == nil {
		return nil // nearly always, and it costs nothing
	}
	var unfit *json.UnmarshalTypeError
	if !errors.As(err, &unfit) {
		return err
	}
	kind, _, _ := strings.Cut(unfit.Value, " ") // what follows is the number itself
	return fmt.Errorf("%s must be %s; the %s there cannot be read as one", memberOf(unfit.Field), wanted(unfit.Type), kind)
}

// memberOf is the member at a path of a decoder, which has the names of Go's embedded types in it.
func memberOf(path string) string {
	parts := slices.DeleteFunc(strings.Split(path, "."), func(part string) bool {
		return strings.Contains(strings.ToLower(part), "wire")
	})
	if member := strings.Join(parts, "."); member != "" {
		return fmt.Sprintf("%q", member)
	}
	return "the answer"
}

// wanted says in words what can be read into a type.
func wanted(t reflect.Type) string {
	if t == reflect.TypeFor[time.Time]() {
		return "a date (RFC 3339)"
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "a bool"
	case reflect.Int64:
		return "a whole number"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

// wireDate is a point in time as the vendor answers it; null is none.
type wireDate time.Time

// UnmarshalJSON implements [json.Unmarshaler]. The error gets the member's name from the decoder.
func (d *wireDate) UnmarshalJSON(text []byte) error {
	var read time.Time
	if read.UnmarshalJSON(text) != nil {
		return unfit[time.Time](text)
	}
	if read.UTC().Year() > 1 { // or it is the zero of other languages, in some time zone
		*d = wireDate(read)
	}
	return nil
}

// unfit is a text that cannot be read as a T.
func unfit[T any](text []byte) error {
	return &json.UnmarshalTypeError{Value: kindOf(text), Type: reflect.TypeFor[T]()}
}

// kindOf is what a JSON text is, by its first character.
func kindOf(text []byte) string {
	switch {
	case bytes.HasPrefix(text, []byte(`"`)):
		return "string"
	case bytes.HasPrefix(text, []byte("{")):
		return "object"
	case bytes.HasPrefix(text, []byte("[")):
		return "array"
	case bytes.HasPrefix(text, []byte("t")), bytes.HasPrefix(text, []byte("f")):
		return "bool"
	}
	return "number"
}

// word repeats a word of the vendor's, such as a status, and nothing that may be something else.
func word[T ~string](text T) string {
	const longest = 20
	isLetter := func(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }
	if text == "" || len(text) > longest || strings.ContainsFunc(string(text), func(r rune) bool { return !isLetter(r) }) {
		return "(not a word)"
	}
	return fmt.Sprintf("%q", text)
}

// named is a decoder's error about a member that was read on its own.
func named(member string, err error) error {
	if err == nil {
		return nil
	}
	var unfit *json.UnmarshalTypeError
	if errors.As(err, &unfit) && unfit.Field == "" {
		unfit.Field = member
	}
	return err
}
