package genesys_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests the verbs against the fake: what they promise beyond the wire of one call.

// connect returns a client of a fake without a socket.
func connect(t *testing.T, opts ...genesystest.Option) (*genesystest.Server, *oauthclients.ClientsService) {
	t.Helper()
	fake, client := connectClient(t, opts...)
	return fake, client.Clients
}

func connectClient(t *testing.T, opts ...genesystest.Option) (*genesystest.Server, *oauthclients.Client) {
	t.Helper()
	fake := genesystest.New(opts...)
	client, err := oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	require.NoError(t, err)
	return fake, client
}

// invalidFields are the fields that a local fault names; the error must be one.
func invalidFields(t *testing.T, err error) []string {
	t.Helper()
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Zero(t, failed.StatusCode)
	var names []string
	for _, fault := range failed.Fields {
		names = append(names, fault.Field)
	}
	return names
}

func TestCreateNamesEveryFaultBeforeAnyRequest(t *testing.T) {
	code := []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}
	machine := []oauthclients.GrantType{oauthclients.GrantClientCredentials}
	cases := map[string]struct {
		client oauthclients.OAuthClient
		fields []string
	}{
		"empty": {oauthclients.OAuthClient{}, []string{"Name", "GrantTypes"}},
		"no name, two grants": {
			oauthclients.OAuthClient{GrantTypes: append(code, machine...)},
			[]string{"Name", "GrantTypes"},
		},
		"blank name": {
			oauthclients.OAuthClient{Name: " \t", GrantTypes: code, Scopes: []string{"users"}}, []string{"Name"},
		},
		"code without scopes": {oauthclients.OAuthClient{Name: "n", GrantTypes: code}, []string{"Scopes"}},
		"machine without roles": {
			oauthclients.OAuthClient{Name: "n", GrantTypes: machine}, []string{"Extra.RoleDivisions"},
		},
		"all of Extra": {
			oauthclients.OAuthClient{Name: "n", GrantTypes: machine, Extra: &genesys.Extra{
				AccessTokenValidity: 299 * time.Second,
				RoleDivisions:       []genesys.RoleDivision{{RoleID: "r"}, {DivisionID: "*"}},
				DateToDelete:        time.Date(2030, 1, 1, 0, 0, 0, 1, time.UTC),
			}},
			[]string{"Extra.AccessTokenValidity", "Extra.RoleDivisions", "Extra.RoleDivisions", "Extra.DateToDelete"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			fake, clients := connect(t)
			_, err := clients.Create(t.Context(), &c.client)
			require.Equal(t, c.fields, invalidFields(t, err))
			require.Empty(t, fake.Requests())
		})
	}
}

// The rules go by the same words at every provider, and entries are counted from 1.
func TestFaultsGoByCommonWords(t *testing.T) {
	_, clients := connect(t)
	_, err := clients.Create(t.Context(), &oauthclients.OAuthClient{
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantImplicit, oauthclients.GrantPassword},
		Extra: &genesys.Extra{
			AccessTokenValidity: time.Second, DateToDelete: time.Date(2030, 1, 1, 0, 0, 0, 1, time.UTC),
			RoleDivisions: []genesys.RoleDivision{{RoleID: "r"}},
		},
	})
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	codes := map[string]string{}
	for _, fault := range failed.Fields {
		codes[fault.Field] = fault.Code
	}
	require.Equal(t, map[string]string{
		"Name": "required", "GrantTypes": "count", "Extra.AccessTokenValidity": "range",
		"Extra.RoleDivisions": "required", "Extra.DateToDelete": "invalid",
	}, codes)
	require.ErrorContains(t, err, "Name: must not be blank")
	require.ErrorContains(t, err, "Extra.RoleDivisions: entry 1 must have")
	_, err = clients.List(t.Context(), oauthclients.ListOptions{Cursor: "x"})
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "cursor", failed.Fields[0].Code)
}

