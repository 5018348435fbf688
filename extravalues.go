package oauthclients

import (
	"encoding/json"
	"reflect"
	"time"
)

// This file compares single values of the settings that only one provider has.

// sameValue knows that times compare by instant, JSON by what it means, and that an empty list is
// no list.
func sameValue(a, b any) bool {
	s, isTime := a.(time.Time)
	if t, same := b.(time.Time); isTime && same {
		return s.Equal(t)
	}
	r, isJSON := a.(json.RawMessage)
	if q, same := b.(json.RawMessage); isJSON && same {
		return sameJSON(r, q)
	}
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return reflect.DeepEqual(a, b) || x.Kind() == reflect.Slice && x.Len()+y.Len() == 0
}

// sameAsSet is sameValue, but order and repetition in a list mean nothing.
func sameAsSet(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if _, isJSON := a.(json.RawMessage); isJSON || x.Kind() != reflect.Slice || sameValue(a, b) {
		return sameValue(a, b)
	}
	return containsAll(x, y) && containsAll(y, x)
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
