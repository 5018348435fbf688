package tokens

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests the token endpoint: which answers are taken, what becomes of the others, and
// how often a credential is sent.

func TestTokenAnswersThatAreTaken(t *testing.T) {
	for name, body := range map[string]string{
		"RFC 6749":            `{"access_token":"t-token-1","token_type":"Bearer","expires_in":3600}`,
		"type in lower case":  `{"access_token":"t-token-1","token_type":"bearer"}`,
		"type in upper case":  `{"access_token":"t-token-1","token_type":"BEARER"}`,
		"no type":             `{"access_token":"t-token-1"}`,
		"older session API":   `{"token":"t-token-1"}`,
		"both names":          `{"token":"other","access_token":"t-token-1"}`,
		"unknown members":     `{"access_token":"t-token-1","scope":"a","session_state":"x","not-before-policy":0,"more":{"a":[1]}}`,
		"lifetime in a text":  `{"access_token":"t-token-1","expires_in":"3600"}`,
		"lifetime null":       `{"access_token":"t-token-1","expires_in":null}`,
		"lifetime not a time": `{"access_token":"t-token-1","expires_in":"soon"}`,
	} {
		t.Run(name, func(t *testing.T) {
			server := world.Issuing(http.StatusOK, body)
			client := server.Client(t, world.PasswordGrant())
			require.NoError(t, world.List(t, client))
			require.NoError(t, world.List(t, client))
			require.Equal(t, 1, server.TokenRequests())
		})
	}
}

func TestTokenLifetimes(t *testing.T) {
	const forever = 200 * 365 * 24 * time.Hour
	for name, test := range map[string]struct {
		expires string
		renewed time.Duration // after which it is renewed: 30 seconds early
	}{
		"number":     {`,"expires_in":3600`, 3570 * time.Second},
		"text":       {`,"expires_in":"3600"`, 3570 * time.Second},
		"fraction":   {`,"expires_in":3600.9`, 3570 * time.Second},
		"exponent":   {`,"expires_in":3.6e3`, 3570 * time.Second},
		"short":      {`,"expires_in":40`, 20 * time.Second}, // half of it, or it would never be used
		"missing":    {``, forever},
		"null":       {`,"expires_in":null`, forever},
		"zero":       {`,"expires_in":0`, forever},
		"negative":   {`,"expires_in":-1`, forever},
		"no number":  {`,"expires_in":"soon"`, forever},
		"huge":       {`,"expires_in":9223372036854775807`, 99 * 365 * 24 * time.Hour},
		"no int64":   {`,"expires_in":10000000000`, 99 * 365 * 24 * time.Hour}, // in nanoseconds
		"larger yet": {`,"expires_in":1e300`, 99 * 365 * 24 * time.Hour},
		"not finite": {`,"expires_in":1e999`, 99 * 365 * 24 * time.Hour},
		"text NaN":   {`,"expires_in":"NaN"`, forever},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := world.Issuing(http.StatusOK, `{"access_token":"t-token-1"`+test.expires+`}`, `{"access_token":"t-token-2"}`)
				client := server.Client(t, world.PasswordGrant())
				require.NoError(t, world.List(t, client))
				if test.renewed == forever || test.renewed > 50*365*24*time.Hour {
					<-time.After(50 * 365 * 24 * time.Hour)
					require.NoError(t, world.List(t, client))
					require.Equal(t, 1, server.TokenRequests(), "kept until it is rejected")
					return
				}
				<-time.After(test.renewed - time.Second)
				require.NoError(t, world.List(t, client))
				require.Equal(t, 1, server.TokenRequests())
				<-time.After(2 * time.Second)
				require.NoError(t, world.List(t, client))
				require.Equal(t, 2, server.TokenRequests())
			})
		})
	}
}

