package providertest

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds the cases about fields: what Capabilities promise must work, and what they
// do not promise must be refused.

func capabilitiesNameRealFields(t *testing.T, x Target) {
	created := x.create(t, 1)
	for _, name := range slices.Concat(x.capabilities().Create, x.capabilities().Update) {
		require.True(t, fieldOf(name).exists(created), "%s is no field of this provider's clients", name)
	}
	for _, kind := range x.capabilities().Auth {
		require.NotEmpty(t, kind)
	}
}

func createSetsEveryField(t *testing.T, x Target) {
	want := x.Sample(1)
	created := x.create(t, 1)
	got, err := x.Client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	for _, name := range x.capabilities().Create {
		field := fieldOf(name)
		if strings.HasPrefix(name, "Extra.") {
			if !field.isZero(want) {
				requireSame(t, name, want, got)
			}
			continue
		}
		require.ElementsMatch(t, field.get(want), field.get(created), "%s in the answer to Create", name)
		require.ElementsMatch(t, field.get(want), field.get(got), "%s when read back", name)
	}
}

func createRefusesOtherFields(t *testing.T, x Target) {
	for _, name := range portable() {
		if name == "GrantTypes" || slices.Contains(x.capabilities().Create, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			want := x.Sample(1)
			fieldOf(name).set(want, []string{"https://unsupported.example.com"})
			x.requireUnsupported(t, name, x.sendsNothing(t, func() error {
				_, err := x.Client.Clients.Create(t.Context(), want)
				return err
			}))
		})
	}
}

func (x Target) requireUnsupported(t *testing.T, field string, err error) {
	t.Helper()
	require.ErrorIs(t, err, errors.ErrUnsupported)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, []string{field}, unsupported.Fields)
	require.Equal(t, x.Client.Provider().Name(), unsupported.Provider)
}

// stranger is the Extra of a provider that does not exist.
type stranger struct{ Setting string }

func (*stranger) Provider() string            { return "stranger" }
func (s *stranger) Clone() oauthclients.Extra { clone := *s; return &clone }

func foreignExtra(t *testing.T, x Target) {
	want := x.Sample(1)
	want.Extra = &stranger{"x"}
	x.requireUnsupported(t, "Extra", x.sendsNothing(t, func() error {
		_, err := x.Client.Clients.Create(t.Context(), want)
		return err
	}))
	created := x.create(t, 2)
	_, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Extra = &stranger{"x"} })
	x.requireUnsupported(t, "Extra", err)
}

func grantTypes(t *testing.T, x Target) {
	capabilities := x.capabilities()
	want := x.Sample(1)
	want.GrantTypes = []oauthclients.GrantType{"urn:example:no-such-grant"}
	x.requireUnsupported(t, "GrantTypes", x.sendsNothing(t, func() error {
		_, err := x.Client.Clients.Create(t.Context(), want)
		return err
	}))
	if !capabilities.FixedGrantTypes || len(capabilities.GrantTypes) == 0 {
		return
	}
	want.GrantTypes = slices.Clone(capabilities.GrantTypes)
	slices.Reverse(want.GrantTypes)
	_, err := x.Client.Clients.Create(t.Context(), want)
	require.NoError(t, err, "naming the fixed set is no request for another")
}

func updateEditsEveryField(t *testing.T, x Target) {
	for i, name := range x.capabilities().Update {
		t.Run(name, func(t *testing.T) {
			created := x.create(t, i)
			var want *oauthclients.OAuthClient
			updated, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
				x.edit(c, name)
				want = c
			})
			require.NotNil(t, want, "%v", err)
			require.NotEqual(t, fieldOf(name).any(created), fieldOf(name).any(want), "the edit changes nothing")
			if slices.Contains(x.Refused, name) {
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				x.requireUntouched(t, created)
				return
			}
			require.NotNil(t, updated, "%v", err)
			if slices.Contains(x.Ignored, name) {
				requireNotApplied(t, err, created.ID, name)
				return
			}
			if slices.Contains(x.NotShown, name) {
				requireUnconfirmed(t, err, created.ID, name)
				return
			}
			require.NoError(t, err)
			requireSame(t, name, want, updated)
			got, err := x.Client.Clients.Get(t.Context(), created.ID)
			require.NoError(t, err)
			x.requireRead(t, name, want, got)
		})
	}
}

func requireNotApplied(t *testing.T, err error, id, field string) {
	t.Helper()
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	var ignored *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &ignored)
	require.Equal(t, id, ignored.ID)
	require.Equal(t, []string{field}, ignored.Fields)
}

// requireUnconfirmed: nobody can see whether the field was written.
func requireUnconfirmed(t *testing.T, err error, id, field string) {
	t.Helper()
	requireNotApplied(t, err, id, field)
	var hidden *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &hidden)
	require.Equal(t, []string{field}, hidden.Unconfirmed)
}

