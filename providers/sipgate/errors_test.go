package sipgate_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds what becomes of sipgate's error answers, those of the API and those of the
// token endpoint.

// failGet gets a client, is answered with a failure, and returns the error.
func failGet(t *testing.T, answer func(providertest.Exchange) providertest.Exchange) *oauthclients.Error {
	t.Helper()
	client := play(t, answer(exchange(http.MethodGet, clientsPath+"/"+deskID)))
	got, err := client.Clients.Get(t.Context(), deskID)
	require.Nil(t, got)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "sipgate", failed.Provider)
	require.Equal(t, "Get", failed.Operation)
	return failed
}

func TestDocumentedErrorBodies(t *testing.T) {
	const scope = "the scope authorization:oauth2:clients:read or a feature of the account is missing"
	cases := map[string]struct {
		status  int
		file    string
		kind    error
		message string
		fields  []oauthclients.FieldError
	}{
		"list": {
			status: 400, file: "error_list.json", kind: oauthclients.ErrInvalid,
			fields: []oauthclients.FieldError{{Field: "redirectUris", Message: "redirectUris must not be empty"}},
		},
		"empty": {
			status: 401, kind: oauthclients.ErrUnauthenticated, message: "the token was refused; sipgate does not say why",
		},
		"empty with another status": {status: 404, kind: oauthclients.ErrNotFound},
		"plain text":                {status: 401, file: "error_text.txt", kind: oauthclients.ErrUnauthenticated, message: "Unauthorized"},
		"flat":                      {status: 403, file: "error_flat.json", kind: oauthclients.ErrPermission, message: scope},
		// The status counts, not the one in the body.
		"flat with another status": {status: 404, file: "error_flat.json", kind: oauthclients.ErrNotFound},
		"list with another status": {
			status: 500, file: "error_list.json", kind: oauthclients.ErrUnavailable,
			fields: []oauthclients.FieldError{{Field: "redirectUris", Message: "redirectUris must not be empty"}},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			failed := failGet(t, func(e providertest.Exchange) providertest.Exchange {
				return answering(e, c.status, c.file)
			})
			require.ErrorIs(t, failed, c.kind)
			require.Equal(t, c.status, failed.StatusCode)
			require.Equal(t, c.message, failed.Message)
			require.Equal(t, c.fields, failed.Fields)
			require.Empty(t, failed.Code)
		})
	}
}

func TestErrorStatuses(t *testing.T) {
	for status, kind := range map[int]error{
		400: oauthclients.ErrInvalid, 401: oauthclients.ErrUnauthenticated, 402: oauthclients.ErrInvalid,
		403: oauthclients.ErrPermission, 404: oauthclients.ErrNotFound, 405: oauthclients.ErrInvalid,
		409: oauthclients.ErrConflict, 415: oauthclients.ErrInvalid, 429: oauthclients.ErrRateLimited,
		500: oauthclients.ErrUnavailable,
	} {
		failed := failGet(t, func(e providertest.Exchange) providertest.Exchange { return answering(e, status, "") })
		require.ErrorIs(t, failed, kind)
	}
}

func TestErrorBodiesAreReadInOrder(t *testing.T) {
	cases := []struct{ body, code, message, fields string }{
		{body: `{"errors":[{"title":"Bad Request"},{"detail":"two"}],"error":"e"}`, message: "Bad Request; two"},
		{body: `{"errors":[{"source":{"pointer":"/redirectUris/0"}},{"detail":"all"}]}`, message: "all", fields: "redirectUris/0: invalid"},
		{body: `{"errors":[],"error":"e","error_description":"d","detail":"x"}`, code: "e", message: "d"},
		{body: `{"errors":"?","error":"e"}`, code: "e"},
		{body: `{"error":{"a":1},"detail":"d","message":"m","title":"t"}`, message: "d"},
		{body: `{"status":400,"message":"m","title":"t"}`, message: "m"},
		{body: `{"status":"400","title":"t"}`, message: "t"},
		{body: "name\r\n\tis\x1b[31m bad\u202e", message: "name is [31m bad"},
		{body: `<html><body>Bad Gateway</body></html>`, message: "the answer is an HTML page, not the API's"},
		{body: strings.Repeat("long ", 50)},
		{body: `[]`}, {body: `null`}, {body: `{}`}, {body: `{"errors":[{}]}`},
		{body: `{"error`, message: `{"error`},
	}
	for _, c := range cases {
		failed := failGet(t, func(e providertest.Exchange) providertest.Exchange {
			return answeringText(t, e, http.StatusBadRequest, c.body)
		})
		require.Equal(t, c.code, failed.Code, c.body)
		require.Equal(t, c.message, failed.Message, c.body)
		var fields []string
		for _, field := range failed.Fields {
			fields = append(fields, field.String())
		}
		require.Equal(t, c.fields, strings.Join(fields, ", "), c.body)
	}
}

