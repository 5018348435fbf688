package dcrtest_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/recorded"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file compares the fake with the real servers, as internal/gallery records them: in each manner it
// answers in the shape in which that server answers.

const recordsFolder = "testdata/recorded"

// recordedManners are the manners by the files of their servers.
func recordedManners() map[string]dcrtest.Manner {
	return map[string]dcrtest.Manner{
		"authlib.json":                     dcrtest.Authlib,
		"better-auth.json":                 dcrtest.BetterAuth,
		"django-oauth-toolkit.json":        dcrtest.DjangoOAuthToolkit,
		"fastmcp.json":                     dcrtest.FastMCP,
		"glewlwyd.json":                    dcrtest.Glewlwyd,
		"keycloak.json":                    dcrtest.Keycloak,
		"mcp-python-sdk.json":              dcrtest.MCPPython,
		"mcp-typescript-sdk.json":          dcrtest.MCPTypeScript,
		"oidc-provider.json":               dcrtest.OIDCProvider,
		"ory-hydra.json":                   dcrtest.Hydra,
		"spring-authorization-server.json": dcrtest.Spring,
		"workers-oauth-provider.json":      dcrtest.Cloudflare,
	}
}

func TestAnswersHaveTheShapeOfTheRealOnes(t *testing.T) {
	files, err := os.ReadDir(recordsFolder)
	require.NoError(t, err)
	require.Len(t, files, len(recordedManners()))
	for file, manner := range recordedManners() {
		t.Run(file, func(t *testing.T) {
			record, err := recorded.Read(filepath.Join(recordsFolder, file))
			require.NoError(t, err)
			requireKnown(t, file, recorded.Differences(record.Answers, played(t, manner, record)))
		})
	}
}

// known are the differences that stay, by the file and by how they begin, with the reason. Each of them is there:
// one that is mended is noticed.
func known() map[string]map[string]string {
	const (
		scope    = "the scopes that everybody gets are a setting of the server, which that of the gallery has"
		resource = "the resource is a setting of the server, which that of the gallery has"
		refusal  = "the suite of sign-ins runs in this manner, and needs the words of RFC 6749 section 5.2; how the library ends without them is seen in the gallery"
	)
	return map[string]map[string]string{
		"fastmcp.json":        {"a registration: body.scope ": scope, "a registration with a bad redirect URI: body.scope ": scope},
		"mcp-python-sdk.json": {"a registration: body.scope ": scope, "a registration with a bad redirect URI: body.scope ": scope},
		"better-auth.json":    {"a registration: body.resources": resource},
		"workers-oauth-provider.json": {
			"tokens for a code: body.resource ": resource, "tokens for a refresh token: body.resource ": resource,
			"a registration: body.registration_client_uri ": "version 0 answered an address without a token, which the library has to live with",
		},
		"glewlwyd.json": {
			"a wrong secret: ": refusal, "an unknown client: ": refusal, "a refresh token after the deletion: ": refusal,
			"a code that was used: ": refusal, "an unknown code: ": refusal, "an unknown refresh token: ": refusal,
		},
	}
}

func requireKnown(t *testing.T, file string, differences []string) {
	t.Helper()
	for begin, why := range known()[file] {
		is := func(line string) bool { return strings.HasPrefix(line, begin) }
		require.True(t, slices.ContainsFunc(differences, is), "%q is mended, and need not be excused any more: %s", begin, why)
		differences = slices.DeleteFunc(differences, is)
	}
	require.Empty(t, differences, "the fake answers otherwise than the server")
}

// played are the answers of a fake to the series.
func played(t *testing.T, m dcrtest.Manner, r recorded.Record) []recorded.Answer {
	t.Helper()
	options := []dcrtest.Option{dcrtest.WithManner(m)}
	if r.Closed {
		options = append(options, dcrtest.WithInitialAccessToken())
	}
	s := dcrtest.New(options...)
	place := recorded.Place{
		HTTP: s.HTTPClient(), Issuer: s.Provider().Issuer, Registration: s.Provider().RegistrationEndpoint,
		Authorize: func(context.Context) (string, error) { return "Bearer " + dcrtest.InitialAccessToken, nil },
		SignIn:    func(_ context.Context, loginURL string) (url.Values, error) { return s.SignIn(loginURL) },
	}
	answers, err := place.Play(t.Context(), r)
	require.NoError(t, err)
	return answers
}
