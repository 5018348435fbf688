package tokens

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests token files and folders that are no good: what they hold is never lost, never
// told, and nothing is left lying about.

// corrupt are contents that are no token. h1dden marks what must not be told.
func corrupt() map[string]string {
	whole := `{"access_token":"h1dden-access","refresh_token":"h1dden-refresh","expiry":"2030-01-01T00:00:00Z"}`
	return map[string]string{
		"nothing":          "",
		"blanks":           " \n\t\n",
		"empty object":     "{}",
		"null":             "null",
		"list":             "[]",
		"list of tokens":   "[" + whole + "]",
		"text":             `"h1dden"`,
		"number":           "17",
		"empty tokens":     `{"access_token":"","refresh_token":"","token_type":"Bearer"}`,
		"null tokens":      `{"access_token":null,"refresh_token":null}`,
		"other names":      `{"accessToken":"h1dden","refreshToken":"h1dden"}`,
		"token of numbers": `{"access_token":1234567890123,"refresh_token":"h1dden"}`,
		"bad time":         `{"access_token":"h1dden","expiry":"h1dden tomorrow"}`,
		"cut in the end":   whole[:len(whole)-1],
		"cut in the token": whole[:20],
		"two":              whole + whole,
		"page":             "<!DOCTYPE html><html><body>h1dden</body></html>",
		"key file":         "-----BEGIN PRIVATE KEY-----\nh1dden\n-----END PRIVATE KEY-----\n",
		"2 MiB":            strings.Repeat("h1dden--", 2<<20/8),
		"2 MiB of JSON":    `{"access_token":"` + strings.Repeat("h1dden--", 2<<20/8) + `"}`,
		"NUL":              strings.Repeat("\x00", 100),
		"NUL behind":       whole + "\x00",
		"byte order mark":  "\ufeff" + whole,
		"bytes":            "\xff\xfe\x00h1dden",
	}
}

func TestACorruptFileIsNamedAndKept(t *testing.T) {
	for name, content := range corrupt() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "token.json")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			token, err := oauthclients.FileTokenStore(path).Load(t.Context())
			require.Nil(t, token)
			require.ErrorContains(t, err, path)
			require.NotContains(t, err.Error(), "h1dden")
			require.NotContains(t, err.Error(), "123456")
			require.NotContains(t, fmt.Sprintf("%+v %#v", err, err), "h1dden")
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, sha256.Sum256([]byte(content)), sha256.Sum256(after), "the file was changed")
			require.Equal(t, []string{"token.json"}, entries(t, path))
		})
	}
}

func TestACorruptFileCanBeReplacedBySigningInAgain(t *testing.T) {
	for name, content := range corrupt() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "token.json")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			require.NoError(t, oauthclients.FileTokenStore(path).Save(t.Context(), world.FirstToken(world.InAnHour())))
			require.Equal(t, "access-1", loaded(t, path).AccessToken)
		})
	}
}

