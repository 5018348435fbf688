package tokens

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests how a client proves itself at a token endpoint (RFC 6749 section 2.3.1, RFC 7523
// section 2.2).

type signer = func(ctx context.Context, audience string) (string, error)

// askers are the strategies with a token endpoint, each with the given way to prove who asks.
func askers(method oauthclients.ClientAuthMethod, secret string, assertion signer) map[string]oauthclients.Auth {
	hidden := oauthclients.NewSecret(secret)
	return map[string]oauthclients.Auth{
		"AuthCode": oauthclients.AuthCode{
			ClientID: "client 1", ClientSecret: hidden, AuthMethod: method, Assertion: assertion, Token: &oauth2.Token{RefreshToken: "refresh-1"},
		},
		"ClientCredentials": oauthclients.ClientCredentials{ClientID: "client 1", ClientSecret: hidden, AuthMethod: method, Assertion: assertion},
		"PasswordGrant": oauthclients.PasswordGrant{
			ClientID: "client 1", ClientSecret: hidden, AuthMethod: method, Assertion: assertion, Username: "u", Password: oauthclients.NewSecret(world.OddSecret),
		},
	}
}

func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

func TestAClientProvesItselfAsItIsRegistered(t *testing.T) {
	encoded, plain := basic("client+1", url.QueryEscape(world.OddSecret)), basic("client 1", world.OddSecret)
	for name, c := range map[string]struct {
		method         oauthclients.ClientAuthMethod
		edit           func(*oauthclients.Connection)
		header         string
		hasID, hasPass bool
	}{
		"basic":              {oauthclients.ClientSecretBasic, nil, encoded, false, false},
		"basic, not encoded": {oauthclients.ClientSecretBasic, func(c *oauthclients.Connection) { c.PlainBasic = true }, plain, false, false},
		"basic with id":      {oauthclients.ClientSecretBasicWithID, nil, encoded, true, false},
		"post":               {oauthclients.ClientSecretPost, world.InHeader, "", true, true},
		"none":               {oauthclients.ClientAuthNone, world.InHeader, "", true, false},
		"as the endpoint":    {"", world.InHeader, encoded, false, false},
		"as the other one":   {"", nil, "", true, true},
	} {
		for strategy, auth := range askers(c.method, world.OddSecret, nil) {
			t.Run(name+" "+strategy, func(t *testing.T) {
				server := world.NewMemServer()
				edits := []func(*oauthclients.Connection){func(*oauthclients.Connection) {}}
				if c.edit != nil {
					edits = append(edits, c.edit)
				}
				require.NoError(t, world.List(t, server.Client(t, auth, edits...)))
				sent := server.Requests()[0]
				form := world.FormOf(t, sent.Body)
				require.Equal(t, c.header, sent.Header.Get("Authorization"))
				require.Equal(t, c.hasID, form.Get("client_id") == "client 1")
				require.Equal(t, c.hasPass, form.Get("client_secret") == world.OddSecret)
				require.Equal(t, c.hasID, form.Has("client_id"))
				require.Equal(t, c.hasPass, form.Has("client_secret"))
			})
		}
	}
}

func TestAWrongWayToProveWhoAsksIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		method oauthclients.ClientAuthMethod
		secret string
		sign   signer
		field  string
	}{
		"unknown":           {"client_secret_jwt", "x", nil, "AuthMethod"},
		"basic, no secret":  {oauthclients.ClientSecretBasic, "", nil, "ClientSecret"},
		"id, no secret":     {oauthclients.ClientSecretBasicWithID, "", nil, "ClientSecret"},
		"post, no secret":   {oauthclients.ClientSecretPost, "", nil, "ClientSecret"},
		"nobody signs":      {oauthclients.PrivateKeyJWT, "", nil, "Assertion"},
		"signed for nobody": {"", "x", signs("x"), "AuthMethod"},
	} {
		for strategy, auth := range askers(c.method, c.secret, c.sign) {
			t.Run(name+" "+strategy, func(t *testing.T) {
				_, err := world.NewMem(auth)
				world.RequireFaults(t, err, strategy+"."+c.field)
			})
		}
	}
}

