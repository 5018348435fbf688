package providertest_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file holds lists that are wrong.

func brokenLists() []breakage {
	return []breakage{
		{"pages skip a client at their border", paged(skipping), []string{"many clients", "page sizes"}},
		{"the last page repeats the first client", showFirstAgain, []string{"many clients", "page sizes"}},
		{"only the first page", paged(firstOnly), []string{"many clients", "page sizes"}},
		{"the last page leads to the first", paged(ring), []string{"many clients", "page sizes"}},
		{"a cursor behind the last full page", paged(eager), []string{"page sizes"}},
		{"the page size means nothing", paged(pairs), []string{"page sizes"}},
		{"no list longer than 50", paged(atMost50), []string{"many clients"}},
		{"an empty list is not found", refusing(emptyList), []string{"auth strategies", "paging"}},
		{"an empty list is not empty", ghost, []string{"paging"}},
		{"an empty list goes on", paged(emptyGoesOn), []string{"paging"}},
		{"a limit of the page that nobody told", withAnyPageSize, []string{"page sizes"}},
		{"names in capitals", showing("List", func(_, shown client) { shown["client_name"] = strings.ToUpper(shown["client_name"].(string)) }), []string{
			"concurrent use", "create is not repeated", "lifecycle", "names are not unique",
		}},
		{"other ids than get has", showing("List", func(_, shown client) { shown["id"] = "list-entry" + shown["id"].(string)[2:] }), []string{
			"lifecycle", "many clients", "names are not unique", "paging", "raw JSON",
		}},
		{"a field less than get has", showing("List", func(_, shown client) { delete(shown, "redirect_uris") }), []string{"lifecycle"}},
		{"the list under another member", func(w *world) {
			w.provider.page = func(p *oauthclients.RecordPage) { p.Member = "items" }
		}, []string{"raw JSON"}},
	}
}

func paged(rule pageRule) func(*world) {
	return func(w *world) { w.server.rules.pages = defaultSize(rule) }
}

func skipping(start, size, total int) (from, to int, next string) {
	if start > 0 {
		start++
	}
	return rightPages(start, size, total)
}

func firstOnly(start, size, total int) (from, to int, next string) {
	from, to, _ = rightPages(start, size, total)
	return from, to, ""
}

func ring(start, size, total int) (from, to int, next string) {
	from, to, next = rightPages(start, size, total)
	if next == "" && total > 0 {
		next = "0"
	}
	return from, to, next
}

// eager does not know whether there is more behind a full page.
func eager(start, size, total int) (from, to int, next string) {
	from, to, next = rightPages(start, size, total)
	if to-from == size {
		next = strconv.Itoa(to)
	}
	return from, to, next
}

func pairs(start, _, total int) (from, to int, next string) { return rightPages(start, 2, total) }

func atMost50(start, size, total int) (from, to int, next string) {
	return rightPages(start, size, min(total, 50))
}

func emptyGoesOn(start, size, total int) (from, to int, next string) {
	if total == 0 {
		return 0, 0, "more"
	}
	return rightPages(start, size, total)
}

// showFirstAgain begins the last page with a client from two pages before, at least.
func showFirstAgain(w *world) {
	w.server.rules.entries = func(all []client, from, to int) []client {
		if from > 0 && to == len(all) {
			return slices.Concat(all[:1], all[from:to])
		}
		return all[from:to]
	}
}

// ghost is a client that everybody has until there is a real one.
func ghost(w *world) {
	w.server.rules.entries = func(all []client, from, to int) []client {
		if len(all) == 0 {
			return []client{{"id": "id-99"}}
		}
		return all[from:to]
	}
}

func emptyList(s *server, verb string, _ *http.Request, _ client) int {
	if verb == "List" && len(s.clients) == 0 {
		return http.StatusNotFound
	}
	return 0
}
