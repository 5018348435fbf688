package oauthclients

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// This file checks the texts of a client that every provider would stumble over.

// checkEntries refuses blank entries of lists: no provider has a use for them, and some keep
// them. It refuses what is no text as well: encoding/json would put other characters in its
// place, and the provider would have another value than was asked for.
func (s *ClientsService) checkEntries(operation string, want *OAuthClient, names []string) error {
	var faults []FieldError
	for _, f := range portableFields {
		if slices.Contains(names, f.name) {
			faults = append(faults, f.faults(want)...)
		}
	}
	return InvalidFields(s.provider, operation, append(faults, extraTextFaults(want.Extra, names)...))
}

const notUTF8 = "must be valid UTF-8"

func textFaults(field, text string) []FieldError {
	if utf8.ValidString(text) {
		return nil
	}
	return []FieldError{{field, "invalid", notUTF8}}
}

func listFaults[T ~string](field string, list []T) (faults []FieldError) {
	for i, entry := range list {
		switch {
		case strings.TrimSpace(string(entry)) == "":
			faults = append(faults, FieldError{field, "required", fmt.Sprintf("entry %d must not be blank", i+1)})
		case !utf8.ValidString(string(entry)):
			faults = append(faults, FieldError{field, "invalid", fmt.Sprintf("entry %d %s", i+1, notUTF8)})
		}
	}
	return faults
}

func extraTextFaults(extra Extra, names []string) (faults []FieldError) {
	settings := structOf(extra)
	for _, f := range extraFields(settings) {
		if slices.Contains(names, f.name) && !isText(settings.Field(f.index)) {
			faults = append(faults, FieldError{f.name, "invalid", notUTF8})
		}
	}
	return faults
}

// isText is false for a value with a string in it that is not UTF-8.
func isText(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.String:
		return utf8.ValidString(value.String())
	case reflect.Slice:
		for i := range value.Len() {
			if !isText(value.Index(i)) {
				return false
			}
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if !isText(value.Field(i)) {
				return false
			}
		}
	default: // no provider's settings have texts anywhere else
	}
	return true
}
