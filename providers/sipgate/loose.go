package sipgate

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
)

// This file reads answers with a member of another JSON type than the vendor documents. Such a member
// costs only itself, since what stands beside it may come once: each member is read on its own, what
// is plain is converted, and anything else stays empty.

// readLoosely decodes an object into the struct at into. The plain decoder goes first, so that good
// answers cost nothing more. unread are the members that could not be read and stayed empty.
func readLoosely(text []byte, into any) (unread []string, err error) {
	err = json.Unmarshal(text, into)
	if err == nil {
		return nil, nil
	}
	target := reflect.ValueOf(into).Elem()
	target.SetZero()
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return nil, told(err)
	}
	return readMembers(members, target), nil
}

// readMembers fills a struct, those embedded in it too.
func readMembers(members map[string]json.RawMessage, target reflect.Value) (unread []string) {
	for i := range target.NumField() {
		field := target.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			unread = append(unread, readMembers(members, target.Field(i))...)
		case field.IsExported():
			if text := member(members, name); len(text) > 0 && !readValue(text, target.Field(i)) && !isNothing(text) {
				unread = append(unread, name)
			}
		}
	}
	return unread
}

// member finds a member in any case, as the plain decoder does; nil without one.
func member(members map[string]json.RawMessage, name string) json.RawMessage {
	if text, found := members[name]; found {
		return text
	}
	for other, text := range members {
		if strings.EqualFold(other, name) {
			return text
		}
	}
	return nil
}

// readValue is false for what cannot be read, which leaves into empty, or nearly so: a part of an
// object that can be read stays.
func readValue(text json.RawMessage, into reflect.Value) bool {
	for _, form := range spellings(text) {
		if json.Unmarshal(form, into.Addr().Interface()) == nil {
			return true
		}
		into.SetZero()
	}
	return readParts(text, into)
}

// readParts reads lists and objects entry by entry. What decodes itself has been asked already.
func readParts(text json.RawMessage, into reflect.Value) bool {
	switch into.Addr().Interface().(type) {
	case json.Unmarshaler, encoding.TextUnmarshaler:
		return false
	}
	if isNothing(text) {
		return false // and no list of one
	}
	var members map[string]json.RawMessage
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return readValue(text, into.Elem())
	case reflect.Slice:
		return readEntries(text, into)
	case reflect.Struct:
		return json.Unmarshal(text, &members) == nil && len(readMembers(members, into)) == 0
	default:
		return false
	}
}

// isNothing knows the ways in which servers write that there is nothing.
func isNothing(text json.RawMessage) bool {
	switch string(text) {
	case "null", `""`, "[]", "{}":
		return true
	}
	return false
}

// readEntries fills a list. What is no list is one with a single entry, and one entry that cannot be
// read spoils the list: a part of it would look like the whole.
func readEntries(text json.RawMessage, into reflect.Value) bool {
	entries := []json.RawMessage{text}
	if bytes.HasPrefix(text, []byte("[")) && json.Unmarshal(text, &entries) != nil {
		return false
	}
	list := reflect.MakeSlice(into.Type(), len(entries), len(entries))
	for i, entry := range entries {
		if !readValue(entry, list.Index(i)) {
			return false
		}
	}
	into.Set(list)
	return true
}

// spellings are a value as it came and as it may have been meant: a number or a boolean in quotes or
// without them, a whole number with a fraction of zero, and the only entry of a list.
func spellings(text json.RawMessage) []json.RawMessage {
	var entries []json.RawMessage
	if text[0] != '[' {
		return append([]json.RawMessage{text}, otherScalars(text)...)
	}
	if json.Unmarshal(text, &entries) != nil || len(entries) != 1 {
		return []json.RawMessage{text}
	}
	return append([]json.RawMessage{text, entries[0]}, otherScalars(entries[0])...)
}

func otherScalars(text json.RawMessage) []json.RawMessage {
	var inner string
	switch {
	case text[0] == '{' || text[0] == '[':
		return nil
	case json.Unmarshal(text, &inner) == nil:
		return []json.RawMessage{json.RawMessage(inner), json.RawMessage(whole(inner))}
	}
	quoted := append(append([]byte{'"'}, text...), '"')
	return []json.RawMessage{quoted, json.RawMessage(whole(string(text)))}
}

// whole is a number without its fraction, if that is zero.
func whole(number string) string {
	before, fraction, _ := strings.Cut(number, ".")
	if strings.Trim(fraction, "0") != "" {
		return number
	}
	return before
}

// again reads an entry of a list whose plain decoding failed: what stands between two offsets of the
// decoder, with the comma before it.
func again(body json.RawMessage, from, to int64, into any, failed error) error {
	text := bytes.TrimLeft(body[from:max(from, to)], ", \t\r\n")
	if len(text) == 0 {
		return failed // it is no JSON, and the decoder did not get over it
	}
	_, err := readLoosely(text, into)
	return err
}
