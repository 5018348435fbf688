package dcr_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file runs the conformance suite over the fake server in its manners.

func TestConformance(t *testing.T) {
	for name, c := range map[string]struct {
		options []dcrtest.Option
		files   bool
		many    int
		drops   bool
	}{
		"open":                 {nil, false, 1000, false},
		"rotating, into files": {[]dcrtest.Option{dcrtest.WithInitialAccessToken(), dcrtest.WithTokenRotation()}, true, 200, false},
		"rotating with reads":  {[]dcrtest.Option{dcrtest.WithTokenRotation(), dcrtest.WithReadRotation()}, false, 100, false},
		"below a path":         {[]dcrtest.Option{dcrtest.WithIssuerPath("/realms/a"), dcrtest.WithOAuthMetadataOnly(), dcrtest.WithDroppedMembers()}, false, 100, true},
		"Hydra":                {[]dcrtest.Option{dcrtest.WithHydraManners()}, true, 100, false},
		"new secrets":          {[]dcrtest.Option{dcrtest.WithSecretRotation()}, false, 100, false},
	} {
		t.Run(name, func(t *testing.T) {
			providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
				t.Helper()
				target := conformanceTarget(t, c.files, c.options...)
				target.Many, target.DropsMembers = c.many, c.drops
				return target
			}})
		})
	}
}

func conformanceTarget(t *testing.T, files bool, options ...dcrtest.Option) providertest.Target {
	t.Helper()
	server := dcrtest.NewServer(t, options...)
	provider := server.Provider()
	if files {
		store, err := dcr.FileStore(filepath.Join(t.TempDir(), "registrations"))
		require.NoError(t, err)
		provider.Registrations = store
	}
	connect := func(auth oauthclients.Auth) *oauthclients.Client {
		client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(server.HTTPClient()),
			oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Millisecond}))
		require.NoError(t, err)
		return client
	}
	token := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: dcrtest.InitialAccessToken})
	return providertest.Target{
		Client: connect(server.Auth()),
		Auths: map[oauthclients.AuthKind]*oauthclients.Client{
			oauthclients.AuthKindNone:              connect(oauthclients.NoAuth{}),
			oauthclients.AuthKindBearer:            connect(oauthclients.BearerToken(dcrtest.InitialAccessToken)),
			oauthclients.AuthKindTokenSource:       connect(oauthclients.FromTokenSource(token)),
			oauthclients.AuthKindClientCredentials: connect(server.ClientCredentials()),
			oauthclients.AuthKindPassword:          connect(server.PasswordGrant()),
			oauthclients.AuthKindAuthorizationCode: connect(server.AuthCode("https://app.example.com/callback")),
		},
		Inject: server.Inject, ClientsPath: "/reg",
		Sample:    sample,
		Requests:  func() int { return len(server.Requests()) },
		UnknownID: "no-such-client",
		Required:  []string{"GrantTypes", "RedirectURIs"},
		Edits:     edits(),
		Unlisted:  true, UpdateOnce: true, RegenerateMethod: "PUT",
	}
}

func sample(n int) *oauthclients.OAuthClient {
	c := &oauthclients.OAuthClient{
		Name:                   fmt.Sprintf("Order desk %d", n),
		RedirectURIs:           []string{"https://orders.example.com/cb", "com.example.orders:/cb"},
		PostLogoutRedirectURIs: []string{"https://orders.example.com/bye"},
		GrantTypes:             []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
		Scopes:                 []string{"openid", "offline_access"},
		ClientURI:              "https://orders.example.com",
		LogoURI:                "https://orders.example.com/logo.png",
		PolicyURI:              "https://orders.example.com/privacy",
		TermsURI:               "https://orders.example.com/terms",
	}
	extra := dcr.ExtraOf(c)
	extra.Contacts = []string{"desk@example.com"}
	extra.JWKS = json.RawMessage(`{"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}`)
	extra.DefaultMaxAge = new(time.Hour)
	extra.RequirePushedAuthorizationRequests = true
	return c
}

// edits gives every field of Extra another value of its kind.
func edits() map[string]func(*oauthclients.OAuthClient) {
	edits := map[string]func(*oauthclients.OAuthClient){
		"GrantTypes": func(c *oauthclients.OAuthClient) { c.GrantTypes = c.GrantTypes[:1] },
		"Extra.TokenEndpointAuthMethod": func(c *oauthclients.OAuthClient) {
			dcr.ExtraOf(c).TokenEndpointAuthMethod = "client_secret_post"
		},
		"Extra.ResponseTypes":   func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).ResponseTypes = []string{"code", "code id_token"} },
		"Extra.ApplicationType": func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).ApplicationType = "native" },
		"Extra.SubjectType":     func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).SubjectType = "pairwise" },
		"Extra.JWKSURI": func(c *oauthclients.OAuthClient) {
			dcr.ExtraOf(c).JWKS, dcr.ExtraOf(c).JWKSURI = nil, "https://orders.example.com/keys"
		},
	}
	for _, name := range slices.Concat(dcr.Provider{}.Capabilities().Update) {
		if field, isExtra := strings.CutPrefix(name, "Extra."); isExtra && edits[name] == nil {
			edits[name] = func(c *oauthclients.OAuthClient) { edit(reflect.ValueOf(dcr.ExtraOf(c)).Elem().FieldByName(field)) }
		}
	}
	return edits
}

func edit(field reflect.Value) {
	switch value := field.Addr().Interface().(type) {
	case *string:
		*value = "https://orders.example.com/edited"
	case *bool:
		*value = !*value
	case *[]string:
		*value = append(*value, "edited")
	case *json.RawMessage:
		*value = json.RawMessage(`{"keys":[{"kty":"EC","crv":"P-256","x":"BB","y":"AA"}]}`)
	case **time.Duration:
		*value = new(2 * time.Minute)
	}
}
