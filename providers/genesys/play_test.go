package genesys_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file plays the wire of eu-west-1, operation by operation, from the fixture files.

const (
	apiHost   = "api.mypurecloud.ie"
	loginHost = "login.mypurecloud.ie"
	exportID  = "7de3af06-c0b3-4f9b-af45-72f4a1403797"
	roleID    = "4a0a5b1e-6d0e-4c4b-9d3c-0b4f6a3d2c11"
	listPath  = "/api/v2/oauth/clients"
	onePath   = listPath + "/" + exportID
)

// login is the token request that comes before the first API call.
func login() providertest.Exchange {
	return providertest.Exchange{
		Method: http.MethodPost, Host: loginHost, Path: "/oauth/token",
		Header: map[string]string{
			"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("my-id:my-secret")),
			"Content-Type":  "application/x-www-form-urlencoded",
		},
		Form:     url.Values{"grant_type": {"client_credentials"}},
		Response: "token_response.json",
	}
}

// call is an API request with the token of token_response.json. "" as the request's file
// means that no body must be sent.
func call(method, path, request, response string) providertest.Exchange {
	header := map[string]string{"Authorization": "Bearer b6Hn", "Accept": "application/json"}
	if request != "" {
		header["Content-Type"] = "application/json"
	}
	return providertest.Exchange{
		Method: method, Host: apiHost, Path: path, Header: header, Request: request, Response: response,
	}
}

func failing(exchange providertest.Exchange, status int) providertest.Exchange {
	exchange.Status = status
	return exchange
}

func play(t *testing.T, exchanges ...providertest.Exchange) *oauthclients.ClientsService {
	t.Helper()
	return playClient(t, exchanges...).Clients
}

// playClient speaks to exactly these exchanges, without repeats of its own.
func playClient(t *testing.T, exchanges ...providertest.Exchange) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(genesys.Provider{Region: genesys.EUWest1},
		oauthclients.ClientCredentials{ClientID: "my-id", ClientSecret: oauthclients.NewSecret("my-secret")},
		oauthclients.WithHTTPClient(providertest.Play(t, exchanges...)),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return client
}

func nightlyExport() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: "nightly-export", Description: "Batch job",
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantClientCredentials},
		Extra: &genesys.Extra{
			AccessTokenValidity: time.Hour,
			RoleDivisions:       []genesys.RoleDivision{{RoleID: roleID, DivisionID: "*"}},
		},
	}
}

func deskApp() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: "desk-app", RedirectURIs: []string{"https://desk.example.com/cb"},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		Scopes:     []string{"users:readonly", "routing"},
	}
}

func TestCreateClientCredentialsClient(t *testing.T) {
	clients := play(t, login(), call(http.MethodPost, listPath, "create_request.json", "create_response.json"))
	got, err := clients.Create(t.Context(), nightlyExport())
	require.NoError(t, err)
	requireNightlyExport(t, got)
	require.Equal(t, "q1vE0l2w9m-3PzYb7nT6cQ8rXk5sJ4hA", got.Secret.Reveal())
}

// requireNightlyExport wants every field of the example response but the secret.
func requireNightlyExport(t *testing.T, got *oauthclients.OAuthClient) {
	t.Helper()
	date := time.Date(2026, time.March, 2, 9, 15, 4, 123_000_000, time.UTC)
	require.Equal(t, exportID, got.ID)
	require.Equal(t, "nightly-export", got.Name)
	require.Equal(t, "Batch job", got.Description)
	require.Equal(t, []oauthclients.GrantType{oauthclients.GrantClientCredentials}, got.GrantTypes)
	require.Empty(t, got.RedirectURIs)
	require.Empty(t, got.Scopes)
	require.Equal(t, oauthclients.StatusActive, got.Status)
	require.True(t, date.Equal(got.CreatedAt))
	require.True(t, date.Equal(got.UpdatedAt))
	person := genesys.EntityRef{
		ID: "1f6a0d0c-51b7-4f0f-8d0a-3a4f0c0f7b22", SelfURI: "/api/v2/users/1f6a0d0c-51b7-4f0f-8d0a-3a4f0c0f7b22",
	}
	require.Equal(t, &genesys.Extra{
		AccessTokenValidity: time.Hour,
		RoleDivisions:       []genesys.RoleDivision{{RoleID: roleID, DivisionID: "*"}},
		RoleIDs:             []string{roleID},
		CreatedBy:           person, ModifiedBy: person,
		SelfURI: onePath,
	}, got.Extra)
}

