package sipgatetest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the scopes: which ones a person can grant, and what they open.

func TestEveryScopeOfTheCatalogueCanBeGranted(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	scopes := strings.Join(strings.Fields(fixture(t, "scopes.txt")), " ")
	callback, err := server.SignIn(request(server, auth, "scope", scopes+" offline_access"))
	require.NoError(t, err)
	require.Empty(t, callback.Get("error_description"))
	require.NotEmpty(t, callback.Get("code"))
}

func TestTokensOpenWhatWasGranted(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	body := fixture(t, "create_request.json")
	one := clientsPath + "/" + server.AuthCode(callbackURL).ClientID
	const nothing, reads, writes, funds = "openid", "authorization:oauth2:clients:read", "authorization:oauth2:clients:write", "balance:read"
	for _, c := range []struct {
		method, path, body string
		needs              string
	}{
		{http.MethodGet, "/v2/balance", "", funds},
		{http.MethodGet, clientsPath, "", reads},
		{http.MethodPost, clientsPath, body, writes},
		{http.MethodGet, one, "", reads},
		{http.MethodPut, one, body, writes},
		{http.MethodGet, one + "/gdpr", "", ""},
		{http.MethodGet, "/v2/authorization/userinfo", "", ""},
		{http.MethodDelete, one + "x", "", writes},
	} {
		for _, scope := range []string{nothing, reads, writes, funds, "all"} {
			token := exchange(t, server, auth, codeForm(auth, code(t, server, auth, "scope", scope))).access
			got := do(t, server, c.method, c.path, map[string]string{
				"Authorization": "Bearer " + token, "Content-Type": "application/json",
			}, c.body)
			if c.needs == "" || scope == c.needs || scope == "all" {
				require.NotEqual(t, http.StatusForbidden, got.status, "%s %s with %s", c.method, c.path, scope)
				continue
			}
			require.Equal(t, http.StatusForbidden, got.status, "%s %s with %s", c.method, c.path, scope)
			require.JSONEq(t, `{"errors":[{"status":403,"title":"Forbidden","detail":"the token lacks the scope `+c.needs+`"}]}`, got.body)
		}
	}
}

func TestASignInWithoutScopesOpensNothing(t *testing.T) {
	server := sipgatetest.New()
	auth := server.AuthCode(callbackURL)
	got := exchange(t, server, auth, codeForm(auth, code(t, server, auth, "scope", "")))
	require.Empty(t, got.document["scope"])
	require.Equal(t, http.StatusForbidden, balanceStatus(t, server, got.access))
}

func TestThePasswordGrantKeepsItsScopes(t *testing.T) {
	server := sipgatetest.New()
	form := userForm()
	everything := object(t, grant(t, server, form).body)["access_token"].(string)
	require.Equal(t, http.StatusOK, balanceStatus(t, server, everything))
	form.Set("scope", "account:read")
	little := object(t, grant(t, server, form).body)["access_token"].(string)
	require.Equal(t, http.StatusForbidden, balanceStatus(t, server, little))
}

func TestSetBalance(t *testing.T) {
	server := sipgatetest.New()
	for text, amount := range map[string]int64{
		`{"amount":-5,"currency":"GBP"}`: -5, `{"amount":0,"currency":"GBP"}`: 0, `{"amount":2147483647,"currency":"GBP"}`: 1<<31 - 1,
	} {
		server.SetBalance(amount, "GBP")
		got := do(t, server, http.MethodGet, "/v2/balance", authorized(server), "")
		require.JSONEq(t, text, got.body)
	}
}
