package tokens

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what a strategy adds to its requests: resources (RFC 8707) and parameters.

// adding are the strategies with resources and parameters.
func adding(resources []string, parameters url.Values) map[string]oauthclients.Auth {
	return map[string]oauthclients.Auth{
		"AuthCode":          oauthclients.AuthCode{ClientID: "client-1", Token: &oauth2.Token{RefreshToken: "refresh-1"}, Resources: resources, Parameters: parameters},
		"ClientCredentials": oauthclients.ClientCredentials{ClientID: "client-1", ClientSecret: oauthclients.NewSecret(world.OddSecret), Resources: resources, Parameters: parameters},
		"PasswordGrant": oauthclients.PasswordGrant{
			ClientID: "client-1", Username: "u", Password: oauthclients.NewSecret(world.OddSecret), Resources: resources, Parameters: parameters,
		},
	}
}

func TestResourcesAndParametersGoToTheTokenEndpoint(t *testing.T) {
	resources, parameters := []string{"https://mcp.example.com/a?b=c", "urn:example:api"}, url.Values{"audience": {"https://api.example.com"}, "org": {"a", "b"}}
	for strategy, auth := range adding(resources, parameters) {
		t.Run(strategy, func(t *testing.T) {
			server := world.NewMemServer()
			require.NoError(t, world.List(t, server.Client(t, auth)))
			form := world.FormOf(t, server.Requests()[0].Body)
			require.Equal(t, resources, form["resource"])
			require.Equal(t, parameters["audience"], form["audience"])
			require.Equal(t, parameters["org"], form["org"])
		})
	}
}

func TestResourcesAndParametersGoWithTheSignIn(t *testing.T) {
	server, auth := world.NewMemServer(), world.WebLogin()
	auth.Resources, auth.Parameters = []string{"https://mcp.example.com/a", "https://mcp.example.com/b"}, url.Values{"org": {"acme&co"}}
	_, page := world.BeginAt(t, server, auth)
	require.Equal(t, auth.Resources, page.Query()["resource"])
	require.Equal(t, "acme&co", page.Query().Get("org"))
	require.Equal(t, "code", page.Query().Get("response_type"))
	_, err := world.FinishAt(t, server, auth, world.TheLogin(), world.ComesBack("code", "c-0-d-e"))
	require.NoError(t, err)
	form := world.FormOf(t, server.Requests()[0].Body)
	require.Equal(t, auth.Resources, form["resource"])
	require.Equal(t, "acme&co", form.Get("org"))
}

func TestResourcesAndParametersThatCannotBeSentAreNamed(t *testing.T) {
	for _, resource := range []string{"", "api", "/api", "//api.example.com", "https://api.example.com#part", "https://api.example.com#", "https://a b", "%zz"} {
		for strategy, auth := range adding([]string{"https://api.example.com", resource}, nil) {
			_, err := world.NewMem(auth)
			world.RequireFaults(t, err, strategy+".Resources")
		}
	}
	for _, name := range []string{
		"", " ", "response_type", "client_id", "client_secret", "redirect_uri", "scope", "state", "code", "grant_type", "refresh_token", "username",
		"password", "code_challenge", "code_challenge_method", "code_verifier", "client_assertion", "client_assertion_type", "resource",
	} {
		for strategy, auth := range adding(nil, url.Values{name: {"x"}}) {
			_, err := world.NewMem(auth)
			world.RequireFaults(t, err, strategy+".Parameters")
		}
	}
}