func TestCreateCodeClient(t *testing.T) {
	clients := play(t, login(), call(http.MethodPost, listPath, "create_code_request.json", "create_code_response.json"))
	got, err := clients.Create(t.Context(), deskApp())
	require.NoError(t, err)
	require.Equal(t, "0d2f9a44-7c3e-4a51-9f0b-2f6f3f1f5b60", got.ID)
	require.Equal(t, []string{"https://desk.example.com/cb"}, got.RedirectURIs)
	require.Equal(t, []string{"users:readonly", "routing"}, got.Scopes)
	require.Equal(t, []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, got.GrantTypes)
	require.Equal(t, "Jm4kT8wZ1cV6-rY2uN9sL5xB3pQ7dH0f", got.Secret.Reveal())
}

func TestGet(t *testing.T) {
	clients := play(t, login(), call(http.MethodGet, onePath, "", "get_response.json"))
	got, err := clients.Get(t.Context(), exportID)
	require.NoError(t, err)
	requireNightlyExport(t, got)
	require.True(t, got.Secret.IsZero(), "the vendor does not show the secret again")
	require.JSONEq(t, string(providertest.Fixture(t, "get_response.json")), string(got.Raw()))
}

func TestGetFromATenantThatStillShowsSecrets(t *testing.T) {
	clients := play(t, login(), call(http.MethodGet, onePath, "", "create_response.json"))
	got, err := clients.Get(t.Context(), exportID)
	require.NoError(t, err)
	require.Equal(t, "q1vE0l2w9m-3PzYb7nT6cQ8rXk5sJ4hA", got.Secret.Reveal())
	require.NotContains(t, string(got.Raw()), "q1vE0l2w9m")
}

func TestList(t *testing.T) {
	clients := play(t, login(), call(http.MethodGet, listPath, "", "list_response.json"))
	page, err := clients.List(t.Context(), oauthclients.ListOptions{PageSize: 25})
	require.NoError(t, err)
	require.Empty(t, page.NextCursor)
	require.Len(t, page.Clients, 1)
	require.Equal(t, exportID, page.Clients[0].ID)
	require.Equal(t, "nightly-export", page.Clients[0].Name)
	require.Equal(t, oauthclients.StatusActive, page.Clients[0].Status)
	require.Contains(t, string(page.Clients[0].Raw()), `"selfUri":"/api/v2/oauth/clients/`+exportID+`"`)
}

// The PUT must have everything the read had but the read-only members, also what this library
// does not know, and nothing of the edit may be lost.
func TestUpdate(t *testing.T) {
	clients := play(t, login(),
		call(http.MethodGet, onePath, "", "get_response.json"),
		call(http.MethodPut, onePath, "update_request.json", "update_response.json"))
	got, err := clients.Update(t.Context(), exportID, func(c *oauthclients.OAuthClient) {
		c.Description = "Batch job, weekly"
		genesys.ExtraOf(c).AccessTokenValidity = 2 * time.Hour
	})
	require.NoError(t, err)
	require.Equal(t, "Batch job, weekly", got.Description)
	require.Equal(t, 2*time.Hour, genesys.ExtraOf(got).AccessTokenValidity)
	require.Contains(t, string(got.Raw()), `12345678901234567890`)
}

func TestDelete(t *testing.T) {
	clients := play(t, login(),
		call(http.MethodGet, onePath, "", "get_response.json"),
		call(http.MethodPut, onePath, "deactivate_request.json", "deactivate_response.json"),
		call(http.MethodDelete, onePath, "", ""))
	require.NoError(t, clients.Delete(t.Context(), exportID))
}

