package settings

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file compares clients setting by setting.

// Kinds knows the fields that every client has.
type Kinds struct{ fields []field }

// NewKinds describes the struct of the fields that every client has, without those that are no settings.
func NewKinds(t reflect.Type, left ...string) Kinds { return Kinds{fieldsOf(t, "", left...)} }

// each calls visit with every field of two clients. It is false if their Extra structs are of different types.
func (k Kinds) each(a, b *Client, visit func(f *field, a, b reflect.Value)) bool {
	for i := range k.fields {
		f := &k.fields[i]
		visit(f, f.in(a.Fields), f.in(b.Fields))
	}
	x, y, sameType := pair(a.Extra, b.Extra)
	if !sameType {
		return false
	}
	fields := extraFields(x)
	for i := range fields {
		f := &fields[i]
		visit(f, f.in(x), f.in(y))
	}
	return true
}

// Set lists the fields that hold something.
func (k Kinds) Set(c *Client) []string {
	names := make([]string, 0, len(k.fields))
	k.each(c, c, func(f *field, value, _ reflect.Value) {
		if holds(value) {
			names = append(names, f.Name)
		}
	})
	return names
}

// SetExtra lists those of the Extra alone.
func SetExtra(extra reflect.Value) (names []string) {
	fields := extraFields(extra)
	for i := range fields {
		if holds(fields[i].in(extra)) {
			names = append(names, fields[i].Name)
		}
	}
	return names
}

// Changed lists the fields that mean something else; "Extra" for one of another type.
func (k Kinds) Changed(old, want *Client) (names []string) {
	sameType := k.each(old, want, func(f *field, a, b reflect.Value) {
		if !f.alike(a, b) {
			names = append(names, f.Name)
		}
	})
	if !sameType {
		names = append(names, "Extra")
	}
	return names
}

// Rewritten lists those that mean the same and are written in another way, such as a list in another order.
func (k Kinds) Rewritten(old, want *Client) (names []string) {
	k.each(old, want, func(f *field, a, b reflect.Value) {
		if !same(a, b) && f.alike(a, b) {
			names = append(names, f.Name)
		}
	})
	return names
}

// Missing lists those of the asked fields that did not come out as they were wanted, and of those the ones
// that have all that was wanted, and more.
func (k Kinds) Missing(got, want *Client, asked []string) (missing, more []string) {
	sameType := k.each(got, want, func(f *field, a, b reflect.Value) {
		if !slices.Contains(asked, f.Name) || f.alike(a, b) {
			return
		}
		missing = append(missing, f.Name)
		if f.more(a, b) {
			more = append(more, f.Name)
		}
	})
	if !sameType {
		for _, name := range asked {
			if strings.HasPrefix(name, ExtraPrefix) {
				missing = append(missing, name)
			}
		}
	}
	return missing, more
}

// Difference is a setting that two clients have with different values.
type Difference struct {
	Field      string
	Have, Want any
}

// Differences lists what is different, of the named settings alone if there are names.
func (k Kinds) Differences(have, want *Client, names []string) (all []Difference) {
	asked := func(name string) bool { return len(names) == 0 || slices.Contains(names, name) }
	sameType := k.each(have, want, func(f *field, a, b reflect.Value) {
		if asked(f.Name) && !f.alike(a, b) {
			all = append(all, Difference{f.Name, shown(a), shown(b)})
		}
	})
	if !sameType && asked("Extra") {
		all = append(all, Difference{"Extra", have.Extra.Type().String(), want.Extra.Type().String()})
	}
	if len(have.Members)+len(want.Members) == 0 {
		return all
	}
	given := maps.Clone(have.Members)
	if given == nil {
		given = map[string]json.RawMessage{}
	}
	maps.Copy(given, want.Members)
	a, b := have.raw(), want.raw()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		x, y := have.member(name, a), want.member(name, b)
		if asked(MemberPrefix+name) && !sameJSON(x, y) {
			all = append(all, Difference{MemberPrefix + name, cleanMember(name, x), cleanMember(name, y)})
		}
	}
	return all
}

// shown is a copy of a value that may be seen.
func shown(value reflect.Value) any {
	if text, isJSON := value.Addr().Interface().(*json.RawMessage); isJSON {
		return cleaned(*text)
	}
	switch {
	case value.Kind() == reflect.Slice:
		return reflect.AppendSlice(reflect.MakeSlice(value.Type(), 0, value.Len()), value).Interface()
	case value.Kind() == reflect.Pointer && value.IsNil():
		return nil
	case value.Kind() == reflect.Pointer:
		return value.Elem().Interface()
	}
	return value.Interface()
}

// cleaned is JSON without what is secret in it: members that are named like a secret, and the private members
// of keys (RFC 7518 section 6).
func cleaned(text json.RawMessage) json.RawMessage {
	return redact.WithoutPrivateKeys(redact.WithoutSecrets(text))
}

// CleanMembers is a copy without the members that are named like a secret, and without what is secret in the
// others.
func CleanMembers(members map[string]json.RawMessage) map[string]json.RawMessage {
	clean := map[string]json.RawMessage{}
	object, err := json.Marshal(members)
	if err != nil || json.Unmarshal(cleaned(object), &clean) != nil {
		return nil
	}
	return clean
}

// cleanMember cleans a member with its name, which may be that of a secret.
func cleanMember(name string, value json.RawMessage) json.RawMessage {
	if len(value) == 0 {
		return nil
	}
	object, err := json.Marshal(map[string]json.RawMessage{name: value})
	if err != nil {
		return nil
	}
	var clean map[string]json.RawMessage
	if json.Unmarshal(cleaned(object), &clean) != nil {
		return nil
	}
	if left, there := clean[name]; there {
		return left
	}
	return json.RawMessage(`"[REDACTED]"`)
}

// zeroTime is how several languages write a time that there is none of.
const zeroTime = "0001-01-01T00:00:00Z"

var timeType, jsonType = reflect.TypeFor[time.Time](), reflect.TypeFor[json.RawMessage]()
