package providertest

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds the cases that take Capabilities at their word: each strategy, each grant
// type, each field of Extra.

func authStrategies(t *testing.T, x Target) {
	kinds := x.capabilities().Auth
	require.NotEmpty(t, kinds)
	if x.Auths == nil {
		return
	}
	require.Len(t, x.Auths, len(kinds), "a strategy for each kind, and no others")
	for _, kind := range kinds {
		client := x.Auths[kind]
		require.NotNil(t, client, "%s", kind)
		_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err, "%s", kind)
	}
}

func eachGrantType(t *testing.T, x Target) {
	if x.capabilities().FixedGrantTypes || !slices.Contains(x.capabilities().Create, "GrantTypes") {
		return
	}
	for i, grant := range x.capabilities().GrantTypes {
		want := x.Sample(i)
		if x.ForGrant != nil {
			want = x.ForGrant(i, grant)
		}
		want.GrantTypes = []oauthclients.GrantType{grant}
		created, err := x.Client.Clients.Create(t.Context(), want)
		if x.GrantTypes != nil && !slices.Contains(x.GrantTypes, grant) {
			require.True(t, errors.Is(err, oauthclients.ErrInvalid) || errors.Is(err, oauthclients.ErrNotApplied), "%s: %v", grant, err)
			continue
		}
		require.NoError(t, err, "%s", grant)
		got, err := x.Client.Clients.Get(t.Context(), created.ID)
		require.NoError(t, err)
		require.Equal(t, want.GrantTypes, got.GrantTypes)
	}
}

// createSetsTheRest covers the fields of Capabilities.Create that the samples leave out.
func createSetsTheRest(t *testing.T, x Target) {
	for i, name := range x.capabilities().Create {
		want := x.Sample(i)
		if !fieldOf(name).isZero(want) || x.Edits[name] == nil {
			continue
		}
		x.Edits[name](want)
		require.False(t, fieldOf(name).isZero(want), "the edit of %s sets it", name)
		created, err := x.Client.Clients.Create(t.Context(), want)
		if slices.Contains(x.Refused, name) {
			require.ErrorIs(t, err, oauthclients.ErrInvalid, name)
			continue
		}
		require.NotNil(t, created, "%s: %v", name, err)
		if slices.Contains(x.Ignored, name) {
			requireNotApplied(t, err, created.ID, name)
			continue
		}
		if slices.Contains(x.NotShown, name) {
			requireUnconfirmed(t, err, created.ID, name)
			continue
		}
		require.NoError(t, err, name)
		requireSame(t, name, want, created)
	}
}

// listSecretsAreUsable: an encrypted secret must not look like one.
func listSecretsAreUsable(t *testing.T, x Target) {
	created := x.create(t, 1)
	page, err := x.Client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Clients, 1)
	if secret := page.Clients[0].Secret; !secret.IsZero() {
		require.Equal(t, created.Secret.Reveal(), secret.Reveal())
	}
}

// cloneIsDeep: what a user does to a copy must not reach the original.
func cloneIsDeep(t *testing.T, x Target) {
	created := x.create(t, 1)
	if created.Extra == nil {
		return
	}
	clone := created.Extra.Clone()
	require.Equal(t, x.Client.Provider().Name(), clone.Provider())
	original, copied := reflect.Indirect(reflect.ValueOf(created.Extra)), reflect.Indirect(reflect.ValueOf(clone))
	for i := range original.NumField() {
		field := original.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		require.Equal(t, original.Field(i).Interface(), copied.Field(i).Interface(), field.Name)
		if field.Type.Kind() == reflect.Slice && original.Field(i).Len() > 0 {
			require.NotEqual(t, original.Field(i).Pointer(), copied.Field(i).Pointer(), "%s is shared", field.Name)
		}
	}
}

// extraFieldsAreListed: a field of Extra that the samples set must be one that Create takes.
func extraFieldsAreListed(t *testing.T, x Target) {
	sample := x.Sample(1)
	if sample.Extra == nil {
		return
	}
	value := reflect.Indirect(reflect.ValueOf(sample.Extra))
	for i := range value.NumField() {
		if field := value.Type().Field(i); field.IsExported() && !value.Field(i).IsZero() {
			require.True(t, slices.Contains(x.capabilities().Create, "Extra."+field.Name), "Extra.%s is set and ignored", field.Name)
		}
	}
	for _, name := range x.capabilities().Create {
		require.False(t, strings.HasSuffix(name, "."), "a field name is missing in %q", name)
	}
}