func TestTokenAnswersThatAreNotTaken(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":         ``,
		"not JSON":        `<html>Sign in</html>`,
		"no token":        `{"token_type":"bearer"}`,
		"empty token":     `{"access_token":""}`,
		"token no text":   `{"access_token":{"value":"t"}}`,
		"unknown type":    `{"access_token":"h1dden","token_type":"mac"}`,
		"token with line": `{"access_token":"h1dden\r\nX-Injected: 1"}`,
		"a list":          `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			server := world.Issuing(http.StatusOK, body)
			err := world.List(t, server.Client(t, world.PasswordGrant()))
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.Equal(t, "Token", world.Failure(t, err).Operation)
			require.NotContains(t, err.Error(), "h1dden")
			require.Zero(t, server.APIRequests())
		})
	}
}

// RFC 6749 section 5.2; the three codes say that a credential is wrong, whatever the status.
func TestTokenErrors(t *testing.T) {
	for _, test := range []struct {
		status int
		code   string
		kind   error
	}{
		{400, "invalid_grant", oauthclients.ErrUnauthenticated},
		{401, "invalid_grant", oauthclients.ErrUnauthenticated},
		{403, "invalid_grant", oauthclients.ErrUnauthenticated},
		{400, "invalid_client", oauthclients.ErrUnauthenticated},
		{401, "invalid_client", oauthclients.ErrUnauthenticated},
		{400, "unauthorized_client", oauthclients.ErrUnauthenticated},
		{404, "unauthorized_client", oauthclients.ErrUnauthenticated},
		{400, "invalid_scope", oauthclients.ErrInvalid},
		{400, "unsupported_grant_type", oauthclients.ErrInvalid},
		{403, "access_denied", oauthclients.ErrPermission},
		{401, "", oauthclients.ErrUnauthenticated},
	} {
		t.Run(http.StatusText(test.status)+" "+test.code, func(t *testing.T) {
			server := world.Issuing(test.status, `{"error":"`+test.code+`","error_description":"It says why."}`)
			failed := world.Failure(t, world.List(t, server.Client(t, world.ClientCredentials())))
			require.ErrorIs(t, failed, test.kind)
			require.Equal(t, test.status, failed.StatusCode)
			require.Equal(t, test.code, failed.Code)
			require.Equal(t, "It says why.", failed.Message)
			require.Equal(t, "Token", failed.Operation)
			require.Equal(t, world.MemName, failed.Provider)
			require.False(t, failed.OutcomeUnknown())
			require.Equal(t, 1, server.TokenRequests(), "a wrong credential is sent once")
			require.Zero(t, server.APIRequests())
		})
	}
}

func TestAWrongSecretIsSentOnceWhateverTheStrategyAndVerb(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{"password": world.PasswordGrant(), "client credentials": world.ClientCredentials()} {
		t.Run(name, func(t *testing.T) {
			server := world.Issuing(http.StatusUnauthorized, `{"error":"invalid_client"}`)
			client := server.Client(t, auth)
			_, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
			require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown, "nothing was created")
			require.Len(t, server.Requests(), 1)
		})
	}
}

func TestTokenRequestsAreRepeatedOnlyOnTrouble(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"refused": {Refuse: true}, "429": {Status: 429}, "500": {Status: 500}, "502": {Status: 502, Body: "<html>"}, "503": {Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := world.NewMemServer()
				fault.PathContains, fault.Times = "/oauth/token", 2
				server.Inject(fault)
				require.NoError(t, world.List(t, server.Client(t, world.PasswordGrant())))
				require.Equal(t, 1, server.APIRequests())
			})
		})
	}
}

// A 400 that is a rate limit is known to the provider's hook alone.
func TestExplainTokenMayMakeARateLimitOfA400(t *testing.T) {
	limited := func(r *oauthclients.Response, e *oauthclients.Error) {
		if e.Message == "rate limit exceeded" {
			e.Kind = oauthclients.ErrRateLimited
		}
	}
	explained := func(c *oauthclients.Connection) { c.ExplainToken = limited }
	const tooMany = `{"error":"invalid_request","error_description":"rate limit exceeded"}`

	server := world.NewMemServer()
	server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Times: 2, Status: 400, Body: tooMany})
	require.NoError(t, world.List(t, server.Client(t, world.ClientCredentials(), explained)))
	require.Equal(t, 3, server.TokenRequests())

	server = world.Issuing(http.StatusBadRequest, tooMany)
	require.ErrorIs(t, world.List(t, server.Client(t, world.ClientCredentials(), explained)), oauthclients.ErrRateLimited)
	require.Equal(t, 4, server.TokenRequests(), "as often as the policy says")

	server = world.Issuing(http.StatusBadRequest, tooMany)
	require.ErrorIs(t, world.List(t, server.Client(t, world.ClientCredentials())), oauthclients.ErrInvalid)
	require.Equal(t, 1, server.TokenRequests(), "without the hook it is a 400 like any other")
}

func TestAGrantWithoutAnEndpointIsNotSupported(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, world.PasswordGrant(), func(c *oauthclients.Connection) { c.Endpoints.Grants = nil })
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, world.List(t, client), &unsupported)
	require.Equal(t, []string{"Auth"}, unsupported.Fields)
	require.Empty(t, server.Requests())
}
