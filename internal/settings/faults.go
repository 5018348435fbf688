package settings

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file finds texts that every provider would stumble over.

// Fault is what is wrong with a setting.
type Fault struct{ Field, Code, Message string }

const notUTF8 = "must be valid UTF-8"

// Faults finds private keys, which nobody hands over, and blank entries of lists among the named fields: no provider has a use for them, and some keep
// them. It finds what is no text as well: encoding/json would put other characters in its place, and the
// provider would have another value than was asked for.
func (k Kinds) Faults(c *Client, names []string) (faults []Fault) {
	k.each(c, c, func(f *field, value, _ reflect.Value) {
		if slices.Contains(names, f.Name) {
			faults = append(faults, f.faults(value)...)
		}
	})
	return faults
}

func (f *field) faults(value reflect.Value) (faults []Fault) {
	if text, isJSON := value.Addr().Interface().(*json.RawMessage); isJSON && redact.HasPrivateKey(*text) {
		faults = []Fault{{f.Name, "private_key", "must have public keys only (RFC 7517 section 9.2): what only the owner may have is in it"}}
	}
	if !f.entries || value.Kind() != reflect.Slice {
		if !isText(value) {
			faults = append(faults, Fault{f.Name, "invalid", notUTF8})
		}
		return faults
	}
	for i := range value.Len() {
		entry := value.Index(i).String()
		switch {
		case strings.TrimSpace(entry) == "":
			faults = append(faults, Fault{f.Name, "required", fmt.Sprintf("entry %d must not be blank", i+1)})
		case !utf8.ValidString(entry):
			faults = append(faults, Fault{f.Name, "invalid", fmt.Sprintf("entry %d %s", i+1, notUTF8)})
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
