package verbs

import (
	"errors"
	"log/slog"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests New: every wrong configuration is an error that names what is wrong, and
// nothing is sent.

func TestNewNamesEveryBadOption(t *testing.T) {
	for name, test := range map[string]struct {
		option oauthclients.Option
		field  string
	}{
		"no HTTP client":        {oauthclients.WithHTTPClient(nil), "WithHTTPClient"},
		"no logger":             {oauthclients.WithLogger(nil), "WithLogger"},
		"negative attempts":     {oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: -1}), "WithRetry"},
		"negative wait":         {oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: -1}), "WithRetry"},
		"negative longest wait": {oauthclients.WithRetry(oauthclients.RetryPolicy{MaxWait: -1}), "WithRetry"},
		"waits crossed":         {oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: 2, MaxWait: 1}), "WithRetry"},
		"least above default":   {oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Hour}), "WithRetry"},
		"no rate":               {oauthclients.WithRateLimit(0, 1), "WithRateLimit"},
		"negative rate":         {oauthclients.WithRateLimit(-1, 1), "WithRateLimit"},
		"rate that is none":     {oauthclients.WithRateLimit(math.NaN(), 1), "WithRateLimit"},
		"no burst":              {oauthclients.WithRateLimit(1, 0), "WithRateLimit"},
		"no product":            {oauthclients.WithUserAgent("  "), "WithUserAgent"},
		"product on two lines":  {oauthclients.WithUserAgent("a\r\nX-Injected: 1"), "WithUserAgent"},
		"product not ASCII":     {oauthclients.WithUserAgent("ü/1"), "WithUserAgent"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := world.NewMem(oauthclients.NoAuth{}, test.option)
			require.Nil(t, client)
			world.RequireFaults(t, err, test.field)
		})
	}
}

func TestNewNamesEveryBadAuth(t *testing.T) {
	secret := oauthclients.NewSecret("x")
	var noBasic *oauthclients.BasicAuth
	var noSource *world.CountingSource
	for name, test := range map[string]struct {
		auth   oauthclients.Auth
		fields []string
	}{
		"nil":                    {nil, []string{"Auth"}},
		"nil pointer":            {noBasic, []string{"Auth"}},
		"no token":               {oauthclients.BearerToken(""), []string{"BearerToken"}},
		"newline behind a token": {oauthclients.BearerToken("t0ken\n"), []string{"BearerToken"}},
		"blank in a token":       {oauthclients.BearerToken("t0 ken"), []string{"BearerToken"}},
		"token not ASCII":        {oauthclients.BearerToken("tökén"), []string{"BearerToken"}},
		"empty basic":            {oauthclients.BasicAuth{}, []string{"BasicAuth.Username", "BasicAuth.Password"}},
		"colon in a user name":   {oauthclients.BasicAuth{Username: "a:b", Password: secret}, []string{"BasicAuth.Username"}},
		"empty password grant": {
			oauthclients.PasswordGrant{},
			[]string{"PasswordGrant.ClientID", "PasswordGrant.Username", "PasswordGrant.Password"},
		},
		"empty client credentials": {
			oauthclients.ClientCredentials{},
			[]string{"ClientCredentials.ClientID", "ClientCredentials.ClientSecret"},
		},
		"no source":         {oauthclients.FromTokenSource(nil), []string{"FromTokenSource"}},
		"no source pointer": {oauthclients.FromTokenSource(noSource), []string{"FromTokenSource"}},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := world.NewMem(test.auth)
			require.Nil(t, client)
			world.RequireFaults(t, err, test.fields...)
			require.NotContains(t, err.Error(), "t0ken")
			require.NotContains(t, err.Error(), "tökén")
		})
	}
}

func TestNewNamesAllFaultsAtOnce(t *testing.T) {
	_, err := world.NewMem(nil, oauthclients.WithHTTPClient(nil), oauthclients.WithLogger(nil), oauthclients.WithRateLimit(0, 0))
	world.RequireFaults(t, err, "WithHTTPClient", "WithLogger", "WithRateLimit", "Auth")
}

func TestNewNeedsAProvider(t *testing.T) {
	var missing *pointerProvider
	for name, provider := range map[string]oauthclients.Provider{"nil": nil, "nil pointer": missing} {
		t.Run(name, func(t *testing.T) {
			client, err := oauthclients.New(provider, oauthclients.NoAuth{})
			require.Nil(t, client)
			world.RequireFaults(t, err, "Provider")
		})
	}
}

// pointerProvider is a provider by pointer, whose methods fail on nil.
type pointerProvider struct {
	world.MemProvider
	connected func() (*oauthclients.Connection, error)
}

func (p *pointerProvider) Connect() (*oauthclients.Connection, error) { return p.connected() }

