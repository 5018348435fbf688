package providertest_test

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds claims that are wrong: capabilities that the provider does not have, and
// what the author of a provider tells the suite.

func brokenClaims() []breakage {
	return []breakage{
		{"a field that the server drops", claiming(func(c *oauthclients.Capabilities) {
			c.Create, c.Update = append(c.Create, "PolicyURI"), append(c.Update, "PolicyURI")
		}), []string{"update edits every field/PolicyURI"}},
		{"a field that no client has", claiming(func(c *oauthclients.Capabilities) {
			c.Create, c.Update = append(c.Create, "RedirectURLs"), append(c.Update, "RedirectURLs")
		}), []string{"capabilities name real fields", "update edits every field/RedirectURLs"}},
		{"a strategy without a name", claiming(func(c *oauthclients.Capabilities) { c.Auth = append(c.Auth, "") }), []string{
			"auth strategies", "capabilities name real fields",
		}},
		{"a strategy that nobody tried", claiming(func(c *oauthclients.Capabilities) {
			c.Auth = append(c.Auth, oauthclients.AuthKindBearer)
		}), []string{"auth strategies"}},
		{"a strategy that the server refuses", all(withBearer, refusing(bearer)), []string{"auth strategies"}},
		{"a grant type that the server refuses", all(refusing(implicit), claiming(func(c *oauthclients.Capabilities) {
			c.GrantTypes = append(c.GrantTypes, oauthclients.GrantImplicit)
		})), []string{"each grant type"}},
		{"a field is taken in spite of the claim", func(w *world) {
			w.claim(func(c *oauthclients.Capabilities) {
				if w.connected {
					c.Create, c.Update = without(c.Create, "Description"), without(c.Update, "Description")
				}
			})
		}, []string{"create refuses other fields/Description", "update refuses other fields"}},
		{"new secrets in spite of the claim", func(w *world) {
			w.claim(func(c *oauthclients.Capabilities) { c.RegenerateSecret = !w.connected })
		}, []string{"regenerate"}},

		{"a member that is not refused", func(w *world) {
			w.claim(func(c *oauthclients.Capabilities) {
				if w.connected {
					c.Members = append(c.Members, "another")
				}
			})
		}, []string{"modelled members"}},
		{"additional members in spite of the claim", func(w *world) {
			w.claim(func(c *oauthclients.Capabilities) {
				if w.connected {
					c.Members = nil
				}
			})
		}, []string{"additional members"}},
		{"DropsMembers, and keeps them", func(w *world) { w.target.DropsMembers = true }, []string{"additional members"}},
		{"RefusesMembers, and takes them", func(w *world) { w.target.RefusesMembers = true }, []string{"additional members"}},
		{"not RefusesMembers, and refuses them", refusing(unknownMember), []string{"additional members"}},
		{"Kept, and can be cleared", func(w *world) { w.target.Kept = []string{"Scopes"} }, []string{"update clears fields/Scopes"}},
		{"not Kept, and is kept", all(withMerge, func(w *world) { w.target.Kept = []string{"Scopes"} }), []string{"update clears fields/ClientURI"}},
		{"NotShown, and is shown", all(withHiddenFields, func(w *world) {
			w.server.rules.show = func(string, client, client) {}
		}), []string{"create sets the rest", "update edits every field/Description", "update edits every field/Extra.Tier"}},
		{"NotShown, and told as another value", all(withHiddenFields, func(w *world) {
			w.provider.record = func(string, *oauthclients.OAuthClient, *oauthclients.Record) {}
		}), []string{"create sets the rest", "update edits every field/Description", "update edits every field/Extra.Tier"}},
		{"Echoed, and is kept", all(withEchoedFields, func(w *world) {
			w.server.rules.show = func(string, client, client) {}
		}), []string{"update edits every field/Description", "update edits every field/Extra.Tier"}},
		{"not Echoed, and is", all(withEchoedFields, func(w *world) { w.target.Echoed = nil }), []string{
			"update edits every field/Description", "update edits every field/Extra.Tier",
		}},
		{"Uncleared, and can be cleared", func(w *world) { w.target.Uncleared = []string{"Scopes"} }, []string{"update clears fields/Scopes"}},
		{"not Uncleared, and is", all(withUnclearedFields, func(w *world) { w.target.Uncleared = nil }), []string{"update clears fields/ClientURI"}},
		{"GrantTypes, and there are more", func(w *world) {
			w.target.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}
		}, []string{"each grant type"}},
		{"NoSecret, and there is one", func(w *world) { w.target.NoSecret = true }, []string{"lifecycle", "secrets do not show"}},
		{"Required, and can be cleared", func(w *world) { w.target.Required = []string{"Name", "Scopes"} }, []string{"update clears fields/Scopes"}},
		{"not Required, and cannot be cleared", func(w *world) { w.target.Required = nil }, []string{"update clears fields/Name"}},
		{"a refusal that does not name its field", func(w *world) {
			w.provider.accept = func(verb string, want *oauthclients.OAuthClient) error {
				if want.Name != "" {
					return nil
				}
				return providerkit.InvalidFields("mem", verb, []oauthclients.FieldError{{Field: "client_name", Code: "required", Message: "is blank"}})
			}
		}, []string{"update clears fields/Name"}},
		{"a refusal that comes too late", all(withServerRefusals, lateRefusal), []string{"update clears fields/Name"}},
		{"Ignored, and is not", func(w *world) { w.target.Ignored = []string{"Scopes"} }, []string{"update edits every field/Scopes"}},
		{"Ignored, and is refused", all(refusing(scopesEdit), func(w *world) {
			w.target.Ignored = []string{"Scopes"}
		}), []string{"update edits every field/Scopes"}},
		{"an edit that changes nothing", func(w *world) {
			w.target.Edits["Scopes"] = func(*oauthclients.OAuthClient) {}
		}, []string{"update edits every field/Scopes"}},
		{"samples of one name", func(w *world) {
			w.samples(func(c *oauthclients.OAuthClient) { c.Name = "Order desk" })
		}, []string{"create is not repeated", "names are not unique"}},
		{"samples that set what is output only", func(w *world) {
			w.samples(func(c *oauthclients.OAuthClient) { extraOf(c).Usage = 7 })
		}, []string{"extra fields are listed"}},
		{"requests that no call made", requestsOfItsOwn, slices.Concat(everyOther(), everyRefusedID(), []string{
			"create is not repeated", "ended context", "foreign extra", "grant types", "modelled members",
		})},
		{"requests that no call made, no new secrets", all(requestsOfItsOwn, withoutRegenerate), slices.Concat(everyOther(), everyRefusedID(), []string{
			"create is not repeated", "ended context", "foreign extra", "grant types", "modelled members", "regenerate",
		})},
	}
}

