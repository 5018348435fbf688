package genesys_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests what becomes of the login host's errors (contract 2.3 and D14).

const (
	heldCode     = "c-0-d-e+of/person"
	heldVerifier = "ver1fier-ver1fier-ver1fier-ver1fier-ver1fier"
	heldRefresh  = "refr3sh+of/person"
	heldSecret   = "s3cr+t of the cli&nt"
)

// grantsThatFail ask a login host that answers alike, and tell how often they did.
func grantsThatFail(t *testing.T, status int, body string) map[string]func() (int, error) {
	t.Helper()
	use := func(auth oauthclients.Auth) (int, error) {
		server := loginServer(status, body)
		client, err := oauthclients.New(at(server), auth, options(server)...)
		require.NoError(t, err)
		_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
		return len(server.Requests()), err
	}
	return map[string]func() (int, error){
		"client credentials": func() (int, error) {
			return use(oauthclients.ClientCredentials{ClientID: "c", ClientSecret: oauthclients.NewSecret(heldSecret)})
		},
		"refresh": func() (int, error) {
			auth := deskLogin()
			auth.Token = &oauth2.Token{RefreshToken: heldRefresh}
			return use(auth)
		},
		"code": func() (int, error) {
			server := loginServer(status, body)
			_, err := deskLogin().Finish(t.Context(), at(server), &oauthclients.Login{State: "s", Verifier: heldVerifier},
				url.Values{"state": {"s"}, "code": {heldCode}}, options(server)...)
			return len(server.Requests()), err
		},
	}
}

func requireTokenError(t *testing.T, err error, status int, kind error, code, message string) {
	t.Helper()
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, kind)
	require.Equal(t, []any{"genesys", "Token", status, code, message}, []any{failed.Provider, failed.Operation, failed.StatusCode, failed.Code, failed.Message})
	providertest.RequireHidden(t, err, heldCode, heldVerifier, heldRefresh, heldSecret, basicOf("c", heldSecret), basicOf(deskLogin().ClientID, heldSecret))
}

// error first, then error_description, then description.
func TestTheTextsOfALoginError(t *testing.T) {
	for body, message := range map[string]string{
		`{"error":"invalid_client"}`:                                                                                         "",
		`{"error":"invalid_client","description":"client not found"}`:                                                        "client not found",
		`{"error":"invalid_client","error_description":"client not found: invalid_client"}`:                                  "client not found: invalid_client",
		`{"error":"invalid_client","description":"client not found","error_description":"client not found: invalid_client"}`: "client not found: invalid_client",
		`{"error":"invalid_client","description":"client not found","error_description":""}`:                                 "client not found",
		`{"error":"invalid_client","description":"client not found","error_description":null}`:                               "client not found",
		`{"error":"invalid_client","description":["a"],"error_description":"why"}`:                                           "why",
		`{"error_description":7,"description":"client not found","error":"invalid_client"}`:                                  "client not found",
	} {
		for _, status := range []int{400, 401} {
			for grant, ask := range grantsThatFail(t, status, body) {
				requests, err := ask()
				require.Equal(t, 1, requests, "%s: a wrong secret is sent once", grant)
				requireTokenError(t, err, status, oauthclients.ErrUnauthenticated, "invalid_client", message)
				require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
			}
		}
	}
}

func TestLoginErrorCodes(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		kind   error
	}{
		{400, "invalid_grant", oauthclients.ErrUnauthenticated}, {401, "invalid_grant", oauthclients.ErrUnauthenticated},
		{400, "unauthorized_client", oauthclients.ErrUnauthenticated}, {400, "invalid_request", oauthclients.ErrInvalid},
		{400, "invalid_scope", oauthclients.ErrInvalid}, {400, "unsupported_grant_type", oauthclients.ErrInvalid},
		{400, "invalid_pkce_package", oauthclients.ErrInvalid}, {403, "access_denied", oauthclients.ErrPermission},
	} {
		for grant, ask := range grantsThatFail(t, c.status, `{"error":"`+c.code+`","description":"It says why."}`) {
			t.Run(fmt.Sprint(grant, c.status, c.code), func(t *testing.T) {
				requests, err := ask()
				require.Equal(t, 1, requests)
				requireTokenError(t, err, c.status, c.kind, c.code, "It says why.")
				var failed *oauthclients.Error
				require.ErrorAs(t, err, &failed)
				require.Equal(t, grant == "refresh" && c.code == "invalid_grant", failed.Is(oauthclients.ErrLoginRequired))
			})
		}
	}
}

