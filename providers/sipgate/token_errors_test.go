package sipgate_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds Keycloak's table of token errors (contract 6.2) against what a program sees.

const (
	personsPassword = "p&ss w+rd"
	personsCode     = "c-0-d-e.714e913+f108/=="
	personsVerifier = "ver1fier-ver1fier-ver1fier-ver1fier-ver1fier"
	personsRefresh  = "refr3sh.of+person/=="
)

// grantsThatFail ask a token endpoint that answers alike; and tell how often they did.
func grantsThatFail(t *testing.T, status int, body string) map[string]func() (int, error) {
	t.Helper()
	answers := func() *fakeserver.Server {
		return fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
	}
	use := func(auth oauthclients.Auth) (int, error) {
		server := answers()
		client, err := oauthclients.New(at(server, ""), auth, over(server), quick())
		require.NoError(t, err)
		err = list(t, client)
		return len(server.Requests()), err
	}
	return map[string]func() (int, error){
		"password": func() (int, error) {
			auth := user()
			auth.ClientSecret = deskLogin("x").ClientSecret
			return use(auth)
		},
		"refresh": func() (int, error) {
			auth := deskLogin("2556404-0-dc848ae6")
			auth.Token = &oauth2.Token{RefreshToken: personsRefresh}
			return use(auth)
		},
		"code": func() (int, error) {
			server := answers()
			_, err := deskLogin("2556404-0-dc848ae6").Finish(t.Context(), at(server, ""), &oauthclients.Login{State: "s", Verifier: personsVerifier},
				url.Values{"state": {"s"}, "code": {personsCode}}, over(server), quick())
			return len(server.Requests()), err
		},
	}
}

func formSecrets() []string {
	return []string{personsPassword, personsCode, personsVerifier, personsRefresh, deskLogin("x").ClientSecret.Reveal()}
}

func TestKeycloaksTable(t *testing.T) {
	const bad, login, invalid = "bad credential", "login again", "invalid"
	kinds := map[string]error{bad: oauthclients.ErrUnauthenticated, login: oauthclients.ErrLoginRequired, invalid: oauthclients.ErrInvalid}
	all := []string{"password", "code", "refresh"}
	for _, row := range []struct {
		statuses          []int
		code, description string
		grants            []string
		kind              string
	}{
		{[]int{400, 401}, "invalid_grant", "Invalid user credentials", []string{"password"}, bad},
		{[]int{400}, "invalid_grant", "Account disabled", []string{"password", "code"}, bad},
		{[]int{400}, "invalid_grant", "Account is not fully set up", []string{"password", "code"}, bad},
		{[]int{400}, "invalid_grant", "Code not valid", []string{"code"}, bad},
		{[]int{400}, "invalid_grant", "Incorrect redirect_uri", []string{"code"}, bad},
		{[]int{400}, "invalid_grant", "PKCE code verifier not specified", []string{"code"}, bad},
		{[]int{400}, "invalid_grant", "PKCE verification failed: Code mismatch", []string{"code"}, bad},
		{[]int{400}, "invalid_grant", "Token is not active", []string{"refresh"}, login},
		{[]int{400}, "invalid_grant", "Session not active", []string{"refresh"}, login},
		{[]int{400}, "invalid_grant", "Stale token", []string{"refresh"}, login},
		{[]int{400}, "invalid_grant", "Offline user session not found", []string{"refresh"}, login},
		{[]int{400}, "invalid_grant", "Maximum allowed refresh token reuse exceeded", []string{"refresh"}, login},
		{[]int{400}, "invalid_grant", "Invalid refresh token", []string{"refresh"}, login},
		{[]int{401}, "unauthorized_client", "Invalid client or Invalid client credentials", all, bad},
		{[]int{400, 401}, "invalid_client", "Invalid client or Invalid client credentials", all, bad},
		{[]int{400}, "invalid_client", "Missing client_id parameter", all, bad},
		{[]int{401}, "invalid_client", "client not found", all, bad},
		{[]int{400}, "invalid_client", "invalid client_secret", all, bad},
		{[]int{400}, "unauthorized_client", "Client not allowed for direct access grants", []string{"password"}, bad},
		{[]int{400}, "invalid_client", "Client requires user consent", []string{"password"}, bad},
		{[]int{400}, "invalid_scope", "Invalid scopes: x", all, invalid},
		{[]int{400}, "invalid_request", "Missing form parameter: grant_type", all, invalid},
		{[]int{400}, "invalid_request", "No refresh token", []string{"refresh"}, invalid},
		{[]int{400}, "invalid_request", "duplicated parameter", all, invalid},
		{[]int{400}, "unsupported_grant_type", "Unsupported grant_type", all, invalid},
	} {
		for _, status := range row.statuses {
			// nothing depends on the text, which differs between versions
			for _, description := range []string{row.description, "", "Ungültig"} {
				document, err := json.Marshal(map[string]string{"error": row.code, "error_description": description})
				require.NoError(t, err)
				if description == "" {
					document = []byte(`{"error":"` + row.code + `"}`)
				}
				grants := grantsThatFail(t, status, string(document))
				for _, grant := range row.grants {
					t.Run(fmt.Sprintf("%s %d %s %s", grant, status, row.code, description), func(t *testing.T) {
						requests, err := grants[grant]()
						require.Equal(t, 1, requests, "a refused credential is sent once")
						var failed *oauthclients.Error
						require.ErrorAs(t, err, &failed)
						require.ErrorIs(t, err, kinds[row.kind])
						require.Equal(t, row.kind == login, failed.Is(oauthclients.ErrLoginRequired))
						require.Equal(t, []any{"sipgate", "Token", status, row.code, description},
							[]any{failed.Provider, failed.Operation, failed.StatusCode, failed.Code, failed.Message})
						requireNothingConfidential(t, err, formSecrets()...)
					})
				}
			}
		}
	}
}