// lateRefusal refuses an update without a name after it was written.
func lateRefusal(w *world) {
	right := w.server.rules.refuse
	w.server.rules.refuse = func(verb string, r *http.Request, body client) int {
		status := right(verb, r, body)
		for _, c := range w.server.clients {
			if status != 0 && c["id"] == r.PathValue("id") {
				c["client_name"] = ""
			}
		}
		return status
	}
}

func scopesEdit(_ *server, verb string, _ *http.Request, body client) int {
	if scopes, _ := body["scopes"].([]any); verb == "Update" && slices.Contains(scopes, any("edited")) {
		return http.StatusConflict
	}
	return 0
}

func bearer(_ *server, _ string, r *http.Request, _ client) int {
	if r.Header.Get("Authorization") != "" {
		return http.StatusUnauthorized
	}
	return 0
}

func implicit(_ *server, _ string, _ *http.Request, body client) int {
	if strings.Contains(grantsOf(body), "implicit") {
		return http.StatusBadRequest
	}
	return 0
}

func claiming(edit func(*oauthclients.Capabilities)) func(*world) {
	return func(w *world) { w.claim(edit) }
}

func without(fields []string, field string) []string {
	return slices.DeleteFunc(fields, func(f string) bool { return f == field })
}

// requestsOfItsOwn is a provider that sends something all the time, asked or not.
func requestsOfItsOwn(w *world) {
	var sent atomic.Int64
	right := w.target.Requests
	w.target.Requests = func() int { return right() + int(sent.Add(1)) }
}
