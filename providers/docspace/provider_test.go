package docspace_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
)

// This file holds the configuration and the settings that only DocSpace has.

func TestConnectRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		provider docspace.Provider
		field    string
	}{
		"no portal":     {docspace.Provider{}, "Portal"},
		"blank portal":  {docspace.Provider{Portal: " "}, "Portal"},
		"no scheme":     {docspace.Provider{Portal: "portal.example.com"}, "Portal"},
		"no host":       {docspace.Provider{Portal: "https://"}, "Portal"},
		"unknown wire":  {docspace.Provider{Portal: "https://portal.example.com", Wire: 7}, "Wire"},
		"prefix":        {docspace.Provider{Portal: "https://portal.example.com", PathPrefix: "api/2.0"}, "PathPrefix"},
		"prefix, query": {docspace.Provider{Portal: "https://portal.example.com", PathPrefix: "/api?x"}, "PathPrefix"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := oauthclients.New(test.provider, oauthclients.BearerToken("sk-"))
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "docspace")
			require.ErrorContains(t, err, test.field)
		})
	}
}

// The core refuses what would send a key in the clear, or with the address.
func TestConnectLeavesTheAddressToTheCore(t *testing.T) {
	for _, portal := range []string{"http://portal.example.com", "ftp://portal.example.com", "https://user:pw@portal.example.com", "https://portal.example.com?x=y"} {
		_, err := oauthclients.New(docspace.Provider{Portal: portal}, oauthclients.BearerToken("sk-"))
		require.ErrorIs(t, err, oauthclients.ErrInvalid, portal)
	}
}

func TestConnectTrimsThePortal(t *testing.T) {
	connection, err := docspace.Provider{Portal: "https://portal.example.com//"}.Connect()
	require.NoError(t, err)
	require.Equal(t, "https://portal.example.com", connection.Endpoints.BaseURL)
}

func TestAuthStrategies(t *testing.T) {
	provider := docspace.Provider{Portal: "https://portal.example.com"}
	for _, auth := range []oauthclients.Auth{
		oauthclients.NoAuth{},
		oauthclients.BasicAuth{Username: "x", Password: oauthclients.NewSecret("y")},
		oauthclients.ClientCredentials{ClientID: "x", ClientSecret: oauthclients.NewSecret("y")},
	} {
		_, err := oauthclients.New(provider, auth)
		var unsupported *oauthclients.UnsupportedError
		require.ErrorAs(t, err, &unsupported, "%T", auth)
	}
}

func TestCapabilities(t *testing.T) {
	server := docspace.Provider{}.Capabilities()
	require.True(t, server.FixedGrantTypes)
	require.Equal(t, []oauthclients.GrantType{"authorization_code", "refresh_token"}, server.GrantTypes)
	require.True(t, server.Paging)
	require.Equal(t, 50, server.MaxPageSize)
	require.True(t, server.RegenerateSecret)
	require.Contains(t, server.Update, "RedirectURIs", "it is sent: newer portals take it")

	guide := docspace.Provider{Wire: docspace.WireGuide}.Capabilities()
	require.False(t, guide.FixedGrantTypes)
	require.False(t, guide.Paging)
	require.False(t, guide.RegenerateSecret)
	require.Equal(t, []string{"Name", "RedirectURIs", "GrantTypes"}, guide.Create)
	require.Equal(t, guide.Create, guide.Update)
}

// stranger is the Extra of a provider that does not exist.
type stranger struct{}

func (*stranger) Provider() string          { return "stranger" }
func (*stranger) Clone() oauthclients.Extra { return &stranger{} }

func TestExtraOf(t *testing.T) {
	c := &oauthclients.OAuthClient{}
	docspace.ExtraOf(c).AllowPKCE = true
	require.Equal(t, &docspace.Extra{AllowPKCE: true}, c.Extra, "empty settings are attached")
	require.Same(t, c.Extra, docspace.ExtraOf(c))

	c.Extra = (*docspace.Extra)(nil)
	docspace.ExtraOf(c).AllowPKCE = true
	require.Equal(t, &docspace.Extra{AllowPKCE: true}, c.Extra)

	c.Extra = &stranger{}
	require.Equal(t, &docspace.Extra{}, docspace.ExtraOf(c))
	require.Equal(t, &stranger{}, c.Extra, "the settings of another provider stay")

	require.NotNil(t, docspace.ExtraOf(nil))
}

func TestExtraClone(t *testing.T) {
	extra := &docspace.Extra{AllowPKCE: true, AuthenticationMethods: []string{"none"}, CreatedBy: "x"}
	clone := extra.Clone()
	require.Equal(t, extra, clone)
	clone.(*docspace.Extra).AuthenticationMethods[0] = "changed"
	require.Equal(t, []string{"none"}, extra.AuthenticationMethods)
	require.Equal(t, "docspace", clone.Provider())

	var none *docspace.Extra
	require.Nil(t, none.Clone())
}

// A client that was read can be created again: what only the portal sets is left out.
func TestCreateFromAClientThatWasRead(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, getExchange()), signed(t, createExchange()))
	got, err := client.Clients.Get(t.Context(), clientID)
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), got)
	require.NoError(t, err)
}
