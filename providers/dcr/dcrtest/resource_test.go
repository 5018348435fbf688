package dcrtest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file tests the protected resource of a fake.

func TestAResourceIsProtected(t *testing.T) {
	s := dcrtest.New(dcrtest.WithManner(dcrtest.MCPTypeScript), dcrtest.WithResource("/v1/mcp", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"welcome":true}`))
	}), "mcp:tools"))
	require.Equal(t, s.URL()+"/v1/mcp", s.Resource())
	metadata := `Bearer resource_metadata="` + s.URL() + `/.well-known/oauth-protected-resource/v1/mcp", scope="mcp:tools"`
	for authorization, challenge := range map[string]string{"": metadata, "Bearer none": metadata + `, error="invalid_token"`} {
		got := call(t, s, authorization, http.MethodPost, s.Resource(), "{}")
		require.Equal(t, http.StatusUnauthorized, got.status)
		require.Equal(t, challenge, got.header.Get("WWW-Authenticate"))
	}
	got := call(t, s, "Bearer "+s.AuthCode("https://app.example.com/cb").Token.AccessToken, http.MethodPost, s.Resource(), "{}")
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, map[string]any{"welcome": true}, got.body)

	found, err := dcr.Discover(t.Context(), s.HTTPClient(), s.Resource())
	require.NoError(t, err)
	require.Equal(t, dcr.Resource{Issuer: s.URL() + "/", Resource: s.Resource(), Scopes: []string{"mcp:tools"}}, found)
	require.Empty(t, dcrtest.New().Resource())
}
