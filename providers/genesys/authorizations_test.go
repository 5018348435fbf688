package genesys_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests which clients may act for a person.

const (
	authorizationsPath = "/api/v2/oauth/authorizations"
	deskID             = "0d2f9a44-7c3e-4a51-9f0b-2f6f3f1f5b60"
	deskSecret         = "Jm4kT8wZ1cV6-rY2uN9sL5xB3pQ7dH0f"
	personID           = "1f6a0d0c-51b7-4f0f-8d0a-3a4f0c0f7b22"
)

func TestAuthorization(t *testing.T) {
	api := playNative(t, spoken(call(http.MethodGet, authorizationsPath+"/"+deskID, "", "authorization_response.json"), "en-us"))
	got, err := api.Authorization(t.Context(), deskID)
	require.NoError(t, err)
	require.Equal(t, deskID, got.Client.ID)
	require.Equal(t, "desk-app", got.Client.Name)
	require.Equal(t, deskSecret, got.Client.Secret.Reveal())
	require.Equal(t, []string{"https://desk.example.com/cb"}, got.Client.RedirectURIs)
	require.Equal(t, []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, got.Client.GrantTypes)
	providertest.RequireHidden(t, got, deskSecret)
	providertest.RequireHidden(t, *got, deskSecret)

	person := genesys.EntityRef{ID: personID, SelfURI: "/api/v2/users/" + personID}
	modifier := person
	modifier.Name = "Desk"
	got.Client = nil
	require.Equal(t, &genesys.Authorization{
		Scopes: []string{"users:readonly"}, Roles: []string{roleID}, ResourceOwner: person,
		CreatedAt: time.Date(2026, time.March, 2, 9, 15, 4, 123_000_000, time.UTC),
		UpdatedAt: time.Date(2026, time.March, 3, 10, 0, 0, 0, time.UTC),
		CreatedBy: person, ModifiedBy: modifier,
		State: genesys.StateAuthorized, SelfURI: authorizationsPath + "/" + deskID,
	}, got)
}

// A state that is not known is kept as it came; what the vendor does not tell is empty.
func TestAuthorizations(t *testing.T) {
	api := playNative(t, spoken(call(http.MethodGet, authorizationsPath, "", "authorizations_response.json"), "en-us"))
	got, err := api.Authorizations(t.Context())
	require.NoError(t, err)
	require.Len(t, got, 3)
	providertest.RequireHidden(t, got, deskSecret)
	require.Equal(t, deskSecret, got[0].Client.Secret.Reveal())
	var names []string
	var states []genesys.AuthorizationState
	for _, one := range got {
		names, states = append(names, one.Client.Name), append(states, one.State)
		require.Zero(t, one.CreatedAt)
		require.Zero(t, one.ResourceOwner)
	}
	require.Equal(t, []string{"desk-app", "nightly-export", "old-app"}, names)
	require.Equal(t, []genesys.AuthorizationState{genesys.StateAuthorized, genesys.StateRequested, "Suspended"}, states)
	require.Equal(t, []bool{false, true, false}, []bool{got[0].Pending, got[1].Pending, got[2].Pending})
}

func TestNoAuthorizationsAreNoError(t *testing.T) {
	_, api := connectNative(t)
	got, err := api.Authorizations(t.Context())
	require.NoError(t, err)
	require.Empty(t, got)
	_, err = api.Authorization(t.Context(), deskID)
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
}

func TestAuthorizationsThatAreNone(t *testing.T) {
	for entry, reason := range map[string]string{
		`null`: "the authorization has no client", `{}`: "the authorization has no client",
		`{"client":null}`: "the authorization has no client", `{"client":{}}`: "the client has no id",
		`{"client":{"id":" "}}`: "the client has no id", `{"client":[]}`: "client", `{"client":{"id":{}}}`: "the client has no id",
		`"c"`: "must be an object", `7`: "must be an object",
	} {
		fake, api := connectNative(t)
		fake.Inject(fakeserver.Fault{PathContains: authorizationsPath + "/", Status: http.StatusOK, Body: entry})
		fake.Inject(fakeserver.Fault{PathContains: authorizationsPath, Status: http.StatusOK, Body: `{"entities":[{"client":{"id":"a"}},` + entry + `]}`})
		_, err := api.Authorizations(t.Context())
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, entry)
		require.ErrorContains(t, err, "entry 2 of the list: ")
		require.ErrorContains(t, err, reason)
		_, err = api.Authorization(t.Context(), "c")
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, entry)
		require.ErrorContains(t, err, reason)
	}
}

func TestAnotherClientsAuthorizationIsNoAnswer(t *testing.T) {
	fake, api := connectNative(t)
	fake.Inject(fakeserver.Fault{PathContains: authorizationsPath, Status: http.StatusOK, Body: `{"client":{"id":"other"}}`})
	_, err := api.Authorization(t.Context(), "c")
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.ErrorContains(t, err, `the answer is about another client than "c"`)
}

// Whoever signs in authorizes the client that asked for it.
func TestAuthorizationsOfTheFake(t *testing.T) {
	fake, api := connectNative(t)
	auth := fake.AuthCode("https://desk.example.com/cb")
	login, err := auth.Begin(t.Context(), fake.Provider(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	require.NoError(t, err)
	_, err = fake.SignIn(login.URL)
	require.NoError(t, err)
	requested, err := fake.Add(`{"name":"other","authorizedGrantType":"CODE","scope":["users"]}`)
	require.NoError(t, err)
	require.NoError(t, fake.AddAuthorization(requested, "Requested"))

	list, err := api.Authorizations(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, auth.ClientID, list[0].Client.ID)
	require.True(t, list[0].Client.Secret.IsZero())
	require.Equal(t, genesys.StateAuthorized, list[0].State)
	require.Equal(t, []string{"oauth"}, list[0].Scopes)
	require.Equal(t, personID, list[0].ResourceOwner.ID)
	require.WithinDuration(t, time.Now(), list[0].CreatedAt, time.Minute)
	require.True(t, list[1].Pending)

	one, err := api.Authorization(t.Context(), requested)
	require.NoError(t, err)
	require.Equal(t, genesys.StateRequested, one.State)
}
