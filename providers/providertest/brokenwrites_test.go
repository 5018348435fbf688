package providertest_test

import (
	"html"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file holds servers that do not do what a create or an update asks for.

func brokenWrites() []breakage {
	return []breakage{
		{"create loses a field", losing("description"), everyCreate()},
		{"create loses a field and hides it", all(losing("description"), echoing("Create", "description")), []string{
			"create sets every field", "regenerate", "update clears fields/Name", "update keeps the rest", "update refuses other fields",
			"update refuses output",
		}},
		{"create loses a field that samples leave out", all(losing("tags"), func(w *world) {
			w.samples(func(c *oauthclients.OAuthClient) { extraOf(c).Tags = nil })
		}), []string{"create sets the rest"}},
		{"update loses a text that was not edited", forgetting("Description", "description"), []string{"update keeps the rest"}},
		{"update loses a list that was not edited", forgetting("RedirectURIs", "redirect_uris"), []string{"update keeps the rest"}},
		{"update loses an Extra that was not edited", forgetting("Extra.Tags", "tags"), []string{"update keeps the rest"}},
		{"update ignores a text", ignoring("description"), []string{"update clears fields/Description", "update edits every field/Description"}},
		{"update ignores an Extra", ignoring("tier"), []string{"update edits every field/Extra.Tier"}},
		{"update ignores a list and hides it", all(ignoring("scopes"), echoing("Update", "scopes")), []string{"update clears fields/Scopes", "update edits every field/Scopes"}},
		{"update does nothing", storing(keepOld), slices.Concat(everyEdit(), everyClear(), []string{
			"concurrent use", "lifecycle", "raw JSON", "update is repeated", "update keeps the rest",
		})},
		{"an empty value keeps the old one", storing(merge), everyClear()},
		{"update changes the status", showing("Update", func(_, shown client) { shown["status"] = "pending" }), []string{"update keeps the rest"}},
		{"update changes the id", showing("Update", func(_, shown client) { shown["id"] = "id-99" }), slices.Concat(everyEdit(), everyClear(), []string{
			"concurrent use", "lifecycle", "raw JSON", "update is repeated", "update keeps the rest",
		})},
		{"additional members are not sent", func(w *world) {
			w.provider.call = func(c *oauthclients.Call) { c.Members = nil }
		}, []string{"additional members"}},
		{"update loses what it does not model", func(w *world) {
			w.provider.body = func(verb string, _ []string, body map[string]any) { delete(body, "x_unknown_to_the_sdk") }
		}, []string{"additional members"}},
		{"names must be unique", refusing(takenName), []string{"names are not unique"}},
		{"names lose what is not ASCII", storing(asciiName), []string{"odd texts"}},
		{"names are kept as HTML", all(storing(htmlName), echoing("Create", "client_name")), []string{"odd texts"}},
		{"the fixed grant types are refused", all(withFixedGrants, sendingGrants, refusing(namedGrants)), []string{"grant types"}},
	}
}

// all bends one after the other.
func all(bends ...func(*world)) func(*world) {
	return func(w *world) {
		for _, bend := range bends {
			bend(w)
		}
	}
}

// storing edits what is kept of what was sent; old is empty for a new client.
func storing(edit func(kept, old client)) func(*world) {
	return func(w *world) {
		right := w.server.rules.store
		w.server.rules.store = func(sent, old client) client {
			kept := right(sent, old)
			edit(kept, old)
			return kept
		}
	}
}

// losing drops a member of a new client.
func losing(member string) func(*world) {
	return storing(func(kept, old client) {
		if len(old) == 0 {
			delete(kept, member)
		}
	})
}

// echoing shows a member as it was sent, whatever was made of it.
func echoing(verb, member string) func(*world) {
	return showing(verb, func(sent, shown client) { shown[member] = sent[member] })
}

// forgetting does not send a field that was not edited; to the server that means none.
func forgetting(field, member string) func(*world) {
	return func(w *world) {
		w.provider.body = func(verb string, changed []string, body map[string]any) {
			if verb == "Update" && !slices.Contains(changed, field) {
				delete(body, member)
			}
		}
	}
}

func keepOld(kept, old client) {
	for member, value := range old {
		kept[member] = value
	}
}

// merge is what PATCH does in some APIs: an empty value asks for nothing.
func merge(kept, old client) {
	for member, value := range old {
		if v := reflect.ValueOf(kept[member]); !v.IsValid() || v.IsZero() {
			kept[member] = value
		}
	}
}

func asciiName(kept, _ client) {
	kept["client_name"] = strings.Map(func(r rune) rune {
		if r > '~' {
			return -1
		}
		return r
	}, kept["client_name"].(string))
}

func htmlName(kept, _ client) { kept["client_name"] = html.EscapeString(kept["client_name"].(string)) }

// refusing answers some requests with a status above 0.
func refusing(rule func(s *server, verb string, r *http.Request, body client) int) func(*world) {
	return func(w *world) {
		w.server.rules.refuse = func(verb string, r *http.Request, body client) int { return rule(w.server, verb, r, body) }
	}
}

func takenName(s *server, verb string, _ *http.Request, body client) int {
	taken := slices.ContainsFunc(s.clients, func(c client) bool { return c["client_name"] == body["client_name"] })
	if verb == "Create" && taken {
		return http.StatusConflict
	}
	return 0
}

func sendingGrants(w *world) { w.provider.body = func(string, []string, map[string]any) {} }

func namedGrants(_ *server, verb string, _ *http.Request, body client) int {
	if verb == "Create" && grantsOf(body) != "" {
		return http.StatusBadRequest
	}
	return 0
}
