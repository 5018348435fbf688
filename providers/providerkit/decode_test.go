package providerkit_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests the reading of answers that are not as they are documented.

type base struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

type inner struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
}

type Shared struct {
	Tag string `json:"tag"`
}

// words is a list that may come as one text.
type words []string

func (w *words) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*w = strings.Fields(one)
		return nil
	}
	return providerkit.Unfit[string](text)
}

type answer struct {
	base
	*Shared

	Count   int64           `json:"count"`
	Ready   bool            `json:"ready"`
	Maybe   *bool           `json:"maybe"`
	List    []string        `json:"list"`
	Inner   inner           `json:"inner"`
	Inners  []inner         `json:"inners"`
	Pointer *inner          `json:"pointer"`
	Words   words           `json:"words"`
	When    time.Time       `json:"when"`
	Rest    json.RawMessage `json:"rest"`
	Plain   string
	Hidden  string `json:"-"`
	private string
}

// odd makes the plain decoder fail in any case.
const odd = `,"when":{"a":1}}`

func TestPlainValuesAreConverted(t *testing.T) {
	yes := true
	for text, want := range map[string]answer{
		`"count":"17"`: {Count: 17}, `"count":17.00`: {Count: 17}, `"count":"17.0"`: {Count: 17}, `"count":[17]`: {Count: 17}, `"count":["17"]`: {Count: 17},
		`"ready":"true"`: {Ready: true}, `"ready":"True"`: {Ready: true}, `"ready":1`: {Ready: true}, `"ready":"1"`: {Ready: true}, `"ready":[true]`: {Ready: true},
		`"ready":0`: {}, `"ready":"FALSE"`: {}, `"maybe":"true"`: {Maybe: &yes}, `"maybe":1`: {Maybe: &yes},
		`"id":7`: {base: base{ID: "7"}}, `"id":1.50`: {base: base{ID: "1.50"}}, `"id":true`: {base: base{ID: "true"}}, `"id":["x"]`: {base: base{ID: "x"}}, `"ID":[7]`: {base: base{ID: "7"}},
		`"list":"a b"`: {List: []string{"a b"}}, `"list":["a",7,true]`: {List: []string{"a", "7", "true"}}, `"list":7`: {List: []string{"7"}}, `"list":"[\"a\",\"b\"]"`: {List: []string{"a", "b"}},
		`"inner":{"name":7,"size":"8"}`: {Inner: inner{"7", 8}}, `"inner":"{\"name\":\"n\"}"`: {Inner: inner{Name: "n"}}, `"inners":{"name":"n"}`: {Inners: []inner{{Name: "n"}}},
		`"inners":[{"name":1},{"size":"2"}]`: {Inners: []inner{{Name: "1"}, {Size: 2}}}, `"pointer":{"name":1}`: {Pointer: &inner{Name: "1"}},
		`"words":"a b"`: {Words: words{"a", "b"}}, `"words":["a b"]`: {Words: words{"a", "b"}}, `"words":7`: {Words: words{"7"}}, `"tag":7`: {Shared: &Shared{"7"}},
		`"Plain":7`: {Plain: "7"}, `"rest":[ 1 ]`: {Rest: json.RawMessage("[ 1 ]")},
		`"count":null,"list":"","inner":[],"inners":{},"pointer":"","ready":[],"id":{},"words":[ ]`: {},
	} {
		var got answer
		unread, err := providerkit.Decode([]byte("{"+text+odd), &got)
		require.NoError(t, err, text)
		require.Equal(t, []string{"when"}, unread, text)
		require.Equal(t, want, got, text)
	}
}

func TestWhatCannotBeReadCostsItself(t *testing.T) {
	for text, member := range map[string]string{
		`"count":1.5`: "count", `"count":"x"`: "count", `"count":99999999999999999999`: "count", `"count":[1,2]`: "count", `"maybe":"yes"`: "maybe", `"pointer":{"size":"x"}`: "pointer", `"ready":"yes"`: "ready", `"ready":2`: "ready",
		`"id":["a","b"]`: "id", `"id":{"a":1}`: "id", `"list":["a",{"b":1}]`: "list", `"list":{"a":1}`: "list", `"words":["a","b"]`: "words",
		`"inner":7`: "inner", `"inners":[{"size":"x"}]`: "inners", `"secret":[[1]]`: "secret",
	} {
		var got answer
		unread, err := providerkit.Decode([]byte(`{"Plain":"stays",`+text+`}`), &got)
		require.NoError(t, err, text)
		require.Equal(t, []string{member}, unread, text)
		require.Equal(t, answer{Plain: "stays"}, got, text)
	}
	got := answer{}
	unread, err := providerkit.Decode([]byte(`{"inner":{"name":"n","size":"x"},"secret":"once"}`), &got)
	require.NoError(t, err)
	require.Equal(t, []string{"inner"}, unread)
	require.Equal(t, answer{Inner: inner{Name: "n"}, base: base{Secret: "once"}}, got, "a part that can be read stays")
}

