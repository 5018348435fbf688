package oauthclients

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// This file compares the settings that only one provider has, which the core knows by the names
// of their fields alone.

// extraPrefix stands before the name of a field of an Extra.
const extraPrefix = "Extra."

func isExtra(name string) bool { return name == "Extra" || isExtraField(name) }

func isExtraField(name string) bool { return strings.HasPrefix(name, extraPrefix) }

func foreignExtra(provider string, extra Extra) bool {
	return !isNil(extra) && extra.Provider() != provider
}

// extraPair makes two Extra structs comparable: a missing struct counts as an empty one. Without
// any there is nothing to compare, and neither are two of different types.
func extraPair(a, b Extra) (x, y reflect.Value, sameType bool) {
	x, y = structOf(a), structOf(b)
	switch {
	case !x.IsValid() && !y.IsValid():
		return x, y, true
	case !x.IsValid():
		x = reflect.Zero(y.Type())
	case !y.IsValid():
		y = reflect.Zero(x.Type())
	}
	return x, y, x.Type() == y.Type()
}

// changedExtra lists the exported fields of two Extra structs that are not the same by a rule, as
// "Extra.Name"; two of different types are one difference.
func changedExtra(old, want Extra, same func(f extraField, a, b any) bool) []string {
	a, b, sameType := extraPair(old, want)
	if !sameType {
		return []string{"Extra"}
	}
	var names []string
	for _, f := range extraFields(a) {
		if !f.sameBy(same, a.Field(f.index), b.Field(f.index)) {
			names = append(names, f.name)
		}
	}
	return names
}

// setExtra lists the exported fields of an Extra that hold something, as "Extra.Name": those that
// changedExtra finds different from none at all.
func setExtra(extra Extra) (names []string) {
	settings := structOf(extra)
	for _, f := range extraFields(settings) {
		if holdsSomething(settings.Field(f.index)) {
			names = append(names, f.name)
		}
	}
	return names
}

func holdsSomething(value reflect.Value) bool {
	switch {
	case value.CanInterface() && value.Type() == reflect.TypeFor[json.RawMessage]():
		return !sameValue(json.RawMessage(nil), value.Interface())
	case value.Kind() == reflect.Slice:
		return value.Len() > 0
	case value.Kind() != reflect.Struct:
		return !value.IsZero()
	case value.CanInterface() && value.Type() == reflect.TypeFor[time.Time]():
		return !value.Interface().(time.Time).IsZero() //nolint:forcetypeassert // it is one
	}
	for i := range value.NumField() {
		if holdsSomething(value.Field(i)) {
			return true
		}
	}
	return false
}

// missingExtra lists those of the asked fields that did not come out as they were wanted; the order
// in lists means nothing.
func missingExtra(got, want Extra, asked []string) []string {
	a, b, sameType := extraPair(got, want)
	if !sameType {
		return slices.DeleteFunc(slices.Clone(asked), func(name string) bool { return !isExtraField(name) })
	}
	var names []string
	for _, f := range extraFields(a) {
		if slices.Contains(asked, f.name) && !f.sameBy(extraField.alike, a.Field(f.index), b.Field(f.index)) {
			names = append(names, f.name)
		}
	}
	return names
}

// moreExtra lists the fields in which there is more than was wanted.
func moreExtra(got, want Extra) []string {
	a, b, sameType := extraPair(got, want)
	if !sameType {
		return nil
	}
	var names []string
	for _, f := range extraFields(a) {
		if f.more(a.Field(f.index), b.Field(f.index)) {
			names = append(names, f.name)
		}
	}
	return names
}

// extraField is an exported field of an Extra struct.
type extraField struct {
	name    string // "Extra.Name"
	index   int
	ordered bool // the order of its entries means something
	url     bool // it holds addresses
}

// orderedTag marks a field of an Extra whose entries have an order that means something, such as one
// of preference: `oauthclients:"ordered"`.
const orderedTag = "oauthclients"

func newExtraField(f reflect.StructField, index int) extraField {
	isURL := strings.HasSuffix(f.Name, "URI") || strings.HasSuffix(f.Name, "URIs") || strings.HasSuffix(f.Name, "URL") || strings.HasSuffix(f.Name, "URLs")
	return extraField{name: extraPrefix + f.Name, index: index, ordered: f.Tag.Get(orderedTag) == "ordered", url: isURL}
}

// sameBy asks same only where it must: to hand a value over copies it, and most fields of most
// clients are alike.
func (f extraField) sameBy(same func(f extraField, a, b any) bool, a, b reflect.Value) bool {
	return identical(a, b) || (f.url || !isBasic(a.Kind())) && same(f, a.Interface(), b.Interface())
}

func (extraField) same(a, b any) bool { return sameValue(a, b) }

// alike compares what the values mean.
func (f extraField) alike(a, b any) bool {
	if f.url {
		switch x := a.(type) {
		case string:
			return sameURL(x, b.(string)) //nolint:forcetypeassert // both are the same field
		case []string:
			return sameURLs(x, b.([]string)) //nolint:forcetypeassert // both are the same field
		}
	}
	if f.ordered {
		return sameValue(a, b)
	}
	return sameAsSet(a, b)
}

// more: got is a list that has all of want, and other entries.
func (f extraField) more(got, want reflect.Value) bool {
	if f.ordered || got.Kind() != reflect.Slice || want.Len() == 0 || f.alike(got.Interface(), want.Interface()) {
		return false
	}
	switch got := got.Interface().(type) {
	case json.RawMessage:
		return false
	case []string:
		if f.url {
			return hasAll(normalURLs(got), normalURLs(want.Interface().([]string))) //nolint:forcetypeassert // both are the same field
		}
	}
	return containsAll(got, want)
}

// extraFieldsOf has the fields of every type that was met, so that they are listed once: there are
// as many types as providers. It holds nothing of any client.
var extraFieldsOf sync.Map

// extraFields are those of a struct; none if it is not valid.
func extraFields(settings reflect.Value) []extraField {
	if !settings.IsValid() {
		return nil
	}
	if known, ok := extraFieldsOf.Load(settings.Type()); ok {
		return known.([]extraField) //nolint:forcetypeassert // nothing else is stored
	}
	var fields []extraField
	for i := range settings.NumField() {
		if f := settings.Type().Field(i); f.IsExported() {
			fields = append(fields, newExtraField(f, i))
		}
	}
	extraFieldsOf.Store(settings.Type(), fields)
	return fields
}

func isBasic(k reflect.Kind) bool {
	return reflect.Bool <= k && k <= reflect.Complex128 || k == reflect.String
}

// identical values are the same by every rule. It does not look behind pointers.
func identical(a, b reflect.Value) bool {
	switch kind := a.Kind(); {
	case kind == reflect.Slice:
		return a.Len() == b.Len() && allIdentical(a.Len(), a.Index, b.Index)
	case kind == reflect.Struct:
		return allIdentical(a.NumField(), a.Field, b.Field)
	case kind == reflect.Pointer:
		return a.Pointer() == b.Pointer()
	case isBasic(kind):
		return a.Equal(b)
	}
	return a.IsZero() && b.IsZero()
}

func allIdentical(count int, a, b func(int) reflect.Value) bool {
	for i := range count {
		if !identical(a(i), b(i)) {
			return false
		}
	}
	return true
}

func structOf(extra Extra) reflect.Value {
	if isNil(extra) {
		return reflect.Value{}
	}
	value := reflect.Indirect(reflect.ValueOf(extra))
	if value.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	return value
}
