package genesys_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests what an update writes back.

func TestUpdateSendsClearedListsAsEmpty(t *testing.T) {
	fake, clients := connect(t)
	want := nightlyExport()
	want.RedirectURIs, want.Scopes = []string{"https://a.example.com/cb"}, []string{"users"}
	made, err := clients.Create(t.Context(), want)
	require.NoError(t, err)
	_, err = clients.Update(t.Context(), made.ID, func(c *oauthclients.OAuthClient) {
		c.Name, c.Description, c.RedirectURIs, c.Scopes = "nightly", "", nil, nil
	})
	require.NoError(t, err)
	body := lastPut(t, fake)
	require.Equal(t, `"nightly"`, string(body["name"]))
	require.Equal(t, `""`, string(body["description"]))
	require.Equal(t, `[]`, string(body["registeredRedirectUri"]))
	require.Equal(t, `[]`, string(body["scope"]))
	require.Equal(t, `3600`, string(body["accessTokenValiditySeconds"]))
}

// lastPut is the body of the last PUT.
func lastPut(t *testing.T, fake *genesystest.Server) map[string]json.RawMessage {
	t.Helper()
	var body map[string]json.RawMessage
	for _, r := range fake.Requests() {
		if r.Method == http.MethodPut {
			body = nil
			require.NoError(t, json.Unmarshal(r.Body, &body))
		}
	}
	require.NotNil(t, body)
	return body
}

// From a client with roles to one with scopes, in one write.
func TestUpdateOfTheGrantType(t *testing.T) {
	_, clients := connect(t)
	made, err := clients.Create(t.Context(), nightlyExport())
	require.NoError(t, err)
	got, err := clients.Update(t.Context(), made.ID, func(c *oauthclients.OAuthClient) {
		c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}
		c.Scopes = []string{"users"}
		genesys.ExtraOf(c).RoleDivisions = nil
	})
	require.NoError(t, err)
	require.Equal(t, []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, got.GrantTypes)
	require.Empty(t, genesys.ExtraOf(got).RoleDivisions)
}

func TestUpdateRefusesWhatTheServerWouldRefuse(t *testing.T) {
	cases := map[string]struct {
		edit  func(*oauthclients.OAuthClient)
		field string
	}{
		"name":     {func(c *oauthclients.OAuthClient) { c.Name = "" }, "Name"},
		"grants":   {func(c *oauthclients.OAuthClient) { c.GrantTypes = nil }, "GrantTypes"},
		"roles":    {func(c *oauthclients.OAuthClient) { genesys.ExtraOf(c).RoleDivisions = nil }, "Extra.RoleDivisions"},
		"validity": {func(c *oauthclients.OAuthClient) { genesys.ExtraOf(c).AccessTokenValidity = 0 }, "Extra.AccessTokenValidity"},
		"scopes": {func(c *oauthclients.OAuthClient) {
			c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantImplicit}
		}, "Scopes"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			fake, clients := connect(t)
			made, err := clients.Create(t.Context(), nightlyExport())
			require.NoError(t, err)
			_, err = clients.Update(t.Context(), made.ID, c.edit)
			require.Equal(t, []string{c.field}, invalidFields(t, err))
			require.Zero(t, fake.Count(http.MethodPut, ""))
		})
	}
}

// What the vendor gains or once wrote differently must come through an update unharmed.
func TestUpdateOfUnknownGrantTypesAndOldSpellings(t *testing.T) {
	cases := []struct{ stored, read, sent string }{
		{"DEVICE-CODE", "DEVICE-CODE", "DEVICE-CODE"},
		{"CODE_PKCE", "CODE_PKCE", "CODE_PKCE"},
		{"CLIENT_CREDENTIALS", "client_credentials", "CLIENT-CREDENTIALS"},
		{"saml2bearer", string(oauthclients.GrantSAML2Bearer), "SAML2-BEARER"},
		{"code", "authorization_code", "CODE"},
	}
	for _, c := range cases {
		t.Run(c.stored, func(t *testing.T) {
			fake, clients := connect(t)
			id, err := fake.Add(`{"name":"n","authorizedGrantType":"` + c.stored + `","scope":["users"],
				"roleDivisions":[{"roleId":"r","divisionId":"*","until":"x"}],"ipAllowList":["192.0.2.0/24"]}`)
			require.NoError(t, err)
			got, err := clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.Name = "m" })
			require.NoError(t, err)
			require.Equal(t, []oauthclients.GrantType{oauthclients.GrantType(c.read)}, got.GrantTypes)
			body := lastPut(t, fake)
			require.Equal(t, `"`+c.sent+`"`, string(body["authorizedGrantType"]))
			require.Equal(t, `["192.0.2.0/24"]`, string(body["ipAllowList"]))
			require.JSONEq(t, `[{"roleId":"r","divisionId":"*","until":"x"}]`, string(body["roleDivisions"]))
		})
	}
}

// A date on an active client is a person's and PUT would clear it; on an inactive one it is
// the vendor's own schedule and must not be sent back.
func TestDateToDelete(t *testing.T) {
	rename := func(c *oauthclients.OAuthClient) { c.Description = "changed" }
	date := time.Date(2030, time.May, 4, 3, 2, 1, 120_000_000, time.FixedZone("", 2*60*60))
	schedule := func(c *oauthclients.OAuthClient) { genesys.ExtraOf(c).DateToDelete = date }
	unschedule := func(c *oauthclients.OAuthClient) { genesys.ExtraOf(c).DateToDelete = time.Time{} }
	cases := map[string]struct {
		state, stored string
		edit          func(*oauthclients.OAuthClient)
		sent          string
	}{
		"set":                   {"active", ``, schedule, `"2030-05-04T01:02:01.120Z"`},
		"set on inactive":       {"inactive", ``, schedule, `"2030-05-04T01:02:01.120Z"`},
		"cleared":               {"active", `2029-01-02T03:04:05Z`, unschedule, ``},
		"untouched":             {"active", `2029-01-02T03:04:05Z`, rename, `"2029-01-02T03:04:05Z"`},
		"untouched, disabled":   {"disabled", `2029-01-02T03:04:05Z`, rename, `"2029-01-02T03:04:05Z"`},
		"untouched on inactive": {"inactive", `2029-01-02T03:04:05Z`, rename, ``},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			fake, clients := connect(t)
			document := `{"name":"n","authorizedGrantType":"CODE","scope":["users"],"state":"` + c.state + `"`
			if c.stored != "" {
				document += `,"dateToDelete":"` + c.stored + `"`
			}
			id, err := fake.Add(document + `}`)
			require.NoError(t, err)
			_, err = clients.Update(t.Context(), id, c.edit)
			require.NoError(t, err)
			body := lastPut(t, fake)
			require.Equal(t, c.sent, string(body["dateToDelete"]))
			require.Equal(t, `"`+c.state+`"`, string(body["state"]))
		})
	}
}
