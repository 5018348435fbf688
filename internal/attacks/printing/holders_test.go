package printing

import (
	"reflect"
)

// This file puts a value where programs have theirs: behind pointers, in fields, lists and maps.

type held struct{ Held any }

type hidden struct{ held any }

// holders are the value where methods are asked.
func holders(v any) map[string]any {
	pointer := reflect.New(reflect.TypeOf(v))
	pointer.Elem().Set(reflect.ValueOf(v))
	typed := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "Held", Type: reflect.TypeOf(v)}}))
	typed.Elem().Field(0).Set(reflect.ValueOf(v))
	return map[string]any{
		"alone": v, "pointer": pointer.Interface(), "list": []any{v}, "pointers": []any{pointer.Interface()}, "map": map[string]any{"held": v},
		"field": held{v}, "typed field": typed.Elem().Interface(), "nested": map[string]any{"held": held{[]any{pointer.Interface()}}},
	}
}

// unexported are the value where package fmt asks no methods.
func unexported(v any) map[string]any {
	pointer := reflect.New(reflect.TypeOf(v))
	pointer.Elem().Set(reflect.ValueOf(v))
	return map[string]any{
		"unexported field": hidden{v}, "unexported pointer": &hidden{pointer.Interface()}, "unexported list": hidden{[]any{v}},
		"unexported map": hidden{map[string]any{"held": v}}, "unexported in exported": held{hidden{v}},
	}
}
