package sipgate_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file tests how a person signs in at sipgate: in which realm, and with what.

// realmToken is the answer of sipgate's page on authentication.
const realmToken = `{"access_token":"eyJhbGciOiJSUzI1NiJ9.e30.QUNDRVNT","expires_in":300,"refresh_expires_in":2592000,` +
	`"refresh_token":"eyJhbGciOiJSUzI1NiJ9.e30.UkVGUkVTSA","token_type":"bearer","not-before-policy":0,"session_state":"32c512d5"}`

// takesAll is a login server and an API that take everything; the realm is read from what they
// were asked.
func takesAll() *fakeserver.Server {
	return fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/token"):
			_, _ = io.WriteString(w, realmToken)
		case strings.HasSuffix(r.URL.Path, "/logout"):
			w.WriteHeader(http.StatusNoContent)
		default:
			_, _ = io.WriteString(w, `{"data":[]}`)
		}
	}))
}

func at(server *fakeserver.Server, realm string) sipgate.Provider {
	return sipgate.Provider{APIURL: server.URL(), LoginURL: server.URL(), Realm: realm}
}

func over(server *fakeserver.Server) oauthclients.Option {
	return oauthclients.WithHTTPClient(server.HTTPClient())
}

func quick() oauthclients.Option {
	return oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Microsecond, MaxWait: time.Millisecond})
}

func deskLogin(clientID string) oauthclients.AuthCode {
	return oauthclients.AuthCode{
		ClientID: clientID, ClientSecret: oauthclients.NewSecret("s3cr+t of the cli&nt"), RedirectURL: "https://orders.example.com/cb?tenant=1",
		Scopes: []string{sipgate.ScopeBalanceRead, "account:read"},
	}
}

func sentForm(t *testing.T, r fakeserver.Request) url.Values {
	t.Helper()
	require.Equal(t, http.MethodPost, r.Method)
	require.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
	require.Empty(t, r.Header.Get("Authorization"), "sipgate takes credentials in the form")
	form, err := url.ParseQuery(string(r.Body))
	require.NoError(t, err)
	return form
}

// The rule of the contract (8.1): the suffix of the id decides, unless Realm is set; the id goes
// out with its suffix, and no other realm is ever tried. The ids are of the shapes that were
// seen.
func TestEverythingOfASignInIsInOneRealm(t *testing.T) {
	const old, apps = "2556404-0-dc848ae6-085c-11e8-92a6-31b99c83912e", "2556404-0-dc848ae6-085c-11e8-92a6-31b99c83912e:sipgate-apps"
	for _, c := range []struct{ id, explicit, realm string }{
		{old, "", "third-party"}, {apps, "", "sipgate-apps"},
		{old, "sipgate-apps", "sipgate-apps"}, {apps, "third-party", "third-party"}, {apps, "sipgate-apps", "sipgate-apps"},
		{old, "staging", "staging"}, {apps, "staging", "staging"},
		{"sipgate-apps", "", "third-party"}, {"my-sipgate-apps", "", "third-party"}, {":sipgate-apps", "", "sipgate-apps"},
		{old + ":sipgate-apps-2", "", "third-party"}, {old + ":SIPGATE-APPS", "", "third-party"}, {old + ":sipgate-apps:x", "", "third-party"},
		{old + ":third-party", "", "third-party"},
	} {
		t.Run(c.id+" "+c.explicit, func(t *testing.T) {
			server := takesAll()
			auth, provider := deskLogin(c.id), at(server, c.explicit)
			inRealm := "/auth/realms/" + c.realm + "/protocol/openid-connect/"

			login, err := auth.Begin(t.Context(), provider, over(server))
			require.NoError(t, err)
			page, err := url.Parse(login.URL)
			require.NoError(t, err)
			require.Equal(t, server.URL()+inRealm+"auth", strings.TrimSuffix(login.URL, "?"+page.RawQuery))
			require.Equal(t, 1, strings.Count(login.URL, "?"))
			require.Equal(t, c.id, page.Query().Get("client_id"), "the suffix stays")

			token, err := auth.Finish(t.Context(), provider, login, url.Values{"state": {login.State}, "code": {"c-0-d-e.714e"}}, over(server))
			require.NoError(t, err)
			auth.Token = &oauth2.Token{RefreshToken: token.RefreshToken}
			client, err := oauthclients.New(provider, auth, over(server))
			require.NoError(t, err)
			require.NoError(t, list(t, client))
			require.NoError(t, client.SignOut(t.Context()))

			requests := server.Requests()
			require.Len(t, requests, 4)
			var paths []string
			for _, r := range requests {
				paths = append(paths, r.Path)
			}
			require.Equal(t, []string{inRealm + "token", inRealm + "token", "/v2/authorization/oauth2/clients", inRealm + "logout"}, paths)
			for _, i := range []int{0, 1, 3} {
				require.Equal(t, []string{c.id}, sentForm(t, requests[i])["client_id"])
			}
		})
	}
}

