package files

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file attacks the file of FileTokenStore.

const (
	accessToken  = "4ccess-token-of-the-file"
	refreshToken = "r3fresh-token-of-the-file"
)

func tokenFile(t *testing.T) []byte {
	t.Helper()
	content, err := json.Marshal(oauth2.Token{AccessToken: accessToken, RefreshToken: refreshToken, TokenType: "Bearer", Expiry: time.Now().Add(time.Hour)})
	require.NoError(t, err)
	return content
}

// person is the strategy of one who signed in; the token is in the file.
func person(t *testing.T, path string) (*target.Target, *oauthclients.Client) {
	t.Helper()
	w := target.New(target.DCR)
	client, err := oauthclients.New(w.At(w.Fake.URL()), w.Person.AuthCode(target.Redirect),
		oauthclients.WithHTTPClient(w.Fake.HTTPClient()), oauthclients.WithTokenStore(oauthclients.FileTokenStore(path)))
	require.NoError(t, err)
	return w, client
}

func TestATokenFileThatIsSomethingElse(t *testing.T) {
	t.Parallel()
	for _, place := range places() {
		for _, call := range []string{"Create", "SignOut", "Load", "Save"} {
			t.Run(place.name+"/"+call, func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "token.json")
				place.put(t, path, tokenFile(t))
				w, client := person(t, path)
				store := oauthclients.FileTokenStore(path)
				ended := target.Run(t, limit, func(ctx context.Context) error {
					switch call {
					case "Create":
						return target.Create(ctx, w, client, "")
					case "SignOut":
						return client.SignOut(ctx)
					case "Load":
						_, err := store.Load(ctx)
						return err
					default:
						return store.Save(ctx, &oauth2.Token{AccessToken: accessToken, RefreshToken: refreshToken})
					}
				})
				requireEnds(t, ended, accessToken, refreshToken)
				if place.refused && call == "Load" {
					require.Error(t, ended.Err)
					require.ErrorContains(t, ended.Err, path, "which file it is")
				}
				if place.open && call != "Create" { // the fake does not take that token
					requireClosed(t, path, ended.Err)
				}
			})
		}
	}
}

// A token file may be a link: to a volume, or to where a secret store writes.
func TestNoTokenIsLeftBehindALink(t *testing.T) {
	t.Parallel()
	for _, relative := range []bool{false, true} {
		folder, elsewhere := t.TempDir(), t.TempDir()
		path, kept := filepath.Join(folder, "token.json"), filepath.Join(elsewhere, "real.json")
		write(t, kept, tokenFile(t), 0o600)
		leads := kept
		if relative {
			var err error
			leads, err = filepath.Rel(folder, kept)
			require.NoError(t, err)
		}
		link(t, leads, path)
		_, client := person(t, path)
		ended := target.Run(t, limit, client.SignOut)
		requireEnds(t, ended, accessToken, refreshToken)
		requireNowhere(t, accessToken, folder, elsewhere)
		requireNowhere(t, refreshToken, folder, elsewhere)
	}
}

// Who may write into the folder could lead the lock to a file of somebody else's.
func TestTheLockDoesNoHarmBehindALink(t *testing.T) {
	t.Parallel()
	for _, exists := range []bool{false, true} {
		folder, elsewhere := t.TempDir(), t.TempDir()
		path, victim := filepath.Join(folder, "token.json"), filepath.Join(elsewhere, "victim")
		write(t, path, tokenFile(t), 0o600)
		if exists {
			write(t, victim, []byte("precious"), 0o640)
		}
		link(t, victim, path+".lock")
		w, client := person(t, path)
		requireEnds(t, target.Run(t, limit, func(ctx context.Context) error { return target.Create(ctx, w, client, "") }), accessToken)
		requireEnds(t, target.Run(t, limit, client.SignOut), accessToken)
		content, err := os.ReadFile(victim)
		if !exists {
			require.ErrorIs(t, err, os.ErrNotExist, "a lock made a file elsewhere")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, "precious", string(content))
		info, err := os.Stat(victim)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	}
}

// The lock's place can be taken by something that cannot be opened, or waits for ever.
func TestALockFileThatIsSomethingElse(t *testing.T) {
	t.Parallel()
	for _, place := range places() {
		t.Run(place.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "token.json")
			write(t, path, tokenFile(t), 0o600)
			place.put(t, path+".lock", nil)
			_, client := person(t, path)
			requireEnds(t, target.Run(t, limit, client.SignOut), accessToken)
		})
	}
}

// Root may do everything but this: a file where a folder should be, a folder of the kernel's, a
// name that is too long.
func TestAFolderThatCannotBe(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(t.TempDir(), "file")
	write(t, blocked, nil, 0o600)
	for name, path := range map[string]string{
		"below a file": filepath.Join(blocked, "token.json"), "in /proc": "/proc/oauthclients/token.json", "in /dev/full": "/dev/full/token.json",
		"too long": filepath.Join(t.TempDir(), strings.Repeat("n", 300)), "with a zero": t.TempDir() + "/a\x00b",
	} {
		store := oauthclients.FileTokenStore(path)
		ended := target.Run(t, limit, func(ctx context.Context) error { return store.Save(ctx, &oauth2.Token{AccessToken: accessToken}) })
		requireEnds(t, ended, accessToken)
		require.Error(t, ended.Err, name)
	}
}
