package genesys_test

import (
	"encoding/base64"
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
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests how a person signs in at Genesys Cloud (contract 2.1 to 2.3).

// loginServer answers everything alike.
func loginServer(status int, body string) *fakeserver.Server {
	return fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
}

func deskLogin() oauthclients.AuthCode {
	return oauthclients.AuthCode{
		ClientID: "7de3af06-c0b3-4f9b-af45-72f4a1403797", ClientSecret: oauthclients.NewSecret("s3cr+t of the cli&nt"),
		RedirectURL: "https://desk.example.com/cb?x=1",
	}
}

func at(server *fakeserver.Server) genesys.Provider {
	return genesys.Provider{APIURL: server.URL(), LoginURL: server.URL()}
}

func options(server *fakeserver.Server) []oauthclients.Option {
	return []oauthclients.Option{
		oauthclients.WithHTTPClient(server.HTTPClient()),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Microsecond, MaxWait: time.Millisecond}),
	}
}

// basicOf is how the vendor's own SDKs send the credentials: as they are, without form-encoding.
func basicOf(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

func formSent(t *testing.T, r fakeserver.Request) url.Values {
	t.Helper()
	require.Equal(t, "POST /oauth/token", r.Method+" "+r.Path)
	require.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
	require.Empty(t, r.Query)
	form, err := url.ParseQuery(string(r.Body))
	require.NoError(t, err)
	return form
}

func TestTheLoginPageOfEachRegion(t *testing.T) {
	for provider, host := range map[genesys.Provider]string{
		{}: "login.mypurecloud.com", {Region: genesys.EUWest1}: "login.mypurecloud.ie", {Region: genesys.USWest2}: "login.usw2.pure.cloud",
		{Domain: "mypurecloud.jp"}: "login.mypurecloud.jp", {APIURL: "https://api.example.com"}: "login.example.com",
	} {
		auth := deskLogin()
		auth.Scopes = []string{"users:readonly", "routing"}
		login, err := auth.Begin(t.Context(), provider)
		require.NoError(t, err)
		page, err := url.Parse(login.URL)
		require.NoError(t, err)
		require.Equal(t, "https://"+host+"/oauth/authorize", strings.TrimSuffix(login.URL, "?"+page.RawQuery))
		require.Equal(t, url.Values{
			"response_type": {"code"}, "client_id": {auth.ClientID}, "redirect_uri": {auth.RedirectURL}, "scope": {"users:readonly routing"},
			"state": {login.State}, "code_challenge": {oauth2.S256ChallengeFromVerifier(login.Verifier)}, "code_challenge_method": {"S256"},
		}, page.Query())
	}
}

// The rows of the contract's table: credentials in the header, and in the form only where there
// is no secret.
func TestTheExchangeWithTheLoginHost(t *testing.T) {
	const token = `{"access_token":"b6Hn","token_type":"bearer","expires_in":86399,"refresh_token":"r3fresh"}`
	for name, c := range map[string]struct {
		public, noPKCE bool
		add            func(form url.Values, login *oauthclients.Login)
	}{
		"secret":       {noPKCE: true, add: func(url.Values, *oauthclients.Login) {}},
		"secret, PKCE": {add: func(form url.Values, l *oauthclients.Login) { form.Set("code_verifier", l.Verifier) }},
		"public":       {public: true, noPKCE: true, add: func(form url.Values, _ *oauthclients.Login) { form.Set("client_id", deskLogin().ClientID) }},
		"public, PKCE": {public: true, add: func(form url.Values, l *oauthclients.Login) {
			form.Set("client_id", deskLogin().ClientID)
			form.Set("code_verifier", l.Verifier)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			server := loginServer(http.StatusOK, token)
			auth := deskLogin()
			auth.DisablePKCE = c.noPKCE
			authorization := basicOf(auth.ClientID, auth.ClientSecret.Reveal())
			if c.public {
				auth.ClientSecret, authorization = oauthclients.Secret{}, ""
			}
			login, err := auth.Begin(t.Context(), at(server))
			require.NoError(t, err)
			got, err := auth.Finish(t.Context(), at(server), login, url.Values{"state": {login.State}, "code": {"c-0-d-e+/"}}, options(server)...)
			require.NoError(t, err)
			require.Equal(t, "b6Hn", got.AccessToken)
			require.InDelta(t, 86399, time.Until(got.Expiry).Seconds(), 5)
			want := url.Values{"grant_type": {"authorization_code"}, "code": {"c-0-d-e+/"}, "redirect_uri": {auth.RedirectURL}}
			c.add(want, login)
			require.Len(t, server.Requests(), 1)
			require.Equal(t, want, formSent(t, server.Requests()[0]))
			require.Equal(t, authorization, server.Requests()[0].Header.Get("Authorization"))
		})
	}
}

func TestTheRefreshAtTheLoginHost(t *testing.T) {
	for _, public := range []bool{false, true} {
		server := loginServer(http.StatusBadRequest, `{"error":"invalid_grant","description":"expired"}`)
		auth := deskLogin()
		auth.Token = &oauth2.Token{RefreshToken: "r3fresh+/"}
		want, authorization := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"r3fresh+/"}}, basicOf(auth.ClientID, "s3cr+t of the cli&nt")
		if public {
			auth.ClientSecret, authorization = oauthclients.Secret{}, ""
			want.Set("client_id", auth.ClientID)
		}
		client, err := oauthclients.New(at(server), auth, options(server)...)
		require.NoError(t, err)
		_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
		require.Len(t, server.Requests(), 1)
		require.Equal(t, want, formSent(t, server.Requests()[0]))
		require.Equal(t, authorization, server.Requests()[0].Header.Get("Authorization"))
	}
}

