package hostile

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file answers with lists whose entries, cursors and links are wrong.

// numbered is the vendor's client with another id and name.
func numbered(v *vendor, n int) string {
	client := strings.ReplaceAll(v.client, id, "id-"+strconv.Itoa(n))
	return strings.ReplaceAll(client, `"desk"`, `"desk `+strconv.Itoa(n)+`"`)
}

// A list is right or it is not: a client that cannot be told must not be missing in silence, and
// who finds none makes a second one.
func TestListsWithAnEntryOfNoUse(t *testing.T) {
	for _, v := range vendors() {
		for _, entry := range []string{
			"null", "{}", "17", `""`, "[]", "true", `{"name":"desk"}`, replaced(t, v.client, idMember(&v), `""`),
			replaced(t, v.client, idMember(&v), "null"), replaced(t, v.client, idMember(&v), "{}"), v.list(v.client),
		} {
			for _, entries := range [][]string{{entry}, {entry, v.client}, {v.client, entry}} {
				page, err := listed(t, &v, v.list(entries...))
				require.ErrorIs(t, err, oauthclients.ErrUnavailable, "%s: %s", v.name, entry)
				require.Nil(t, page)
			}
		}
	}
}

func TestListsThatAreNone(t *testing.T) {
	for _, v := range vendors() {
		for _, body := range []string{
			"null", "17", `"[]"`, "true", `{"data":{}}`, `{"data":"[]"}`, `{"data":17}`, `{"entities":{}}`, `{"entities":"x"}`,
			`{"items":7}`, `{"response":null}`, `{"response":17}`, `{"response":{"response":[]}}`, `{"Data":[` + v.client + `]}`,
		} {
			_, err := listed(t, &v, body)
			if v.name == "sipgate" && strings.HasPrefix(body, `{"Data"`) {
				require.ErrorContains(t, err, "no list", "names have one spelling")
			}
			require.ErrorIs(t, err, oauthclients.ErrUnavailable, "%s: %s", v.name, body)
		}
	}
}

// A client that comes twice is one client, the first of the two.
func TestListsThatRepeatIDs(t *testing.T) {
	for _, v := range vendors() {
		again := strings.ReplaceAll(numbered(&v, 1), "desk 1", "another desk")
		page, err := listed(t, &v, v.list(numbered(&v, 1), numbered(&v, 2), again, numbered(&v, 2)))
		require.NoError(t, err)
		require.Len(t, page.Clients, 2)
		require.Equal(t, "desk 1", page.Clients[0].Name)
		require.Contains(t, string(page.Clients[0].Raw()), "desk 1", "each has its own JSON")
		require.Contains(t, string(page.Clients[1].Raw()), "desk 2")
	}
}

// leadingTo is a page that names a next one.
func leadingTo(v *vendor, next string, clients ...string) string {
	body := strings.Replace(v.list(clients...), `"nextUri":null`, `"nextUri":`+quoted(next), 1)
	return strings.Replace(body, `"last_client_id":null,"last_created_on":null`, `"last_client_id":`+quoted(next)+`,"last_created_on":"x"`, 1)
}

// quoted is a text as JSON.
func quoted(text string) string {
	written, _ := json.Marshal(text) // a string can be written
	return string(written)
}

// pages serves the n-th page that body makes, whatever is asked for, and counts to most.
func pages(t *testing.T, v *vendor, most int, body func(n int) string) *wire {
	t.Helper()
	return &wire{vendor: v, instead: func(s step, n int, _ *http.Request) *answer {
		if s != stepList {
			return nil
		}
		if n >= most {
			t.Errorf("page %d is asked for", n+1)
			return text(200, v.list())
		}
		return text(200, body(n))
	}}
}

// A list must end whatever the server says: in a circle of any size, on a page that brings nothing
// new time after time, and on empty ones, of which nobody knows what is behind the next: that is an error.
func TestListsWithoutAnEnd(t *testing.T) {
	const most = 64
	link := func(n int) string { return "/api/v2/oauth/clients?pageNumber=" + strconv.Itoa(n) }
	for _, v := range vendors() {
		if !v.nextLinks {
			continue
		}
		for name, body := range map[string]func(n int) string{
			"a circle of one":       func(n int) string { return leadingTo(&v, link(1), numbered(&v, n)) },
			"a circle of two":       func(n int) string { return leadingTo(&v, link(n%2), numbered(&v, n)) },
			"a circle of seven":     func(n int) string { return leadingTo(&v, link(n%7), numbered(&v, n)) },
			"a circle behind a way": func(n int) string { return leadingTo(&v, link(max(n, 5+n%3)), numbered(&v, n)) },
			"the same page again":   func(n int) string { return leadingTo(&v, link(n), numbered(&v, 1), numbered(&v, 2)) },
			"empty pages":           func(n int) string { return leadingTo(&v, link(n)) },
		} {
			w := pages(t, &v, most, body)
			count := 0
			for _, err := range v.connect(t, w).Clients.All(t.Context(), oauthclients.ListOptions{}) {
				if name == "empty pages" {
					require.ErrorIs(t, err, oauthclients.ErrUnavailable)
					break
				}
				require.NoError(t, err, "%s: %s", v.name, name)
				count++
			}
			require.Positive(t, w.count(stepList), "%s: %s", v.name, name)
			require.Less(t, count, most, "%s: %s", v.name, name)
			require.Zero(t, w.count(stepOther))
		}
	}
}

// Wherever a link leads, the next request goes to the list, at the host that was configured, or
// there is none and an error.
func TestLinksToOtherPlaces(t *testing.T) {
	for _, v := range vendors() {
		if !v.nextLinks {
			continue
		}
		for _, next := range []string{
			"https://evil.example/api/v2/oauth/clients?p=2", "//evil.example/api/v2/oauth/clients?p=2", "http://vendor.example/api/v2/oauth/clients?p=2",
			"https://vendor.example:444/api/v2/oauth/clients?p=2", "https://vendor.example@evil.example/api/v2/oauth/clients?p=2",
			"https://u:p@vendor.example/api/v2/oauth/clients?p=2", `\\evil.example\api\v2\oauth\clients?p=2`, "https://vendor.example.evil.example/api/v2/oauth/clients",
			"/api/v2/oauth/clients/../users?p=2", "/api/v2/oauth/clients/" + otherID, "/api/v2/oauth/clients%2f..?p=2", "/api/v2/oauth/clients/?p=2", "?p=2#f",
			"javascript:alert(1)", "file:///etc/passwd", "data:,x", "\x00", " ", "\r\nHost: evil.example", "https://[", strings.Repeat("/", 1<<16), "%zz", "?%zz=1", "?a;b",
		} {
			w := pages(t, &v, 3, func(n int) string {
				if n == 2 { // an opaque cursor leads on
					return v.list(numbered(&v, n))
				}
				return leadingTo(&v, next+strings.Repeat("x", n), numbered(&v, n))
			})
			requireWholeOrRefused(t, &v, w, true)
			require.Zero(t, w.count(stepOther), "%s: %q: %v", v.name, next, w.requests())
			for _, r := range w.requests() {
				require.True(t, r.step == stepToken || r.path == v.clients, "%s: %q: %s", v.name, next, r.path)
				_, err := url.ParseQuery(r.query)
				require.NoError(t, err)
			}
		}
	}
}
