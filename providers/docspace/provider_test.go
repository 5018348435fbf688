package docspace_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds the configuration and the settings that only DocSpace has.

// configurationFaults are the faults of a provider that New refuses.
func configurationFaults(t *testing.T, provider docspace.Provider) []oauthclients.FieldError {
	t.Helper()
	_, err := oauthclients.New(provider, oauthclients.BearerToken("sk-"))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.NotContains(t, err.Error(), "hunter2")
	require.Equal(t, 1, strings.Count(err.Error(), "docspace:"), "%v", err)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "docspace", failed.Provider)
	require.Equal(t, "New", failed.Operation)
	return failed.Fields
}

func TestConnectRefuses(t *testing.T) {
	const portal, give = "https://portal.example.com", `give "https://portal.example.com"`
	for name, test := range map[string]struct {
		provider             docspace.Provider
		field, code, message string
	}{
		"no portal":       {docspace.Provider{}, "Portal", "required", "empty"},
		"blank portal":    {docspace.Provider{Portal: " "}, "Portal", "required", "empty"},
		"no scheme":       {docspace.Provider{Portal: "portal.example.com"}, "Portal", "invalid", "absolute URL"},
		"no host":         {docspace.Provider{Portal: "https://"}, "Portal", "invalid", "absolute URL"},
		"in the clear":    {docspace.Provider{Portal: "http://portal.example.com"}, "Portal", "insecure", "https"},
		"other scheme":    {docspace.Provider{Portal: "ftp://portal.example.com"}, "Portal", "insecure", "https"},
		"with a user":     {docspace.Provider{Portal: "https://user:hunter2@portal.example.com"}, "Portal", "invalid", "user"},
		"with a query":    {docspace.Provider{Portal: portal + "?x=hunter2"}, "Portal", "invalid", "query"},
		"with the path":   {docspace.Provider{Portal: portal + "/api/2.0"}, "Portal", "invalid", give},
		"and a slash":     {docspace.Provider{Portal: portal + "/api/2.0/"}, "Portal", "invalid", give},
		"with the longer": {docspace.Provider{Portal: portal + "/api/2.0/oauth2"}, "Portal", "invalid", give},
		"with its prefix": {docspace.Provider{Portal: portal + "/x", PathPrefix: "/x"}, "Portal", "invalid", give},
		"unknown wire":    {docspace.Provider{Portal: portal, Wire: 7}, "Wire", "invalid", "WireServer or WireGuide"},
		"prefix":          {docspace.Provider{Portal: portal, PathPrefix: "api/2.0"}, "PathPrefix", "invalid", "/api/2.0"},
		"prefix, query":   {docspace.Provider{Portal: portal, PathPrefix: "/api?x"}, "PathPrefix", "invalid", "/api/2.0"},
	} {
		t.Run(name, func(t *testing.T) {
			faults := configurationFaults(t, test.provider)
			require.Len(t, faults, 1)
			require.Equal(t, test.field, faults[0].Field)
			require.Equal(t, test.code, faults[0].Code)
			require.Contains(t, faults[0].Message, test.message)
		})
	}
}

func TestConnectNamesEveryField(t *testing.T) {
	faults := configurationFaults(t, docspace.Provider{Portal: "http://portal.example.com", PathPrefix: "x", Wire: -1})
	require.Len(t, faults, 3)
	for i, field := range []string{"Portal", "PathPrefix", "Wire"} {
		require.Equal(t, field, faults[i].Field)
	}
}

// A root prefix is no part of every address that ends in a slash.
func TestConnectTakesTheRootAsPrefix(t *testing.T) {
	_, err := docspace.Provider{Portal: "https://portal.example.com/", PathPrefix: "/"}.Connect()
	require.NoError(t, err)
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
	docspace.ExtraOf(c).AllowPKCE = true
	require.Equal(t, &docspace.Extra{AllowPKCE: true}, c.Extra, "the settings of another provider are replaced")

	require.NotNil(t, docspace.ExtraOf(nil))
}

// An edit of this provider's settings on the client of another one must not be lost in silence.
func TestExtraOfOnAClientOfAnotherProvider(t *testing.T) {
	fake := genesystest.New()
	client, err := oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	require.NoError(t, err)
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{
		Name: "desk-app", GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, Scopes: []string{"users"},
	})
	require.NoError(t, err)
	_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
		c.Name = "Another name"
		docspace.ExtraOf(c).AllowPKCE = true
	})
	requireExtraRefused(t, err)
	require.Zero(t, fake.Count(http.MethodPut, ""))
}

func requireExtraRefused(t *testing.T, err error) {
	t.Helper()
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, []string{"Extra"}, unsupported.Fields)
}

// ownExtra is a caller's type around the provider's: a driver cannot look into it.
type ownExtra struct {
	*docspace.Extra
	Note string
}

func (e *ownExtra) Clone() oauthclients.Extra { clone := *e; return &clone }

func TestExtraOfACallersOwnTypeIsRefused(t *testing.T) {
	for name, options := range map[string][]docspacetest.Option{"server": nil, "guide": {docspacetest.WithGuideWire()}} {
		t.Run(name, func(t *testing.T) {
			portal := docspacetest.New(options...)
			clients := connect(t, portal, portal.Auth()).Clients
			sample := invoiceImporter
			if name == "guide" {
				sample = myNewApp
			}
			want := sample()
			want.Extra = &ownExtra{&docspace.Extra{AllowPKCE: true}, "n"}
			_, err := clients.Create(t.Context(), want)
			requireExtraRefused(t, err)
			require.Empty(t, portal.Requests())

			created, err := clients.Create(t.Context(), sample())
			require.NoError(t, err)
			_, err = clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
				c.Name, c.Extra = "Another name", &ownExtra{&docspace.Extra{}, "n"}
			})
			require.ErrorContains(t, err, "Extra") // a client of the guide has none that it could replace
			require.Zero(t, portal.Count(http.MethodPut, ""))
		})
	}
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