func TestAccessTokenValidity(t *testing.T) {
	valid := map[time.Duration]string{
		0: "86400", 300 * time.Second: "300", 172801 * time.Second: "172801", 38880000 * time.Second: "38880000",
	}
	for validity, stored := range valid {
		fake, clients := connect(t)
		want := nightlyExport()
		genesys.ExtraOf(want).AccessTokenValidity = validity
		got, err := clients.Create(t.Context(), want)
		require.NoError(t, err, validity)
		require.Contains(t, string(fake.Document(got.ID)), `"accessTokenValiditySeconds":`+stored+`,`)
	}
	for _, validity := range []time.Duration{-time.Hour, 299 * time.Second, 38880001 * time.Second, time.Hour + time.Millisecond} {
		fake, clients := connect(t)
		want := nightlyExport()
		genesys.ExtraOf(want).AccessTokenValidity = validity
		_, err := clients.Create(t.Context(), want)
		require.Equal(t, []string{"Extra.AccessTokenValidity"}, invalidFields(t, err), validity)
		require.Empty(t, fake.Requests())
	}
}

func TestGrantTypesRoundTrip(t *testing.T) {
	wire := map[oauthclients.GrantType]string{
		oauthclients.GrantAuthorizationCode: "CODE", oauthclients.GrantImplicit: "TOKEN",
		oauthclients.GrantPassword: "PASSWORD", oauthclients.GrantSAML2Bearer: "SAML2-BEARER",
		oauthclients.GrantClientCredentials: "CLIENT-CREDENTIALS",
	}
	for grant, value := range wire {
		t.Run(value, func(t *testing.T) {
			fake, clients := connect(t)
			want := nightlyExport()
			want.GrantTypes, want.Scopes = []oauthclients.GrantType{grant}, []string{"users"}
			got, err := clients.Create(t.Context(), want)
			require.NoError(t, err)
			require.Equal(t, want.GrantTypes, got.GrantTypes)
			require.Contains(t, string(fake.Document(got.ID)), `"authorizedGrantType":"`+value+`"`)
		})
	}
}

// The vendor gives refresh tokens by itself; asking for them is refused rather than ignored.
func TestRefreshTokenIsNoGrantTypeHere(t *testing.T) {
	fake, clients := connect(t)
	want := deskApp()
	want.GrantTypes = append(want.GrantTypes, oauthclients.GrantRefreshToken)
	_, err := clients.Create(t.Context(), want)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, []string{"GrantTypes"}, unsupported.Fields)
	require.Empty(t, fake.Requests())
}

func TestFieldsTheVendorDoesNotHave(t *testing.T) {
	fake, clients := connect(t)
	want := deskApp()
	want.AllowedOrigins = []string{"https://a.example.com"}
	want.PostLogoutRedirectURIs = []string{"https://a.example.com/bye"}
	want.ClientURI, want.LogoURI, want.PolicyURI, want.TermsURI = "c", "l", "p", "t"
	_, err := clients.Create(t.Context(), want)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.ElementsMatch(t, []string{
		"AllowedOrigins", "PostLogoutRedirectURIs", "ClientURI", "LogoURI", "PolicyURI", "TermsURI",
	}, unsupported.Fields)
	require.Empty(t, fake.Requests())
}

// The vendor promises a secret for these three; the id must not be lost with it.
func TestCreateWithoutASecret(t *testing.T) {
	for _, grant := range []string{"CODE", "SAML2-BEARER", "CLIENT-CREDENTIALS", "CLIENT_CREDENTIALS", "TOKEN"} {
		for _, secret := range []string{``, `,"secret":""`, `,"secret":null`} {
			fake, clients := connect(t)
			fake.Inject(fakeserver.Fault{Method: http.MethodPost, PathContains: listPath, Status: http.StatusOK,
				Body: `{"id":"c-1","name":"nightly-export","authorizedGrantType":"` + grant + `"` + secret + `}`})
			got, err := clients.Create(t.Context(), nightlyExport())
			require.NotNil(t, got)
			require.Equal(t, "c-1", got.ID)
			require.True(t, got.Secret.IsZero())
			var missing *oauthclients.NotAppliedError
			require.ErrorAs(t, err, &missing)
			if grant == "TOKEN" { // what is missing then is what the answer left out, not the secret
				require.NotContains(t, missing.Fields, "Secret")
				continue
			}
			require.Equal(t, "c-1", missing.ID)
			require.Equal(t, "Secret", missing.Fields[0], "before what the answer leaves out besides")
			require.ErrorIs(t, err, oauthclients.ErrNotApplied)
			require.Contains(t, err.Error(), `"c-1"`)
			require.Equal(t, 1, fake.Count(http.MethodPost, listPath))
		}
	}
}

