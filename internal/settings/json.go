package settings

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
)

// This file writes structs of settings as JSON, and reads them: by the names of their JSON tags, durations in
// seconds, and nothing that is not there.

// Encode writes a struct that can be addressed. Fields that hold nothing are left out, and of JSON what is
// secret in it.
func Encode(of reflect.Value) ([]byte, error) {
	var text bytes.Buffer
	text.WriteByte('{')
	for i := range of.NumField() {
		field := of.Field(i)
		if !of.Type().Field(i).IsExported() || !holds(field) {
			continue
		}
		value, err := encodeValue(field)
		if err != nil {
			return nil, err
		}
		if text.Len() > 1 {
			text.WriteByte(',')
		}
		name, err := json.Marshal(memberName(of.Type().Field(i)))
		if err != nil {
			return nil, err
		}
		text.Write(append(append(name, ':'), value...))
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

func memberName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func encodeValue(field reflect.Value) ([]byte, error) {
	switch value := field.Addr().Interface().(type) {
	case *time.Duration:
		return json.Marshal(value.Seconds())
	case **time.Duration:
		return json.Marshal((*value).Seconds())
	case *json.RawMessage:
		return cleaned(*value), nil
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(field.Interface())
	return bytes.TrimRight(text.Bytes(), "\n"), err
}

// Decode reads a JSON object into a struct that can be addressed. It finds all that is wrong: members that the
// struct has not, and values of other types. The names of the faults stand behind the prefix.
func Decode(text []byte, into reflect.Value, prefix string) (faults []Fault) {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil || members == nil {
		return []Fault{{strings.TrimSuffix(prefix, "."), "type", "must be a JSON object"}}
	}
	for i := range into.NumField() {
		f := into.Type().Field(i)
		value, there := members[memberName(f)]
		if !f.IsExported() || !there {
			continue
		}
		delete(members, memberName(f))
		if !decodeValue(value, into.Field(i)) {
			faults = append(faults, Fault{prefix + memberName(f), "type", "must be " + wanted(f.Type)})
		}
	}
	unknown := make([]string, 0, len(members))
	for name := range members {
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		faults = append(faults, Fault{prefix + name, "unknown", "is no member of a client"})
	}
	return faults
}

func decodeValue(text json.RawMessage, into reflect.Value) bool {
	switch value := into.Addr().Interface().(type) {
	case *time.Duration:
		return readSeconds(text, value)
	case **time.Duration:
		*value = new(time.Duration)
		return readSeconds(text, *value)
	case *json.RawMessage:
		*value = slices.Clone(text)
		return true
	}
	return json.Unmarshal(text, into.Addr().Interface()) == nil
}

// readSeconds refuses more than a Duration can hold.
func readSeconds(text json.RawMessage, into *time.Duration) bool {
	var seconds float64
	const most = 1e9 // thirty years
	if json.Unmarshal(text, &seconds) != nil || seconds < 0 || seconds > most {
		return false
	}
	*into = time.Duration(seconds * float64(time.Second))
	return true
}

// wanted names a type for who writes JSON.
func wanted(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]() || t == reflect.TypeFor[*time.Duration]():
		return "a number of seconds"
	case t == timeType:
		return "a time, such as 2026-05-04T03:02:01Z (RFC 3339)"
	case t.Kind() == reflect.String:
		return "a text"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice:
		return "a list"
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
		return "an object"
	}
	return "a number"
}
