package signin

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what becomes of the errors of a token endpoint (RFC 6749 section 5.2) for the
// two grants of a person who signs in: the code and the refresh token.

// refusedGrants are the ways to meet the token endpoint's answer.
func refusedGrants(t *testing.T) map[string]func(status int, body string) *oauthclients.Error {
	t.Helper()
	return map[string]func(int, string) *oauthclients.Error{
		"code": func(status int, body string) *oauthclients.Error {
			server := world.Issuing(status, body)
			_, err := world.FinishAt(t, server, world.WebLogin(), world.TheLogin(), world.ComesBack("code", "c-0-d-e-of-the-callback"))
			require.Equal(t, 1, server.TokenRequests())
			return world.Failure(t, err)
		},
		"refresh": func(status int, body string) *oauthclients.Error {
			server := world.Issuing(status, body)
			auth := world.WebLogin()
			auth.Token = &oauth2.Token{RefreshToken: "refr3sh-token-of-the-store"}
			err := world.List(t, server.Client(t, auth))
			if status < http.StatusInternalServerError {
				require.Equal(t, 1, server.TokenRequests(), "never after an OAuth error")
			}
			require.Zero(t, server.APIRequests())
			return world.Failure(t, err)
		},
	}
}

func TestOAuthErrorCodes(t *testing.T) {
	const signInAgain = "sign in again"
	for _, c := range []struct {
		status int
		code   string
		kind   error
		also   string
	}{
		{400, "invalid_request", oauthclients.ErrInvalid, ""},
		{400, "invalid_client", oauthclients.ErrUnauthenticated, ""},
		{401, "invalid_client", oauthclients.ErrUnauthenticated, ""},
		{400, "invalid_grant", oauthclients.ErrUnauthenticated, signInAgain},
		{401, "invalid_grant", oauthclients.ErrUnauthenticated, signInAgain},
		{403, "invalid_grant", oauthclients.ErrUnauthenticated, signInAgain},
		{400, "unauthorized_client", oauthclients.ErrUnauthenticated, ""},
		{401, "unauthorized_client", oauthclients.ErrUnauthenticated, ""},
		{400, "unsupported_grant_type", oauthclients.ErrInvalid, ""},
		{400, "invalid_scope", oauthclients.ErrInvalid, ""},
		{400, "something_new", oauthclients.ErrInvalid, ""},
		{403, "access_denied", oauthclients.ErrPermission, ""},
		{404, "", oauthclients.ErrUnavailable, ""}, {409, "", oauthclients.ErrUnavailable, ""}, // not the client's that a call was for
		{500, "server_error", oauthclients.ErrUnavailable, ""},
		{503, "temporarily_unavailable", oauthclients.ErrUnavailable, ""},
	} {
		for grant, refused := range refusedGrants(t) {
			for _, description := range []string{"", "It says why."} {
				t.Run(fmt.Sprintf("%d %s %s %s", c.status, c.code, grant, description), func(t *testing.T) {
					body, err := json.Marshal(map[string]string{"error": c.code, "error_description": description})
					require.NoError(t, err)
					if description == "" { // it is optional
						body = []byte(`{"error":` + strconv.Quote(c.code) + `}`)
					}
					failed := refused(c.status, string(body))
					require.ErrorIs(t, failed, c.kind)
					require.Equal(t, []any{c.code, description, c.status, "Token"}, []any{failed.Code, failed.Message, failed.StatusCode, failed.Operation})
					require.Contains(t, failed.Error(), c.code)
					dead := grant == "refresh" && c.also == signInAgain
					require.Equal(t, dead, failed.Is(oauthclients.ErrLoginRequired))
				})
			}
		}
	}
}

// Members of another type than the RFC's spoil no others, and the code decides on the kind.
func TestOAuthErrorsWithOddMembers(t *testing.T) {
	for name, body := range map[string]string{
		"null": `{"error":"invalid_grant","error_description":null}`, "a list": `{"error":"invalid_grant","error_description":["a","b"]}`,
		"an object": `{"error":"invalid_grant","error_description":{"text":"a"}}`, "a number": `{"error_description":5,"error":"invalid_grant"}`,
		"more members": `{"error":"invalid_grant","error_uri":"https://x","status":400,"trace":{"a":[1]}}`,
		"white space":  "\r\n {\n \"error\" : \"invalid_grant\" } \n",
	} {
		for grant, refused := range refusedGrants(t) {
			t.Run(name+" "+grant, func(t *testing.T) {
				failed := refused(http.StatusBadRequest, body)
				require.Equal(t, "invalid_grant", failed.Code)
				require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
			})
		}
	}
}

