package settings

import (
	"encoding/json"
	"reflect"
	"slices"
	"time"
)

// This file compares single values, which can be addressed: most of most clients are alike, and to hand a
// value over copies it.

// holds reports whether a value is something.
func holds(value reflect.Value) bool {
	switch {
	case value.Type() == jsonType:
		return !sameJSON(nil, *value.Addr().Interface().(*json.RawMessage)) //nolint:forcetypeassert // it is one
	case value.Kind() == reflect.Slice:
		return value.Len() > 0
	case value.Kind() != reflect.Struct:
		return !value.IsZero()
	case value.Type() == timeType:
		return !value.Interface().(time.Time).IsZero() //nolint:forcetypeassert // it is one
	}
	for i := range value.NumField() {
		if holds(value.Field(i)) {
			return true
		}
	}
	return false
}

// same compares values in order and number too. Times compare by instant, JSON by what it means, and an empty
// list is no list.
func same(a, b reflect.Value) bool {
	if identical(a, b) {
		return true
	}
	switch x := a.Addr().Interface().(type) {
	case *string, *[]string, *bool:
		return false
	case *json.RawMessage:
		return sameJSON(*x, *b.Addr().Interface().(*json.RawMessage)) //nolint:forcetypeassert // both are the same field
	case *time.Time:
		return x.Equal(*b.Addr().Interface().(*time.Time)) //nolint:forcetypeassert // both are the same field
	}
	return !isBasic(a.Kind()) && reflect.DeepEqual(a.Interface(), b.Interface())
}

// alike compares what values mean: lists whatever the order and the number of their entries, addresses as RFC
// 3986 has it.
func (f *field) alike(a, b reflect.Value) bool {
	if same(a, b) {
		return true
	}
	switch x := a.Addr().Interface().(type) {
	case *string:
		return f.url && sameURL(*x, *b.Addr().Interface().(*string)) //nolint:forcetypeassert // both are the same field
	case *[]string:
		y := *b.Addr().Interface().(*[]string) //nolint:forcetypeassert // both are the same field
		return f.url && sameURLs(*x, y) || !f.ordered && SameSet(*x, y)
	}
	return a.Kind() == reflect.Slice && a.Type() != jsonType && !f.ordered && containsAll(a, b) && containsAll(b, a)
}

// more reports whether got is a list that has all of want, and other entries.
func (f *field) more(got, want reflect.Value) bool {
	if f.ordered || got.Kind() != reflect.Slice || got.Type() == jsonType || want.Len() == 0 || f.alike(got, want) {
		return false
	}
	if list, isTexts := got.Addr().Interface().(*[]string); isTexts && f.url {
		return hasAll(normalURLs(*list), normalURLs(*want.Addr().Interface().(*[]string))) //nolint:forcetypeassert // both are the same field
	}
	return containsAll(got, want)
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

func isBasic(k reflect.Kind) bool {
	return reflect.Bool <= k && k <= reflect.Complex128 || k == reflect.String
}

// SameSet compares lists whose order means nothing.
func SameSet[T ~string](a, b []T) bool {
	return slices.Equal(a, b) || slices.Equal(sortedSet(a), sortedSet(b))
}

func sortedSet[T ~string](list []T) []T {
	set := slices.Clone(list)
	slices.Sort(set)
	return slices.Compact(set)
}

// hasAll: every entry of few is among many, which has others too.
func hasAll(many, few []string) bool {
	for _, entry := range few {
		if !slices.Contains(many, entry) {
			return false
		}
	}
	return len(few) > 0
}

func containsAll(list, of reflect.Value) bool {
	if isPlain(list.Type().Elem()) {
		return looksUpAll(list, of)
	}
	for i := range of.Len() {
		found := false
		for j := 0; j < list.Len() && !found; j++ {
			found = reflect.DeepEqual(list.Index(j).Interface(), of.Index(i).Interface())
		}
		if !found {
			return false
		}
	}
	return true
}

// looksUpAll is containsAll for lists as long as a provider likes.
func looksUpAll(list, of reflect.Value) bool {
	entries := make(map[any]bool, list.Len())
	for i := range list.Len() {
		entries[list.Index(i).Interface()] = true
	}
	for i := range of.Len() {
		if !entries[of.Index(i).Interface()] {
			return false
		}
	}
	return true
}

// isPlain: values of such a type are deeply equal if they are equal.
func isPlain(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return t.Kind() == reflect.String || t.Kind() == reflect.Bool || reflect.Int <= t.Kind() && t.Kind() <= reflect.Uint64
	}
	for i := range t.NumField() {
		if !isPlain(t.Field(i).Type) {
			return false
		}
	}
	return true
}
