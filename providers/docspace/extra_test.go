package docspace

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds that nothing which a portal tells of a client gets lost.

// members are those of the contract's client object, with another value for each.
func members() map[string]any {
	return map[string]any{
		"client_id": "0d3f1f0a-5b0e-4f43-8f3e-0c9a7f4e2b11", "client_secret": "other", "name": "other", "description": "other",
		"logo": "data:image/png;base64,AAAA", "website_url": "https://other.example.com", "terms_url": "https://other.example.com",
		"policy_url": "https://other.example.com", "authentication_methods": []string{"client_secret_post"}, "tenant": 2,
		"redirect_uris": []string{"https://other.example.com"}, "allowed_origins": []string{"https://other.example.com"},
		"logout_redirect_uris": []string{"https://other.example.com"}, "scopes": []string{"other"},
		"created_on": "2026-01-01T00:00:00Z", "created_by": "other", "modified_on": "2026-01-01T00:00:00Z", "modified_by": "other",
		"is_public": false, "enabled": false,
	}
}

func contractsClient(t *testing.T) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "get_response.json"))
	require.NoError(t, err)
	var object map[string]any
	require.NoError(t, json.Unmarshal(text, &object))
	return object
}

func decoded(t *testing.T, object map[string]any) *oauthclients.OAuthClient {
	t.Helper()
	text, err := json.Marshal(object)
	require.NoError(t, err)
	var wire clientWire
	require.NoError(t, json.Unmarshal(text, &wire))
	client, err := fromWire(&wire)
	require.NoError(t, err)
	return client
}

// Every member has a field in the model or in Extra, and none is free for AdditionalMembers.
func TestEveryMemberOfAClientHasAField(t *testing.T) {
	object := contractsClient(t)
	require.ElementsMatch(t, slices.Collect(maps.Keys(members())), slices.Collect(maps.Keys(object)))
	before := decoded(t, object)
	for member, value := range members() {
		changed := maps.Clone(object)
		changed[member] = value
		after := decoded(t, changed)
		secret := after.Secret.Reveal() != before.Secret.Reveal()
		after.Secret = before.Secret
		require.True(t, secret || !reflect.DeepEqual(before, after), "%s gets lost", member)
		require.Contains(t, modelled(), member)
	}
	for _, member := range []string{"allow_pkce", "logout_redirect_uri"} { // only requests have them
		require.Contains(t, modelled(), member)
	}
}
