package docspace_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the catalogue of scopes.

func TestScopes(t *testing.T) {
	for prefix, path := range map[string]string{"": "/api/2.0/scopes", "/api/2.0/oauth2": "/api/2.0/oauth2/scopes"} {
		client := newClient(t, docspace.Provider{PathPrefix: prefix}, traded(), signed(t, providertest.Exchange{
			Method: http.MethodGet, Path: path, Response: "scopes_response.json",
		}))
		scopes, err := native(t, client).Scopes(t.Context())
		require.NoError(t, err)
		require.Equal(t, []docspace.Scope{
			{Name: "files:read", Group: "files", Type: "read"}, {Name: "openid", Group: "openid", Type: "openid"},
		}, scopes)
	}
}

// The list is the portal's: names, groups and types that nobody has heard of stay as they are.
func TestScopesAreKeptAsTheyCome(t *testing.T) {
	for body, want := range map[string][]docspace.Scope{
		`[{"name":"contacts:admin","group":"contacts","type":"admin","more":1},{"name":"x","group":null}]`: {
			{Name: "contacts:admin", Group: "contacts", Type: "admin"}, {Name: "x"},
		},
		`[]`:                                   {},
		`{"data":null}`:                        {},
		`{"response":[{"name":"files:read"}]}`: {{Name: "files:read"}},
	} {
		scopes, err := native(t, answered(t, docspace.Provider{}, http.StatusOK, body)).Scopes(t.Context())
		require.NoError(t, err, body)
		require.Equal(t, want, scopes, body)
	}
}

func TestAnswersThatAreNoScopes(t *testing.T) {
	for body, reason := range map[string]string{
		`[{"group":"files","type":"read"}]`:     "lacks name",
		`[{"name":""}]`:                         "lacks name",
		`[null]`:                                "lacks name",
		`[{"name":{}}]`:                         "name",
		`["files:read"]`:                        "string",
		`{"data":[{"name":"a"}],"total":2}`:     "its total is 2, and it ends after 1",
		`{"response":[{"name":"a"}],"total":2}`: "its total is 2, and it ends after 1",
		`{}`:                                    "no list",
		`null`:                                  "no list",
		`"x"`:                                   "string",
		``:                                      "no body",
	} {
		scopes, err := native(t, answered(t, docspace.Provider{}, http.StatusOK, body)).Scopes(t.Context())
		require.Nil(t, scopes, body)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
		require.ErrorContains(t, err, "docspace: Scopes: ")
		require.ErrorContains(t, err, reason, body)
	}
}

// Whoever may ask for nothing else may ask for this.
func TestScopesOfTheFake(t *testing.T) {
	portal := docspacetest.New()
	for name, auth := range map[string]oauthclients.Auth{"admin": portal.Auth(), "user": portal.UserAuth(), "guest": portal.GuestAuth()} {
		scopes, err := native(t, connect(t, portal, auth)).Scopes(t.Context())
		require.NoError(t, err, name)
		require.Len(t, scopes, 9)
		require.Contains(t, scopes, docspace.Scope{Name: docspace.ScopeAccountsSelfRead, Group: "profiles", Type: "read"})
	}
}
