package providerkit_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests Object.

func parsed(t *testing.T, text string) *providerkit.Object {
	t.Helper()
	object, err := providerkit.ParseObject([]byte(text))
	require.NoError(t, err)
	return &object
}

func TestWhatNobodyTouchesStaysByteForByte(t *testing.T) {
	object := parsed(t, ` {"b" : [1, 2.50,{"x":"\u00e9"}] , "a":1e400,"":"<&>", "\u0061b\"\\":null, "é\n":"}\"]{" } `)
	require.Equal(t, `[1, 2.50,{"x":"\u00e9"}]`, string(object.Get("b")))
	require.NoError(t, object.Set("c", "<&>"))
	object.Add("d", json.RawMessage(`"<&>"`))
	const text = `{"":"<&>","a":1e400,"ab\"\\":null,"b":[1, 2.50,{"x":"\u00e9"}],"c":"\u003c\u0026\u003e","d":"<&>","é\n":"}\"]{"}`
	require.Equal(t, []string{text}, []string{string(object.JSON())}, "byte for byte")
}

func TestOfSeveralMembersTheLastCounts(t *testing.T) {
	object := parsed(t, `{"a":1,"b":2,"a":null,"c":null,"c":3}`)
	require.Equal(t, "null", string(object.Get("a")))
	object.DeleteNulls()
	require.Nil(t, object.Get("a"), "the one before does not come back")
	require.Equal(t, `{"b":2,"c":3}`, string(object.JSON()))
	object.Add("b", json.RawMessage("4"))
	require.Equal(t, "4", string(object.Get("b")))
	require.Equal(t, `{"b":4,"c":3}`, string(object.JSON()))
	require.Equal(t, "4", string(object.Take("b")))
	require.Nil(t, object.Take("b"))
	require.Equal(t, `{"c":3}`, string(object.JSON()))
}

func TestMembersByName(t *testing.T) {
	object := parsed(t, `{"NAME":1,"name":2,"Other":3}`)
	require.Nil(t, object.Get("other"))
	require.Equal(t, "3", string(object.Find("other")))
	require.Equal(t, "2", string(object.Find("name")))
	require.Nil(t, object.Find("none"))
	object.Delete("name", "Other", "none")
	require.Equal(t, `{"NAME":1}`, string(object.JSON()))
	object.Lay(*parsed(t, `{"NAME":5,"z":6}`))
	object.DeleteFunc(func(name string, value json.RawMessage) bool { return name == "z" && string(value) == "6" })
	names := ""
	for name, value := range object.All() {
		names += name + "=" + string(value) + " "
	}
	require.Equal(t, "NAME=5 ", names)
}

func TestTheZeroObjectIsEmpty(t *testing.T) {
	var object providerkit.Object
	require.Equal(t, "{}", string(object.JSON()))
	require.Nil(t, object.Get(""))
	require.NoError(t, object.Set("a", []string{}))
	require.JSONEq(t, `{"a":[]}`, string(object.JSON()))
	require.Error(t, object.Set("a", func() {}))
	require.Equal(t, `{}`, string(parsed(t, "null").JSON()))
}

func TestWhatIsNoObject(t *testing.T) {
	for _, text := range []string{"", " ", "[]", "1", `"PRIVATE"`, `{"PRIVATE":1`, `{"a":1}x`, `{"a" 1}`, `{,}`, "\f{}", "{}\f", "true", "{\"a\":\f1}"} {
		_, err := providerkit.ParseObject([]byte(text))
		require.Error(t, err, text)
		require.NotContains(t, err.Error(), "PRIVATE", text)
	}
}

// A name that is there a hundred thousand times, or as many names, cost what they cost once.
func TestManyMembers(t *testing.T) {
	const many = 100_000
	for _, name := range []func(int) string{strconv.Itoa, func(int) string { return "a" }} {
		var text strings.Builder
		for i := range many {
			text.WriteString(`,"` + name(i) + `":` + strconv.Itoa(i))
		}
		object := parsed(t, "{"+text.String()[1:]+"}")
		require.NoError(t, object.Set("z", 1))
		require.Equal(t, strconv.Itoa(many-1), string(object.Get(name(many-1))))
		var all map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(object.JSON(), &all))
		require.Equal(t, strconv.Itoa(many-1), string(all[name(many-1)]))
	}
}

func TestReadingAnObjectCostsLittle(t *testing.T) {
	text := []byte(`{"a":"b","c":[1,2,{"d":"e"}],"f":{},"g":null,"h":1.5,"i":"j","k":true,"l":"m"}`)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		object, _ := providerkit.ParseObject(text)
		object.Delete("a", "b")
		object.Add("a", text)
		_ = object.JSON()
	}), 4.0)
}

// An object is what encoding/json makes of it, and is written as that writes it.
func FuzzObject(f *testing.F) {
	for _, text := range []string{
		`{}`, `null`, `[]`, `{"a":1}`, `{"a":1,"a":2}`, `{"\u0061":1,"a":[{"b":"}"}]}`, "{\"a\xff\":1,\"a\xfe\":2}", `{"a":"\\\"","b":{"c":[[]]} }`,
		"\t{\r\n\"a\" : 1 }\n", "\f{}", `{"":0,"\ud800":1,"\u2028":"\u2028"}`, `{"a":}`, `{"a":1,}`, `{"<&>":"<&>"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var members map[string]json.RawMessage
		failed := json.Unmarshal(text, &members)
		object, err := providerkit.ParseObject(text)
		require.Equal(t, failed == nil, err == nil)
		if err != nil {
			return
		}
		for name, value := range members {
			require.Equal(t, string(value), string(object.Get(name)))
		}
		if members == nil {
			members = map[string]json.RawMessage{}
		}
		require.Equal(t, written(t, members), written(t, object.JSON()))
		count := 0
		for name := range object.All() {
			require.Contains(t, members, name)
			count++
		}
		require.Len(t, members, count)
	})
}

// written is what the core makes of a body.
func written(t *testing.T, body any) string {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	require.NoError(t, encoder.Encode(body))
	return text.String()
}
