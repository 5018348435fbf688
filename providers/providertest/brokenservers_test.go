package providertest_test

import (
	"net/http"
	"regexp"
	"slices"
)

// This file holds servers that get ids, secrets or reading wrong. Those that get writing wrong
// are in brokenwrites_test.go.

func brokenServers() []breakage {
	return []breakage{
		{"nothing", func(*world) {}, nil},
		{"one id for all", oneID, []string{
			"concurrent use", "create ignores output", "create is not repeated", "each grant type", "many clients", "page sizes",
			"update refuses output",
		}},
		{"get of an unknown id succeeds", found(http.MethodGet, http.StatusOK, client{"id": "id-7"}), slices.Concat(
			[]string{"delete is repeated", "lifecycle", "unknown id"}, everyOddID())},
		{"delete of an unknown id succeeds", found(http.MethodDelete, http.StatusNoContent, nil), slices.Concat(
			[]string{"lifecycle", "unknown id"}, everyOddID())},
		{"new secret for an unknown id", found(http.MethodPost, http.StatusOK, client{"client_secret": "s3cret"}), slices.Concat(
			[]string{"unknown id"}, everyOddID())},
		{"400 for an id of another shape", refuseOddIDs, everyOddID()},

		{"delete keeps the client", removing(func(all []client, _ int) []client { return all }), []string{"concurrent use", "delete is repeated", "lifecycle"}},
		{"delete removes every client", removing(func([]client, int) []client { return nil }), []string{"concurrent use"}},
		{"get changes the client", changeOnRead, []string{
			"create sets every field", "regenerate", "update clears fields/Name", "update clears fields/Description",
			"update edits every field/Description", "update keeps the rest", "update refuses other fields", "update refuses output",
		}},
		{"get answers with another id", showing("Get", func(_, shown client) { shown["id"] = "id-99" }), slices.Concat(everyEdit(), everyClear(), []string{
			"concurrent use", "create sets every field", "each grant type", "foreign extra", "lifecycle", "odd ids", "odd texts",
			"raw JSON", "refused ids", "regenerate", "update clears fields/Name", "update is repeated", "update keeps the rest",
			"update refuses other fields", "update refuses output", "update without an edit",
		})},
		{"a cache before the server", withCache, slices.Concat(everyEdit(), everyClear(), []string{"lifecycle", "update without an edit"})},

		{"no secret with create", showing("Create", func(_, shown client) { delete(shown, "client_secret") }), []string{
			"lifecycle", "list secrets are usable", "raw JSON", "secrets do not show",
		}},
		{"the old secret again", secrets(func(id string, _ int) string { return "s3cret-" + id }), []string{"regenerate"}},
		{"one new secret for ever", secrets(newOnce), []string{"regenerate"}},
		{"another secret in the list", showing("List", func(_, shown client) { shown["client_secret"] = "encrypted" }), []string{"list secrets are usable"}},
		{"the secret under another name", showing("Create", func(_, shown client) { shown["passcode"] = shown["client_secret"] }), []string{"raw JSON"}},
		{"the secret under another name in get", showing("Get", func(_, shown client) { shown["passcode"] = shown["client_secret"] }), []string{"raw JSON"}},
		{"the secret under another name in update", showing("Update", func(_, shown client) { shown["passcode"] = shown["client_secret"] }), []string{"raw JSON"}},
		{"a new secret costs the description", func(w *world) {
			w.server.rules.issued = func(c client, generation int) {
				if generation > 1 {
					c["description"] = ""
				}
			}
		}, []string{"regenerate"}},
		{"the secret under another name in the list", showing("List", func(_, shown client) { shown["passcode"] = shown["client_secret"] }), []string{"raw JSON"}},
	}
}

func oneID(w *world) { w.server.rules.id = func(int) string { return "mine" } }

// found answers a method for an id that no client has as if there were one.
func found(method string, status int, body client) func(*world) {
	return func(w *world) {
		right := w.server.rules.unknown
		w.server.rules.unknown = func(rw http.ResponseWriter, r *http.Request) {
			if r.Method != method {
				right(rw, r)
				return
			}
			answer(rw, status, body)
		}
	}
}

func refuseOddIDs(w *world) {
	shape := regexp.MustCompile(`^id-\d+$`)
	right := w.server.rules.unknown
	w.server.rules.unknown = func(rw http.ResponseWriter, r *http.Request) {
		if shape.MatchString(r.PathValue("id")) {
			right(rw, r)
			return
		}
		answer(rw, http.StatusBadRequest, client{"error": "malformed_id"})
	}
}

func removing(remove func([]client, int) []client) func(*world) {
	return func(w *world) { w.server.rules.remove = remove }
}

// changeOnRead is a server that notes in the client how often it was read.
func changeOnRead(w *world) {
	w.server.rules.read = func(c client) { c["description"] = c["description"].(string) + "." }
}

func secrets(secret func(id string, generation int) string) func(*world) {
	return func(w *world) { w.server.rules.secret = secret }
}

func newOnce(id string, generation int) string {
	if generation == 1 {
		return "s3cret-" + id
	}
	return "s3cret-new-" + id
}

// showing edits what the answers to one verb show.
func showing(verb string, edit func(sent, shown client)) func(*world) {
	return func(w *world) {
		w.server.rules.show = func(of string, sent, shown client) {
			if of == verb {
				edit(sent, shown)
			}
		}
	}
}