func TestForbiddenNamesTheScopeThatTheOperationNeeds(t *testing.T) {
	read := exchange(http.MethodGet, clientsPath+"/"+deskID)
	cases := map[string]struct {
		exchanges []providertest.Exchange
		call      func(*oauthclients.ClientsService) error
		scope     string
	}{
		"List": {
			[]providertest.Exchange{answering(exchange(http.MethodGet, clientsPath), 403, "")},
			func(s *oauthclients.ClientsService) error {
				_, err := s.List(t.Context(), oauthclients.ListOptions{})
				return err
			}, sipgate.ScopeAuthorizationOAuth2ClientsRead,
		},
		"Create": {
			[]providertest.Exchange{answering(sending(exchange(http.MethodPost, clientsPath), "create_request.json"), 403, "error_text.txt")},
			func(s *oauthclients.ClientsService) error { _, err := s.Create(t.Context(), desk()); return err },
			sipgate.ScopeAuthorizationOAuth2ClientsWrite,
		},
		"Update": {
			[]providertest.Exchange{
				answering(read, 200, "update_read_response.json"),
				answering(sending(exchange(http.MethodPut, clientsPath+"/"+deskID), "update_request.json"), 403, ""),
			},
			func(s *oauthclients.ClientsService) error {
				_, err := s.Update(t.Context(), deskID, func(c *oauthclients.OAuthClient) {
					c.Description, c.AllowedOrigins, c.TermsURI = "Click to dial", nil, ""
				})
				return err
			}, sipgate.ScopeAuthorizationOAuth2ClientsWrite,
		},
		"Delete": {
			[]providertest.Exchange{answering(exchange(http.MethodDelete, clientsPath+"/"+deskID), 403, "")},
			func(s *oauthclients.ClientsService) error { return s.Delete(t.Context(), deskID) },
			sipgate.ScopeAuthorizationOAuth2ClientsWrite,
		},
	}
	for operation, c := range cases {
		t.Run(operation, func(t *testing.T) {
			err := c.call(play(t, c.exchanges...).Clients)
			require.ErrorIs(t, err, oauthclients.ErrPermission)
			require.ErrorContains(t, err, "sipgate: "+operation+": ")
			require.ErrorContains(t, err, c.scope)
		})
	}
}

func TestForbiddenKeepsWhatSipgateSaid(t *testing.T) {
	failed := failGet(t, func(e providertest.Exchange) providertest.Exchange {
		return answeringText(t, e, http.StatusForbidden, `{"detail":"no third-party clients"}`)
	})
	require.Equal(t, "no third-party clients; the scope authorization:oauth2:clients:read "+
		"or a feature of the account is missing", failed.Message)
}

// A personal access token has no successor, so a refused one is sent once; Play fails the test
// on a second request.
func TestARefusedPersonalAccessTokenIsNotRepeated(t *testing.T) {
	refused := listWith("Basic YTpi")
	client := playAs(t, oauthclients.BasicAuth{Username: "a", Password: oauthclients.NewSecret("b")},
		answering(refused, http.StatusUnauthorized, ""))
	err := list(t, client)
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.ErrorContains(t, err, "the token was refused")
}

