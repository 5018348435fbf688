package docspace_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests what becomes of the errors of the portal's OAuth2 server (RFC 6749 section 5.2),
// which most often are a code alone.

// portalGrants ask a token endpoint that answers alike, and tell how often they did.
func portalGrants(t *testing.T, wire docspace.Wire, status int, body string) map[string]func() (int, error) {
	t.Helper()
	return map[string]func() (int, error){
		"code": func() (int, error) {
			server := portalThatAnswers(status, body)
			_, err := portalLogin().Finish(t.Context(), docspace.Provider{Portal: server.URL(), Wire: wire},
				&oauthclients.Login{State: "s", Verifier: heldVerifier}, url.Values{"state": {"s"}, "code": {heldCode}}, portalOptions(server)...)
			return len(server.Requests()), err
		},
		"refresh": func() (int, error) {
			server := portalThatAnswers(status, body)
			client := portalSession(t, server, wire, func(a *oauthclients.AuthCode) { a.Token.AccessToken = "" })
			_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
			return len(server.Requests()), err
		},
	}
}

const (
	heldCode     = "eu:c-0-d-e+of/person=="
	heldVerifier = "ver1fier-ver1fier-ver1fier-ver1fier-ver1fier"
)

func TestErrorsOfThePortalsOAuth2Server(t *testing.T) {
	const parameter = `,"error_description":"OAuth 2.0 Parameter: code_verifier","error_uri":"https://datatracker.ietf.org/doc/html/rfc6749#section-5.2"`
	for _, c := range []struct {
		status  int
		code    string
		kind    error
		refresh error
	}{
		{400, "invalid_grant", oauthclients.ErrUnauthenticated, oauthclients.ErrLoginRequired},
		{401, "invalid_client", oauthclients.ErrUnauthenticated, oauthclients.ErrUnauthenticated},
		{400, "invalid_client", oauthclients.ErrUnauthenticated, oauthclients.ErrUnauthenticated},
		{400, "unauthorized_client", oauthclients.ErrUnauthenticated, oauthclients.ErrUnauthenticated},
		{400, "invalid_request", oauthclients.ErrInvalid, oauthclients.ErrInvalid},
		{400, "invalid_scope", oauthclients.ErrInvalid, oauthclients.ErrInvalid},
		{400, "unsupported_grant_type", oauthclients.ErrInvalid, oauthclients.ErrInvalid},
	} {
		for text, rest := range map[string]string{"": "", "OAuth 2.0 Parameter: code_verifier": parameter} {
			for wireName, wire := range bothWires() {
				for grant, ask := range portalGrants(t, wire, c.status, `{"error":"`+c.code+`"`+rest+`}`) {
					t.Run(fmt.Sprintf("%s %s %d %s %s", wireName, grant, c.status, c.code, text), func(t *testing.T) {
						requests, err := ask()
						require.Equal(t, 1, requests)
						want := c.kind
						if grant == "refresh" {
							want = c.refresh
						}
						require.ErrorIs(t, err, want)
						var failed *oauthclients.Error
						require.ErrorAs(t, err, &failed)
						require.Equal(t, want == oauthclients.ErrLoginRequired, failed.Is(oauthclients.ErrLoginRequired)) //nolint:errorlint // a sentinel
						require.Equal(t, []any{"docspace", "Token", c.status, c.code, text},
							[]any{failed.Provider, failed.Operation, failed.StatusCode, failed.Code, failed.Message})
						providertest.RequireHidden(t, err, heldCode, heldVerifier, heldRefresh, "s3cr+t of the cli&nt")
					})
				}
			}
		}
	}
}