func TestNewReportsAProviderThatCannotConnect(t *testing.T) {
	broken := errors.New("Region: is not known")
	invalid := providerkit.InvalidFields(world.MemName, "New", []oauthclients.FieldError{{Field: "Portal", Code: "required"}})
	for name, test := range map[string]struct {
		connect func() (*oauthclients.Connection, error)
		text    string
	}{
		"plain error":   {func() (*oauthclients.Connection, error) { return nil, broken }, "Region"},
		"known error":   {func() (*oauthclients.Connection, error) { return nil, invalid }, "Portal"},
		"no connection": {func() (*oauthclients.Connection, error) { return nil, nil }, "Driver"}, //nolint:nilnil // a faulty provider
		"no driver":     {func() (*oauthclients.Connection, error) { return &oauthclients.Connection{}, nil }, "Driver"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := oauthclients.New(&pointerProvider{connected: test.connect}, oauthclients.NoAuth{})
			require.Nil(t, client)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "mem: New: ")
			require.ErrorContains(t, err, test.text)
		})
	}
	_, err := oauthclients.New(&pointerProvider{connected: func() (*oauthclients.Connection, error) { return nil, broken }},
		oauthclients.NoAuth{})
	require.ErrorIs(t, err, broken)
}

func TestNewRefusesAuthThatTheProviderDoesNotTake(t *testing.T) {
	provider := world.MemProvider{BaseURL: "https://api.example.com", Able: func(c *oauthclients.Capabilities) {
		c.Auth = []oauthclients.AuthKind{oauthclients.AuthKindBasic}
	}}
	secret := oauthclients.NewSecret("x")
	for name, auth := range map[string]oauthclients.Auth{
		"none": oauthclients.NoAuth{}, "bearer": oauthclients.BearerToken("t"),
		"password":           oauthclients.PasswordGrant{ClientID: "c", Username: "u", Password: secret},
		"client credentials": oauthclients.ClientCredentials{ClientID: "c", ClientSecret: secret},
		"source":             oauthclients.FromTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t"})),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := oauthclients.New(provider, auth)
			var unsupported *oauthclients.UnsupportedError
			require.ErrorAs(t, err, &unsupported)
			require.Equal(t, world.MemName, unsupported.Provider)
			require.Equal(t, "New", unsupported.Operation)
			require.Equal(t, []string{"Auth"}, unsupported.Fields)
			require.Contains(t, unsupported.Reason, "is none of its strategies: basic", "what the provider takes instead")
			require.ErrorIs(t, err, errors.ErrUnsupported)
		})
	}
	client, err := oauthclients.New(provider, oauthclients.BasicAuth{Username: "u", Password: secret})
	require.NoError(t, err)
	require.NotNil(t, client)
}

func TestNewTakesAWholeConfigurationAndSendsNothing(t *testing.T) {
	server := world.NewMemServer()
	provider := server.Provider()
	client, err := oauthclients.New(provider, oauthclients.PasswordGrant{ClientID: "c", Username: "u", Password: oauthclients.NewSecret("p")},
		oauthclients.WithHTTPClient(server.HTTPClient()), oauthclients.WithLogger(slog.New(slog.DiscardHandler)),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}), oauthclients.WithRateLimit(10, 1),
		oauthclients.WithUserAgent("inventory/2.1 (nightly)"), nil)
	require.NoError(t, err)
	require.NotNil(t, client.Clients)
	require.Equal(t, world.MemName, client.Provider().Name())
	require.Equal(t, provider.BaseURL, client.Provider().(world.MemProvider).BaseURL)
	require.Empty(t, server.Requests())
}

func TestOptionsDoNotChangeTheCallersHTTPClient(t *testing.T) {
	server := world.NewMemServer()
	hc := server.HTTPClient()
	before := *hc
	client, err := oauthclients.New(server.Provider(), oauthclients.NoAuth{}, oauthclients.WithHTTPClient(hc))
	require.NoError(t, err)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, before, *hc)
	require.Equal(t, 1, server.Count(http.MethodGet, "/v1/clients"))
}

func TestUserAgentNamesTheProductAndTheLibrary(t *testing.T) {
	server := world.NewMemServer()
	client, err := oauthclients.New(server.Provider(),
		oauthclients.ClientCredentials{ClientID: "c", ClientSecret: oauthclients.NewSecret("s")},
		oauthclients.WithHTTPClient(server.HTTPClient()), oauthclients.WithUserAgent("inventory/2.1"))
	require.NoError(t, err)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Len(t, server.Requests(), 2)
	for _, r := range server.Requests() {
		require.Regexp(t, `^inventory/2\.1 oauthclients/\d+\.\d+\.\d+$`, r.Header.Get("User-Agent"))
	}
}

func TestDriverOfGivesTheDriverToItsOwnPackage(t *testing.T) {
	client, err := world.NewMem(oauthclients.NoAuth{})
	require.NoError(t, err)
	own, ok := oauthclients.DriverOf[*world.MemDriver](client)
	require.True(t, ok)
	require.NotNil(t, own)
	other, ok := oauthclients.DriverOf[*world.StubDriver](client)
	require.False(t, ok)
	require.Nil(t, other)
}