func TestFilesThatOtherProgramsWroteAreTaken(t *testing.T) {
	for name, content := range map[string]string{
		"answer of a token endpoint": `{"access_token":"access-1","token_type":"bearer","expires_in":3600,"refresh_token":"refresh-1","scope":"a"}`,
		"indented":                   "{\n  \"access_token\": \"access-1\",\n  \"refresh_token\": \"refresh-1\"\n}\n",
		"another order":              `{"refresh_token":"refresh-1","expiry":"2030-01-01T00:00:00+05:30","access_token":"access-1"}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "token.json")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			require.Equal(t, "access-1", loaded(t, path).AccessToken)
			require.Equal(t, "refresh-1", loaded(t, path).RefreshToken)
		})
	}
}

// A folder stands where the token should be: it can be neither read nor replaced, by root either.
func TestAFolderInTheTokensPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, os.MkdirAll(filepath.Join(path, "something"), 0o700))
	store := oauthclients.FileTokenStore(path)
	_, err := store.Load(t.Context())
	require.ErrorContains(t, err, path)
	err = store.Save(t.Context(), world.FirstToken(world.InAnHour()))
	require.ErrorContains(t, err, path)
	require.NotContains(t, err.Error(), "access-1")
	require.Error(t, store.Save(t.Context(), nil))
	require.Equal(t, []string{"token.json"}, entries(t, path), "no half-made file stays behind")
	require.DirExists(t, filepath.Join(path, "something"))
}

// A file stands where a folder should be: nothing can be made in it, by root either.
func TestAFileInTheFoldersPlace(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.WriteFile(folder, []byte("h1dden"), 0o600))
	path := filepath.Join(folder, "token.json")
	store := oauthclients.FileTokenStore(path)
	_, err := store.Load(t.Context())
	require.ErrorContains(t, err, folder)
	require.ErrorContains(t, store.Save(t.Context(), world.FirstToken(world.InAnHour())), folder)
	_, _, err = store.(oauthclients.TokenLocker).Lock(t.Context())
	require.ErrorContains(t, err, folder)
	text, err := os.ReadFile(folder)
	require.NoError(t, err)
	require.Equal(t, "h1dden", string(text))
}

func TestALockFileThatCannotBeOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, os.MkdirAll(path+".lock", 0o700))
	_, _, err := locks(path).Lock(t.Context())
	require.ErrorContains(t, err, path+".lock")
	r := world.NewRealm()
	client := r.Client(t, world.NoSession(), oauthclients.FileTokenStore(path))
	requireStoreError(t, world.List(t, client), oauthclients.ErrUnavailable)
	require.Empty(t, r.Requests())
}

// A rotated refresh token that cannot be written waits in memory, with files as with any store.
func TestAFileThatCannotBeReplacedLosesNoToken(t *testing.T) {
	path := world.FileWith(t, world.FirstToken(world.AnHourAgo()))
	r := world.NewRealm()
	client := r.Client(t, world.NoSession(), oauthclients.FileTokenStore(path))
	r.Before = func(*http.Request) bool { // while the request is under way
		require.NoError(t, os.Rename(path, path+".old"))
		require.NoError(t, os.MkdirAll(filepath.Join(path, "something"), 0o700))
		return true
	}
	err := world.List(t, client)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.ErrorContains(t, err, path)
	require.Equal(t, []string{"token.json", "token.json.lock", "token.json.old"}, entries(t, path))

	require.NoError(t, os.RemoveAll(path))
	require.NoError(t, os.Rename(path+".old", path))
	r.Before = nil
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{"refresh_token refresh-1", "call access-2"}, r.Happened())
	require.Equal(t, "refresh-2", loaded(t, path).RefreshToken)
}

// What encoding/json would change is not written: another token would come back.
func TestATokenThatIsNoTextIsNotSaved(t *testing.T) {
	for _, token := range []*oauth2.Token{{AccessToken: "a\xff"}, {AccessToken: "a", RefreshToken: "r\xc3"}} {
		path := world.FileWith(t, world.FirstToken(world.AnHourAgo()))
		require.Error(t, oauthclients.FileTokenStore(path).Save(t.Context(), token))
		require.Equal(t, "refresh-1", loaded(t, path).RefreshToken)
	}
}

func FuzzTokenFile(f *testing.F) {
	for _, content := range corrupt() {
		if len(content) < 1000 {
			f.Add([]byte(content))
		}
	}
	f.Add([]byte(`{"access_token":"a","token_type":"Bearer","refresh_token":"r","expiry":"2030-01-01T00:00:00Z","expires_in":1}`))
	path := filepath.Join(f.TempDir(), "token.json")
	store := oauthclients.FileTokenStore(path)
	f.Fuzz(func(t *testing.T, content []byte) {
		require.NoError(t, os.WriteFile(path, content, 0o600))
		token, err := store.Load(t.Context())
		if err != nil {
			require.Nil(t, token)
			require.Contains(t, err.Error(), path)
			return
		}
		require.True(t, json.Valid(content))
		require.NotEmpty(t, token.AccessToken+token.RefreshToken)
		require.NoError(t, store.Save(t.Context(), token))
		again, err := store.Load(t.Context())
		require.NoError(t, err)
		require.Equal(t, token.AccessToken, again.AccessToken)
		require.Equal(t, token.RefreshToken, again.RefreshToken)
		require.True(t, token.Expiry.Equal(again.Expiry))
	})
}
