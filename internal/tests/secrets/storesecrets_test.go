package secrets

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what a store is given, and that its errors tell nothing of it.

// RFC 6749 section 4.3 gives it one, and nobody uses it: the password gets the next token.
// Each password grant is one more open session at the server.
func TestThePasswordGrantRenewsWithItsRefreshToken(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(nil)
	client := r.Client(t, world.PasswordGrant(), store)
	for range 2 {
		r.Change(func() { r.Revoked = true })
		require.NoError(t, world.List(t, client))
		require.NotEmpty(t, store.Held().AccessToken)
		require.NotEmpty(t, store.Held().RefreshToken)
	}
	require.Equal(t, []string{
		"password", "call access-2", "call access-2", "refresh_token refresh-2", "call access-3",
	}, r.Happened())
}

// telling is the error of a store that puts what it holds into its text.
type telling struct{ tokens []*oauth2.Token }

func (e telling) Error() string {
	text := "conflict:"
	for _, t := range e.tokens {
		if t != nil {
			text += " " + t.AccessToken + "/" + t.RefreshToken
		}
	}
	return text
}

func TestAStoresErrorTellsNoToken(t *testing.T) {
	const saves, loads = "save", "load"
	for name, test := range map[string]struct {
		fails string
		start *oauth2.Token
		do    func(*testing.T, *oauthclients.Client) error
	}{
		"a renewal that is not saved":   {saves, world.FirstToken(world.AnHourAgo()), world.List},
		"a renewal that is not loaded":  {loads, world.FirstToken(world.AnHourAgo()), world.List},
		"a sign-out that is not saved":  {saves, world.FirstToken(world.InAnHour()), signOut},
		"a sign-out after a renewal":    {saves, world.FirstToken(world.AnHourAgo()), signOut},
		"a sign-out that is not loaded": {loads, world.FirstToken(world.InAnHour()), signOut},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			store := world.LockStoreWith(test.start)
			auth := world.SessionUntil(world.AnHourAgo())
			client := r.Client(t, auth, store)
			if test.fails == saves {
				store.Fails(nil, func(_ context.Context, token *oauth2.Token) error {
					return telling{[]*oauth2.Token{store.Held(), token}}
				})
			} else {
				store.Fails(func(context.Context) error { return telling{[]*oauth2.Token{store.Held()}} }, nil)
			}
			for range 2 {
				err := test.do(t, client)
				if err == nil {
					return
				}
				require.ErrorIs(t, err, oauthclients.ErrUnavailable)
				require.NotErrorAs(t, err, &telling{}, "its own text has the token")
				require.ErrorContains(t, err, "conflict")
				world.RequireHidden(t, world.Failure(t, err), "access-1", "refresh-1", "access-2", "refresh-2")
			}
		})
	}
}

func signOut(t *testing.T, client *oauthclients.Client) error {
	t.Helper()
	return client.SignOut(t.Context())
}

// A client that has no token yet knows none to look for, but JSON tells by its names what it is.
func TestAStoresErrorTellsNoJSONOfAToken(t *testing.T) {
	r := world.NewRealm()
	store := world.StoreWith(nil)
	client := r.Client(t, world.NoSession(), store)
	store.Fails(func(context.Context) error {
		return errors.New(`bad row {"access_token":"access-1","refresh_token":"refresh-1"}`)
	}, nil)
	err := world.List(t, client)
	require.ErrorContains(t, err, "bad row")
	world.RequireHidden(t, world.Failure(t, err), "access-1", "refresh-1")
}

// A new sign-in does not write over a file that somebody may mend, and does not lose its token.
func TestFinishLeavesACorruptFileAlone(t *testing.T) {
	path := world.FileWith(t, world.FirstToken(world.InAnHour()))
	const content = `{"access_token":"h1dden","refresh_token":"h1dden`
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	token, err := world.Stores(t.Context(), t, oauthclients.FileTokenStore(path))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.NotErrorIs(t, err, oauthclients.ErrUnavailable, "trying again does not help")
	require.ErrorContains(t, err, path)
	world.RequireHidden(t, world.Failure(t, err), "h1dden", "acc3ss", "refr3sh")
	require.Equal(t, "acc3ss", token.AccessToken)
	require.Equal(t, "refr3sh", token.RefreshToken)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal([]byte(content), text), "the file was changed")
}