func TestDeleteOfAnInactiveClientWritesNothing(t *testing.T) {
	clients := play(t, login(),
		call(http.MethodGet, onePath, "", "deactivate_response.json"),
		failing(call(http.MethodDelete, onePath, "", ""), http.StatusNoContent))
	require.NoError(t, clients.Delete(t.Context(), exportID))
}

func TestDeleteThatStopsHalfwaySaysSo(t *testing.T) {
	clients := play(t, login(),
		call(http.MethodGet, onePath, "", "get_response.json"),
		call(http.MethodPut, onePath, "deactivate_request.json", "deactivate_response.json"),
		failing(call(http.MethodDelete, onePath, "", "cannot_delete_response.json"), http.StatusBadRequest))
	err := clients.Delete(t.Context(), exportID)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, "cannot.delete.client", failed.Code)
	require.Equal(t, "Clients must be inactive before deletion.", failed.Message)
	require.Equal(t, "0b1f0c6e-6d0b-4a3c-8d35-9f0d2f5f7e10", failed.RequestID)
	require.Contains(t, err.Error(), "the client is inactive now")
}

// Which of the three steps finds nothing decides: the read, nothing was there; the write,
// somebody else was faster; the deletion, what was to be done is done.
func TestDeleteThatFindsNothing(t *testing.T) {
	read := call(http.MethodGet, onePath, "", "get_response.json")
	deactivate := call(http.MethodPut, onePath, "deactivate_request.json", "deactivate_response.json")
	gone := func(e providertest.Exchange) providertest.Exchange {
		e.Response = ""
		return failing(e, http.StatusNotFound)
	}
	ctx := t.Context()
	require.ErrorIs(t, play(t, login(), gone(read)).Delete(ctx, exportID), oauthclients.ErrNotFound)
	require.ErrorIs(t, play(t, login(), read, gone(deactivate)).Delete(ctx, exportID), oauthclients.ErrNotFound)
	remove := gone(call(http.MethodDelete, onePath, "", ""))
	require.NoError(t, play(t, login(), read, deactivate, remove).Delete(ctx, exportID))
}

func TestRegenerateSecret(t *testing.T) {
	clients := play(t, login(), call(http.MethodPost, onePath+"/secret", "", "secret_response.json"))
	secret, err := clients.RegenerateSecret(t.Context(), exportID)
	require.NoError(t, err)
	require.Equal(t, "X9aB2cD4eF6-gH8iJ0kL1mN3oP5qR7sT", secret.Reveal())
}

func TestMissingPermission(t *testing.T) {
	clients := play(t, login(),
		failing(call(http.MethodGet, listPath, "", "permission_response.json"), http.StatusForbidden))
	_, err := clients.List(t.Context(), oauthclients.ListOptions{})
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	require.Equal(t, "missing.any.permissions", failed.Code)
	require.Equal(t, "Permission missing", failed.Message)
	require.Equal(t, "5b0e…", failed.RequestID)
}

func TestWrongCredentials(t *testing.T) {
	refused := login()
	refused.Response = "token_error_response.json"
	clients := play(t, failing(refused, http.StatusBadRequest))
	_, err := clients.List(t.Context(), oauthclients.ListOptions{})
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.Equal(t, "invalid_client", failed.Code)
	require.Equal(t, "client not found: invalid_client", failed.Message)
	require.NotContains(t, err.Error(), "my-secret")
}

func TestRateLimitOfTheTokenEndpoint(t *testing.T) {
	limited := login()
	limited.Response = "token_limited_response.json"
	clients := play(t, failing(limited, http.StatusBadRequest))
	_, err := clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrRateLimited)
	require.NotErrorIs(t, err, oauthclients.ErrInvalid)
}

// An id is one segment of the path, whatever is in it.
func TestIDsAreEscaped(t *testing.T) {
	clients := play(t, login(),
		failing(call(http.MethodGet, listPath+"/a%2F..%2Fb%3Fc%25%20d", "", ""), http.StatusNotFound))
	_, err := clients.Get(t.Context(), "a/../b?c% d")
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
}