// nginx stands before it, and its main API has errors of its own.
func TestErrorsBeforeThePortalsOAuth2Server(t *testing.T) {
	for name, body := range map[string]string{
		"empty": "", "HTML": "<html><center>nginx</center></html>", "API": `{"status":1,"statusCode":403,"error":{"message":"no"}}`, "null": "null",
	} {
		for status, c := range map[int]struct {
			kind     error
			requests int
		}{
			400: {oauthclients.ErrInvalid, 1}, 401: {oauthclients.ErrUnauthenticated, 1}, 403: {oauthclients.ErrPermission, 1},
			404: {oauthclients.ErrUnavailable, 1}, 429: {oauthclients.ErrRateLimited, 4}, 503: {oauthclients.ErrUnavailable, 4},
		} {
			for grant := range portalGrants(t, docspace.WireServer, status, body) {
				t.Run(fmt.Sprintf("%s %d %s", name, status, grant), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						requests, err := portalGrants(t, docspace.WireServer, status, body)[grant]()
						want := c.requests
						if status/100 == 5 { // it may have been used up
							want = 1
						}
						require.Equal(t, want, requests)
						kind := c.kind
						if name == "HTML" && status == http.StatusUnauthorized {
							kind = oauthclients.ErrUnavailable // it is not the portal that says so
						}
						require.ErrorIs(t, err, kind)
						require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
						require.NotContains(t, err.Error(), "<")
						providertest.RequireHidden(t, err, heldCode, heldVerifier, heldRefresh, "s3cr+t of the cli&nt")
					})
				})
			}
		}
	}
}

func TestErrorsOfThePortalsOAuth2ServerEchoNothing(t *testing.T) {
	sent := map[string][]string{
		"code": {heldCode, heldVerifier, "s3cr+t of the cli&nt"}, "refresh": {heldRefresh, "s3cr+t of the cli&nt"},
	}
	for grant, secrets := range sent {
		form := url.Values{"a": secrets}.Encode()
		for _, echo := range append(secrets, form) {
			quoted, err := json.Marshal(echo)
			require.NoError(t, err)
			for _, body := range []string{echo, "<p>" + echo, `{"error":"invalid_grant","error_description":` + string(quoted) + `}`, `{"error":` + string(quoted) + `}`} {
				_, err := portalGrants(t, docspace.WireServer, http.StatusBadRequest, body)[grant]()
				require.Error(t, err)
				providertest.RequireHidden(t, err, secrets...)
			}
		}
	}
}

// At the fake, as a person would meet them.
func TestRefusedCodesAtTheFakePortal(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*oauthclients.AuthCode, *oauthclients.Login)
		code string
	}{
		"wrong verifier": {func(_ *oauthclients.AuthCode, l *oauthclients.Login) { l.Verifier = heldVerifier }, "invalid_grant"},
		"other redirect": {func(a *oauthclients.AuthCode, _ *oauthclients.Login) { a.RedirectURL += "/" }, "invalid_grant"},
		"wrong secret": {func(a *oauthclients.AuthCode, _ *oauthclients.Login) {
			a.ClientSecret = oauthclients.NewSecret("wrong")
		}, "invalid_client"},
		"wrong id": {func(a *oauthclients.AuthCode, _ *oauthclients.Login) { a.ClientID = "00000000" }, "invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			portal := docspacetest.New()
			option := oauthclients.WithHTTPClient(portal.HTTPClient())
			auth := portal.AuthCode("https://app.example.com/callback")
			login, err := auth.Begin(t.Context(), portal.Provider(), option)
			require.NoError(t, err)
			callback, err := portal.SignIn(login.URL)
			require.NoError(t, err)
			c.edit(&auth, login)
			portal.Forget()
			token, err := auth.Finish(t.Context(), portal.Provider(), login, callback, option)
			require.Nil(t, token)
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed)
			require.Equal(t, c.code, failed.Code)
			require.Len(t, portal.Requests(), 1)
		})
	}
}

// A wrong secret at the refresh is no reason to sign in again.
func TestAWrongSecretAndADeadRefreshTokenAreToldApart(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode("https://app.example.com/callback")
	auth.Token = &oauth2.Token{RefreshToken: "eu:unknown"}
	_, err := connect(t, portal, auth).Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
	auth.ClientSecret = oauthclients.NewSecret("wrong")
	_, err = connect(t, portal, auth).Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
}
