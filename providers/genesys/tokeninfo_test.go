package genesys_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests the description of the token in use.

const tokenInfoPath = "/api/v2/tokens/me"

func TestMe(t *testing.T) {
	asked := call(http.MethodGet, tokenInfoPath, "", "token_info_response.json")
	asked.Query = url.Values{"preserveIdleTTL": {"true"}} // looking is not using
	got, err := playNative(t, asked).Me(t.Context())
	require.NoError(t, err)
	home := genesys.EntityRef{ID: "c2e6d8b3-4a75-4d1f-9b63-7f2a0e4c8d59", Name: "Example partner"}
	here := genesys.EntityRef{ID: "b1d5c7a2-3f64-4c0e-8a52-6e1f9d3b7c48", Name: "Example organization"}
	require.Equal(t, deskID, got.Client.ID)
	require.Equal(t, "desk-app", got.Client.Name)
	require.Equal(t, []string{"users:readonly", "routing"}, got.Client.Scopes)
	require.Equal(t, oauthclients.StatusActive, got.Client.Status)
	require.True(t, got.Client.Secret.IsZero())
	got.Client = nil
	require.Equal(t, &genesys.TokenInfo{
		ClientOrganization: here, Organization: here, HomeOrganization: home,
		AuthorizedScopes: []string{"users:readonly", "routing"},
		ClonedUser:       genesys.ClonedUser{ID: personID, Organization: genesys.EntityRef{ID: home.ID}},
		IdlesAt:          time.Date(2026, time.March, 2, 10, 15, 4, 123_000_000, time.UTC),
	}, got)
}

func TestMeWithoutAClient(t *testing.T) {
	for body, reason := range map[string]string{
		`{}`: "the answer has no OAuthClient", `{"OAuthClient":null}`: "the answer has no OAuthClient",
		`{"OAuthClient":{}}`: "the client has no id", `{"OAuthClient":{"id":{}}}`: "the client has no id",
		`[7]`: "must be an object",
	} {
		fake, api := connectNative(t)
		fake.Inject(fakeserver.Fault{PathContains: tokenInfoPath, Status: http.StatusOK, Body: body})
		got, err := api.Me(t.Context())
		require.Nil(t, got)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
		require.ErrorContains(t, err, reason)
	}
}

// The vendor tells no secret here. If it ever does, it does not show.
func TestMeHidesASecret(t *testing.T) {
	fake, api := connectNative(t)
	fake.Inject(fakeserver.Fault{PathContains: tokenInfoPath, Status: http.StatusOK, Body: `{"OAuthClient":{"id":"c","secret":"` + deskSecret + `"}}`})
	got, err := api.Me(t.Context())
	require.NoError(t, err)
	providertest.RequireHidden(t, got, deskSecret)
}

// A token that is no longer good is replaced, as for every call.
func TestMeOfTheFake(t *testing.T) {
	fake, api := connectNative(t)
	got, err := api.Me(t.Context())
	require.NoError(t, err)
	require.Equal(t, "genesystest", got.Client.Name)
	require.Equal(t, []oauthclients.GrantType{oauthclients.GrantClientCredentials}, got.Client.GrantTypes)
	require.NotEmpty(t, got.Organization.ID)
	require.Equal(t, got.Organization, got.ClientOrganization)
	require.Zero(t, got.IdlesAt)

	fake.RevokeTokens()
	again, err := api.Me(t.Context())
	require.NoError(t, err)
	require.Equal(t, got.Client.ID, again.Client.ID)
	require.Equal(t, 2, fake.Count(http.MethodPost, "/oauth/token"))
}
