package genesys_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file tests which hosts a configuration leads to, and which configurations are refused.

func TestRegions(t *testing.T) {
	domains := map[genesys.Region]string{
		genesys.USEast1: "mypurecloud.com", genesys.USEast2: "use2.us-gov-pure.cloud",
		genesys.USWest2: "usw2.pure.cloud", genesys.CACentral1: "cac1.pure.cloud",
		genesys.MXCentral1: "mxc1.pure.cloud", genesys.SAEast1: "sae1.pure.cloud",
		genesys.EUWest1: "mypurecloud.ie", genesys.EUWest2: "euw2.pure.cloud",
		genesys.EUCentral1: "mypurecloud.de", genesys.EUCentral2: "euc2.pure.cloud",
		genesys.EUSCDEEast1: "edee1.eusc-pure.cloud", genesys.MECentral1: "mec1.pure.cloud",
		genesys.APSouth1: "aps1.pure.cloud", genesys.APSoutheast1: "apse1.pure.cloud",
		genesys.APSoutheast2: "mypurecloud.com.au", genesys.APNortheast1: "mypurecloud.jp",
		genesys.APNortheast2: "apne2.pure.cloud", genesys.APNortheast3: "apne3.pure.cloud",
	}
	require.Len(t, domains, 18)
	for region, domain := range domains {
		requireHosts(t, genesys.Provider{Region: region}, "https://api."+domain, "https://login."+domain)
		upper := strings.ToUpper(strings.ReplaceAll(string(region), "-", "_"))
		for _, name := range []string{string(region), upper, " " + string(region) + "\n"} {
			parsed, err := genesys.ParseRegion(name)
			require.NoError(t, err)
			require.Equal(t, region, parsed)
		}
	}
}

func TestUnknownRegion(t *testing.T) {
	for _, name := range []string{"", "eu-west-9", "mypurecloud.ie"} {
		_, err := genesys.ParseRegion(name)
		require.ErrorContains(t, err, "us-east-1, us-east-2")
		require.ErrorContains(t, err, "eusc-de-east-1")
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		var failed *oauthclients.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, []string{"genesys", "ParseRegion", "Region"}, []string{failed.Provider, failed.Operation, failed.Fields[0].Field})
	}
}

// A wrong Region is found even where Domain wins, and the message says what was meant.
func TestRegionIsExact(t *testing.T) {
	for region, message := range map[genesys.Region]string{
		"eu-west-9":               `there is no "eu-west-9"; there are us-east-1, us-east-2`,
		"EU-WEST-1":               `must be exactly "eu-west-1"; ParseRegion takes other spellings`,
		"eu_west_1":               `must be exactly "eu-west-1"; ParseRegion takes other spellings`,
		" eu-west-1":              `must be exactly "eu-west-1"; ParseRegion takes other spellings`,
		"mypurecloud.ie":          "set Domain",
		"https://mypurecloud.com": "set Domain",
	} {
		faults := configurationFaults(t, genesys.Provider{Region: region, Domain: "mypurecloud.ie"})
		require.Len(t, faults, 1)
		require.Equal(t, "Region", faults[0].Field)
		require.Equal(t, "invalid", faults[0].Code)
		require.Contains(t, faults[0].Message, message)
	}
}

// configurationFaults are the faults of a provider that New refuses.
func configurationFaults(t *testing.T, provider genesys.Provider) []oauthclients.FieldError {
	t.Helper()
	_, err := oauthclients.New(provider, oauthclients.BearerToken("t"))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.NotContains(t, err.Error(), "hunter2")
	require.Equal(t, 1, strings.Count(err.Error(), "genesys:"), "%v", err)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "genesys", failed.Provider)
	require.Equal(t, "New", failed.Operation)
	return failed.Fields
}

func requireHosts(t *testing.T, p genesys.Provider, api, login string) {
	t.Helper()
	connection, err := p.Connect()
	require.NoError(t, err)
	require.Equal(t, api, connection.Endpoints.BaseURL)
	want := map[oauthclients.GrantType]oauth2.Endpoint{}
	if login != "" {
		endpoint := oauth2.Endpoint{
			AuthURL: login + "/oauth/authorize", TokenURL: login + "/oauth/token", AuthStyle: oauth2.AuthStyleInHeader,
		}
		for _, grant := range []oauthclients.GrantType{
			oauthclients.GrantClientCredentials, oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken,
		} {
			want[grant] = endpoint
		}
	}
	require.Len(t, connection.Endpoints.Grants, len(want))
	for grant, endpoint := range want {
		require.Equal(t, endpoint, connection.Endpoints.Grants[grant])
	}
}

func TestHosts(t *testing.T) {
	cases := map[string]struct {
		provider   genesys.Provider
		api, login string
	}{
		"zero value": {genesys.Provider{}, "https://api.mypurecloud.com", "https://login.mypurecloud.com"},
		"domain over region": {
			genesys.Provider{Region: genesys.EUWest1, Domain: "new1.pure.cloud"},
			"https://api.new1.pure.cloud", "https://login.new1.pure.cloud",
		},
		"URL over domain": {
			genesys.Provider{Domain: "new1.pure.cloud", APIURL: "https://API.example.com/", LoginURL: "https://sso.example.com/g/"},
			"https://API.example.com", "https://sso.example.com/g",
		},
		"login from //api.": {
			genesys.Provider{Region: genesys.EUWest1, APIURL: "https://API.example.com:8443"},
			"https://API.example.com:8443", "https://login.example.com:8443",
		},
		"gateway with a region": {
			genesys.Provider{Region: genesys.EUWest1, APIURL: "https://gateway.example.com/genesys"},
			"https://gateway.example.com/genesys", "https://login.mypurecloud.ie",
		},
		"gateway alone has no login": {
			genesys.Provider{APIURL: "https://gateway.example.com"}, "https://gateway.example.com", "",
		},
		"login alone beside a region": {
			genesys.Provider{Region: genesys.USEast1, LoginURL: "https://sso.example.com"},
			"https://api.mypurecloud.com", "https://sso.example.com",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { requireHosts(t, c.provider, c.api, c.login) })
	}
}