func requireSame(t *testing.T, name string, want, got *oauthclients.OAuthClient) {
	t.Helper()
	if strings.HasPrefix(name, "Extra.") {
		a, b := fieldOf(name).any(want), fieldOf(name).any(got)
		text, isJSON := a.(json.RawMessage)
		if other, same := b.(json.RawMessage); isJSON && same && len(text) > 0 {
			require.JSONEq(t, string(text), string(other), name)
			return
		}
		require.Equal(t, a, b, name)
		return
	}
	require.ElementsMatch(t, fieldOf(name).get(want), fieldOf(name).get(got), name)
}

// requireRead is requireSame for a client that was read: what was only echoed is not there.
func (x Target) requireRead(t *testing.T, name string, want, got *oauthclients.OAuthClient) {
	t.Helper()
	if slices.Contains(x.Echoed, name) {
		require.True(t, fieldOf(name).isZero(got), "%s is kept", name)
		return
	}
	requireSame(t, name, want, got)
}

func updateKeepsTheRest(t *testing.T, x Target) {
	created := x.create(t, 1)
	updated, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
	require.NoError(t, err)
	got, err := x.Client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	for _, name := range slices.Concat(portable(), x.capabilities().Update) {
		if name != "Name" {
			requireSame(t, name, created, updated)
			x.requireRead(t, name, created, got)
		}
	}
	for _, client := range []*oauthclients.OAuthClient{updated, got} {
		require.Equal(t, created.ID, client.ID)
		require.Equal(t, created.Status, client.Status)
	}
}

func updateRefusesOtherFields(t *testing.T, x Target) {
	created := x.create(t, 1)
	for _, name := range portable() {
		if name == "GrantTypes" || slices.Contains(x.capabilities().Update, name) {
			continue
		}
		_, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
			c.Name = "Must not be written"
			fieldOf(name).set(c, []string{"https://unsupported.example.com"})
		})
		x.requireUnsupported(t, name, err)
	}
	x.requireUntouched(t, created)
}

func (x Target) requireUntouched(t *testing.T, created *oauthclients.OAuthClient) {
	t.Helper()
	got, err := x.Client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	for _, name := range portable() {
		requireSame(t, name, created, got)
	}
}

func updateRefusesOutput(t *testing.T, x Target) {
	created := x.create(t, 1)
	for name, change := range map[string]func(*oauthclients.OAuthClient){
		"ID":        func(c *oauthclients.OAuthClient) { c.ID = "mine" },
		"Secret":    func(c *oauthclients.OAuthClient) { c.Secret = oauthclients.NewSecret("mine") },
		"Status":    func(c *oauthclients.OAuthClient) { c.Status = "mine" },
		"CreatedAt": func(c *oauthclients.OAuthClient) { c.CreatedAt = time.Unix(1, 0) },
		"UpdatedAt": func(c *oauthclients.OAuthClient) { c.UpdatedAt = time.Unix(1, 0) },
	} {
		_, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
			c.Name = "Must not be written"
			change(c)
		})
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		require.ErrorContains(t, err, name)
	}
	x.requireUntouched(t, created)
}

func updateClearsFields(t *testing.T, x Target) {
	for i, name := range x.capabilities().Update {
		if strings.HasPrefix(name, "Extra.") || slices.Contains(x.Ignored, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			created := x.create(t, i)
			cleared, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { fieldOf(name).set(c, nil) })
			if slices.Contains(x.Required, name) {
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.ErrorContains(t, err, name)
				x.requireUntouched(t, created)
				return
			}
			if slices.Contains(x.Kept, name) {
				requireNotApplied(t, err, created.ID, name)
				x.requireUntouched(t, created)
				return
			}
			require.NoError(t, err)
			require.Empty(t, fieldOf(name).get(cleared))
			got, err := x.Client.Clients.Get(t.Context(), created.ID)
			require.NoError(t, err)
			if slices.Contains(x.Uncleared, name) {
				requireSame(t, name, created, got)
				return
			}
			require.Empty(t, fieldOf(name).get(got), "when read back")
		})
	}
}

func updateWithoutAnEdit(t *testing.T, x Target) {
	created := x.create(t, 1)
	before := x.Requests()
	_, err := x.Client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	reading := x.Requests() - before
	got, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name += "" })
	require.NoError(t, err)
	require.Equal(t, created.ID, got.ID)
	require.Equal(t, before+2*reading, x.Requests(), "nothing but the reading")
}

func oddTexts(t *testing.T, x Target) {
	const odd = `Grüße <b>"'&\</b> 🔑 %2F ${x}`
	want := x.Sample(1)
	want.Name = odd
	created, err := x.Client.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	got, err := x.Client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	require.Equal(t, odd, got.Name)
}