func TestOAuthErrorsThatAreNone(t *testing.T) {
	for name, body := range map[string]string{
		"empty": "", "blank": " \n", "HTML": "<!DOCTYPE html><h1>Forbidden</h1>", "text": "Unauthorized", "null": "null", "list": "[]",
		"truncated": `{"error":"invalid_gr`, "object": `{"error":{"message":"no"}}`, "number": `{"error":5}`, "bytes": "\xff\xfe\x00",
	} {
		for status, kind := range map[int]error{
			400: oauthclients.ErrInvalid, 401: oauthclients.ErrUnauthenticated, 403: oauthclients.ErrPermission, 502: oauthclients.ErrUnavailable,
		} {
			if status == http.StatusUnauthorized && (name == "HTML" || name == "text" || name == "bytes") {
				kind = oauthclients.ErrUnavailable // something on the way has said it
			}
			for grant, refused := range refusedGrants(t) {
				t.Run(fmt.Sprintf("%s %d %s", name, status, grant), func(t *testing.T) {
					failed := refused(status, body)
					require.ErrorIs(t, failed, kind)
					require.False(t, failed.Is(oauthclients.ErrLoginRequired), "nothing says that the sign-in is over")
					require.Empty(t, failed.Code)
					require.Equal(t, status, failed.StatusCode)
					require.NotContains(t, failed.Error(), "<")
				})
			}
		}
	}
}

func TestHostileOAuthErrorsAreTamed(t *testing.T) {
	for name, text := range hostileTexts() {
		for grant, refused := range refusedGrants(t) {
			t.Run(name+" "+grant, func(t *testing.T) {
				body, err := json.Marshal(map[string]string{"error": "invalid_grant", "error_description": text})
				require.NoError(t, err)
				failed := refused(http.StatusBadRequest, string(body))
				require.Equal(t, "invalid_grant", failed.Code)
				world.RequireTame(t, failed.Error())
				require.LessOrEqual(t, len(failed.Body()), 64<<10)

				body, err = json.Marshal(map[string]string{"error": text})
				require.NoError(t, err)
				world.RequireTame(t, refused(http.StatusBadRequest, string(body)).Error())
				world.RequireTame(t, refused(http.StatusBadRequest, `{"error":"x","error_description":"`+text+`"}`).Error())
			})
		}
	}
}

// A server that repeats the form in its error, in any form, does not get it into ours.
func TestOAuthErrorsEchoNoForm(t *testing.T) {
	secrets := map[string][]string{
		"code":    {"c-0-d-e-of-the-callback", world.TheLogin().Verifier, world.OddSecret},
		"refresh": {"refr3sh-token-of-the-store", world.OddSecret},
	}
	for grant, refused := range refusedGrants(t) {
		form := url.Values{}
		for i, secret := range secrets[grant] {
			form.Set("field"+strconv.Itoa(i), secret)
		}
		echoes := []string{form.Encode()}
		for _, secret := range secrets[grant] {
			echoes = append(echoes, secret, url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)))
		}
		for _, echo := range echoes {
			quoted, err := json.Marshal("the form was " + echo)
			require.NoError(t, err)
			for _, body := range []string{
				`{"error":"invalid_request","error_description":` + string(quoted) + `}`, `{"error":` + string(quoted) + `}`,
				"<pre>" + echo + "</pre>", echo, `{"error":"invalid_request","form":` + string(quoted) + `}`,
			} {
				failed := refused(http.StatusBadRequest, body)
				world.RequireHidden(t, failed, secrets[grant]...)
				for _, secret := range secrets[grant] {
					world.RequireNoLeak(t, string(failed.Body()), secret)
				}
			}
		}
	}
}

// The Basic credentials are the secret in another form.
func TestOAuthErrorsEchoNoBasicCredentials(t *testing.T) {
	sent := base64.StdEncoding.EncodeToString([]byte("client-1:" + url.QueryEscape(world.OddSecret)))
	server := world.Issuing(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"Authorization: Basic `+sent+`"}`)
	_, err := world.WebLogin().Finish(t.Context(), world.Edited(server, []func(*oauthclients.Connection){withBasic}), world.TheLogin(), world.ComesBack("code", "c-0-d-e"),
		oauthclients.WithHTTPClient(server.HTTPClient()))
	require.Equal(t, "invalid_client", world.Failure(t, err).Code)
	world.RequireHidden(t, err, sent, world.OddSecret)
	world.RequireNoLeak(t, string(world.Failure(t, err).Body()), sent)
}

func TestOAuthErrorsNameNoAddress(t *testing.T) {
	auth := world.WebLogin()
	auth.RedirectURL = "https://app.example.com/callback?session=s3ssion-of-the-app"
	server := world.Issuing(http.StatusBadRequest, `{"error":"invalid_grant"}`)
	_, err := world.FinishAt(t, server, auth, world.TheLogin(), world.ComesBack("code", "c-0-d-e"))
	for _, text := range world.Printed(t, err) {
		require.NotContains(t, text, "s3ssion")
	}
}

// A secret that is a part of every word is cut out of every text, but it decides nothing.
func TestAShortSecretDoesNotChangeTheKindOfAnError(t *testing.T) {
	for _, secret := range []string{"a", "r", "e", "grant", "invalid", "_", `"`} {
		r := world.NewRealm()
		r.Answers = func(url.Values) (int, string) { return http.StatusBadRequest, `{"error":"invalid_grant"}` }
		auth := world.SessionUntil(world.AnHourAgo())
		auth.ClientSecret = oauthclients.NewSecret(secret)
		err := world.List(t, r.Client(t, auth, nil))
		require.ErrorIs(t, err, oauthclients.ErrLoginRequired, secret)
		require.Equal(t, "invalid_grant", world.Failure(t, err).Code)
	}
}