func signs(text string) signer {
	return func(context.Context, string) (string, error) { return text, nil }
}

// forgetsID refuses a client whose id is not in the form, as the MCP Python SDK does.
func forgetsID(server *world.MemServer, text string) {
	server.Issue = func(n int, form url.Values) (int, string) {
		if form.Get("client_id") == "" {
			return http.StatusUnauthorized, `{"error":"invalid_client","error_description":"` + text + `"}`
		}
		return http.StatusOK, fmt.Sprintf(`{"access_token":"t-token-%d","expires_in":1,"refresh_token":"refresh-%d"}`, n, n)
	}
}

func TestAServerThatMissesTheIDGetsItBesideBasic(t *testing.T) {
	for _, method := range []oauthclients.ClientAuthMethod{"", oauthclients.ClientSecretBasic} {
		for strategy, auth := range askers(method, world.OddSecret, nil) {
			t.Run(string(method)+" "+strategy, func(t *testing.T) {
				server := world.NewMemServer()
				forgetsID(server, "Missing client_id")
				client := server.Client(t, auth, world.InHeader)
				require.NoError(t, world.List(t, client))
				require.Equal(t, 2, server.TokenRequests())
				server.Revoke()
				require.NoError(t, world.List(t, client))
				require.Equal(t, 3, server.TokenRequests(), "that is remembered")
				require.NotEmpty(t, server.Requests()[1].Header.Get("Authorization"))
			})
		}
	}
}

func TestACodeSurvivesAServerThatMissesTheID(t *testing.T) {
	server := world.NewMemServer()
	forgetsID(server, "missing Client_ID")
	token, err := world.WebLogin().Finish(t.Context(), world.Edited(server, []func(*oauthclients.Connection){world.InHeader}), world.TheLogin(),
		world.ComesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	require.Equal(t, "t-token-2", token.AccessToken)
	require.Equal(t, "c-0-d-e", world.FormOf(t, server.Requests()[1].Body).Get("code"))
}

func TestOtherRefusalsAreNotAskedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		method oauthclients.ClientAuthMethod
	}{
		"a wrong secret":     {401, `{"error":"invalid_client","error_description":"bad credentials"}`, oauthclients.ClientSecretBasic},
		"another code":       {401, `{"error":"invalid_grant","error_description":"client_id"}`, oauthclients.ClientSecretBasic},
		"not authentication": {400, `{"error":"invalid_client","error_description":"Missing client_id"}`, oauthclients.ClientSecretBasic},
		"it was there":       {401, `{"error":"invalid_client","error_description":"client_id"}`, oauthclients.ClientSecretBasicWithID},
		"in the form":        {401, `{"error":"invalid_client","error_description":"client_id"}`, oauthclients.ClientSecretPost},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.Issuing(c.status, c.body)
			auth := world.ClientCredentials()
			auth.AuthMethod = c.method
			require.ErrorIs(t, world.List(t, server.Client(t, auth)), oauthclients.ErrUnauthenticated)
			require.Equal(t, 1, server.TokenRequests())
		})
	}
}

// A token error says which client it is about, and where.
func TestATokenErrorNamesTheClientAndThePlace(t *testing.T) {
	server := world.NewMemServer()
	server.Inject(fakeserver.Fault{Status: http.StatusBadRequest, Body: `{"error":"invalid_request"}`})
	err := world.List(t, server.Client(t, world.ClientCredentials(), func(c *oauthclients.Connection) {
		c.Endpoints.Grants[oauthclients.GrantClientCredentials] = oauth2.Endpoint{
			TokenURL: server.URL() + "/oauth/token?p=policy", AuthStyle: oauth2.AuthStyleInParams,
		}
	}))
	failed := world.Failure(t, err)
	require.Equal(t, []string{"client-1", http.MethodPost, server.URL() + "/oauth/token"}, []string{failed.ClientID, failed.Method, failed.URL})
	require.Equal(t, "policy", server.Requests()[0].Query.Get("p"), "the query is sent (RFC 6749 section 3.2)")
	require.NotContains(t, err.Error(), "p=policy")
}