func TestUnusableConfiguration(t *testing.T) {
	const domain = `must be a bare domain such as "mypurecloud.ie"`
	cases := map[string]struct {
		provider             genesys.Provider
		field, code, message string
	}{
		"domain with scheme":   {genesys.Provider{Domain: "https://mypurecloud.ie"}, "Domain", "invalid", domain},
		"domain with path":     {genesys.Provider{Domain: "mypurecloud.ie/x"}, "Domain", "invalid", domain},
		"domain that breaks":   {genesys.Provider{Domain: "hunter2@mypurecloud.ie"}, "Domain", "invalid", domain},
		"domain with query":    {genesys.Provider{Domain: "mypurecloud.ie?x"}, "Domain", "invalid", domain},
		"domain with blank":    {genesys.Provider{Domain: " mypurecloud.ie"}, "Domain", "invalid", domain},
		"API host as domain":   {genesys.Provider{Domain: "api.mypurecloud.ie"}, "Domain", "invalid", domain},
		"login host as domain": {genesys.Provider{Domain: "Login.mypurecloud.ie"}, "Domain", "invalid", domain},
		"no scheme":            {genesys.Provider{APIURL: "api.mypurecloud.ie"}, "APIURL", "invalid", "absolute URL"},
		"no URL":               {genesys.Provider{APIURL: "https://u:hunter2@%"}, "APIURL", "invalid", "is not a URL"},
		"user":                 {genesys.Provider{APIURL: "https://u:hunter2@api.example.com"}, "APIURL", "invalid", "user"},
		"query":                {genesys.Provider{APIURL: "https://api.example.com?hunter2"}, "APIURL", "invalid", "query"},
		"blank":                {genesys.Provider{APIURL: " "}, "APIURL", "required", "empty"},
		"slash":                {genesys.Provider{APIURL: "/"}, "APIURL", "invalid", "absolute URL"},
		"in the clear":         {genesys.Provider{APIURL: "http://api.example.com"}, "APIURL", "insecure", "https"},
		"too long":             {genesys.Provider{APIURL: "https://api.example.com/api/v2/"}, "APIURL", "invalid", `give "https://api.example.com"`},
		"login with fragment":  {genesys.Provider{Region: genesys.EUWest1, LoginURL: "https://login.example.com#hunter2"}, "LoginURL", "invalid", "fragment"},
		"login in the clear":   {genesys.Provider{Region: genesys.EUWest1, LoginURL: "http://login.example.com"}, "LoginURL", "insecure", "https"},
		"login too long": {
			genesys.Provider{Region: genesys.EUWest1, LoginURL: "https://login.example.com/oauth/token"},
			"LoginURL", "invalid", `give "https://login.example.com"`,
		},
		"login to nowhere": {genesys.Provider{LoginURL: "https://login.example.com"}, "LoginURL", "invalid", "needs APIURL, Domain or Region"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			faults := configurationFaults(t, c.provider)
			require.Len(t, faults, 1)
			require.Equal(t, c.field, faults[0].Field)
			require.Equal(t, c.code, faults[0].Code)
			require.Contains(t, faults[0].Message, c.message)
		})
	}
}

func TestUnusableConfigurationNamesEveryField(t *testing.T) {
	faults := configurationFaults(t, genesys.Provider{
		Region: "EU-WEST-1", Domain: "api.mypurecloud.ie", APIURL: "http://api.example.com", LoginURL: "login",
	})
	require.Len(t, faults, 4)
	for i, field := range []string{"Region", "Domain", "APIURL", "LoginURL"} {
		require.Equal(t, field, faults[i].Field)
	}
}

// A secret must not go to a host that nobody named; a token that is there already may be used.
func TestNoLoginHost(t *testing.T) {
	gateway := genesys.Provider{APIURL: "https://gateway.example.com"}
	credentials := oauthclients.ClientCredentials{ClientID: "id", ClientSecret: oauthclients.NewSecret("secret")}
	_, err := oauthclients.New(gateway, credentials)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, []string{"Auth"}, unsupported.Fields)

	_, err = oauthclients.New(gateway, oauthclients.BearerToken("token"))
	require.NoError(t, err)
	gateway.LoginURL = "https://sso.example.com"
	_, err = oauthclients.New(gateway, credentials)
	require.NoError(t, err)
}

func TestAuthStrategies(t *testing.T) {
	source := oauthclients.FromTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t"}))
	_, err := oauthclients.New(genesys.Provider{}, source)
	require.NoError(t, err)
	_, err = oauthclients.New(genesys.Provider{}, oauthclients.NoAuth{})
	require.ErrorAs(t, err, new(*oauthclients.UnsupportedError))
	_, err = oauthclients.New(genesys.Provider{}, oauthclients.BasicAuth{Username: "u", Password: oauthclients.NewSecret("p")})
	require.ErrorAs(t, err, new(*oauthclients.UnsupportedError))
}
