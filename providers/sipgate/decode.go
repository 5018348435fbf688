package sipgate

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
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
