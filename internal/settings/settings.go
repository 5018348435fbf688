// Package settings has one idea: a client is a list of named settings, such as RedirectURIs,
// Extra.AllowPKCE or AdditionalMembers.ipAllowList. It turns a client into that list, and compares two of
// them. It knows no provider, and no field by its name.
//
// Lists have no order, but for those that say so, and for JSON that nobody models. Nothing is nothing,
// however it is written. JSON and addresses are compared by what they mean.
package settings

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// This file lists the settings. What two values mean is in values.go and texts.go.

// Client is a client as a list of settings.
type Client struct {
	// Fields are those that every client has, Extra those of one provider: structs that can be addressed,
	// so that looking at a field copies nothing. Extra is not valid where there is none.
	Fields, Extra reflect.Value
	// Members are further members of the provider's JSON, by their names there.
	Members map[string]json.RawMessage
	// Raw is the provider's JSON of the client, in which Members are as well; nil where there is none.
	Raw Document
}

// Document is JSON that is cut out of an answer when somebody asks.
type Document interface{ Whole() json.RawMessage }

// field is a field of a struct that is a setting.
type field struct {
	// Name is the field's own behind the prefix of its struct.
	Name    string
	index   int
	ordered bool // the order of its entries means something
	url     bool // it holds addresses
	entries bool // each of its entries has to be something
}

// Prefixes of the names of settings.
const (
	ExtraPrefix  = "Extra."
	MemberPrefix = "AdditionalMembers."
)

// StructOf is the struct behind a pointer, or a copy of a struct that can be addressed. It is not valid for
// anything else.
func StructOf(value any) reflect.Value {
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	if !v.CanAddr() {
		own := reflect.New(v.Type()).Elem()
		own.Set(v)
		return own
	}
	return v
}

// fieldsOf lists the exported fields of a type, without those that are left out.
func fieldsOf(t reflect.Type, prefix string, left ...string) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || slices.Contains(left, f.Name) {
			continue
		}
		fields = append(fields, field{
			Name: prefix + f.Name, index: i, entries: prefix == "", ordered: hasTag(f, "ordered"), url: hasTag(f, "url") || isNamedURL(f.Name),
		})
	}
	return fields
}

// hasTag: `oauthclients:"ordered"` is a list whose order means something, such as one of preference;
// `oauthclients:"url"` holds addresses.
func hasTag(f reflect.StructField, word string) bool { return f.Tag.Get("oauthclients") == word }

func isNamedURL(name string) bool {
	name = strings.TrimSuffix(name, "s")
	return strings.HasSuffix(name, "URI") || strings.HasSuffix(name, "URL")
}

// extras has the fields of every Extra that was met, so that they are listed once: there are as many types
// as providers. It holds nothing of any client.
var extras sync.Map

// extraFields are those of an Extra; none if it is not valid.
func extraFields(extra reflect.Value) []field {
	if !extra.IsValid() {
		return nil
	}
	if known, ok := extras.Load(extra.Type()); ok {
		return known.([]field) //nolint:forcetypeassert // nothing else is stored
	}
	fields := fieldsOf(extra.Type(), ExtraPrefix)
	extras.Store(extra.Type(), fields)
	return fields
}

// in is the field's value in a struct.
func (f *field) in(of reflect.Value) reflect.Value { return of.Field(f.index) }

// pair makes two Extra structs comparable: a missing struct counts as an empty one. Without any there is
// nothing to compare, and neither are two of different types.
func pair(a, b reflect.Value) (x, y reflect.Value, sameType bool) {
	switch {
	case !a.IsValid() && !b.IsValid():
		return a, b, true
	case !a.IsValid():
		a = reflect.New(b.Type()).Elem()
	case !b.IsValid():
		b = reflect.New(a.Type()).Elem()
	}
	return a, b, a.Type() == b.Type()
}

// member is what a client has of a member: what it was given, otherwise what the provider has.
func (c *Client) member(name string, raw map[string]json.RawMessage) json.RawMessage {
	if value, given := c.Members[name]; given {
		return value
	}
	return raw[name]
}

// raw are the members of the provider's JSON; none if nobody knows them.
func (c *Client) raw() (members map[string]json.RawMessage) {
	if c.Raw != nil {
		_ = json.Unmarshal(c.Raw.Whole(), &members)
	}
	return members
}

// MissingMembers lists the members of want that got does not have as they were asked for. One that was asked
// to be null may be absent as well.
func MissingMembers(got, want *Client) (missing []string) {
	if len(want.Members) == 0 {
		return nil
	}
	has := got.raw()
	for _, name := range slices.Sorted(maps.Keys(want.Members)) {
		if !sameJSON(has[name], want.Members[name]) {
			missing = append(missing, MemberPrefix+name)
		}
	}
	return missing
}
