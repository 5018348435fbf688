package docspace

import (
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// This file holds the way through a list, and the decoders of the native API against arbitrary
// answers.

// walked ranges over made-up pages: by cursor the ids on the page and the next cursor.
func walked(t *testing.T, start string, pages map[string][2]string) (ids []string, fetched int) {
	t.Helper()
	list := walk(start, func(id *string) string { return *id }, func(cursor string) (*stretch[string], error) {
		fetched++
		require.Less(t, fetched, 100, "it goes on for ever")
		page, ok := pages[cursor]
		if !ok {
			return nil, errors.New("no page " + cursor)
		}
		s := &stretch[string]{next: page[1]}
		for id := range strings.FieldsSeq(page[0]) {
			s.entries = append(s.entries, &id)
		}
		return s, nil
	})
	for id, err := range list {
		require.NoError(t, err)
		ids = append(ids, *id)
	}
	return ids, fetched
}

func TestWalk(t *testing.T) {
	for name, test := range map[string]struct {
		start   string
		pages   map[string][2]string
		want    string
		fetched int
	}{
		"one page":           {"", map[string][2]string{"": {"a b", ""}}, "a b", 1},
		"empty":              {"", map[string][2]string{"": {"", ""}}, "", 1},
		"empty, with more":   {"", map[string][2]string{"": {"", "1"}}, "", 1},
		"an empty page ends": {"", map[string][2]string{"": {"a", "1"}, "1": {"", "2"}}, "a", 2},
		"from the middle":    {"1", map[string][2]string{"": {"a", "1"}, "1": {"b", "2"}, "2": {"c", ""}}, "b c", 2},
		"twice on a page":    {"", map[string][2]string{"": {"a b a", ""}}, "a b", 1},
		"on the page before": {"", map[string][2]string{"": {"a b", "1"}, "1": {"b c", "2"}, "2": {"c d", ""}}, "a b c d", 3},
		"a page of old ones": {"", map[string][2]string{"": {"a b", "1"}, "1": {"a b", "2"}, "2": {"c", ""}}, "a b c", 3},
		"the same cursor":    {"", map[string][2]string{"": {"a", "1"}, "1": {"b", "1"}}, "a b", 2},
		"back to the start":  {"0", map[string][2]string{"0": {"a", "1"}, "1": {"b", "0"}}, "a b", 2},
	} {
		ids, fetched := walked(t, test.start, test.pages)
		require.Equal(t, test.want, strings.Join(ids, " "), name)
		require.Equal(t, test.fetched, fetched, name)
	}
}

// A new cursor each time, and the same page: three of them are no accident.
func TestWalkEndsWhereNothingNewComes(t *testing.T) {
	pages := map[string][2]string{"": {"a b", "1"}, "1": {"b a", "2"}, "2": {"a", "3"}, "3": {"a", "4"}, "4": {"z", ""}}
	ids, fetched := walked(t, "", pages)
	require.Equal(t, []string{"a", "b"}, ids)
	require.Equal(t, 4, fetched)
	pages["2"] = [2]string{"a c", "3"}
	ids, fetched = walked(t, "", pages)
	require.Equal(t, []string{"a", "b", "c", "z"}, ids, "something new begins the count again")
	require.Equal(t, 5, fetched)
}

func TestWalkEndsInACycle(t *testing.T) {
	ids, _ := walked(t, "", map[string][2]string{"": {"a", "1"}, "1": {"b", "2"}, "2": {"c", "3"}, "3": {"d", "1"}})
	require.Equal(t, []string{"a", "b", "c", "d"}, ids[:4], "after every page was seen")
}

// Whatever the length of a cycle and of the way into it: it is found, within three times both.
func TestEveryCycleOfCursorsIsFound(t *testing.T) {
	for into := range 12 {
		for length := 1; length <= 12; length++ {
			way := trail{latest: "0"}
			steps := 0
			for n := 1; ; n++ {
				if n == into+length {
					n = into
				}
				if !way.goesOn(strconv.Itoa(n)) {
					break
				}
				steps++
				require.Less(t, steps, 3*(into+length)+3, "%d into a cycle of %d", into, length)
			}
			require.GreaterOrEqual(t, steps, into+length-1, "every page of %d and %d was seen", into, length)
		}
	}
}

func FuzzScopes(f *testing.F) {
	seed(f, "scopes_response.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var scopes scopeList
		if json.Unmarshal(body, &scopes) != nil {
			require.Nil(t, scopes, "half an answer is none")
			return
		}
		require.NotNil(t, scopes)
		for _, scope := range scopes {
			require.NotEmpty(t, scope.Name)
		}
	})
}

func FuzzConsents(f *testing.F) {
	seed(f, "consents_*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var page consentPage
		if json.Unmarshal(body, &page) != nil {
			require.Zero(t, page)
			return
		}
		for _, consent := range page.entries {
			require.NotEmpty(t, consent.ClientID)
			require.True(t, consent.Client == nil || consent.Client.ID != "")
		}
	})
}

func FuzzInfo(f *testing.F) {
	seed(f, "info_response.json")
	const id = "6c7cf17b-1bd3-47d5-94c6-be2d3570e168"
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := infoAnswer{asked: id}
		if json.Unmarshal(body, &answer) != nil {
			require.Nil(t, answer.info)
			return
		}
		require.True(t, strings.EqualFold(id, answer.info.ID))
	})
}

func FuzzInfos(f *testing.F) {
	seed(f, "infos_*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var page infoPage
		if json.Unmarshal(body, &page) != nil {
			require.Zero(t, page)
			return
		}
		for _, info := range page.entries {
			require.NotEmpty(t, info.ID)
		}
		if page.next != "" {
			_, _, ok := splitCursor(page.next)
			require.True(t, ok, "what comes out goes in again")
		}
	})
}

func invisible(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }

// Beside the clients lie the paths that delete all of them: no id leads to one.
func FuzzClientPath(f *testing.F) {
	for _, id := range []string{"", "tenant", "TENANT", ".", "..", "/", "%2F", "x/../tenant", "tenant;", "ſ", "tenant\u00a0", "\u200btenant", "\u2003tenant", "\x85", "\xff"} {
		f.Add(id)
	}
	const clients = "/api/2.0/clients"
	f.Fuzz(func(t *testing.T, id string) {
		path, err := clientPath(clients, opDelete, id)
		if err != nil {
			require.Empty(t, path)
			return
		}
		segment, below := strings.CutPrefix(path, clients+"/")
		require.True(t, below, path)
		require.NotContains(t, segment, "/")
		decoded, err := url.PathUnescape(segment)
		require.NoError(t, err)
		require.Equal(t, id, decoded)
		require.NotContains(t, []string{"", ".", "..", "tenant", "info", "consents"}, strings.ToLower(strings.TrimFunc(decoded, invisible)))
		require.NotContains(t, decoded, "/")
	})
}
