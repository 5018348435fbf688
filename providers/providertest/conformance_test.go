package providertest_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file runs the suite over providers that are right, each in another way. That it fails
// over wrong ones is in broken_test.go.

func TestTheSuitePassesOverARightProvider(t *testing.T) {
	for name, bend := range map[string]func(*world){
		"everything":          func(*world) {},
		"the default list":    func(w *world) { w.target.Many = 0 },
		"no limit of a page":  all(withAnyPageSize, func(w *world) { w.server.rules.longest = 0 }),
		"no paging":           withoutPaging,
		"no new secrets":      withoutRegenerate,
		"fixed grant types":   withFixedGrants,
		"no extra":            withoutExtra,
		"ignored fields":      withIgnoredFields,
		"no secret at all":    withoutSecret,
		"nothing required":    func(w *world) { w.provider.accept = acceptAll; w.target.Required = nil },
		"few fields":          withFewFields,
		"refusals by server":  withServerRefusals,
		"members of its own":  withUnknownMembers,
		"overlapping pages":   func(w *world) { w.server.rules.pages = defaultSize(overlappingPages) },
		"two strategies":      withBearer,
		"one grant a client":  withOneGrant,
		"small samples":       withSmallSamples,
		"no faults":           func(w *world) { w.target.Inject = nil },
		"no strategies told":  func(w *world) { w.target.Auths = nil },
		"as little as can be": withAsLittleAsCanBe,
		"unknown members":     all(refusing(unknownMember), func(w *world) { w.target.RefusesMembers = true }),
		"a merge":             withMerge,
		"hidden fields":       withHiddenFields,
		"echoed fields":       withEchoedFields,
		"uncleared fields":    withUnclearedFields,
		"fewer grant types":   withFewerGrants,
	} {
		t.Run(name, func(t *testing.T) { providertest.Run(t, harness(bend)) })
	}
}

// claim edits the capabilities, after what else edits them.
func (w *world) claim(edit func(*oauthclients.Capabilities)) {
	before := w.provider.able
	w.provider.able = func(c *oauthclients.Capabilities) {
		before(c)
		edit(c)
	}
}

// disclaim takes fields out of what Create and Update take.
func (w *world) disclaim(fields ...string) {
	taken := func(field string) bool { return slices.Contains(fields, field) }
	w.claim(func(c *oauthclients.Capabilities) {
		c.Create, c.Update = slices.DeleteFunc(c.Create, taken), slices.DeleteFunc(c.Update, taken)
	})
}

// samples edits every sample.
func (w *world) samples(edit func(*oauthclients.OAuthClient)) {
	before := w.target.Sample
	w.target.Sample = func(n int) *oauthclients.OAuthClient {
		c := before(n)
		edit(c)
		return c
	}
}

func withAnyPageSize(w *world) {
	w.claim(func(c *oauthclients.Capabilities) { c.MaxPageSize = 0 })
}

func withoutPaging(w *world) {
	w.server.rules.pages = rightPages
	w.claim(func(c *oauthclients.Capabilities) { c.Paging, c.MaxPageSize = false, 0 })
}

func withoutRegenerate(w *world) {
	w.claim(func(c *oauthclients.Capabilities) { c.RegenerateSecret = false })
}

// withFixedGrants: the server gives each client all grants, and does not talk about them.
func withFixedGrants(w *world) {
	w.disclaim("GrantTypes")
	w.claim(func(c *oauthclients.Capabilities) { c.FixedGrantTypes = true })
	w.samples(func(c *oauthclients.OAuthClient) { c.GrantTypes = nil })
	w.provider.body = func(_ string, _ []string, body map[string]any) { delete(body, "grant_types") }
}

func withoutExtra(w *world) {
	w.disclaim("Extra.Tier", "Extra.Tags")
	w.samples(func(c *oauthclients.OAuthClient) { c.Extra = nil })
	w.provider.record = func(_ string, _ *oauthclients.OAuthClient, r *oauthclients.Record) { r.Client.Extra = nil }
}

// ignoring accepts edits of a member, and keeps what was there.
func ignoring(member string) func(*world) {
	return func(w *world) {
		right := w.server.rules.store
		w.server.rules.store = func(sent, old client) client {
			kept := right(sent, old)
			if old["id"] != nil {
				kept[member] = old[member]
			}
			return kept
		}
	}
}

func withIgnoredFields(w *world) {
	ignoring("description")(w)
	ignoring("scopes")(w)
	w.target.Ignored = []string{"Description", "Scopes"}
}

func withoutSecret(w *world) {
	w.target.NoSecret = true
	withoutRegenerate(w)
	w.server.rules.show = func(_ string, _, shown client) { delete(shown, "client_secret") }
}

func acceptAll(string, *oauthclients.OAuthClient) error { return nil }

// withFewFields is a provider for which the suite refuses nearly everything.
func withFewFields(w *world) {
	w.claim(func(c *oauthclients.Capabilities) {
		c.Create, c.Update = []string{"Name", "RedirectURIs"}, []string{"Name"}
	})
	w.target.Sample = func(n int) *oauthclients.OAuthClient {
		c := w.sample(n)
		return &oauthclients.OAuthClient{Name: c.Name, RedirectURIs: c.RedirectURIs}
	}
}