func TestARefusedAccessTokenIsReplacedOnce(t *testing.T) {
	const token = "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
	client := playAs(t, user(),
		answering(tokenExchange(userForm()), http.StatusOK, "token_response.json"),
		answering(listWith(token), http.StatusUnauthorized, ""),
		answering(tokenExchange(userForm()), http.StatusOK, "token_response_renewed.json"),
		answering(listWith("Bearer eyJhbGciOiJSUzI1NiJ9.e30.UkVORVdFRA"), http.StatusUnauthorized, ""))
	require.ErrorIs(t, list(t, client), oauthclients.ErrUnauthenticated)
}

func TestDocumentedTokenError(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusBadRequest} {
		client := playAs(t, user(), answering(tokenExchange(userForm()), status, "token_error.json"))
		failed := tokenFailure(t, client)
		require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
		require.Equal(t, "invalid_grant", failed.Code)
		require.Equal(t, "Invalid user credentials", failed.Message)
		require.Equal(t, status, failed.StatusCode)
	}
}

func tokenFailure(t *testing.T, client *oauthclients.Client) *oauthclients.Error {
	t.Helper()
	var failed *oauthclients.Error
	require.ErrorAs(t, list(t, client), &failed)
	require.NotContains(t, failed.Error(), user().Password.Reveal())
	return failed
}

// The errors of stock Keycloak. Each one is sent with Keycloak's description and with others,
// because nothing may depend on them.
func TestTokenErrorsGoByTheirCode(t *testing.T) {
	bad := oauthclients.ErrUnauthenticated
	cases := []struct {
		status            int
		code, description string
		kind              error
	}{
		{400, "invalid_grant", "Account disabled", bad},
		{401, "unauthorized_client", "Invalid client or Invalid client credentials", bad},
		{400, "unauthorized_client", "Client not allowed for direct access grants", bad},
		{401, "invalid_client", "Client not found", bad},
		{400, "invalid_client", "Client requires user consent", bad},
		{400, "invalid_scope", "Invalid scopes: x", oauthclients.ErrInvalid},
		{400, "invalid_request", "duplicated parameter", oauthclients.ErrInvalid},
		{400, "unsupported_grant_type", "Unsupported grant_type", oauthclients.ErrInvalid},
	}
	for _, c := range cases {
		for _, description := range []string{c.description, "", "Invalid user credentials"} {
			client := playAs(t, user(), answeringText(t, tokenExchange(userForm()), c.status,
				`{"error":"`+c.code+`","error_description":"`+description+`"}`))
			failed := tokenFailure(t, client)
			require.ErrorIs(t, failed, c.kind, c.code)
			require.Equal(t, c.code, failed.Code)
			require.Equal(t, description, failed.Message)
		}
	}
}

// The password grant goes through a proxy, whose own errors are not Keycloak's.
func TestTokenErrorsOfTheProxy(t *testing.T) {
	for body, message := range map[string]string{
		"Unauthorized": "Unauthorized", "": "", `{"status":401,"title":"Unauthorized"}`: "Unauthorized",
	} {
		client := playAs(t, user(), answeringText(t, tokenExchange(userForm()), http.StatusUnauthorized, body))
		failed := tokenFailure(t, client)
		require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
		require.Empty(t, failed.Code)
		require.Equal(t, message, failed.Message)
	}
}

// RFC 6749 has the say at a token endpoint, whatever else an answer holds.
func TestTokenErrorsOfKeycloakWin(t *testing.T) {
	client := playAs(t, user(), answeringText(t, tokenExchange(userForm()), http.StatusBadRequest,
		`{"errors":[{"detail":"other"}],"error":"invalid_scope","error_description":"Invalid scopes: x"}`))
	failed := tokenFailure(t, client)
	require.Equal(t, "invalid_scope", failed.Code)
	require.Equal(t, "Invalid scopes: x", failed.Message)
}

func TestTokenErrorsNeverShowWhatWasSent(t *testing.T) {
	form := userForm()
	client := playAs(t, user(), answeringText(t, tokenExchange(form), http.StatusBadRequest,
		`no user with p&ss w+rd, nor with p%26ss+w%2Brd`))
	failed := tokenFailure(t, client)
	require.Contains(t, failed.Message, "no user with")
	require.NotContains(t, string(failed.Body()), "p%26ss+w%2Brd")
}
