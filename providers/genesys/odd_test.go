package genesys_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file holds answers with members of another JSON type than the vendor's own: they cost only
// themselves, and what comes once comes through.

const onceOnly = "dXNlLW9mLWEtc2VjcmV0LXRoYXQtY29tZXMtb25jZQ"

// oddClient is a client with these members besides.
func oddClient(members string) string {
	return `{"id":"c-1","name":"n","authorizedGrantType":"CLIENT-CREDENTIALS","secret":"` + onceOnly + `",` + members + `}`
}

// says answers each method with a body of its own, and keeps what was put.
func says(t *testing.T, byMethod map[string]string) (*oauthclients.Client, func() map[string]json.RawMessage) {
	t.Helper()
	var sent map[string]json.RawMessage
	server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			_ = json.NewDecoder(r.Body).Decode(&sent)
		}
		_, _ = io.WriteString(w, byMethod[r.Method])
	}))
	client, err := oauthclients.New(at(server), oauthclients.BearerToken("token"), options(server)...)
	require.NoError(t, err)
	return client, func() map[string]json.RawMessage { return sent }
}

func TestPlainValuesOfAnotherTypeAreConverted(t *testing.T) {
	for members, same := range map[string]func(*oauthclients.OAuthClient) bool{
		`"accessTokenValiditySeconds":"86400"`:             func(c *oauthclients.OAuthClient) bool { return genesys.ExtraOf(c).AccessTokenValidity == 24*time.Hour },
		`"accessTokenValiditySeconds":86400.0`:             func(c *oauthclients.OAuthClient) bool { return genesys.ExtraOf(c).AccessTokenValidity == 24*time.Hour },
		`"accessTokenValiditySeconds":""`:                  func(c *oauthclients.OAuthClient) bool { return genesys.ExtraOf(c).AccessTokenValidity == 0 },
		`"accessTokenValiditySeconds":9999999999999`:       func(c *oauthclients.OAuthClient) bool { return genesys.ExtraOf(c).AccessTokenValidity == 0 },
		`"scope":"users"`:                                  func(c *oauthclients.OAuthClient) bool { return slices.Equal(c.Scopes, []string{"users"}) },
		`"scope":["users",7]`:                              func(c *oauthclients.OAuthClient) bool { return slices.Equal(c.Scopes, []string{"users", "7"}) },
		`"description":7`:                                  func(c *oauthclients.OAuthClient) bool { return c.Description == "7" },
		`"dateCreated":"yesterday","dateModified":{"a":1}`: func(c *oauthclients.OAuthClient) bool { return c.CreatedAt.IsZero() && c.UpdatedAt.IsZero() },
		`"dateCreated":"0001-01-01T00:00:00Z","dateModified":"0001-01-01T00:00:00+02:00","dateToDelete":""`: func(c *oauthclients.OAuthClient) bool {
			return c.CreatedAt.IsZero() && c.UpdatedAt.IsZero() && genesys.ExtraOf(c).DateToDelete.IsZero()
		},
		`"roleDivisions":[{"roleId":7,"divisionId":"*"}]`: func(c *oauthclients.OAuthClient) bool {
			return slices.Equal(genesys.ExtraOf(c).RoleDivisions, []genesys.RoleDivision{{RoleID: "7", DivisionID: "*"}})
		},
		`"roleDivisions":[{"roleId":{"a":1}},{"roleId":"r"}]`: func(c *oauthclients.OAuthClient) bool { return len(genesys.ExtraOf(c).RoleDivisions) == 0 },
		`"createdBy":{"id":"u","name":{"a":1}}`:               func(c *oauthclients.OAuthClient) bool { return genesys.ExtraOf(c).CreatedBy.ID == "u" },
		`"secret":"**********"`:                               func(c *oauthclients.OAuthClient) bool { return c.Secret.IsZero() },
		`"secret":{"a":1}`:                                    func(c *oauthclients.OAuthClient) bool { return c.Secret.IsZero() },
	} {
		body := oddClient(members)
		client, _ := says(t, map[string]string{http.MethodGet: body})
		got, err := client.Clients.Get(t.Context(), "c-1")
		require.NoError(t, err, members)
		require.True(t, same(got), members)
		require.Equal(t, "n", got.Name)

		client, _ = says(t, map[string]string{http.MethodGet: `{"entities":[{"id":7,"name":{"a":1}}, ` + body + `,{"id":"b"}]}`})
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err, members)
		require.Len(t, page.Clients, 3)
		require.Equal(t, []string{"7", "c-1", "b"}, []string{page.Clients[0].ID, page.Clients[1].ID, page.Clients[2].ID})
		require.True(t, same(page.Clients[1]), members)
	}
}

