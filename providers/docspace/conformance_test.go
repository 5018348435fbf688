package docspace_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// immutable are the fields that a self-hosted portal accepts on PUT and ignores.
func immutable() []string {
	return []string{"RedirectURIs", "Scopes", "ClientURI", "TermsURI", "PolicyURI", "PostLogoutRedirectURIs"}
}

func TestConformance(t *testing.T) {
	providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		return serverTarget(t, docspacetest.NewServer(t), immutable())
	}})
}

func TestConformanceNewerUpdate(t *testing.T) {
	providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		return serverTarget(t, docspacetest.NewServer(t, docspacetest.WithNewerUpdate()), immutable()[2:])
	}})
}

func TestConformanceLongPrefix(t *testing.T) {
	providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		portal := docspacetest.NewServer(t)
		target := serverTarget(t, portal, immutable())
		provider := portal.Provider()
		provider.PathPrefix = "/api/2.0/oauth2"
		client, err := oauthclients.New(provider, portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
		require.NoError(t, err)
		target.Client = client
		return target
	}})
}

func TestConformanceGuideWire(t *testing.T) {
	providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		target := serverTarget(t, docspacetest.NewServer(t, docspacetest.WithGuideWire()), nil)
		target.Required = []string{"Name", "RedirectURIs", "GrantTypes"}
		target.DropsMembers = false
		target.Sample = func(n int) *oauthclients.OAuthClient {
			return &oauthclients.OAuthClient{
				Name: fmt.Sprintf("Invoice Importer %d", n), RedirectURIs: []string{"https://app.example.com/callback"},
				GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
			}
		}
		target.Edits = map[string]func(*oauthclients.OAuthClient){
			"GrantTypes": func(c *oauthclients.OAuthClient) {
				c.GrantTypes = append(c.GrantTypes, oauthclients.GrantRefreshToken)
			},
		}
		return target
	}})
}

func serverTarget(t *testing.T, portal *docspacetest.Server, ignored []string) providertest.Target {
	t.Helper()
	connect := func(auth oauthclients.Auth) *oauthclients.Client {
		client, err := oauthclients.New(portal.Provider(), auth, oauthclients.WithHTTPClient(portal.HTTPClient()),
			oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Millisecond}))
		require.NoError(t, err)
		return client
	}
	manager := connect(portal.Auth())
	return providertest.Target{
		Client: manager,
		Auths: map[oauthclients.AuthKind]*oauthclients.Client{
			oauthclients.AuthKindBearer:            connect(portal.Auth()),
			oauthclients.AuthKindAuthorizationCode: connect(signedIn(t, portal, manager)),
			oauthclients.AuthKindTokenSource: connect(oauthclients.FromTokenSource(
				oauth2.StaticTokenSource(&oauth2.Token{AccessToken: portal.AccessToken()}))),
		},
		Inject:       portal.Inject,
		Sample:       portalSample,
		Requests:     func() int { return len(portal.Requests()) },
		UnknownID:    "00000000-0000-4000-8000-000000000000",
		Ignored:      ignored,
		DropsMembers: true,
		Required:     []string{"Name", "LogoURI", "AllowedOrigins", "RedirectURIs", "Scopes"},
		Edits: map[string]func(*oauthclients.OAuthClient){
			"Scopes":         func(c *oauthclients.OAuthClient) { c.Scopes = []string{"rooms:read"} },
			"LogoURI":        func(c *oauthclients.OAuthClient) { c.LogoURI = "data:image/svg+xml;base64,PHN2Zy8+" },
			"AllowedOrigins": func(c *oauthclients.OAuthClient) { c.AllowedOrigins = []string{"https://new.example.com"} },
			"Extra.AllowPKCE": func(c *oauthclients.OAuthClient) {
				docspace.ExtraOf(c).AllowPKCE = !docspace.ExtraOf(c).AllowPKCE
			},
		},
	}
}

// signedIn has the token of a person who signed in. The suite wants an account without clients: the one
// that is signed in to is removed before, and still in the portal's cache.
func signedIn(t *testing.T, portal *docspacetest.Server, manager *oauthclients.Client) oauthclients.AuthCode {
	t.Helper()
	auth := portal.AuthCode("https://app.example.com/callback")
	if api, err := docspace.Of(manager); err == nil {
		require.NoError(t, api.DeleteAllMine(t.Context()))
	}
	auth = providertest.SignIn(t, auth, portal.Provider(), portal.SignIn, oauthclients.WithHTTPClient(portal.HTTPClient()))
	if page, err := manager.Clients.List(t.Context(), oauthclients.ListOptions{}); err == nil && len(page.Clients) > 0 { // the guide's
		require.NoError(t, manager.Clients.Delete(t.Context(), auth.ClientID))
	}
	return auth
}

func portalSample(n int) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:                   fmt.Sprintf("Invoice Importer %d", n),
		Description:            "Pulls signed invoices",
		RedirectURIs:           []string{"https://app.example.com/callback"},
		PostLogoutRedirectURIs: []string{"https://app.example.com/logout"},
		AllowedOrigins:         []string{"https://app.example.com"},
		Scopes:                 []string{"files:read", "openid"},
		ClientURI:              "https://app.example.com",
		LogoURI:                "data:image/png;base64,iVBORw0KGgo=",
		PolicyURI:              "https://app.example.com/privacy",
		TermsURI:               "https://app.example.com/terms",
		Extra:                  &docspace.Extra{AllowPKCE: true},
	}
}
