package docspace_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds what the tests that play fixtures share: the portal, and the client of the
// contract's examples.

const (
	clientID = "6c7cf17b-1bd3-47d5-94c6-be2d3570e168"
	secret   = "q8ZrT1vYc0LkN5eWm2HsXa7PdJ4uGb9RfKoV"
	logo     = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="

	clientsPath = "/api/2.0/clients"
	clientPath  = clientsPath + "/" + clientID
)

func apiKey() string { return "sk-" + strings.Repeat("0f3c", 16) }

// newClient is a client of a portal that answers with exactly these exchanges.
func newClient(t *testing.T, p docspace.Provider, exchanges ...providertest.Exchange) *oauthclients.Client {
	t.Helper()
	p.Portal = "https://portal.example.com"
	client, err := oauthclients.New(p, oauthclients.BearerToken(apiKey()),
		oauthclients.WithHTTPClient(providertest.Play(t, exchanges...)),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return client
}

// traded is the exchange of the key for a signature.
func traded() providertest.Exchange {
	return providertest.Exchange{
		Method: http.MethodGet, Path: "/api/2.0/security/oauth2/token", Host: "portal.example.com",
		Header: map[string]string{
			"Authorization": "Bearer " + apiKey(), "Accept": "application/json", "X-Signature": "", "Content-Type": "",
		},
		Response: "signature_response.json",
	}
}

// signed adds what every request with a signature has: the bare JWT, and no key.
func signed(t *testing.T, e providertest.Exchange) providertest.Exchange {
	t.Helper()
	e.Host = "portal.example.com"
	e.Header = map[string]string{
		"X-Signature": signature(t), "Authorization": "", "Accept": "application/json", "Content-Type": "",
	}
	if e.Request != "" {
		e.Header["Content-Type"] = "application/json"
	}
	return e
}

func signature(t *testing.T) string {
	t.Helper()
	return string(providertest.Fixture(t, "signature.txt"))
}

func invoiceImporter() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: "Invoice Importer", Description: "Pulls signed invoices", LogoURI: logo,
		ClientURI: "https://app.example.com", TermsURI: "https://app.example.com/terms", PolicyURI: "https://app.example.com/privacy",
		RedirectURIs:           []string{"https://app.example.com/callback"},
		AllowedOrigins:         []string{"https://app.example.com"},
		PostLogoutRedirectURIs: []string{"https://app.example.com/logout"},
		Scopes:                 []string{docspace.ScopeFilesRead, docspace.ScopeOpenID},
		Extra:                  &docspace.Extra{AllowPKCE: true},
	}
}

// requireInvoiceImporter is the client object of the contract, field by field.
func requireInvoiceImporter(t *testing.T, got *oauthclients.OAuthClient) {
	t.Helper()
	want := invoiceImporter()
	require.Equal(t, clientID, got.ID)
	require.Equal(t, want.Name, got.Name)
	require.Equal(t, want.Description, got.Description)
	require.Equal(t, want.LogoURI, got.LogoURI)
	require.Equal(t, want.ClientURI, got.ClientURI)
	require.Equal(t, want.TermsURI, got.TermsURI)
	require.Equal(t, want.PolicyURI, got.PolicyURI)
	require.Equal(t, want.RedirectURIs, got.RedirectURIs)
	require.Equal(t, want.AllowedOrigins, got.AllowedOrigins)
	require.Equal(t, want.PostLogoutRedirectURIs, got.PostLogoutRedirectURIs)
	require.Equal(t, want.Scopes, got.Scopes)
	require.Equal(t, []oauthclients.GrantType{"authorization_code", "refresh_token"}, got.GrantTypes)
	require.Equal(t, oauthclients.StatusActive, got.Status)
	created := time.Date(2026, 6, 30, 10, 13, 11, 482913000, time.UTC)
	require.Equal(t, created, got.CreatedAt)
	require.Equal(t, created, got.UpdatedAt)
	require.Equal(t, &docspace.Extra{
		AllowPKCE: true, Tenant: 1, Public: true, AuthenticationMethods: []string{"client_secret_post", "none"},
		CreatedBy: "66faa6e4-f133-11ea-b126-00ffeec8b4ea", ModifiedBy: "66faa6e4-f133-11ea-b126-00ffeec8b4ea",
	}, got.Extra)
}

func getExchange() providertest.Exchange {
	return providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "get_response.json"}
}

func createExchange() providertest.Exchange {
	return providertest.Exchange{
		Method: http.MethodPost, Path: clientsPath,
		Request: "create_request.json", Status: http.StatusCreated, Response: "create_response.json",
	}
}
