package providerkit

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
)

// This file knows the ways in which servers write the same value.

// IsNothing knows those in which they write that there is none: null, "", [], {}, and the zero of a time.
func IsNothing(text json.RawMessage) bool {
	text = trimmed(text)
	if len(text) == 0 {
		return true
	}
	switch text[0] {
	case 'n':
		return true
	case '"':
		return len(text) == len(`""`) || string(text) == `"0001-01-01T00:00:00Z"`
	case '[', '{':
		return len(trimmed(text[1:len(text)-1])) == 0
	}
	return false
}

// decodesItself says of a value that it has a decoder of its own.
func decodesItself(value reflect.Value) bool {
	switch value.Addr().Interface().(type) {
	case json.Unmarshaler, encoding.TextUnmarshaler:
		return true
	}
	return false
}

// spellings are a value as it came and as it may have been meant.
func spellings(text json.RawMessage, isFlag bool) []json.RawMessage {
	forms, only := []json.RawMessage{text}, text
	if text[0] == '[' {
		var entries []json.RawMessage
		if json.Unmarshal(text, &entries) != nil || len(entries) != 1 {
			return forms
		}
		only = entries[0]
		forms = append(forms, only)
	}
	if only[0] == '{' || only[0] == '[' {
		return forms
	}
	return append(forms, otherScalars(only, isFlag)...)
}

// otherScalars are a scalar with quotes or without them.
func otherScalars(text json.RawMessage, isFlag bool) []json.RawMessage {
	var inner string
	if json.Unmarshal(text, &inner) != nil {
		quoted := append(append([]byte{'"'}, text...), '"')
		return []json.RawMessage{quoted, flagOr(whole(string(text)), isFlag)}
	}
	return []json.RawMessage{json.RawMessage(inner), flagOr(whole(inner), isFlag)}
}

// flagOr reads the words and numbers that stand for a bool in other languages.
func flagOr(text string, isFlag bool) json.RawMessage {
	if isFlag {
		switch strings.ToLower(text) {
		case "1", "true":
			text = "true"
		case "0", "false":
			text = "false"
		}
	}
	return json.RawMessage(text)
}

// whole is a number without its fraction, if that is zero.
func whole(number string) string {
	before, fraction, _ := strings.Cut(number, ".")
	if strings.Trim(fraction, "0") != "" {
		return number
	}
	return before
}
