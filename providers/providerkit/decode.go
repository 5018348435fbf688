package providerkit

import (
	"encoding/json"
	"reflect"
	"strings"
)

// This file reads answers with a member of another JSON type than the vendor documents. Such a member costs
// only itself, since what stands beside it may come once.

// Decode reads a JSON object into the struct that into points at. The plain decoder goes first, so that good
// answers cost nothing more. If that fails each member is read on its own: what is plain is converted, and
// anything else stays empty. unread are the names of the members that could not be read, those of embedded
// structs too. A member that says in some way that there is nothing is none of them.
//
// Converted are a number or a bool in quotes or without them, 0 and 1 for a bool, a whole number with a
// fraction of zero, one value for a list of one and the other way round, and a list or an object that is
// written as a text. A list of several is no text. A type that can say more than that reads it in an
// UnmarshalJSON of its own.
//
// The error is about a text that is no object; into is zero then.
func Decode(text []byte, into any) (unread []string, err error) {
	failed := json.Unmarshal(text, into)
	if failed == nil {
		return nil, nil
	}
	target := reflect.ValueOf(into).Elem()
	target.SetZero()
	members, err := ParseObject(text)
	if err != nil {
		return nil, told(failed, into)
	}
	return readMembers(&members, target), nil
}

// DecodeWhole is Decode for answers in which a member that is left empty would be a wrong one, such as an
// amount: what cannot be read is an error.
func DecodeWhole(text []byte, into any) error {
	unread, err := Decode(text, into)
	if err == nil && len(unread) > 0 {
		err = Unmarshal(text, into) // which says what is wrong
	}
	return err
}

// readMembers fills a struct, those embedded in it too.
func readMembers(members *Object, target reflect.Value) (unread []string) {
	for i := range target.NumField() {
		field := target.Type().Field(i)
		name := nameOf(field)
		switch {
		case field.Anonymous && name == "" && isStruct(field.Type):
			unread = append(unread, readEmbedded(members, target.Field(i))...)
		case field.IsExported() && name != "":
			if text := members.Find(name); len(text) > 0 && !readValue(text, target.Field(i)) && !IsNothing(text) {
				unread = append(unread, name)
			}
		}
	}
	return unread
}

// readEmbedded fills a struct that is embedded, by a pointer as well if there is something for it.
func readEmbedded(members *Object, target reflect.Value) (unread []string) {
	if target.Kind() != reflect.Pointer {
		return readMembers(members, target)
	}
	if !target.CanSet() {
		return nil
	}
	fresh := reflect.New(target.Type().Elem())
	if unread = readMembers(members, fresh.Elem()); !fresh.Elem().IsZero() {
		target.Set(fresh)
	}
	return unread
}

// nameOf is the member that a field stands for, "" for none.
func nameOf(field reflect.StructField) string {
	tag := field.Tag.Get("json")
	name, _, _ := strings.Cut(tag, ",")
	switch {
	case tag == "-", name == "" && field.Anonymous && isStruct(field.Type):
		return ""
	case name == "":
		return field.Name
	}
	return name
}

func isStruct(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct
}

// readValue is false for what cannot be read, which leaves into empty, or nearly so: a part of an object that
// can be read stays.
func readValue(text json.RawMessage, into reflect.Value) bool {
	for _, form := range spellings(text, into.Kind() == reflect.Bool) {
		if json.Unmarshal(form, into.Addr().Interface()) == nil {
			return true
		}
		into.SetZero()
	}
	return readParts(text, into)
}

// readParts reads lists and objects entry by entry. What decodes itself has been asked already.
func readParts(text json.RawMessage, into reflect.Value) bool {
	if decodesItself(into) || IsNothing(text) { // and no list of one
		return false
	}
	switch into.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(into.Type().Elem())
		isRead := readValue(text, fresh.Elem())
		if isRead || !fresh.Elem().IsZero() {
			into.Set(fresh)
		}
		return isRead
	case reflect.Slice:
		return readEntries(text, into)
	case reflect.Struct:
		members, err := ParseObject(text)
		return err == nil && len(readMembers(&members, into)) == 0
	default:
		return false
	}
}

// readEntries fills a list. What is no list is one with a single entry, and one entry that cannot be read
// spoils the list: a part of it would look like the whole.
func readEntries(text json.RawMessage, into reflect.Value) bool {
	var entries []json.RawMessage // not with text in it: that would be written over
	if text[0] != '[' {
		entries = append(entries, text)
	} else if json.Unmarshal(text, &entries) != nil {
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
