package genesys_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file tests the settings that only this vendor has.

func TestExtraOf(t *testing.T) {
	c := &oauthclients.OAuthClient{}
	genesys.ExtraOf(c).AccessTokenValidity = time.Hour
	require.Equal(t, time.Hour, genesys.ExtraOf(c).AccessTokenValidity)

	foreign := otherExtra{}
	c.Extra = foreign
	genesys.ExtraOf(c).AccessTokenValidity = time.Minute
	require.Equal(t, foreign, c.Extra, "another provider's settings stay")
	require.NotNil(t, genesys.ExtraOf(nil))

	c.Extra = (*genesys.Extra)(nil)
	genesys.ExtraOf(c).AccessTokenValidity = time.Minute
	require.Equal(t, time.Minute, genesys.ExtraOf(c).AccessTokenValidity)
}

func TestExtraCloneIsDeep(t *testing.T) {
	original := &genesys.Extra{RoleDivisions: []genesys.RoleDivision{{RoleID: "r", DivisionID: "*"}}, RoleIDs: []string{"r"}}
	clone, ok := original.Clone().(*genesys.Extra)
	require.True(t, ok)
	require.Equal(t, original, clone)
	clone.RoleDivisions[0].RoleID, clone.RoleIDs[0] = "x", "x"
	require.Equal(t, "r", original.RoleDivisions[0].RoleID)
	require.Equal(t, "r", original.RoleIDs[0])
	require.NotPanics(t, func() { (*genesys.Extra)(nil).Clone() })
}

func TestExtraOfAnotherVendorIsRefused(t *testing.T) {
	_, clients := connect(t)
	want := deskApp()
	want.Extra = otherExtra{}
	_, err := clients.Create(t.Context(), want)
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

type otherExtra struct{}

func (otherExtra) Provider() string          { return "other" }
func (otherExtra) Clone() oauthclients.Extra { return otherExtra{} }
