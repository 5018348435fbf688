package sipgate_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds where sipgate is and how one signs in there.

func TestEndpoints(t *testing.T) {
	inRealm := func(base string) oauth2.Endpoint {
		return oauth2.Endpoint{
			AuthURL:   base + "/protocol/openid-connect/auth",
			TokenURL:  base + "/protocol/openid-connect/token",
			AuthStyle: oauth2.AuthStyleInParams,
		}
	}
	cases := map[string]struct {
		provider sipgate.Provider
		api      string
		realm    oauth2.Endpoint
	}{
		"zero value": {
			sipgate.Provider{}, "https://api.sipgate.com",
			inRealm("https://login.sipgate.com/auth/realms/third-party"),
		},
		"other realm": {
			sipgate.Provider{Realm: sipgate.RealmApps}, "https://api.sipgate.com",
			inRealm("https://login.sipgate.com/auth/realms/sipgate-apps"),
		},
		"other hosts": {
			sipgate.Provider{APIURL: "https://api.example.com/sg/", LoginURL: "https://login.example.com/"},
			"https://api.example.com/sg", inRealm("https://login.example.com/auth/realms/third-party"),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			connection, err := c.provider.Connect()
			require.NoError(t, err)
			require.Equal(t, oauthclients.Endpoints{
				BaseURL: c.api + "/v2",
				Grants: map[oauthclients.GrantType]oauth2.Endpoint{
					oauthclients.GrantAuthorizationCode: c.realm,
					oauthclients.GrantRefreshToken:      c.realm,
					oauthclients.GrantPassword: {
						TokenURL:  c.api + "/login/sipgate-apps/protocol/openid-connect/token",
						AuthStyle: oauth2.AuthStyleInParams,
					},
				},
			}, connection.Endpoints)
		})
	}
}

// configurationFaults are the faults of a provider that New refuses.
func configurationFaults(t *testing.T, provider sipgate.Provider) []oauthclients.FieldError {
	t.Helper()
	_, err := oauthclients.New(provider, oauthclients.BearerToken(bearer))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.NotContains(t, err.Error(), "hunter2")
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "sipgate", failed.Provider)
	require.Equal(t, "New", failed.Operation)
	return failed.Fields
}