func withAsLittleAsCanBe(w *world) {
	withFixedGrants(w)
	withoutExtra(w)
	withoutPaging(w)
	withoutSecret(w)
	withFewFields(w)
}

// withBearer takes a key as well.
func withBearer(w *world) {
	w.target.Auths[oauthclients.AuthKindBearer] = nil
	w.claim(func(c *oauthclients.Capabilities) { c.Auth = append(c.Auth, oauthclients.AuthKindBearer) })
}

// withOneGrant refuses scopes for a client that acts for itself, which needs samples of its own.
func withOneGrant(w *world) {
	w.target.ForGrant = func(n int, grant oauthclients.GrantType) *oauthclients.OAuthClient {
		c := w.sample(n)
		if grant == oauthclients.GrantClientCredentials {
			c.Scopes = nil
		}
		return c
	}
	refusing(func(_ *server, verb string, _ *http.Request, body client) int {
		if verb == "Create" && grantsOf(body) == "client_credentials" && body["scopes"] != nil {
			return http.StatusBadRequest
		}
		return 0
	})(w)
}

// grantsOf joins the grant types that were sent with blanks.
func grantsOf(body client) string {
	grants, _ := body["grant_types"].([]any)
	return strings.TrimSuffix(fmt.Sprintln(grants...), "\n")
}

// withSmallSamples leaves fields to the suite's own edits.
func withSmallSamples(w *world) {
	w.samples(func(c *oauthclients.OAuthClient) { c.GrantTypes, c.Extra = nil, nil })
}

// withServerRefusals leaves the check of the name to the server, and names its field.
func withServerRefusals(w *world) {
	w.provider.accept = acceptAll
	w.provider.explain = func(r *oauthclients.Response, e *oauthclients.Error) {
		if r.Status == http.StatusUnprocessableEntity {
			e.Fields = []oauthclients.FieldError{{Field: "Name", Code: "blank", Message: "can't be blank"}}
		}
	}
	w.server.rules.refuse = func(_ string, _ *http.Request, body client) int {
		if body["client_name"] == "" {
			return http.StatusUnprocessableEntity
		}
		return 0
	}
}

// withUnknownMembers shows members that the provider does not read, the secret's twin among them.
func withUnknownMembers(w *world) {
	w.server.rules.show = func(_ string, _, shown client) {
		shown["owner"] = client{"name": "Order team", "api_token": shown["client_secret"]}
	}
}

// unknownMember refuses what the server does not know, as many JSON readers do.
func unknownMember(_ *server, _ string, _ *http.Request, body client) int {
	if _, sent := body["x_unknown_to_the_sdk"]; sent {
		return http.StatusBadRequest
	}
	return 0
}

// withMerge keeps what an update leaves empty.
func withMerge(w *world) {
	w.target.Kept = []string{"Scopes", "ClientURI"}
	w.server.rules.store = func(sent, old client) client {
		kept := maps.Clone(sent)
		for _, member := range []string{"scopes", "client_uri"} {
			if value, found := old[member]; found && (sent[member] == nil || sent[member] == "") {
				kept[member] = value
			}
		}
		return kept
	}
}

// withHiddenFields stores what it never answers.
func withHiddenFields(w *world) {
	w.target.NotShown = []string{"Description", "Extra.Tier"}
	w.samples(func(c *oauthclients.OAuthClient) { c.Description, extraOf(c).Tier = "", "" })
	w.server.rules.show = func(_ string, _, shown client) {
		delete(shown, "description")
		delete(shown, "tier")
	}
	w.provider.record = func(_ string, _ *oauthclients.OAuthClient, r *oauthclients.Record) { r.NotShown = w.target.NotShown }
}

// withEchoedFields answers what it does not keep, and keeps all that the samples set.
func withEchoedFields(w *world) {
	w.target.Echoed = []string{"Description", "Extra.Tier"}
	w.samples(func(c *oauthclients.OAuthClient) { c.Description, extraOf(c).Tier = "", "" })
	w.server.rules.show = func(verb string, _, shown client) {
		if verb != "Create" && verb != "Update" {
			delete(shown, "description")
			delete(shown, "tier")
		}
	}
}

// withUnclearedFields answers an update with what was sent, and keeps what was left out.
func withUnclearedFields(w *world) {
	w.target.Uncleared = []string{"ClientURI"}
	w.server.rules.store = func(sent, old client) client {
		kept := maps.Clone(sent)
		if uri, found := old["client_uri"]; found && sent["client_uri"] == "" {
			kept["client_uri"] = uri
		}
		return kept
	}
	w.server.rules.show = func(verb string, sent, shown client) {
		if verb == "Update" {
			shown["client_uri"] = sent["client_uri"]
		}
	}
}

// withFewerGrants has a grant type less than the provider.
func withFewerGrants(w *world) {
	w.target.GrantTypes = []oauthclients.GrantType{
		oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken, oauthclients.GrantClientCredentials,
	}
	w.claim(func(c *oauthclients.Capabilities) { c.GrantTypes = append(c.GrantTypes, oauthclients.GrantImplicit) })
	refusing(implicit)(w)
}

// overlappingPages begins each page with the last client of the page before, as a list does
// from which somebody deletes meanwhile. Such a client is skipped.
func overlappingPages(start, size, total int) (from, to int, next string) {
	if start > 0 && size > 1 {
		start--
	}
	return rightPages(start, size, total)
}
