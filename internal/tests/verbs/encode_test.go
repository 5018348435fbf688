package verbs

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file tests the JSON form of a client.

const orderDesk = `{
	"client_id": "1", "client_name": "Order <desk>", "description": "d", "redirect_uris": ["https://orders.example.com/cb?a=1&b=2"],
	"post_logout_redirect_uris": ["https://orders.example.com/bye"], "allowed_origins": ["https://orders.example.com"],
	"grant_types": ["authorization_code", "refresh_token"], "scope": "a b", "client_uri": "u", "logo_uri": "l", "policy_uri": "p",
	"tos_uri": "t", "status": "active", "created_at": "2026-05-04T03:02:01Z", "updated_at": "2026-05-04T03:02:02.5Z",
	"extra": {"access_token_validity": 86400, "role_divisions": [{"role_id": "r", "division_id": "*"}], "date_to_delete": "2027-01-01T00:00:00Z"},
	"additional_members": {"tier": {"name": "gold"}}
}`

func theOrderDesk() *oauthclients.OAuthClient {
	c := &oauthclients.OAuthClient{
		ID: "1", Name: "Order <desk>", Description: "d", RedirectURIs: []string{"https://orders.example.com/cb?a=1&b=2"},
		PostLogoutRedirectURIs: []string{"https://orders.example.com/bye"}, AllowedOrigins: []string{"https://orders.example.com"},
		GrantTypes: []oauthclients.GrantType{"authorization_code", "refresh_token"}, Scopes: []string{"a", "b"}, ClientURI: "u", LogoURI: "l",
		PolicyURI: "p", TermsURI: "t", Status: "active", CreatedAt: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC),
		UpdatedAt:         time.Date(2026, 5, 4, 3, 2, 2, 5e8, time.UTC),
		AdditionalMembers: map[string]json.RawMessage{"tier": json.RawMessage(`{"name":"gold"}`)},
	}
	extra := genesys.ExtraOf(c)
	extra.AccessTokenValidity, extra.RoleDivisions = 24*time.Hour, []genesys.RoleDivision{{RoleID: "r", DivisionID: "*"}}
	extra.DateToDelete = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	return c
}

func TestAClientAsJSON(t *testing.T) {
	text, err := oauthclients.EncodeClient(theOrderDesk())
	require.NoError(t, err)
	require.JSONEq(t, orderDesk, string(text))
	require.Contains(t, string(text), "<desk>", "no page embeds it")
	got, err := oauthclients.DecodeClient(genesys.Provider{}, []byte(orderDesk))
	require.NoError(t, err)
	require.Empty(t, oauthclients.Diff(theOrderDesk(), got))
	require.Equal(t, theOrderDesk().CreatedAt, got.CreatedAt)
	again, err := oauthclients.EncodeClient(got)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	list, err := oauthclients.DecodeClient(sipgate.Provider{}, []byte(`{"scope": ["a", "b"]}`))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, list.Scopes)
}

func TestWhatIsEmptyIsLeftOut(t *testing.T) {
	c := &oauthclients.OAuthClient{Name: "Orders", Scopes: []string{}, RedirectURIs: []string{}}
	dcr.ExtraOf(c)
	text, err := oauthclients.EncodeClient(c)
	require.NoError(t, err)
	require.JSONEq(t, `{"client_name":"Orders"}`, string(text))
	_, err = oauthclients.EncodeClient(nil)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
}

func TestNoSecretIsInTheJSONOfAClient(t *testing.T) {
	const private = "PRIVATE-0123456789"
	c := &oauthclients.OAuthClient{Secret: oauthclients.NewSecret(private), AdditionalMembers: map[string]json.RawMessage{
		"client_password": json.RawMessage(`"` + private + `"`), "vendor": json.RawMessage(`{"secret":"` + private + `","tier":1}`),
	}}
	dcr.ExtraOf(c).JWKS = json.RawMessage(`{"keys":[{"kty":"EC","x":"public","d":"` + private + `"}]}`)
	text, err := oauthclients.EncodeClient(c)
	require.NoError(t, err)
	require.NotContains(t, string(text), private)
	require.JSONEq(t, `{"extra":{"jwks":{"keys":[{"kty":"EC","x":"public"}]}},"additional_members":{"vendor":{"tier":1}}}`, string(text))
}

// All that is wrong is told at once, by its name.
func TestJSONThatIsNoClient(t *testing.T) {
	_, err := oauthclients.DecodeClient(genesys.Provider{}, []byte(`{
		"name": "x", "client_secret": "s", "redirect_uris": "https://a.example", "created_at": "yesterday", "client_name": 7, "scope": 7,
		"extra": {"access_token_validity": "24h", "lifetime": 1, "role_divisions": {}}
	}`))
	failed := world.Failure(t, err)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	told := map[string]string{}
	for _, f := range failed.Fields {
		told[f.Field] = f.Message
	}
	require.Equal(t, map[string]string{
		"client_name": "must be a text", "redirect_uris": "must be a list", "scope": "must be a list", "created_at": "must be a time, such as 2026-05-04T03:02:01Z (RFC 3339)",
		"client_secret": "is no member of a client", "name": "is no member of a client", "extra.lifetime": "is no member of a client",
		"extra.access_token_validity": "must be a number of seconds", "extra.role_divisions": "must be a list",
	}, told)
	for _, text := range []string{"", "null", "[]", "{", `"x"`} {
		_, err := oauthclients.DecodeClient(genesys.Provider{}, []byte(text))
		require.ErrorContains(t, err, "must be a JSON object", text)
	}
	_, err = oauthclients.DecodeClient(sipgate.Provider{}, []byte(`{"extra":{"a":1}}`))
	require.ErrorContains(t, err, "no settings of sipgate alone")
	_, err = oauthclients.DecodeClient(nil, []byte(`{}`))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
}

// Every setting of every provider has a name there, and comes back.
func TestEverySettingHasANameInJSON(t *testing.T) {
	for _, p := range []oauthclients.Provider{genesys.Provider{}, docspace.Provider{}, dcr.Provider{}} {
		extra := p.Capabilities().NewExtra()
		require.Equal(t, p.Name(), extra.Provider())
		require.NotSame(t, extra, p.Capabilities().NewExtra())
		names := map[string]bool{}
		kind := reflect.TypeOf(extra).Elem()
		for i := range kind.NumField() {
			name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
			require.Regexp(t, "^[a-z][a-z_]*$", name, kind.Field(i).Name)
			require.False(t, names[name], name)
			names[name] = true
		}
	}
	require.Nil(t, sipgate.Provider{}.Capabilities().NewExtra)
}
