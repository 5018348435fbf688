package providerkit_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests the reading of lists.

// listing is what a driver reads of a list.
type listing struct {
	ids    []string
	next   string
	names  []string
	listed bool
}

func (l *listing) member(name string, value *providerkit.Value) (err error) {
	l.names = append(l.names, name)
	switch name {
	case "data":
		return l.list(value)
	case "next":
		return value.Decode(&l.next)
	}
	return nil
}

var errNoID = errors.New("an entry has no id")

func (l *listing) list(value *providerkit.Value) (err error) {
	l.ids = nil
	l.listed, err = providerkit.List(value, func(entry *base) error {
		if entry.ID == "" {
			return errNoID
		}
		l.ids = append(l.ids, entry.ID)
		return nil
	})
	return err
}

func read(text string) (l listing, err error) {
	err = providerkit.ReadDocument([]byte(text), l.member, l.list)
	return l, err
}

func TestListsAreReadEntryByEntry(t *testing.T) {
	for text, want := range map[string]listing{
		`{"a":[1,{"b":2}],"data":[{"id":"x"}, {"id":7,"secret":{"a":1}} ,{"id":["y"]}],"":null,"next":"n"}`: {[]string{"x", "7", "y"}, "n", []string{"a", "data", "", "next"}, true},
		`{"data":[{"id":"x"}],"data":[{"id":"y"}]}`:                                                         {[]string{"y"}, "", []string{"data", "data"}, true},
		`{"data":null}`:                          {nil, "", []string{"data"}, false},
		`{"data":[]}`:                            {nil, "", []string{"data"}, true},
		` [ {"id":"x"} ] `:                       {[]string{"x"}, "", nil, true},
		`[{"id":1.5},{"id":"y","secret":[1,2]}]`: {[]string{"1.5", "y"}, "", nil, true},
		`{"next":7}`:                             {nil, "7", []string{"next"}, false},
		`{}`:                                     {},
		`{"data":[{"id":"x"}],"DATA":[{"id":"y"}]}`:  {[]string{"x"}, "", []string{"data", "DATA"}, true},
		`{"next":"a","next":null,"data":[{"id":0}]}`: {[]string{"0"}, "a", []string{"next", "next", "data"}, true},
	} {
		got, err := read(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestListsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		``: "unexpected EOF", `{`: "unexpected EOF", `[`: "unexpected EOF", `{"data":[{"id":"x"}`: "unexpected EOF", `{"data":[{"id":"x"}]`: "unexpected EOF",
		`null`: "neither an object nor a list", `7`: "neither an object nor a list", `{"data":{}}`: "is none", `{"data":"PRIVATE"}`: "is none",
		`{}{}`: "follows", `[]7`: "follows", `{}x`: "invalid character", `{"data":[{"id":"x"} {"id":"y"}]}`: "expected comma", `{"data":[{"id":"x"},]}`: "invalid character",
		`{"a":}`: "invalid character", `[{}]`: errNoID.Error(), `[null]`: errNoID.Error(), `["PRIVATE"]`: "must be an object", `{"next":{"PRIVATE":1}}`: `"next" must be a string`,
	} {
		_, err := read(text)
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "PRIVATE", text)
	}
	_, err := read(strings.Repeat("9", 1<<10))
	require.ErrorContains(t, err, "the number there")
	require.Less(t, len(err.Error()), 1<<8)
	_, err = read(`{"data":[`)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Error(t, providerkit.ReadDocument([]byte(`[]`), func(string, *providerkit.Value) error { return nil }, nil))
	require.NoError(t, providerkit.ReadDocument([]byte(`[1,[2]]`), nil, func(*providerkit.Value) error { return nil }), "what is not read is left out")
}

func TestValuesAreReadStrictlyToo(t *testing.T) {
	var count int
	err := providerkit.ReadDocument([]byte(`{"n":"7"}`), func(_ string, value *providerkit.Value) error { return value.Unmarshal(&count) }, nil)
	require.EqualError(t, err, `"n" must be a whole number; the string there cannot be read as one`)
}

// A document that is taken is JSON, and has as many entries as its list.
func FuzzDocument(f *testing.F) {
	for _, text := range []string{`{}`, `[]`, `null`, `{"data":[{"id":"x"},{"id":7}]}`, `{"data":[{"id":"x"}],"data":null}`, `[{"id":"x"}]x`, `{"data":[{"id":[1]}{"id":2}]}`, `{"":{"data":[]}}`, `{"next":[[]]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := read(string(text))
		if err != nil {
			return
		}
		require.True(t, json.Valid(text), "nobody else has looked")
		list := text
		var members map[string]json.RawMessage
		if json.Unmarshal(text, &members) == nil {
			list = members["data"]
		}
		var entries []json.RawMessage
		if len(list) > 0 {
			require.NoError(t, json.Unmarshal(list, &entries))
		}
		require.Len(t, got.ids, len(entries))
	})
}