// The login host's own rate limit comes as a 400. It is waited for, except with a code, which
// may be spent.
func TestTheRateLimitUnderStatus400(t *testing.T) {
	for _, body := range []string{
		`{"error":"invalid_request","error_description":"rate limit exceeded; try again later"}`,
		`{"error":"invalid_request","description":"Rate limit exceeded"}`,
		`{"error":"invalid_request","description":"x","error_description":"rate limit exceeded; 300 per minute"}`,
	} {
		for grant := range grantsThatFail(t, 0, "") {
			t.Run(grant, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					requests, err := grantsThatFail(t, http.StatusBadRequest, body)[grant]()
					require.Equal(t, 4, requests)
					require.ErrorIs(t, err, oauthclients.ErrRateLimited)
					require.NotErrorIs(t, err, oauthclients.ErrInvalid)
					require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
					var failed *oauthclients.Error
					require.ErrorAs(t, err, &failed)
					require.Equal(t, "invalid_request", failed.Code)
				})
			})
		}
	}
}

// The gateway in front answers in the API's form, or in none.
func TestErrorsBeforeTheLoginHost(t *testing.T) {
	for body, c := range map[string]struct{ code, message string }{
		"": {}, "<html><h1>403</h1></html>": {"", "the answer is an HTML page, not the API's"}, "null": {}, "[]": {}, "no": {"", "no"},
		`{"message":"The request is not authorized.","code":"not.authorized","status":403,"contextId":"c0ffee"}`: {"not.authorized", "The request is not authorized."},
	} {
		for status, expected := range map[int]struct {
			kind     error
			requests int
		}{
			400: {oauthclients.ErrInvalid, 1}, 401: {oauthclients.ErrUnauthenticated, 1}, 403: {oauthclients.ErrPermission, 1},
			429: {oauthclients.ErrRateLimited, 4}, 503: {oauthclients.ErrUnavailable, 4},
		} {
			for grant := range grantsThatFail(t, status, body) {
				t.Run(fmt.Sprint(grant, status, body), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						requests, err := grantsThatFail(t, status, body)[grant]()
						want := expected.requests
						if status/100 == 5 && grant != "client credentials" { // it may have been used up
							want = 1
						}
						require.Equal(t, want, requests)
						kind, message := expected.kind, c.message
						switch {
						case status == http.StatusUnauthorized && body == "no":
							kind, message = oauthclients.ErrUnavailable, "the answer is not the API's: no"
						case status == http.StatusUnauthorized && strings.HasPrefix(body, "<"):
							kind = oauthclients.ErrUnavailable
						}
						requireTokenError(t, err, status, kind, c.code, message)
						require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
					})
				})
			}
		}
	}
}

func TestLoginErrorsEchoNothing(t *testing.T) {
	sent := map[string][]string{
		"client credentials": {heldSecret, basicOf("c", heldSecret)[6:]},
		"refresh":            {heldRefresh, heldSecret, basicOf(deskLogin().ClientID, heldSecret)[6:]},
		"code":               {heldCode, heldVerifier, heldSecret, basicOf(deskLogin().ClientID, heldSecret)[6:]},
	}
	for grant, secrets := range sent {
		for _, echo := range append([]string{url.Values{"a": secrets}.Encode()}, secrets...) {
			quoted, err := json.Marshal(echo)
			require.NoError(t, err)
			for _, body := range []string{
				echo, "<p>" + echo, `{"error":"invalid_client","description":` + string(quoted) + `}`, `{"error":` + string(quoted) + `}`,
				`{"error":"invalid_client","error_description":` + string(quoted) + `}`, `{"message":` + string(quoted) + `,"contextId":` + string(quoted) + `}`,
			} {
				_, err := grantsThatFail(t, http.StatusUnauthorized, body)[grant]()
				require.Error(t, err)
				providertest.RequireHidden(t, err, secrets...)
			}
		}
	}
}