func TestSignInOnTheWire(t *testing.T) {
	server := takesAll()
	auth := deskLogin("2556404-0-dc848ae6")
	login, err := auth.Begin(t.Context(), at(server, ""), over(server))
	require.NoError(t, err)
	require.Empty(t, server.Requests())
	page, err := url.Parse(login.URL)
	require.NoError(t, err)
	require.Equal(t, url.Values{
		"client_id": {"2556404-0-dc848ae6"}, "redirect_uri": {"https://orders.example.com/cb?tenant=1"}, "scope": {"balance:read account:read"},
		"response_type": {"code"}, "state": {login.State}, "code_challenge": {oauth2.S256ChallengeFromVerifier(login.Verifier)},
		"code_challenge_method": {"S256"},
	}, page.Query())

	// with what Keycloak adds to a callback
	token, err := auth.Finish(t.Context(), at(server, ""), login, url.Values{
		"state": {login.State}, "code": {"2Eamxyz7.714e913-f108"}, "session_state": {"714e913"}, "iss": {"https://login.sipgate.com/auth/realms/third-party"},
	}, over(server))
	require.NoError(t, err)
	require.Equal(t, "eyJhbGciOiJSUzI1NiJ9.e30.QUNDRVNT", token.AccessToken)
	require.Equal(t, "eyJhbGciOiJSUzI1NiJ9.e30.UkVGUkVTSA", token.RefreshToken)
	require.Equal(t, "32c512d5", token.Extra("session_state"))
	require.Equal(t, url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"2556404-0-dc848ae6"}, "client_secret": {"s3cr+t of the cli&nt"},
		"code": {"2Eamxyz7.714e913-f108"}, "redirect_uri": {"https://orders.example.com/cb?tenant=1"}, "code_verifier": {login.Verifier},
	}, sentForm(t, server.Requests()[0]))
}

// The contract's refresh form: neither scope nor redirect_uri.
func TestRefreshOnTheWire(t *testing.T) {
	for _, public := range []bool{false, true} {
		server := takesAll()
		auth := deskLogin("2556404-0-dc848ae6")
		auth.Token = &oauth2.Token{RefreshToken: "old.refresh.token"}
		want := url.Values{"grant_type": {"refresh_token"}, "client_id": {"2556404-0-dc848ae6"}, "refresh_token": {"old.refresh.token"}}
		if public {
			auth.ClientSecret = oauthclients.Secret{}
		} else {
			want.Set("client_secret", "s3cr+t of the cli&nt")
		}
		client, err := oauthclients.New(at(server, ""), auth, over(server))
		require.NoError(t, err)
		require.NoError(t, list(t, client))
		require.Equal(t, want, sentForm(t, server.Requests()[0]))
		require.Equal(t, "Bearer eyJhbGciOiJSUzI1NiJ9.e30.QUNDRVNT", server.Requests()[1].Header.Get("Authorization"))
	}
}