// The secret of a client is in the answer to its creation and nowhere else.
func TestCreateKeepsWhatComesOnce(t *testing.T) {
	client, _ := says(t, map[string]string{http.MethodPost: oddClient(`"dateCreated":"yesterday","scope":{"a":1},"roleDivisions":[7],"createdBy":"u"`)})
	got, err := client.Clients.Create(t.Context(), nightlyExport())
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	var missing *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, "c-1", missing.ID)
	require.Subset(t, missing.Fields, []string{"CreatedAt", "Scopes", "Extra.RoleDivisions", "Extra.CreatedBy"})
	require.NotContains(t, missing.Fields, "Secret")
	require.Equal(t, "c-1", got.ID)
	require.Equal(t, onceOnly, got.Secret.Reveal())
	require.Equal(t, "n", got.Name)
	require.Contains(t, string(got.Raw()), "yesterday")

	client, _ = says(t, map[string]string{http.MethodPost: oddClient(`"secret":{"a":1},"createdBy":"u"`)})
	_, err = client.Clients.Create(t.Context(), nightlyExport())
	require.ErrorAs(t, err, &missing)
	require.Subset(t, missing.Fields, []string{"Secret", "Extra.CreatedBy"})
}

func TestANewSecretComesThrough(t *testing.T) {
	for members, want := range map[string]string{
		`"dateModified":"yesterday","roleDivisions":7`: onceOnly, `"secret":1234567890`: "1234567890", `"secret":["new"]`: "new",
	} {
		client, _ := says(t, map[string]string{http.MethodPost: oddClient(members)})
		secret, err := client.Clients.RegenerateSecret(t.Context(), "c-1")
		require.NoError(t, err, members)
		require.Equal(t, want, secret.Reveal())
	}
}

// What could not be read goes back as it came. A date that means none does not: it is long past, and
// the client would be deleted.
func TestUpdateSendsOddMembersBack(t *testing.T) {
	for _, none := range []string{`"0001-01-01T00:00:00Z"`, `"0001-01-01T00:00:00+01:00"`, `""`, `null`} {
		odd := oddClient(`"scope":{"a":1},"roleDivisions":[7],"accessTokenValiditySeconds":"3600","dateToDelete":` + none)
		client, sent := says(t, map[string]string{http.MethodGet: odd, http.MethodPut: odd})
		_, err := client.Clients.Update(t.Context(), "c-1", func(c *oauthclients.OAuthClient) { c.Description = "d" })
		require.ErrorIs(t, err, oauthclients.ErrNotApplied, "the description, in this answer")
		for name, want := range map[string]string{"scope": `{"a":1}`, "roleDivisions": `[7]`, "description": `"d"`, "accessTokenValiditySeconds": `"3600"`} {
			require.JSONEq(t, want, string(sent()[name]), name)
		}
		require.NotContains(t, sent(), "dateToDelete", none)
	}
}

func TestOddMembersOfTheNativeCalls(t *testing.T) {
	client, _ := says(t, map[string]string{http.MethodGet: `{"client":{"id":"c","dateCreated":"yesterday"},"dateCreated":"yesterday","scope":"users","pending":"true"}`})
	got, err := native(t, client).Authorization(t.Context(), "c")
	require.NoError(t, err)
	require.Equal(t, []string{"users"}, got.Scopes)
	require.True(t, got.Pending)
	client, _ = says(t, map[string]string{http.MethodGet: `{"OAuthClient":{"id":"c","secret":"**********","organization":7},"authorizedScope":"users"}`})
	info, err := native(t, client).Me(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"users"}, info.AuthorizedScopes)
	require.True(t, info.Client.Secret.IsZero())
}
