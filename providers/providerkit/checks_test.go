package providerkit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests what is checked before anything is sent, and the errors about it.

// Tier is the settings of a made-up provider, Other those of another one.
type Tier struct{ Class string }

func (*Tier) Provider() string { return "tiers" }

func (e *Tier) Clone() oauthclients.Extra { clone := *e; return &clone }

type Other struct{ Tier }

func TestSettingsOfAProvider(t *testing.T) {
	var c oauthclients.OAuthClient
	require.Zero(t, providerkit.Settings[Tier](&c))
	require.Nil(t, c.Extra, "a driver attaches nothing")
	providerkit.ExtraOf[Tier](&c).Class = "gold"
	require.Equal(t, Tier{"gold"}, providerkit.Settings[Tier](&c))
	require.Same(t, c.Extra, providerkit.ExtraOf[Tier](&c))
	require.NotNil(t, providerkit.ExtraOf[Tier](nil))
	require.NoError(t, providerkit.CheckExtra[Tier]("tiers", "Create", &c, "it takes a *Tier"))
	require.NoError(t, providerkit.CheckExtra[Tier]("tiers", "Create", &oauthclients.OAuthClient{}, ""))
	c.Extra = (*Tier)(nil)
	require.Zero(t, providerkit.Settings[Tier](&c))

	other := &oauthclients.OAuthClient{Extra: &Other{}}
	require.Zero(t, providerkit.Settings[Tier](other))
	err := providerkit.CheckExtra[Tier]("tiers", "Create", other, "it takes a *Tier")
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.ErrorContains(t, err, "tiers: Create: not supported by this provider: Extra (it takes a *Tier)")
	require.Equal(t, "gold", func() string {
		providerkit.ExtraOf[Tier](other).Class = "gold"
		return providerkit.Settings[Tier](other).Class
	}())
}

func TestIDs(t *testing.T) {
	for _, id := range []string{"", " \t", ".", ".."} {
		err := providerkit.CheckID("x", "Lock", id)
		require.ErrorIs(t, err, oauthclients.ErrInvalid, id)
		require.ErrorContains(t, err, "x: Lock: invalid request: ID: must not be")
	}
	require.NoError(t, providerkit.CheckID("x", "Lock", "..."))
	for pair, same := range map[[2]string]bool{
		{"a", "a"}: true, {"AB-1", "ab-1"}: true, {"a", "b"}: false, {"a", "aa"}: false, {"\u212a", "k"}: false, {"k", "\u212a"}: false, {"é", "É"}: false, {"é", "é"}: true,
	} {
		require.Equal(t, same, providerkit.SameID(pair[0], pair[1]), pair)
	}
}

func TestAddresses(t *testing.T) {
	for address, code := range map[string]string{
		"https://api.example.com": "", "http://127.0.0.1:8080/x": "", " ": "required", "https://[": "invalid", "/x": "invalid", "https://u@a.example": "invalid",
		"https://a.example?x": "invalid", "https://a.example/ ": "invalid", "https://a.example:0": "invalid", "http://a.example": "insecure", "https://a.example/api/v2/": "invalid",
	} {
		faults := providerkit.CheckURL("Portal", address, "/api/v2")
		if code == "" {
			require.Empty(t, faults, address)
			continue
		}
		require.Len(t, faults, 1, address)
		require.Equal(t, [2]string{"Portal", code}, [2]string{faults[0].Field, faults[0].Code}, address)
	}
	require.ErrorContains(t, providerkit.InvalidFields("x", "New", providerkit.CheckURL("Portal", "https://a.example/api/v2", "/api/v2")), `give "https://a.example"`)
	require.Empty(t, providerkit.CheckNamedURL("http://127.0.0.1", "token", "http://127.0.0.1:1/token"))
	require.Equal(t, "insecure", providerkit.CheckNamedURL("https://a.example", "token", "http://127.0.0.1:1/token")[0].Code)
	require.NoError(t, providerkit.InvalidFields("x", "New", nil))
}

func TestClientsThatWereCreatedNotAsAWhole(t *testing.T) {
	cause := &oauthclients.Error{Kind: oauthclients.ErrUnavailable, Message: "gone"}
	err := providerkit.WithUnread(providerkit.CreatedWithoutSecret("x", "id-1", cause), []string{"Scopes", "Secret"})
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.NotErrorIs(t, err, oauthclients.ErrUnavailable, "it must not invite to try again")
	require.ErrorContains(t, err, "gone")
	var missing *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, &oauthclients.NotAppliedError{ID: "id-1", Fields: []string{"Secret", "Scopes"}}, missing)
	require.NoError(t, providerkit.CreatedUnread("x", "id-1", nil))
	require.ErrorContains(t, providerkit.CreatedUnread("x", "id-1", []string{"Name"}), `x: Create: not applied: the client exists`)
	require.NoError(t, providerkit.WithUnread(nil, []string{"Name"}))
	require.Equal(t, "a b", providerkit.OneLine("a\n\x1b b"))
	require.Less(t, len(providerkit.OneLine(strings.Repeat("x", 1<<20))), 4096)
}