// Answers of what stands before Keycloak, and of a Keycloak in trouble.
func TestTokenErrorsThatAreNotKeycloaks(t *testing.T) {
	for name, body := range map[string]string{
		"empty": "", "HTML": "<html><h1>Bad Gateway</h1></html>", "text": "Unauthorized", "flat": `{"status":401}`, "null": "null", "list": "[]",
	} {
		for status, c := range map[int]struct {
			kind     error
			requests int
		}{
			400: {oauthclients.ErrInvalid, 1}, 401: {oauthclients.ErrUnauthenticated, 1}, 403: {oauthclients.ErrPermission, 1},
			404: {oauthclients.ErrUnavailable, 1}, 429: {oauthclients.ErrRateLimited, 4}, 502: {oauthclients.ErrUnavailable, 4}, 302: {oauthclients.ErrUnavailable, 1},
		} {
			for grant := range grantsThatFail(t, status, body) {
				t.Run(fmt.Sprintf("%s %d %s", name, status, grant), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						requests, err := grantsThatFail(t, status, body)[grant]()
						want := c.requests
						if status/100 == 5 && grant != "password" { // it may have been used up
							want = 1
						}
						require.Equal(t, want, requests)
						kind := c.kind
						if name == "HTML" && status == http.StatusUnauthorized {
							kind = oauthclients.ErrUnavailable // it is not sipgate that says so
						}
						require.ErrorIs(t, err, kind)
						require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
						require.NotContains(t, err.Error(), "<")
						var failed *oauthclients.Error
						require.ErrorAs(t, err, &failed)
						require.Empty(t, failed.Code)
						requireNothingConfidential(t, err, formSecrets()...)
					})
				})
			}
		}
	}
}

func TestTokenErrorsEchoNothing(t *testing.T) {
	form := url.Values{}
	for i, secret := range formSecrets() {
		form.Set(fmt.Sprint("f", i), secret)
	}
	for _, echo := range append(formSecrets(), form.Encode()) {
		quoted, err := json.Marshal(echo)
		require.NoError(t, err)
		for _, body := range []string{
			echo, "<pre>" + echo + "</pre>", `{"error":"invalid_grant","error_description":` + string(quoted) + `}`, `{"error":` + string(quoted) + `}`,
			`{"title":` + string(quoted) + `}`, `{"errors":[{"detail":` + string(quoted) + `,"source":{"pointer":` + string(quoted) + `}}]}`,
		} {
			for grant, ask := range grantsThatFail(t, http.StatusBadRequest, body) {
				_, err := ask()
				secrets := map[string][]string{
					"password": {personsPassword}, "code": {personsCode, personsVerifier}, "refresh": {personsRefresh},
				}[grant]
				requireNothingConfidential(t, err, append(secrets, deskLogin("x").ClientSecret.Reveal())...)
			}
		}
	}
}

