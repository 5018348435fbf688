package providerkit

import "iter"

// This file ranges over lists of the native API of a provider, page by page.

// PageOf is a page of a list: its entries, and the cursor of the next one; "" ends the list.
type PageOf[T any] struct {
	Entries []*T
	Next    string
}

// maxStale pages in a row with nothing new end a list: a server that always gives the same page, with another
// cursor each time, would be asked for ever.
const maxStale = 3

// Pages ranges over a list by the rules of ClientsService.All, from a cursor on: an entry that was on this page
// or the one before is skipped, and the list ends with an empty page, in a cycle of cursors, where nothing new
// comes, and after the first error, which comes with nil. id tells entries apart, and fetch gets one page.
func Pages[T any](cursor string, id func(*T) string, fetch func(cursor string) (*PageOf[T], error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		way, stale := trail{latest: cursor}, 0
		var seen map[string]bool
		for goesOn := true; goesOn; {
			page, err := fetch(way.latest)
			if err != nil {
				yield(nil, err)
				return
			}
			var fresh []*T
			fresh, seen = sift(page.Entries, seen, id)
			for _, entry := range fresh {
				if !yield(entry, nil) {
					return
				}
			}
			if stale++; len(fresh) > 0 {
				stale = 0
			}
			goesOn = len(page.Entries) > 0 && stale < maxStale && way.goesOn(page.Next)
		}
	}
}

// sift leaves out what is on the page already, and what was on the one before. It returns the ids of the page
// as well.
func sift[T any](entries []*T, before map[string]bool, id func(*T) string) (fresh []*T, seen map[string]bool) {
	seen = make(map[string]bool, len(entries))
	for _, entry := range entries {
		if !seen[id(entry)] && !before[id(entry)] {
			fresh = append(fresh, entry)
		}
		seen[id(entry)] = true
	}
	return fresh, seen
}

// trail follows cursors and finds out, in constant memory, when they go round: it compares each with one that
// it keeps, and keeps a later one after twice as many steps as the time before (Brent's algorithm).
type trail struct {
	latest, kept string
	since, limit int
}

// goesOn takes a step; false at the end of the list, and in a cycle.
func (t *trail) goesOn(next string) bool {
	if next == "" || next == t.latest || next == t.kept {
		return false
	}
	if t.since == t.limit {
		t.kept, t.since, t.limit = t.latest, 0, 2*t.limit+1
	}
	t.since++
	t.latest = next
	return true
}
