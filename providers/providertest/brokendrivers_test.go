package providertest_test

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file holds drivers, and Extras, that are wrong over a server that is right.

func brokenDrivers() []breakage {
	broken := []breakage{
		{"ids are not escaped", escaping(func(id string) string { return id }), parts("odd ids", "../clients", "a?b=c", "a#b", "%", "/", "id-1/", "id-1?x")},
		{"ids are cut at a slash", escaping(beforeSlash), parts("odd ids", "../clients", "/", "id-1/")},
		{"the secret in the status", recording("Create", func(_ *oauthclients.OAuthClient, r *oauthclients.Record) {
			r.Client.Status = oauthclients.Status("active, " + r.Client.Secret.Reveal())
		}), []string{"secrets do not show", "update keeps the rest"}},
		{"the secret in a field of Extra", recording("Create", func(_ *oauthclients.OAuthClient, r *oauthclients.Record) {
			extraOf(r.Client).Note = r.Client.Secret.Reveal()
		}), []string{"secrets do not show"}},
		{"get does not read the Extra", recording("Get", func(_ *oauthclients.OAuthClient, r *oauthclients.Record) { r.Client.Extra = nil }), []string{
			"create sets every field", "update edits every field/Extra.Tier", "update edits every field/Extra.Tags", "update keeps the rest",
		}},
		{"no JSON with create", recording("Create", func(_ *oauthclients.OAuthClient, r *oauthclients.Record) { r.Raw = nil }), []string{"additional members", "raw JSON"}},
		{"update answers what was asked", all(ignoring("scopes"), recording("Update", func(want *oauthclients.OAuthClient, r *oauthclients.Record) {
			r.Client.Scopes = want.Scopes
		})), []string{"update clears fields/Scopes", "update edits every field/Scopes"}},
		{"update loses a text that was not edited and hides it", all(forgetting("Description", "description"), recording("Update",
			func(want *oauthclients.OAuthClient, r *oauthclients.Record) { r.Client.Description = want.Description },
		)), []string{"update keeps the rest"}},
		{"Extra.Clone loses a field", copying(func(_, to *extra) { to.Tags = nil }), everyCreate()},
		{"Extra.Clone shares a list", all(copying(func(from, to *extra) { to.Tags = from.Tags }), editInPlace), []string{"clone is deep", "update edits every field/Extra.Tags"}},
		{"Extra.Clone sorts a list", all(copying(func(_, to *extra) { slices.Sort(to.Tags) }), reversedTags), []string{
			"clone is deep", "create sets every field",
		}},
		{"the Extra of another name", func(w *world) { w.provider.name = "Mem" }, slices.Concat(everyCreate(), everyOther(), []string{
			"ended context", "grant types", "modelled members",
		})},
	}
	for verb, failing := range map[string]string{"Create": "create is not repeated", "RegenerateSecret": "regenerate is not repeated"} {
		broken = append(broken, breakage{verb + " is sent again", calling(verb, func(c *oauthclients.Call) { c.Repeatable = true }), []string{failing}})
	}
	for verb, failing := range map[string]string{"Update": "update is repeated", "Delete": "delete is repeated"} {
		broken = append(broken, breakage{verb + " is not sent again", calling(verb, func(c *oauthclients.Call) { c.Once = true }), []string{failing}})
	}
	for _, verb := range []string{"Create", "List", "Get", "Delete", "RegenerateSecret"} {
		broken = append(broken, breakage{verb + " outlives its context", careless(verb), []string{"ended context"}})
	}
	return broken
}

func escaping(escape func(string) string) func(*world) {
	return func(w *world) { w.provider.escape = escape }
}

func beforeSlash(id string) string {
	segment, _, _ := strings.Cut(id, "/")
	return url.PathEscape(segment)
}

// recording edits what one verb returns.
func recording(verb string, edit func(want *oauthclients.OAuthClient, r *oauthclients.Record)) func(*world) {
	return func(w *world) {
		w.provider.record = func(of string, want *oauthclients.OAuthClient, r *oauthclients.Record) {
			if of == verb {
				edit(want, r)
			}
		}
	}
}

// calling edits the calls of one verb.
func calling(verb string, edit func(*oauthclients.Call)) func(*world) {
	return func(w *world) {
		w.provider.call = func(c *oauthclients.Call) {
			if c.Operation == verb {
				edit(c)
			}
		}
	}
}

func copying(copied func(from, to *extra)) func(*world) {
	return func(w *world) { w.provider.copied = copied }
}

func editInPlace(w *world) {
	w.target.Edits["Extra.Tags"] = func(c *oauthclients.OAuthClient) { extraOf(c).Tags[0] = "edited" }
}

// reversedTags come from a server that has an order of its own.
func reversedTags(w *world) {
	w.server.rules.show = func(_ string, _, shown client) {
		if tags, ok := shown["tags"].([]any); ok {
			tags = slices.Clone(tags)
			slices.Reverse(tags)
			shown["tags"] = tags
		}
	}
}

// careless calls go on when nobody waits for them.
func careless(verb string) func(*world) {
	return func(w *world) {
		w.provider.during = func(ctx context.Context, of string) context.Context {
			if of == verb {
				return context.WithoutCancel(ctx)
			}
			return ctx
		}
	}
}