// At the fake: which of the two was wrong shows in the code.
func TestAWrongPasswordAndAWrongSecretAreToldApart(t *testing.T) {
	server := sipgatetest.New()
	option := oauthclients.WithHTTPClient(server.HTTPClient())
	own := server.AuthCode("https://orders.example.com/cb")
	codeOf := func(auth oauthclients.Auth) string {
		client, err := oauthclients.New(server.Provider(), auth, option, quick())
		require.NoError(t, err)
		before := len(server.Requests())
		err = list(t, client)
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.Len(t, server.Requests(), before+1)
		var failed *oauthclients.Error
		require.ErrorAs(t, err, &failed)
		return failed.Code
	}
	password := oauthclients.PasswordGrant{
		ClientID: own.ClientID, ClientSecret: own.ClientSecret, Username: sipgatetest.Username, Password: oauthclients.NewSecret("wrong"),
	}
	require.Equal(t, "invalid_grant", codeOf(password))
	password.Password, password.ClientSecret = oauthclients.NewSecret(sipgatetest.Password), oauthclients.NewSecret("wrong")
	require.Equal(t, "unauthorized_client", codeOf(password))
	own.ClientSecret = oauthclients.NewSecret("wrong")
	own.Token = &oauth2.Token{RefreshToken: "a.b.c"}
	require.Equal(t, "unauthorized_client", codeOf(own), "which is no reason to sign in again")
}

// At the fake, as a person would meet them.
func TestRefusedCodesAtTheFake(t *testing.T) {
	for name, c := range map[string]struct {
		edit    func(*oauthclients.AuthCode, *oauthclients.Login)
		code    string
		message string
	}{
		"wrong verifier": {func(_ *oauthclients.AuthCode, l *oauthclients.Login) { l.Verifier = personsVerifier }, "invalid_grant", "PKCE"},
		"no verifier": {func(a *oauthclients.AuthCode, l *oauthclients.Login) {
			a.DisablePKCE, l.Verifier = true, ""
		}, "invalid_grant", "PKCE code verifier not specified"},
		"other redirect": {func(a *oauthclients.AuthCode, _ *oauthclients.Login) { a.RedirectURL += "/" }, "invalid_grant", "Incorrect redirect_uri"},
		"wrong secret": {func(a *oauthclients.AuthCode, _ *oauthclients.Login) {
			a.ClientSecret = oauthclients.NewSecret("wrong")
		}, "unauthorized_client", "Invalid client"},
		"no secret": {func(a *oauthclients.AuthCode, _ *oauthclients.Login) { a.ClientSecret = oauthclients.Secret{} }, "unauthorized_client", "Invalid client"},
	} {
		t.Run(name, func(t *testing.T) {
			server := sipgatetest.New()
			option := oauthclients.WithHTTPClient(server.HTTPClient())
			auth := server.AuthCode("https://orders.example.com/cb")
			login, err := auth.Begin(t.Context(), server.Provider(), option)
			require.NoError(t, err)
			callback, err := server.SignIn(login.URL)
			require.NoError(t, err)
			c.edit(&auth, login)
			server.Forget()
			token, err := auth.Finish(t.Context(), server.Provider(), login, callback, option, quick())
			require.Nil(t, token)
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed)
			require.Equal(t, c.code, failed.Code)
			require.Contains(t, failed.Message, c.message)
			require.Len(t, server.Requests(), 1)
			requireNothingConfidential(t, err, callback.Get("code"), login.Verifier, auth.ClientSecret.Reveal())
		})
	}
}

func TestACodeWorksOnceAtTheFake(t *testing.T) {
	server := sipgatetest.New()
	option := oauthclients.WithHTTPClient(server.HTTPClient())
	auth := server.AuthCode("https://orders.example.com/cb")
	login, err := auth.Begin(t.Context(), server.Provider(), option)
	require.NoError(t, err)
	callback, err := server.SignIn(login.URL)
	require.NoError(t, err)
	_, err = auth.Finish(t.Context(), server.Provider(), login, callback, option)
	require.NoError(t, err)
	_, err = auth.Finish(t.Context(), server.Provider(), login, callback, option)
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.ErrorContains(t, err, "Code not valid")
}
