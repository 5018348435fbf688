// Package providertest is the conformance suite that every provider passes: the promises of
// the portable verbs, checked through the public API against a server. Authors of a provider
// run it over a fake of their own, or over a real server:
//
//	func TestConformance(t *testing.T) {
//		providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
//			server := mytest.NewServer(t)
//			...
//		}})
//	}
//
// It also plays wire fixtures, see [Play], and has a suite for the sign-in of people, see
// [RunSignIn].
package providertest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the harness: what the suite has to know about a provider and its server.

// Harness tells the suite how to get at a server.
type Harness struct {
	// Start returns a client of an account that has no OAuth2 clients yet. It is called once
	// per case.
	Start func(t *testing.T) Target
}

// Target is a server under test.
type Target struct {
	Client *oauthclients.Client
	// Sample returns the n-th of any number of clients that the server accepts, each with its
	// own name and with as many fields set as the provider takes. The same n gives the same client.
	Sample func(n int) *oauthclients.OAuthClient
	// Requests returns how many requests have reached the server so far, to prove that some
	// calls send none. Requests for tokens may count.
	Requests func() int
	// UnknownID has the shape of an id, and no client has it.
	UnknownID string

	// Edits gives a valid edit for fields that the suite's own edit does not suit: Scopes,
	// LogoURI, GrantTypes, "Extra.FieldName".
	Edits map[string]func(*oauthclients.OAuthClient)
	// Required lists the fields that the provider does not let anybody clear.
	Required []string
	// Ignored lists the fields of Capabilities.Update that this server accepts and ignores;
	// setting and editing them must be a NotAppliedError.
	Ignored []string
	// Refused lists the fields of Capabilities.Update that this server refuses to set, at least to
	// the values of Edits; that must be ErrInvalid.
	Refused []string
	// DropsMembers: the server drops members that the provider does not model, so that
	// AdditionalMembers must be a NotAppliedError.
	DropsMembers bool
	// RefusesMembers: the server refuses members that the provider does not model, so that
	// AdditionalMembers must be ErrInvalid and nothing is written.
	RefusesMembers bool
	// Kept lists the fields of Capabilities.Update that this server keeps when they are cleared, as
	// servers do that merge an update; clearing one must be a NotAppliedError.
	Kept []string
	// NotShown lists the fields that this server stores and never answers. Setting one must be a
	// NotAppliedError that has it in Unconfirmed, and Sample leaves them unset.
	NotShown []string
	// Echoed lists the fields that this server repeats in the answer to a write and does not keep, which no
	// provider can see. Sample leaves them unset.
	Echoed []string
	// Uncleared lists the fields of Capabilities.Update that this server keeps when they are cleared, while
	// its answer has them cleared, which no provider can see.
	Uncleared []string
	// GrantTypes are those that this server has, if it has fewer than Capabilities.GrantTypes; a client
	// with another one must be ErrInvalid or a NotAppliedError.
	GrantTypes []oauthclients.GrantType
	// NoSecret: the server issues no secret with Create.
	NoSecret bool
	// Auths has a client of the same account for each strategy of Capabilities.Auth; nil leaves
	// them untested.
	Auths map[oauthclients.AuthKind]*oauthclients.Client
	// ForGrant returns the n-th sample for a grant type that Sample does not suit; nil takes
	// Sample. The grant type itself is set by the suite.
	ForGrant func(n int, grant oauthclients.GrantType) *oauthclients.OAuthClient
	// Inject breaks the server on purpose, and ClientsPath is a part of the paths of clients,
	// "/clients" if empty. Without Inject lost answers stay untested.
	Inject      func(fakeserver.Fault)
	ClientsPath string
	// Unlisted: a client is in no list if the answer to its creation was lost.
	Unlisted bool
	// UpdateOnce: an update that may have been executed is not sent again, since the server may
	// have replaced what it was sent with.
	UpdateOnce bool
	// RegenerateMethod is how a new secret is asked for, if that is not the first request of
	// RegenerateSecret; "" stands for any.
	RegenerateMethod string
	// Many is the number of clients in the largest list, 1,000 if 0.
	Many int
}

// Run runs the suite, one subtest per case.
func Run(t *testing.T, h Harness) {
	t.Helper()
	cases := map[string]func(*testing.T, Target){
		"lifecycle":                     lifecycle,
		"unknown id":                    unknownID,
		"odd ids":                       oddIDs,
		"refused ids":                   refusedIDs,
		"create sets every field":       createSetsEveryField,
		"create refuses other fields":   createRefusesOtherFields,
		"create ignores output":         createIgnoresOutput,
		"foreign extra":                 foreignExtra,
		"grant types":                   grantTypes,
		"update edits every field":      updateEditsEveryField,
		"update keeps the rest":         updateKeepsTheRest,
		"update refuses other fields":   updateRefusesOtherFields,
		"update refuses output":         updateRefusesOutput,
		"update clears fields":          updateClearsFields,
		"update without an edit":        updateWithoutAnEdit,
		"regenerate":                    regenerate,
		"odd texts":                     oddTexts,
		"names are not unique":          namesAreNotUnique,
		"paging":                        paging,
		"page sizes":                    pageSizes,
		"many clients":                  manyClients,
		"concurrent use":                concurrentUse,
		"ended context":                 endedContext,
		"secrets do not show":           secretsDoNotShow,
		"raw JSON":                      rawJSON,
		"capabilities name real fields": capabilitiesNameRealFields,
		"auth strategies":               authStrategies,
		"each grant type":               eachGrantType,
		"create sets the rest":          createSetsTheRest,
		"list secrets are usable":       listSecretsAreUsable,
		"clone is deep":                 cloneIsDeep,
		"extra fields are listed":       extraFieldsAreListed,
		"create is not repeated":        createIsNotRepeated,
		"regenerate is not repeated":    regenerateIsNotRepeated,
		"delete is repeated":            deleteIsRepeated,
		"update is repeated":            updateIsRepeated,
		"additional members":            additionalMembersAreSent,
		"modelled members":              modelledMembersAreRefused,
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) { cases[name](t, h.Start(t)) })
	}
}

func (x Target) capabilities() oauthclients.Capabilities { return x.Client.Provider().Capabilities() }

// create registers the n-th sample.
func (x Target) create(t *testing.T, n int) *oauthclients.OAuthClient {
	t.Helper()
	created, err := x.Client.Clients.Create(t.Context(), x.Sample(n))
	require.NoError(t, err)
	require.NotEmpty(t, created.ID)
	return created
}

// sendsNothing proves that call does not reach the server.
func (x Target) sendsNothing(t *testing.T, call func() error) error {
	t.Helper()
	before := x.Requests()
	err := call()
	require.Equal(t, before, x.Requests(), "requests sent")
	return err
}

// edit changes one field to another valid value.
func (x Target) edit(c *oauthclients.OAuthClient, name string) {
	if own := x.Edits[name]; own != nil {
		own(c)
		return
	}
	field := fieldOf(name)
	if len(field.get(c)) > 0 && strings.HasSuffix(name, "URI") {
		field.set(c, []string{"https://edited.example.com/page"})
		return
	}
	field.set(c, field.edited(field.get(c)))
}