func TestErrorsOfDecodersRepeatNothing(t *testing.T) {
	for text, want := range map[string]string{
		`[]`: "the answer must be an object; the array there cannot be read as one", `"PRIVATE"`: "the answer must be an object; the string there cannot be read as one",
		`{"PRIVATE`: "unexpected end of JSON input", ``: "unexpected end of JSON input",
	} {
		got := answer{Plain: "x"}
		_, err := providerkit.Decode([]byte(text), &got)
		require.EqualError(t, err, want, text)
		require.Zero(t, got)
	}
	for text, want := range map[string]string{
		`{"secret":[]}`: `"secret" must be a string; the array there cannot be read as one`, `{"count":123456789123456789123456789}`: `"count" must be a whole number; the number there cannot be read as one`,
		`{"inners":[{"size":"PRIVATE"}]}`: `"inners.size" must be a whole number; the string there cannot be read as one`,
		`{"ready":"PRIVATE"}`:             `"ready" must be a bool; the string there cannot be read as one`, `{"list":{}}`: `"list" must be a list; the object there cannot be read as one`,
		`{"inner":[]}`: `"inner" must be an object; the array there cannot be read as one`,
	} {
		require.EqualError(t, providerkit.Unmarshal([]byte(text), &answer{}), want, text)
		if err := providerkit.DecodeWhole([]byte(text), &answer{}); !strings.Contains(text, ":{}") && !strings.Contains(text, ":[]") {
			require.EqualError(t, err, want, text)
		}
	}
	require.NoError(t, providerkit.DecodeWhole([]byte(`{"count":"1"}`), &answer{}))
}

func TestNothingIsNothing(t *testing.T) {
	for text, nothing := range map[string]bool{
		"": true, "null": true, ` "" `: true, "[]": true, "{ }": true, "[\n]": true, `"0001-01-01T00:00:00Z"`: true,
		"0": false, "false": false, `" "`: false, "[0]": false, `{"":0}`: false, `[""]`: false,
	} {
		require.Equal(t, nothing, providerkit.IsNothing(json.RawMessage(text)), text)
	}
}

// What the plain decoder reads is read as that reads it, and everything else costs only itself.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		`{}`, `null`, `[]`, `{"id":"a","id":7}`, `{"ID":"a","id":null,"list":["a"],"inner":{"name":"n"}}`, `{"count":1,"count":"x"}`, `{"rest":{"a":[1]},"words":[]}`,
		`{"inners":[{"size":1},{"size":[2]},[]]}`, `{"tag":1,"pointer":[{}],"maybe":["1"]}`, `{"when":"2026-06-30T10:13:11Z","words":"a b"}`, `{"list":"[[]]","id":"\ud800"}`,
		`{"list":[" "],"inners":"[{}]","Plain":[[""]]}`, `{"count":"\u0031"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var plain, got answer
		before := strings.Clone(string(text))
		failed := json.Unmarshal(text, &plain)
		unread, err := providerkit.Decode(text, &got)
		require.Equal(t, before, string(text), "nobody writes into an answer")
		if failed == nil {
			require.NoError(t, err)
			require.Empty(t, unread)
			require.Equal(t, plain, got)
			return
		}
		var members map[string]json.RawMessage
		require.Equal(t, json.Unmarshal(text, &members) == nil, err == nil)
		require.Empty(t, got.private+got.Hidden)
		var once base
		if _, exact := members["secret"]; exact && json.Unmarshal(members["secret"], &once.Secret) == nil {
			require.Equal(t, once.Secret, got.Secret, "it is read whatever the rest is worth")
		}
		require.Error(t, errors.Join(err, failed))
	})
}
