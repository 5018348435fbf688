package providerkit

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"strings"
)

// This file holds Object.

// Object is a JSON object that is edited: the members that nobody touches stay byte for byte. It has no map
// below, so that reading and writing one costs a few allocations, however many members it has. The zero value
// is an empty object.
//
// Names are exact, as they are to a server; [Object.Find] leaves out their case. Of several members with the
// same name the last one counts, as for encoding/json. An Object must not be used by two goroutines at once.
type Object struct {
	members []member
	tidy    bool // the members are sorted, and each name is there once
}

type member struct {
	name  string
	value json.RawMessage
}

// ParseObject reads a JSON object; null is an empty one, as it is for a map. The values of the members are
// parts of text, which must not be changed any more. The error names no part of text.
func ParseObject(text []byte) (Object, error) {
	text = trimmed(text)
	if len(text) == 0 || text[0] != '{' || !json.Valid(text) {
		var none map[string]json.RawMessage
		return Object{}, Unmarshal(text, &none)
	}
	count, length := 0, 0
	walk(text, func(name, _ []byte) {
		count++
		length += len(name)
	})
	const more = 8 // most objects are read to be added to
	object := Object{members: make([]member, 0, count+more)}
	var names strings.Builder // all in one piece of memory
	names.Grow(length)
	walk(text, func(name, value []byte) {
		object.members = append(object.members, member{nameIn(&names, name), value})
	})
	return object, nil
}

// ObjectOf is the object that value, such as a struct with tags, is as a body: it is written as the core writes
// one.
func ObjectOf(value any) (Object, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // nobody embeds it into a page
	if err := encoder.Encode(value); err != nil {
		return Object{}, err
	}
	return ParseObject(text.Bytes())
}

func nameIn(names *strings.Builder, quoted []byte) string {
	if !isPlainName(quoted) {
		return unquote(quoted)
	}
	begin := names.Len()
	_, _ = names.Write(quoted[1 : len(quoted)-1]) // never fails
	return names.String()[begin:]
}

// Get is the value of a member, nil if there is none.
func (o *Object) Get(name string) json.RawMessage {
	for i := len(o.members) - 1; i >= 0; i-- {
		if o.members[i].name == name {
			return o.members[i].value
		}
	}
	return nil
}

// Find is Get for a name whose case does not count where no member has it exactly, as encoding/json finds
// the members of a struct.
func (o *Object) Find(name string) json.RawMessage {
	if value := o.Get(name); value != nil {
		return value
	}
	for i := len(o.members) - 1; i >= 0; i-- {
		if strings.EqualFold(o.members[i].name, name) {
			return o.members[i].value
		}
	}
	return nil
}

// Set writes a member as [json.Marshal] does.
func (o *Object) Set(name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	o.Add(name, text)
	return nil
}

// Add writes a member whose value is JSON already. It takes the place of one that may be there.
func (o *Object) Add(name string, value json.RawMessage) {
	o.members, o.tidy = append(o.members, member{name, value}), false
}

// Lay writes the members of another object over those of o.
func (o *Object) Lay(over Object) {
	o.members, o.tidy = append(o.members, over.members...), false
}

// Take removes a member and returns what was its value, nil if there was none.
func (o *Object) Take(name string) json.RawMessage {
	value := o.Get(name)
	o.Delete(name)
	return value
}

// Delete removes members.
func (o *Object) Delete(names ...string) {
	o.members = slices.DeleteFunc(o.members, func(m member) bool { return slices.Contains(names, m.name) })
}

// DeleteFunc removes the members of which is true.
func (o *Object) DeleteFunc(is func(name string, value json.RawMessage) bool) {
	o.order()
	o.members = slices.DeleteFunc(o.members, func(m member) bool { return is(m.name, m.value) })
}

// DeleteNulls removes the members that are null.
func (o *Object) DeleteNulls() {
	o.DeleteFunc(func(_ string, value json.RawMessage) bool { return string(value) == "null" })
}

// All ranges over the members in the order of their names. They must not be changed meanwhile.
func (o *Object) All() iter.Seq2[string, json.RawMessage] {
	o.order()
	return func(yield func(string, json.RawMessage) bool) {
		for _, m := range o.members {
			if !yield(m.name, m.value) {
				return
			}
		}
	}
}

// order sorts the members, and of several with the same name it leaves the last. To look for them earlier, with
// each that is added, would take for ever in an object of many.
func (o *Object) order() {
	if o.tidy {
		return
	}
	slices.SortStableFunc(o.members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	kept := o.members[:0]
	for i, m := range o.members {
		if i+1 == len(o.members) || o.members[i+1].name != m.name {
			kept = append(kept, m)
		}
	}
	clear(o.members[len(kept):])
	o.members, o.tidy = kept, true
}

// JSON writes the object, with its members in the order of their names.
func (o *Object) JSON() json.RawMessage {
	o.order()
	size := len("{}")
	for _, m := range o.members {
		size += len(m.name) + len(m.value) + len(`"":,`)
	}
	text := append(make([]byte, 0, size), '{')
	for i, m := range o.members {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(appendName(text, m.name), ':')
		text = append(text, m.value...)
	}
	return append(text, '}')
}

func appendName(text []byte, name string) []byte {
	if !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		text = append(append(text, '"'), name...)
		return append(text, '"')
	}
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false) // nobody embeds it into a page
	_ = encoder.Encode(name)     // a string never fails
	return append(text, bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))...)
}
