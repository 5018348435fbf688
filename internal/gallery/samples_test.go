package gallery

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file makes what the conformance suite has to know out of the manners of a server.

func targetOf(keeps *kit.Keeping, client *oauthclients.Client, web *web) providertest.Target {
	edits := usualEdits()
	for name, edit := range keeps.Edits {
		edits[name] = edit
	}
	x := providertest.Target{
		Client: client, Requests: web.requests, UnknownID: "no-such-client", Edits: edits,
		Sample:   func(n int) *oauthclients.OAuthClient { return sample(keeps, n) },
		Required: keeps.Required, Ignored: ignored(keeps), Refused: keeps.Refuses, Kept: keeps.Holds, NotShown: keeps.Hides, Echoed: keeps.Echoes, Uncleared: keeps.Uncleared,
		GrantTypes: keeps.HasGrants, DropsMembers: !keeps.KeepsMembers && !keeps.RefusesMembers, RefusesMembers: keeps.RefusesMembers,
		Inject: web.inject, ClientsPath: "/", Unlisted: true, UpdateOnce: true, RegenerateMethod: "PUT", Many: 60,
	}
	if keeps.Required == nil {
		x.Required = []string{"GrantTypes", "RedirectURIs"}
	}
	if keeps.Many > 0 {
		x.Many = keeps.Many
	}
	if keeps.ForGrant != nil {
		x.ForGrant = func(n int, grant oauthclients.GrantType) *oauthclients.OAuthClient {
			c := sample(keeps, n)
			keeps.ForGrant(c, grant)
			return c
		}
	}
	return x
}

// ignored lists the fields that the server does not have.
func ignored(keeps *kit.Keeping) []string {
	names := slices.Clone(keeps.Drops)
	for _, name := range (dcr.Provider{}).Capabilities().Update {
		if keeps.Shows != nil && !slices.Contains(keeps.Shows, name) {
			names = append(names, name)
		}
	}
	return names
}

// sample sets every field that a server may take and show.
func sample(keeps *kit.Keeping, n int) *oauthclients.OAuthClient {
	c := &oauthclients.OAuthClient{
		Name: fmt.Sprintf("Order desk %d", n), RedirectURIs: []string{"https://orders.example.com/cb"},
		PostLogoutRedirectURIs: []string{"https://orders.example.com/bye"},
		GrantTypes:             []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
		ClientURI:              "https://orders.example.com", LogoURI: "https://orders.example.com/logo.png",
		PolicyURI: "https://orders.example.com/privacy", TermsURI: "https://orders.example.com/terms",
		Scopes: slices.Clone(keeps.Scopes),
	}
	extra := dcr.ExtraOf(c)
	extra.Contacts, extra.DefaultMaxAge = []string{"desk@example.com"}, new(time.Hour)
	extra.RequirePushedAuthorizationRequests, extra.TokenEndpointAuthMethod = true, keeps.Method
	if keeps.Grants != nil {
		c.GrantTypes = slices.Clone(keeps.Grants)
	}
	for _, name := range slices.Concat(ignored(keeps), keeps.Hides, keeps.Echoes, keeps.Refuses, keeps.Leaves) {
		fieldOf(c, name).SetZero()
	}
	if keeps.Ask != nil {
		keeps.Ask(c)
	}
	return c
}

func fieldOf(c *oauthclients.OAuthClient, name string) reflect.Value {
	if extra, isExtra := strings.CutPrefix(name, "Extra."); isExtra {
		return reflect.ValueOf(dcr.ExtraOf(c)).Elem().FieldByName(extra)
	}
	return reflect.ValueOf(c).Elem().FieldByName(name)
}

// usualEdits gives every setting another value that a server may take.
func usualEdits() map[string]func(*oauthclients.OAuthClient) {
	edits := map[string]func(*oauthclients.OAuthClient){
		"GrantTypes":                    func(c *oauthclients.OAuthClient) { c.GrantTypes = c.GrantTypes[:1] },
		"Extra.TokenEndpointAuthMethod": func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).TokenEndpointAuthMethod = "client_secret_post" },
		"Extra.ResponseTypes":           func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).ResponseTypes = []string{"code", "none"} },
		"Extra.Contacts":                func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).Contacts = []string{"other@example.com"} },
		"Extra.ApplicationType":         func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).ApplicationType = "native" },
		"Extra.JWKS":                    func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).JWKS = json.RawMessage(publicKey) },
		"Extra.DefaultMaxAge":           func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).DefaultMaxAge = new(time.Minute) },
	}
	for _, name := range (dcr.Provider{}).Capabilities().Update {
		if strings.HasPrefix(name, "Extra.") && edits[name] == nil {
			edits[name] = func(c *oauthclients.OAuthClient) { editSetting(fieldOf(c, name)) }
		}
	}
	return edits
}

func editSetting(field reflect.Value) {
	switch value := field.Addr().Interface().(type) {
	case *string:
		*value = "https://orders.example.com/edited"
	case *bool:
		*value = !*value
	case *[]string:
		*value = append(*value, "https://orders.example.com/edited")
	}
}

// publicKey is the example of RFC 7517 appendix A.1.
const publicKey = `{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",` +
	`"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}]}`
