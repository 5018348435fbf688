package providerkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
)

// This file reads long answers piece by piece: there is room in one for millions of entries that are of no
// use, which would fill gigabytes before anybody looked at the first.

var (
	errNoDocument = errors.New("the answer is neither an object nor a list")
	errNoList     = errors.New("what should be a list is none")
	errGoesOn     = errors.New("something follows the answer")
)

// ReadDocument goes over a whole answer. member gets the members of an object one after the other, in the
// order of the answer, those with the same name each; "" is the name of a member like any other. bare gets an
// answer that is a list itself; without a bare that is an error, as any other answer is. A value that they do
// not read is left out.
//
// The error is that of member or bare, or says where the answer is no JSON.
func ReadDocument(body []byte, member func(name string, value *Value) error, bare func(list *Value) error) error {
	value := &Value{body: body}
	value.reader.Reset(body)
	value.in = json.NewDecoder(&value.reader)
	err := value.document(member, bare)
	if err == nil {
		err = value.end()
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return told(err, nil) // a number that is too large for the decoder is repeated by it
}

// Value is what stands at one place of an answer. It can be read once.
type Value struct {
	in      *json.Decoder
	reader  bytes.Reader // what in reads
	body    []byte
	name    string
	opened  bool // the first bracket of a list is read already
	unread  bool // nobody has read it yet
	skipped json.RawMessage
}

func (v *Value) document(member func(string, *Value) error, bare func(*Value) error) error {
	begin, err := v.in.Token()
	switch {
	case err != nil:
		return err
	case begin == json.Delim('{'):
		return v.members(member)
	case begin == json.Delim('[') && bare != nil:
		v.opened, v.unread = true, true
		if err := bare(v); err != nil {
			return err
		}
		return v.skip()
	}
	return errNoDocument
}

func (v *Value) members(member func(string, *Value) error) error {
	for v.in.More() {
		token, err := v.in.Token()
		if err != nil {
			return err
		}
		v.name, _ = token.(string)
		v.unread = true
		if err := member(v.name, v); err != nil {
			return err
		}
		if err := v.skip(); err != nil {
			return err
		}
	}
	_, err := v.in.Token()
	return err
}

// skip leaves out what nobody has read.
func (v *Value) skip() error {
	if !v.unread {
		return nil
	}
	v.unread = false
	if v.opened {
		_, err := entries(v, func(*json.RawMessage) error { return nil })
		return err
	}
	return v.in.Decode(&v.skipped)
}

// end refuses what follows the answer.
func (v *Value) end() error {
	switch _, err := v.in.Token(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return errGoesOn
}

// Unmarshal reads the value as [Unmarshal] does.
func (v *Value) Unmarshal(into any) error {
	v.unread = false
	return v.named(v.in.Decode(into), into)
}

// Decode reads the value as [Decode] does; a scalar is converted as a member is.
func (v *Value) Decode(into any) error {
	v.unread = false
	return v.decode(into)
}

func (v *Value) decode(into any) error {
	from := v.in.InputOffset()
	failed := v.in.Decode(into)
	if failed == nil {
		return nil
	}
	text := bytes.TrimLeft(v.body[from:max(from, v.in.InputOffset())], ",:"+blanks)
	if len(text) == 0 {
		return failed // it is no JSON, and the decoder did not get over it
	}
	target := reflect.ValueOf(into).Elem()
	if target.Kind() == reflect.Struct && !decodesItself(target) {
		_, err := Decode(text, into)
		return err
	}
	if target.SetZero(); !readValue(text, target) {
		return v.named(failed, into)
	}
	return nil
}

// named is a decoder's error with the name of the member.
func (v *Value) named(err error, into any) error {
	var unfit *json.UnmarshalTypeError
	if errors.As(err, &unfit) && unfit.Field == "" {
		unfit.Field = v.name
		return told(err, nil)
	}
	return told(err, into)
}

// List reads a list entry by entry into one T, which each gets. An entry with a member of another type than
// documented costs no more than that member, as in [Decode]; the error of each ends the list. listed is false
// where there is null in the place of a list, as some servers write an empty one.
func List[T any](v *Value, each func(entry *T) error) (listed bool, err error) {
	v.unread = false
	if v.opened {
		return entries(v, each)
	}
	switch begin, err := v.in.Token(); {
	case err != nil || begin == nil:
		return false, err
	case begin != json.Delim('['):
		return false, errNoList
	}
	return entries(v, each)
}

// entries reads what follows the opening bracket.
func entries[T any](v *Value, each func(entry *T) error) (listed bool, err error) {
	var none T
	entry := new(T)
	for v.in.More() {
		*entry = none // or it would have what the one before had
		if err := v.decode(entry); err != nil {
			return true, err
		}
		if err := each(entry); err != nil {
			return true, err
		}
	}
	_, err = v.in.Token()
	return true, err
}