func TestUnusableConfigurationNamesTheField(t *testing.T) {
	for name, c := range map[string]struct {
		provider             sipgate.Provider
		field, code, message string
	}{
		"API with query":      {sipgate.Provider{APIURL: "https://api.example.com?k=hunter2"}, "APIURL", "invalid", "query"},
		"API with user":       {sipgate.Provider{APIURL: "https://u:hunter2@api.example.com"}, "APIURL", "invalid", "user"},
		"API without scheme":  {sipgate.Provider{APIURL: "api.example.com"}, "APIURL", "invalid", "absolute URL"},
		"blank API":           {sipgate.Provider{APIURL: " "}, "APIURL", "required", "empty"},
		"API in the clear":    {sipgate.Provider{APIURL: "http://api.example.com"}, "APIURL", "insecure", "https"},
		"login in the clear":  {sipgate.Provider{LoginURL: "http://login.example.com"}, "LoginURL", "insecure", "https"},
		"login with fragment": {sipgate.Provider{LoginURL: "https://login.example.com#x"}, "LoginURL", "invalid", "fragment"},
		"API with its path":   {sipgate.Provider{APIURL: "https://api.sipgate.com/v2"}, "APIURL", "invalid", `give "https://api.sipgate.com"`},
		"and a slash":         {sipgate.Provider{APIURL: "https://api.example.com/sg/v2/"}, "APIURL", "invalid", `give "https://api.example.com/sg"`},
		"login with its path": {sipgate.Provider{LoginURL: "https://login.sipgate.com/auth/realms"}, "LoginURL", "invalid", `give "https://login.sipgate.com"`},
		"login with realm": {
			sipgate.Provider{LoginURL: "https://login.sipgate.com/auth/realms/sipgate-apps", Realm: sipgate.RealmApps},
			"LoginURL", "invalid", `give "https://login.sipgate.com"`,
		},
		"realm, path":  {sipgate.Provider{Realm: "third-party/../admin"}, "Realm", "invalid", "third-party"},
		"realm, dot":   {sipgate.Provider{Realm: "."}, "Realm", "invalid", "third-party"},
		"realm, dots":  {sipgate.Provider{Realm: ".."}, "Realm", "invalid", "third-party"},
		"realm, blank": {sipgate.Provider{Realm: "a b"}, "Realm", "invalid", "third-party"},
		"realm, query": {sipgate.Provider{Realm: "a?b"}, "Realm", "invalid", "third-party"},
	} {
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
	faults := configurationFaults(t, sipgate.Provider{APIURL: "http://a.example", LoginURL: "https://b.example?", Realm: "/"})
	require.Len(t, faults, 3)
	for i, field := range []string{"APIURL", "LoginURL", "Realm"} {
		require.Equal(t, field, faults[i].Field)
	}
}

// A host may have the name of a path.
func TestHostNamedLikeThePath(t *testing.T) {
	connection, err := sipgate.Provider{APIURL: "https://v2"}.Connect()
	require.NoError(t, err)
	require.Equal(t, "https://v2/v2", connection.Endpoints.BaseURL)
}

func TestCapabilities(t *testing.T) {
	require.Equal(t, "sipgate", sipgate.Provider{}.Name())
	settings := []string{"Name", "Description", "RedirectURIs", "AllowedOrigins", "PolicyURI", "TermsURI"}
	require.Equal(t, oauthclients.Capabilities{
		Auth: []oauthclients.AuthKind{
			oauthclients.AuthKindBearer, oauthclients.AuthKindBasic,
			oauthclients.AuthKindPassword, oauthclients.AuthKindAuthorizationCode, oauthclients.AuthKindTokenSource,
		},
		GrantTypes:      []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
		FixedGrantTypes: true,
		Create:          settings,
		Update:          settings,
		Members:         []string{"clientId", "clientSecret", "name", "description", "redirectUris", "webOrigins", "privacyUrl", "termsUrl"},
	}, sipgate.Provider{}.Capabilities())
}

// user is who asks in every password grant here.
func user() oauthclients.PasswordGrant {
	return oauthclients.PasswordGrant{
		ClientID: sipgate.DefaultPasswordClientID,
		Username: "desk@example.com", Password: oauthclients.NewSecret("p&ss w+rd"),
	}
}

// tokenExchange is the request of a password grant with the given form fields.
func tokenExchange(fields map[string]string) providertest.Exchange {
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	return providertest.Exchange{
		Method: http.MethodPost, Host: "api.sipgate.com",
		Path: "/login/sipgate-apps/protocol/openid-connect/token", Form: form,
		Header: map[string]string{
			"Authorization": "", "Accept": "application/json",
			"Content-Type": "application/x-www-form-urlencoded",
		},
	}
}

func userForm() map[string]string {
	return map[string]string{
		"grant_type": "password", "client_id": "sipgate-app-web",
		"username": "desk@example.com", "password": "p&ss w+rd",
	}
}

// listWith is a list request with the given Authorization header.
func listWith(authorization string) providertest.Exchange {
	e := exchange(http.MethodGet, clientsPath)
	e.Header["Authorization"] = authorization
	return answering(e, http.StatusOK, "list_response_empty.json")
}

func list(t *testing.T, client *oauthclients.Client) error {
	t.Helper()
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	return err
}

func TestPasswordGrant(t *testing.T) {
	client := playAs(t, user(),
		answering(tokenExchange(userForm()), http.StatusOK, "token_response.json"),
		listWith("Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln"),
		listWith("Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln"))
	require.NoError(t, list(t, client))
	require.NoError(t, list(t, client)) // no expires_in: the token is kept
}

// The older session API answered the same request with one member, "token".
func TestPasswordGrantTakesTheOlderAnswer(t *testing.T) {
	client := playAs(t, user(),
		answeringText(t, tokenExchange(userForm()), http.StatusOK, `{"token":"older"}`),
		listWith("Bearer older"))
	require.NoError(t, list(t, client))
}

func TestPasswordGrantOfAnOwnClientSendsItsSecretInTheForm(t *testing.T) {
	form := userForm()
	form["client_id"], form["client_secret"] = deskID+":sipgate-apps", deskSecret
	own := user()
	own.ClientID, own.ClientSecret = deskID+":sipgate-apps", oauthclients.NewSecret(deskSecret)
	client := playAs(t, own,
		answering(tokenExchange(form), http.StatusOK, "token_response.json"),
		listWith("Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln"))
	require.NoError(t, list(t, client))
}

// The check value is that of sipgate's page on authentication.
func TestPersonalAccessToken(t *testing.T) {
	client := playAs(t, oauthclients.BasicAuth{
		Username: "token-FQ1V12", Password: oauthclients.NewSecret("e68ead46-a7db-46cd-8a1a-44aed1e4e372"),
	}, listWith("Basic dG9rZW4tRlExVjEyOmU2OGVhZDQ2LWE3ZGItNDZjZC04YTFhLTQ0YWVkMWU0ZTM3Mg=="))
	require.NoError(t, list(t, client))
}

func TestReadyTokens(t *testing.T) {
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "from-source"})
	require.NoError(t, list(t, playAs(t, oauthclients.FromTokenSource(source), listWith("Bearer from-source"))))
	require.NoError(t, list(t, playAs(t, oauthclients.BearerToken("ready"), listWith("Bearer ready"))))
}

func TestOtherStrategiesAreUnsupported(t *testing.T) {
	for _, auth := range []oauthclients.Auth{
		oauthclients.NoAuth{},
		oauthclients.ClientCredentials{ClientID: "a", ClientSecret: oauthclients.NewSecret("b")},
	} {
		_, err := oauthclients.New(sipgate.Provider{}, auth)
		var unsupported *oauthclients.UnsupportedError
		require.ErrorAs(t, err, &unsupported)
	}
}

func TestWebphoneClient(t *testing.T) {
	origins := []string{"https://*.intranet.example.com", "https://intranet.example.com"}
	client := sipgate.WebphoneClient("Webphone embed", origins...)
	require.Equal(t, &oauthclients.OAuthClient{
		Name:         "Webphone embed",
		RedirectURIs: []string{"https://phone.sipgate.com/*"},
		AllowedOrigins: []string{
			"https://*.intranet.example.com", "https://intranet.example.com",
		},
	}, client)
	client.AllowedOrigins[0] = "changed"
	require.Equal(t, "https://*.intranet.example.com", origins[0])
}