// The names that the vendor's own command line handles (contract 2.2).
func TestErrorsOfTheLoginPage(t *testing.T) {
	for code, kind := range map[string]error{
		"unauthorized_client": oauthclients.ErrUnauthenticated, "invalid_request": oauthclients.ErrInvalid, "invalid_scope": oauthclients.ErrInvalid,
		"unsupported_response_type": oauthclients.ErrInvalid, "access_denied": oauthclients.ErrPermission, "server_error": oauthclients.ErrUnavailable,
		"temporarily_unavailable": oauthclients.ErrUnavailable, "invalid_pkce_package": oauthclients.ErrInvalid,
	} {
		server := loginServer(http.StatusOK, `{}`)
		token, err := deskLogin().Finish(t.Context(), at(server), &oauthclients.Login{State: "the-st4te", Verifier: heldVerifier},
			url.Values{"state": {"the-st4te"}, "error": {code}, "error_description": {"It says why."}}, options(server)...)
		require.Nil(t, token)
		require.ErrorIs(t, err, kind)
		var failed *oauthclients.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, []string{code, "It says why."}, []string{failed.Code, failed.Message})
		require.Empty(t, server.Requests())
	}
}

// Without a login host nobody can be sent anywhere.
func TestSignInNeedsALoginHost(t *testing.T) {
	_, err := deskLogin().Begin(t.Context(), genesys.Provider{APIURL: "https://gateway.example.com/genesys"})
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, []string{"Auth"}, unsupported.Fields)
}

// The fake has pages of its own; PKCE and the secret go together there.
func TestSignInAtTheFake(t *testing.T) {
	server := genesystest.New()
	option := oauthclients.WithHTTPClient(server.HTTPClient())
	auth := server.AuthCode("https://desk.example.com/cb?x=1")
	login, err := auth.Begin(t.Context(), server.Provider(), option)
	require.NoError(t, err)
	callback, err := server.SignIn(login.URL)
	require.NoError(t, err)
	auth.Token, err = auth.Finish(t.Context(), server.Provider(), login, callback, option)
	require.NoError(t, err)
	client, err := oauthclients.New(server.Provider(), auth, option)
	require.NoError(t, err)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.NoError(t, client.SignOut(t.Context()))

	client, err = oauthclients.New(server.Provider(), oauthclients.BearerToken(auth.Token.AccessToken), option)
	require.NoError(t, err)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated, "the token is worth nothing any more")
}

func TestRefusedCodesAtTheFake(t *testing.T) {
	for name, edit := range map[string]func(*oauthclients.AuthCode, *oauthclients.Login){
		"wrong verifier": func(_ *oauthclients.AuthCode, l *oauthclients.Login) { l.Verifier = heldVerifier },
		"other redirect": func(a *oauthclients.AuthCode, _ *oauthclients.Login) { a.RedirectURL += "/" },
		"wrong secret": func(a *oauthclients.AuthCode, _ *oauthclients.Login) {
			a.ClientSecret = oauthclients.NewSecret("wrong")
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := genesystest.New()
			option := oauthclients.WithHTTPClient(server.HTTPClient())
			auth := server.AuthCode("https://desk.example.com/cb")
			login, err := auth.Begin(t.Context(), server.Provider(), option)
			require.NoError(t, err)
			callback, err := server.SignIn(login.URL)
			require.NoError(t, err)
			edit(&auth, login)
			server.Forget()
			_, err = auth.Finish(t.Context(), server.Provider(), login, callback, option)
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
			require.Len(t, server.Requests(), 1)
			providertest.RequireHidden(t, err, callback.Get("code"), login.Verifier)
		})
	}
}
