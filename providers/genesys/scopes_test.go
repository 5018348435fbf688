package genesys_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests the catalogue of scopes.

const scopesPath = "/api/v2/oauth/scopes"

// spoken is a call in a language.
func spoken(exchange providertest.Exchange, language string) providertest.Exchange {
	exchange.Header["Accept-Language"] = language
	return exchange
}

func TestScopes(t *testing.T) {
	api := playNative(t, spoken(call(http.MethodGet, scopesPath, "", "scopes_response.json"), "en-us"))
	scopes, err := api.Scopes(t.Context())
	require.NoError(t, err)
	require.Equal(t, []genesys.Scope{
		{ID: "oauth", Description: "Manage OAuth clients", SelfURI: scopesPath + "/oauth"},
		{ID: "users:readonly", Description: "View users", SelfURI: scopesPath + "/users:readonly"},
		{ID: "routing"},
	}, scopes)
}

func TestScope(t *testing.T) {
	api := playNative(t, spoken(call(http.MethodGet, scopesPath+"/users:readonly", "", "scope_response.json"), "de"))
	scope, err := api.InLanguage("de").Scope(t.Context(), "users:readonly")
	require.NoError(t, err)
	require.Equal(t, &genesys.Scope{ID: "users:readonly", Description: "Benutzer ansehen", SelfURI: scopesPath + "/users:readonly"}, scope)
}

func TestNoScopesAreNoError(t *testing.T) {
	for _, body := range []string{`{"selfUri":"x"}`, `{"entities":null}`, `{"entities":null,"total":"?"}`, `{"total":0,"entities":[],"selfUri":"x"}`} {
		fake, api := connectNative(t)
		fake.Inject(fakeserver.Fault{PathContains: scopesPath, Status: http.StatusOK, Body: body})
		scopes, err := api.Scopes(t.Context())
		require.NoError(t, err, body)
		require.Empty(t, scopes)
	}
}

// A catalogue that is not whole is none.
func TestScopesThatAreNotWhole(t *testing.T) {
	for body, reason := range map[string]string{
		`{}`: "the answer is no list", `null`: "the answer is no list", `{"message":"maintenance"}`: "the answer is no list",
		`{"total":2,"entities":[{"id":"a"}]}`:             "its total is 2, and it ends after 1",
		`{"total":2}`:                                     "its total is 2, and it ends after 0",
		`{"pageCount":2,"entities":[{"id":"a"}]}`:         "page 1 of 2",
		`{"nextUri":"/x","entities":[{"id":"a"}]}`:        "it has a nextUri",
		`{"nextUri":7,"entities":[{"id":"a"}]}`:           "nextUri",
		`{"total":99999999999999999999,"entities":[]}`:    "the list is not whole",
		`{"entities":{"id":"a"}}`:                         "entities",
		`{"entities":[{"id":"a"}],"total":1}{"total":17}`: "invalid character",
	} {
		fake, api := connectNative(t)
		fake.Inject(fakeserver.Fault{PathContains: scopesPath, Status: http.StatusOK, Body: body})
		scopes, err := api.Scopes(t.Context())
		require.Nil(t, scopes, body)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
		require.ErrorContains(t, err, reason)
	}
}

func TestScopesWithoutAnID(t *testing.T) {
	for _, entry := range []string{`null`, `{}`, `{"id":" "}`, `{"id":null,"description":"d"}`} {
		fake, api := connectNative(t)
		fake.Inject(fakeserver.Fault{PathContains: scopesPath + "/", Status: http.StatusOK, Body: entry})
		fake.Inject(fakeserver.Fault{PathContains: scopesPath, Status: http.StatusOK, Body: `{"entities":[{"id":"a"},` + entry + `]}`})
		_, err := api.Scopes(t.Context())
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, entry)
		require.ErrorContains(t, err, "entry 2 of the list: the scope has no id")
		_, err = api.Scope(t.Context(), "users")
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, entry)
		require.ErrorContains(t, err, "the scope has no id")
	}
}

func TestAnotherScopeIsNoAnswer(t *testing.T) {
	fake, api := connectNative(t)
	fake.Inject(fakeserver.Fault{PathContains: scopesPath, Status: http.StatusOK, Body: `{"id":"users"}`})
	_, err := api.Scope(t.Context(), "users:readonly")
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.ErrorContains(t, err, `the answer is about another scope than "users:readonly"`)
	_, err = api.Scope(t.Context(), "USERS")
	require.NoError(t, err)
}

func TestScopesOfTheFake(t *testing.T) {
	_, api := connectNative(t)
	scopes, err := api.Scopes(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, scopes)
	for _, scope := range scopes {
		require.NotEmpty(t, scope.Description)
		one, err := api.Scope(t.Context(), scope.ID)
		require.NoError(t, err)
		require.Equal(t, &scope, one)
	}
	_, err = api.Scope(t.Context(), "no:such")
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
}
