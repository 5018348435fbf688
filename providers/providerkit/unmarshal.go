package providerkit

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// This file reads JSON without repeating it in errors.

// Unmarshal is [json.Unmarshal] with an error that names the member and what it must be, and not what stands
// there.
func Unmarshal(text []byte, into any) error { return told(json.Unmarshal(text, into), into) }

// told is a decoder's error without what it repeats of the answer. Any other comes back as it is.
func told(err error, into any) error {
	if err == nil {
		return nil // nearly always, and it costs nothing
	}
	var unfit *json.UnmarshalTypeError
	if !errors.As(err, &unfit) {
		return err
	}
	kind, _, _ := strings.Cut(unfit.Value, " ") // what follows is the number itself
	return fmt.Errorf("%s must be %s; the %s there cannot be read as one", placeOf(unfit.Field, reflect.TypeOf(into)), wanted(unfit.Type), kind)
}

// placeOf is the member at a path of a decoder. Such a path has the names of embedded types in it, which are
// no members.
func placeOf(path string, t reflect.Type) string {
	var members []string
	for part := range strings.SplitSeq(path, ".") {
		field, isEmbedded := fieldAt(t, part)
		if t = field; !isEmbedded && part != "" {
			members = append(members, part)
		}
	}
	if len(members) == 0 {
		return "the answer"
	}
	return fmt.Sprintf("%q", strings.Join(members, "."))
}

// fieldAt is the type of a struct's field by its name in JSON, nil if there is none, or of a struct that is
// embedded by its name in Go.
func fieldAt(t reflect.Type, part string) (field reflect.Type, isEmbedded bool) {
	for t != nil && slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map}, t.Kind()) {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil, false
	}
	for _, f := range reflect.VisibleFields(t) {
		switch name := nameOf(f); {
		case f.Anonymous && name == "" && f.Type.Name() == part:
			return f.Type, true
		case name == part && part != "":
			return f.Type, false
		}
	}
	return nil, false
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
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a list"
	default:
		return "an object"
	}
}

// Unfit is the error of an UnmarshalJSON for a text that cannot be read as a T. The decoder adds the name of
// the member.
func Unfit[T any](text []byte) error {
	return &json.UnmarshalTypeError{Value: kindOf(text), Type: reflect.TypeFor[T]()}
}

// kindOf is what a JSON text is, by its first character.
func kindOf(text []byte) string {
	if len(text) > 0 {
		switch text[0] {
		case '"':
			return "string"
		case '{':
			return "object"
		case '[':
			return "array"
		case 't', 'f':
			return "bool"
		}
	}
	return "number"
}
