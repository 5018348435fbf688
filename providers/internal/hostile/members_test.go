package hostile

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file changes the right answers member by member: wrong types, absurd values, doubles.

// values are what no member should have, and a few that one or the other may have.
func values() []string {
	return []string{
		"null", "true", "17", "-1", "0.5", "1e400", "9223372036854775808", strings.Repeat("9", 30_000),
		`""`, `" "`, `"text"`, `"` + strings.Repeat("x", 5_000) + `"`, `"\ud800"`, `"\u0000\n\u001b[2J"`, "\"\xff\xfe\"",
		`"9999-99-99T99:99:99Z"`, `"292277026596-12-04T15:30:08Z"`, `"-0001-01-01T00:00:00Z"`, `"2026-06-30T10:13:11+99:99"`,
		"[]", "[null]", `["a",null]`, "[17]", `[["a"]]`, `[{}]`, "{}", `{"id":17}`, nested("[", "]", 500), nested(`{"id":`, "}", 500),
	}
}

// some are a few of the values, others for every n.
func some(n int) []string {
	all := values()
	few := make([]string, 4)
	for i := range few {
		few[i] = all[(n+i*8)%len(all)]
	}
	return few
}

// members are the names in a JSON object.
func members(t *testing.T, object string) []string {
	t.Helper()
	var decoded map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(object), &decoded))
	names := make([]string, 0, len(decoded))
	for name := range decoded {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// replaced is an object with another value for one member.
func replaced(t *testing.T, object, member, value string) string {
	t.Helper()
	var decoded map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(object), &decoded))
	delete(decoded, member)
	rest, err := json.Marshal(decoded)
	require.NoError(t, err)
	return with(string(rest), fmt.Sprintf("%q:%s", member, value))
}

// Some of these can be used, since not every member is needed. Whatever becomes of one, it is a
// result or an error, and the error is of the kind that the verb has for useless answers.
func TestMembersOfTheWrongType(t *testing.T) {
	for v, verb := range everyVerb() {
		t.Run(v.name+"/"+verb.name, func(t *testing.T) {
			once := []string{"Create", "List", "Get", "Update, what is written", "RegenerateSecret", "the token"}
			if !slices.Contains(once, verb.name) {
				return // the same answer, read in the same way
			}
			w := play(v, verb, func(right string) *answer { return text(200, right) })
			right := w.rightBody(verb.step)
			for n, member := range members(t, right) {
				for _, value := range some(n) {
					requireEitherWay(t, v, verb, replaced(t, right, member, value))
				}
			}
		})
	}
}

func TestEveryValueInEveryMember(t *testing.T) {
	for _, v := range vendors() {
		reading, listing := verbCalled("Get"), verbCalled("List")
		for n, member := range members(t, v.client) {
			tried := values()
			if sampled {
				tried = some(n)
			}
			for _, value := range tried { // what cannot be read alone spoils its list, and nothing else does
				entry := replaced(t, v.client, member, value)
				alone := requireEitherWay(t, &v, reading, entry)
				listed := requireEitherWay(t, &v, listing, v.list(entry))
				if member != idMember(&v) {
					require.Equal(t, alone.err == nil, listed.err == nil, alone.what)
				}
			}
		}
	}
}

func verbCalled(name string) *verb {
	for _, verb := range verbs() {
		if verb.name == name {
			return &verb
		}
	}
	return nil
}

func idMember(v *vendor) string {
	for _, name := range []string{"clientId", "client_id"} {
		if strings.Contains(v.client, `"`+name+`"`) {
			return name
		}
	}
	return "id"
}

// requireEitherWay asserts a sound outcome, and if it is an error, the verb's.
func requireEitherWay(t *testing.T, v *vendor, verb *verb, body string) outcome {
	t.Helper()
	w := play(v, verb, func(string) *answer { return text(200, body) })
	o := verb.call(t.Context(), v.connect(t, w), v)
	o.what = body[:min(len(body), 300)]
	if verb.step == stepRead && errors.Is(o.err, oauthclients.ErrInvalid) {
		require.Zero(t, w.count(stepWrite), "what is there cannot be written back: %s", o.what)
		return o
	}
	requireSound(t, verb, &o, 200)
	require.Zero(t, w.count(stepOther), o.what)
	if o.err != nil && !isNotApplied(o.err) {
		requireEnd(t, v, verb, verb.useless(v), &o, w)
	}
	return o
}
