package providerkit_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests the way through a list.

// walked ranges over made-up pages: by cursor the ids on the page and the next cursor.
func walked(t *testing.T, start string, pages map[string][2]string) (ids []string, fetched int) {
	t.Helper()
	list := providerkit.Pages(start, func(id *string) string { return *id }, func(cursor string) (*providerkit.PageOf[string], error) {
		fetched++
		require.Less(t, fetched, 100, "it goes on for ever")
		page, ok := pages[cursor]
		if !ok {
			return nil, errors.New("no page " + cursor)
		}
		s := &providerkit.PageOf[string]{Next: page[1]}
		for id := range strings.FieldsSeq(page[0]) {
			s.Entries = append(s.Entries, &id)
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
			at, fetched := 0, 0
			var cursors []string
			list := providerkit.Pages("0", func(id *string) string { return *id }, func(cursor string) (*providerkit.PageOf[string], error) {
				cursors = append(cursors, cursor)
				fetched++
				require.Less(t, fetched, 3*(into+length)+4, "%d into a cycle of %d", into, length)
				if at++; at == into+length {
					at = into
				}
				id := strconv.Itoa(fetched) // something new each time
				return &providerkit.PageOf[string]{Entries: []*string{&id}, Next: strconv.Itoa(at)}, nil
			})
			for _, err := range list {
				require.NoError(t, err)
			}
			slices.Sort(cursors)
			require.Len(t, slices.Compact(cursors), into+length, "every page of %d and %d was seen", into, length)
		}
	}
}

func TestPagesEndWithAnErrorAndWhereNobodyListens(t *testing.T) {
	failed := errors.New("no page")
	fetch := func(cursor string) (*providerkit.PageOf[string], error) {
		if cursor != "" {
			return nil, failed
		}
		a, b := "a", "b"
		return &providerkit.PageOf[string]{Entries: []*string{&a, &b}, Next: "1"}, nil
	}
	list := providerkit.Pages("", func(id *string) string { return *id }, fetch)
	count := 0
	for id, err := range list {
		if count++; count == 3 {
			require.Nil(t, id)
			require.ErrorIs(t, err, failed)
		}
	}
	require.Equal(t, 3, count)
	for range list {
		break
	}
}
