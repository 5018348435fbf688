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
	for _, f := range portableFields() {
		if !slices.Contains(names, f.name) {
			continue
		}
		for i, entry := range f.list(want) {
			faults = append(faults, f.entryFaults(i, entry)...)
		}
	}
	return InvalidFields(s.provider, operation, append(faults, extraTextFaults(want.Extra, names)...))
}

func (f field) entryFaults(index int, entry string) []FieldError {
	where := ""
	if !f.single {
		where = fmt.Sprintf("entry %d ", index+1)
	}
	switch {
	case !f.single && strings.TrimSpace(entry) == "":
		return []FieldError{{f.name, "required", where + "must not be blank"}}
	case !utf8.ValidString(entry):
		return []FieldError{{f.name, "invalid", where + "must be valid UTF-8"}}
	}
	return nil
}

func extraTextFaults(extra Extra, names []string) []FieldError {
	settings := structOf(extra)
	if !settings.IsValid() {
		return nil
	}
	var faults []FieldError
	for _, name := range names {
		if field, isExtra := strings.CutPrefix(name, "Extra."); isExtra && !isText(settings.FieldByName(field)) {
			faults = append(faults, FieldError{name, "invalid", "must be valid UTF-8"})
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