func TestRegenerateSecretWithoutASecret(t *testing.T) {
	fake, clients := connect(t)
	fake.Inject(fakeserver.Fault{PathContains: "/secret", Status: http.StatusOK,
		Body: `{"id":"c-1","name":"n","authorizedGrantType":"CODE","secret":""}`})
	secret, err := clients.RegenerateSecret(t.Context(), "c-1")
	require.True(t, secret.IsZero())
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	require.Contains(t, err.Error(), `"c-1"`)
}

func TestAnswersThatAreNoClient(t *testing.T) {
	for _, body := range []string{`{}`, `null`, `[]`, `{"id":" "}`, `{"id":{}}`, `"c"`, `<html>`, ``} {
		fake, clients := connect(t)
		fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK, Body: body})
		_, err := clients.Get(t.Context(), "c-1")
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
		got, err := clients.Create(t.Context(), nightlyExport())
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown, body)
		require.Nil(t, got)
		_, err = clients.RegenerateSecret(t.Context(), "c-1")
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown, body)
	}
}

func TestDeleteOfADeletedClient(t *testing.T) {
	fake, clients := connect(t, genesystest.WithLingeringDeletes())
	made, err := clients.Create(t.Context(), nightlyExport())
	require.NoError(t, err)
	require.NoError(t, clients.Delete(t.Context(), made.ID))
	got, err := clients.Get(t.Context(), made.ID)
	require.NoError(t, err)
	require.Equal(t, oauthclients.StatusDeleted, got.Status)

	fake.Forget()
	require.ErrorIs(t, clients.Delete(t.Context(), made.ID), oauthclients.ErrNotFound)
	require.Equal(t, 1, fake.Count("", ""), "nothing but the read")
}

// The date for a deletion is the vendor's from the moment the client is inactive.
func TestDeleteSendsNoDate(t *testing.T) {
	fake, clients := connect(t)
	id, err := fake.Add(`{"name":"n","authorizedGrantType":"CODE","scope":["users"],"dateToDelete":"2029-01-02T03:04:05Z"}`)
	require.NoError(t, err)
	require.NoError(t, clients.Delete(t.Context(), id))
	body := lastPut(t, fake)
	require.Equal(t, `"inactive"`, string(body["state"]))
	require.NotContains(t, body, "dateToDelete")
	require.Nil(t, fake.Document(id))
}

func TestStatus(t *testing.T) {
	for state, status := range map[string]oauthclients.Status{
		"active": oauthclients.StatusActive, "DISABLED": oauthclients.StatusDisabled,
		"inactive": oauthclients.StatusInactive, "deleted": oauthclients.StatusDeleted, "Frozen": "Frozen",
	} {
		fake, clients := connect(t)
		id, err := fake.Add(`{"name":"n","authorizedGrantType":"CODE","state":"` + state + `"}`)
		require.NoError(t, err)
		got, err := clients.Get(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, status, got.Status)
	}
}

// A window of the vendor that is over in 61 s, told by the vendor's own header alone.
func TestRateLimitWaitsForTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, clients := connect(t)
		fake.Inject(fakeserver.Fault{PathContains: listPath, Times: 1, Status: http.StatusTooManyRequests,
			Header: http.Header{"Inin-Ratelimit-Reset": {"61"}},
			Body:   `{"code":"too.many.requests","message":"wait"}`})
		start := time.Now()
		_, err := clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), 61*time.Second)
		require.Less(t, time.Since(start), 70*time.Second)
	})
}

// The limit of the token endpoint comes as a 400 and is over after a while.
func TestTokenRateLimitIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := genesystest.New(genesystest.WithTokenRateLimit(1, 5*time.Second))
		var clients [2]*oauthclients.Client
		for i := range clients {
			client, err := oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()),
				oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 10, MinWait: 2 * time.Second}))
			require.NoError(t, err)
			clients[i] = client
		}
		for _, client := range clients {
			_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
			require.NoError(t, err)
		}
		require.GreaterOrEqual(t, fake.Count(http.MethodPost, "/oauth/token"), 3)
	})
}

func TestARevokedTokenIsReplacedOnce(t *testing.T) {
	fake, clients := connect(t)
	_, err := clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	fake.RevokeTokens()
	_, err = clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, 2, fake.Count(http.MethodPost, "/oauth/token"))
	require.Equal(t, 3, fake.Count(http.MethodGet, listPath))
}
