package genesys_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

func TestConformance(t *testing.T) {
	for name, options := range map[string][]genesystest.Option{
		"one page":          nil,
		"pages of 7":        {genesystest.WithPageSize(7)},
		"absolute links":    {genesystest.WithPageSize(7), genesystest.WithAbsoluteLinks()},
		"pages of 1 client": {genesystest.WithPageSize(1)},
	} {
		t.Run(name, func(t *testing.T) {
			providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
				t.Helper()
				return conformanceTarget(t, options...)
			}})
		})
	}
}

// TestConformanceClientCredentials: these clients have role divisions and need no scopes.
func TestConformanceClientCredentials(t *testing.T) {
	providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
		t.Helper()
		target := conformanceTarget(t)
		target.Sample = rolesSample
		target.Required = []string{"Name", "GrantTypes"}
		return target
	}})
}

func conformanceTarget(t *testing.T, options ...genesystest.Option) providertest.Target {
	t.Helper()
	server := genesystest.NewServer(t, options...)
	connect := func(auth oauthclients.Auth) *oauthclients.Client {
		client, err := oauthclients.New(server.Provider(), auth, oauthclients.WithHTTPClient(server.HTTPClient()),
			oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Millisecond}))
		require.NoError(t, err)
		return client
	}
	return providertest.Target{
		Client: connect(server.Auth()),
		Auths: map[oauthclients.AuthKind]*oauthclients.Client{
			oauthclients.AuthKindClientCredentials: connect(server.Auth()),
			oauthclients.AuthKindBearer:            connect(oauthclients.BearerToken(server.AccessToken())),
			oauthclients.AuthKindAuthorizationCode: connect(oauthclients.AuthCode{
				ClientID: "a-client", Token: &oauth2.Token{AccessToken: server.AccessToken()},
			}),
			oauthclients.AuthKindTokenSource: connect(oauthclients.FromTokenSource(
				oauth2.StaticTokenSource(&oauth2.Token{AccessToken: server.AccessToken()}))),
		},
		ForGrant: func(n int, grant oauthclients.GrantType) *oauthclients.OAuthClient {
			if grant == oauthclients.GrantClientCredentials {
				return rolesSample(n)
			}
			return codeSample(n)
		},
		Inject:    server.Inject,
		Sample:    codeSample,
		Requests:  func() int { return len(server.Requests()) },
		UnknownID: "00000000-0000-4000-8000-00000000ffff",
		Required:  []string{"Name", "GrantTypes", "Scopes"},
		Edits: map[string]func(*oauthclients.OAuthClient){
			"GrantTypes": func(c *oauthclients.OAuthClient) {
				c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantSAML2Bearer}
				c.Scopes = []string{"users:readonly"}
			},
			"Extra.AccessTokenValidity": func(c *oauthclients.OAuthClient) {
				genesys.ExtraOf(c).AccessTokenValidity = 2 * time.Hour
			},
			"Extra.RoleDivisions": func(c *oauthclients.OAuthClient) {
				extra := genesys.ExtraOf(c)
				extra.RoleDivisions = append(extra.RoleDivisions, genesys.RoleDivision{RoleID: "role-2", DivisionID: "*"})
			},
			"Extra.DateToDelete": func(c *oauthclients.OAuthClient) {
				genesys.ExtraOf(c).DateToDelete = time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)
			},
		},
	}
}

func codeSample(n int) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:         fmt.Sprintf("desk-app %d", n),
		Description:  "Desk",
		GrantTypes:   []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		RedirectURIs: []string{"https://desk.example.com/cb", "https://desk.example.com/cb2"},
		Scopes:       []string{"users:readonly", "routing"},
		Extra:        &genesys.Extra{AccessTokenValidity: time.Hour},
	}
}

func rolesSample(n int) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:       fmt.Sprintf("nightly-export %d", n),
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantClientCredentials},
		Extra: &genesys.Extra{
			AccessTokenValidity: time.Hour,
			RoleDivisions:       []genesys.RoleDivision{{RoleID: "role-1", DivisionID: "*"}},
		},
	}
}
