package providertest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds the cases of AdditionalMembers: what the provider does not model goes out as it
// is, and what it models has a field.

const unknownMember = "x_unknown_to_the_sdk"

func added(value string) map[string]json.RawMessage {
	return map[string]json.RawMessage{unknownMember: json.RawMessage(value)}
}

func additionalMembersAreSent(t *testing.T, x Target) {
	sample := x.Sample(1)
	sample.AdditionalMembers = added(`{"list":["a/b",1.5,null],"text":"<&>"}`)
	if x.capabilities().Members == nil {
		err := x.sendsNothing(t, func() error {
			_, err := x.Client.Clients.Create(t.Context(), sample)
			return err
		})
		var unsupported *oauthclients.UnsupportedError
		require.ErrorAs(t, err, &unsupported)
		require.Equal(t, []string{"AdditionalMembers"}, unsupported.Fields)
		return
	}
	if x.RefusesMembers {
		x.requireMembersRefused(t, sample)
		return
	}
	created, err := x.Client.Clients.Create(t.Context(), sample)
	x.requireMember(t, created, err, `{"list":["a/b",1.5,null],"text":"<&>"}`)

	edited, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.AdditionalMembers = added(`[true]`) })
	x.requireMember(t, edited, err, `[true]`)
	require.Equal(t, created.Name, edited.Name)

	renamed, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { x.edit(c, "Name") })
	require.NoError(t, err)
	if !x.DropsMembers {
		require.JSONEq(t, `[true]`, string(member(t, renamed)), "another edit leaves it")
	}
	cleared, err := x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.AdditionalMembers = added(`null`) })
	require.NoError(t, err)
	require.Contains(t, []string{"", "null"}, string(member(t, cleared)))
}

// requireMembersRefused is for a server that takes no member that it does not know.
func (x Target) requireMembersRefused(t *testing.T, sample *oauthclients.OAuthClient) {
	t.Helper()
	made, err := x.Client.Clients.Create(t.Context(), sample)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Nil(t, made)
	created := x.create(t, 2)
	_, err = x.Client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
		c.Name, c.AdditionalMembers = "Must not be written", added(`[true]`)
	})
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	x.requireUntouched(t, created)
}

// requireMember checks a client that was written with an additional member.
func (x Target) requireMember(t *testing.T, c *oauthclients.OAuthClient, err error, value string) {
	t.Helper()
	require.NotNil(t, c)
	require.Nil(t, c.AdditionalMembers, "Raw reads them")
	if !x.DropsMembers {
		require.NoError(t, err)
		require.JSONEq(t, value, string(member(t, c)))
		return
	}
	var dropped *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &dropped)
	require.Equal(t, []string{"AdditionalMembers." + unknownMember}, dropped.Fields)
	require.Equal(t, c.ID, dropped.ID)
}

func member(t *testing.T, c *oauthclients.OAuthClient) json.RawMessage {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(c.Raw(), &members))
	return members[unknownMember]
}

func modelledMembersAreRefused(t *testing.T, x Target) {
	for _, name := range x.capabilities().Members {
		sample := x.Sample(1)
		sample.AdditionalMembers = map[string]json.RawMessage{name: json.RawMessage(`"x"`)}
		err := x.sendsNothing(t, func() error {
			_, err := x.Client.Clients.Create(t.Context(), sample)
			return err
		})
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		var failed *oauthclients.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, "AdditionalMembers."+name, failed.Fields[0].Field)
	}
}