// That grant is offered in one place only, whatever realm people sign in at.
func TestThePasswordGrantKnowsNoRealm(t *testing.T) {
	for _, realm := range []string{"", sipgate.RealmThirdParty, sipgate.RealmApps, "staging"} {
		for _, id := range []string{sipgate.DefaultPasswordClientID, "2556404-0-dc848ae6", "2556404-0-dc848ae6:sipgate-apps"} {
			server := takesAll()
			auth := user()
			auth.ClientID = id
			client, err := oauthclients.New(at(server, realm), auth, over(server))
			require.NoError(t, err)
			require.NoError(t, list(t, client))
			require.Equal(t, "/login/sipgate-apps/protocol/openid-connect/token", server.Requests()[0].Path)
			require.Equal(t, id, sentForm(t, server.Requests()[0]).Get("client_id"))
		}
	}
}

func TestTheLoginHostStandsBeforeItsRealms(t *testing.T) {
	for base, want := range map[string]string{
		"": "https://login.sipgate.com/auth/realms/", "https://login.example.com/": "https://login.example.com/auth/realms/",
		"https://gateway.example.com/sg": "https://gateway.example.com/sg/auth/realms/",
	} {
		login, err := deskLogin("a:sipgate-apps").Begin(t.Context(), sipgate.Provider{LoginURL: base})
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(login.URL, want+"sipgate-apps/protocol/openid-connect/auth?"), login.URL)
	}
}

// The fake has Keycloak's pages; a client exists in one realm there.
func TestSignInAtTheFakeInBothRealms(t *testing.T) {
	for realm, options := range map[string][]sipgatetest.Option{"third-party": nil, "sipgate-apps": {sipgatetest.WithAppsRealm()}} {
		t.Run(realm, func(t *testing.T) {
			server := sipgatetest.New(options...)
			http := oauthclients.WithHTTPClient(server.HTTPClient())
			auth := server.AuthCode("https://orders.example.com/cb")
			require.Equal(t, realm == "sipgate-apps", strings.HasSuffix(auth.ClientID, ":sipgate-apps"))
			login, err := auth.Begin(t.Context(), server.Provider(), http)
			require.NoError(t, err)
			callback, err := server.SignIn(login.URL)
			require.NoError(t, err)
			auth.Token, err = auth.Finish(t.Context(), server.Provider(), login, callback, http)
			require.NoError(t, err)
			client, err := oauthclients.New(server.Provider(), auth, http)
			require.NoError(t, err)
			require.NoError(t, list(t, client))
			require.NoError(t, client.SignOut(t.Context()))
			require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
			for _, r := range server.Requests() {
				if strings.HasPrefix(r.Path, "/auth/") {
					require.True(t, strings.HasPrefix(r.Path, "/auth/realms/"+realm+"/"), r.Path)
				}
			}
		})
	}
}

func TestAPersonsNoAtTheFake(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode("https://orders.example.com/cb")
	login, err := auth.Begin(t.Context(), server.Provider(), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	callback, err := server.SignInDenied(login.URL)
	require.NoError(t, err)
	_, err = auth.Finish(t.Context(), server.Provider(), login, callback, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "access_denied", failed.Code)
}

// A client in the realm that nobody asked is not found, and not looked for elsewhere.
func TestTheOtherRealmIsNotTried(t *testing.T) {
	server := sipgatetest.New(sipgatetest.WithAppsRealm())
	auth := server.AuthCode("https://orders.example.com/cb")
	provider := server.Provider()
	provider.Realm = sipgate.RealmThirdParty
	auth.Token = &oauth2.Token{RefreshToken: "a.b.c"}
	client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(server.HTTPClient()), quick())
	require.NoError(t, err)
	require.ErrorIs(t, list(t, client), oauthclients.ErrUnauthenticated)
	require.Len(t, server.Requests(), 1)
	require.Contains(t, server.Requests()[0].Path, "/third-party/")
}
