package tokens

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests the store in a file by itself. Programs that share one are in
// processes_test.go, and files that are no good in filefault_test.go.

func loaded(t *testing.T, path string) *oauth2.Token {
	t.Helper()
	token, err := oauthclients.FileTokenStore(path).Load(t.Context())
	require.NoError(t, err)
	return token
}

func locks(path string) oauthclients.TokenLocker {
	return oauthclients.FileTokenStore(path).(oauthclients.TokenLocker)
}

// wholeToken loads a LongToken, or "" if there is none yet.
func wholeToken(t *testing.T, store oauthclients.TokenStore) string {
	t.Helper()
	token, err := store.Load(t.Context())
	require.NoError(t, err)
	if token == nil {
		return ""
	}
	require.Equal(t, token.AccessToken, token.RefreshToken)
	require.Equal(t, strings.Repeat(token.AccessToken[:5], 2000), token.AccessToken)
	return token.AccessToken[:5]
}

func modeOf(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode()
}

// entries are the names in the folder of path.
func entries(t *testing.T, path string) []string {
	t.Helper()
	found, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	names := make([]string, len(found))
	for i, entry := range found {
		names[i] = entry.Name()
	}
	return names
}

func TestEveryFieldOfATokenComesBackFromItsFile(t *testing.T) {
	now := time.Now() // with a monotonic clock reading
	for name, expiry := range map[string]time.Time{
		"unknown": {}, "monotonic": now, "UTC": now.UTC(), "elsewhere": now.In(time.FixedZone("elsewhere", 5*3600+1800)),
		"long ago": time.Unix(0, 0), "far away": now.AddDate(100, 0, 0),
	} {
		t.Run(name, func(t *testing.T) {
			token := &oauth2.Token{
				AccessToken: `access <&>"\ü` + "\u2028", TokenType: "Bearer", RefreshToken: "refresh/+=", Expiry: expiry, ExpiresIn: 3600,
			}
			before := *token
			path := world.FileWith(t, token)
			require.Equal(t, before, *token, "what is saved stays as it is")
			got := loaded(t, path)
			require.True(t, expiry.Equal(got.Expiry), "%s became %s", expiry, got.Expiry)
			require.Equal(t, expiry.IsZero(), got.Expiry.IsZero())
			got.Expiry = expiry
			require.Equal(t, token, got)
		})
	}
}

func TestWhatTheFileIsMadeOf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "on the way", "token.json")
	store := oauthclients.FileTokenStore(path)
	token, err := store.Load(t.Context())
	require.NoError(t, err, "a folder that is missing is an empty store")
	require.Nil(t, token)
	require.NoDirExists(t, filepath.Dir(path), "reading makes nothing")

	require.NoError(t, store.Save(t.Context(), world.FirstToken(world.InAnHour())))
	require.Equal(t, os.FileMode(0o600), modeOf(t, path))
	require.Equal(t, os.ModeDir|0o700, modeOf(t, filepath.Dir(path)))
	require.Equal(t, os.ModeDir|0o700, modeOf(t, filepath.Dir(filepath.Dir(path))))
	require.Equal(t, []string{"token.json"}, entries(t, path))

	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), `"access_token":"access-1"`)
	require.Contains(t, string(text), `"refresh_token":"refresh-1"`)
}

func TestTheLockFileIsBesideTheTokenAndReadableByItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "token.json")
	_, unlock, err := locks(path).Lock(t.Context())
	require.NoError(t, err)
	defer unlock()
	require.Equal(t, os.FileMode(0o600), modeOf(t, path+".lock"))
	require.Equal(t, os.ModeDir|0o700, modeOf(t, filepath.Dir(path)))
	require.NoFileExists(t, path)
}

func TestAFileThatOthersCouldReadIsReplacedByOneTheyCannot(t *testing.T) {
	path := world.FileWith(t, world.FirstToken(world.InAnHour()))
	require.NoError(t, os.Chmod(path, 0o644))
	require.NoError(t, oauthclients.FileTokenStore(path).Save(t.Context(), world.FirstToken(world.AnHourAgo())))
	require.Equal(t, os.FileMode(0o600), modeOf(t, path))
}

func TestAnEmptyTokenRemovesTheFile(t *testing.T) {
	for name, token := range map[string]*oauth2.Token{"nil": nil, "empty": {}, "type alone": {TokenType: "Bearer", Expiry: world.InAnHour()}} {
		t.Run(name, func(t *testing.T) {
			path := world.FileWith(t, world.FirstToken(world.InAnHour()))
			store := oauthclients.FileTokenStore(path)
			for range 2 { // what is gone already is no failure
				require.NoError(t, store.Save(t.Context(), token))
				require.Empty(t, entries(t, path))
				require.Nil(t, loaded(t, path))
			}
		})
	}
}

// Under the race detector, and with a text that takes several reads.
func TestNobodyReadsHalfAToken(t *testing.T) {
	path := world.FileWith(t, world.LongToken(0))
	store := oauthclients.FileTokenStore(path)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if token, err := store.Load(t.Context()); err != nil || token == nil || token.AccessToken != token.RefreshToken {
					t.Errorf("read no whole token: %v", err)
					return
				}
			}
		})
	}
	var writers sync.WaitGroup
	for range 2 { // without the lock, as two programs that do not use it
		writers.Go(func() {
			for i := range 50 {
				if err := store.Save(t.Context(), world.LongToken(i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
	require.Equal(t, []string{"token.json"}, entries(t, path))
}

func TestOneGoroutineAtATimeHasTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, os.WriteFile(path+".number", []byte("0"), 0o600))
	for _, err := range world.Together(30, func(int) error { return world.AddOne(locks(path), path+".number") }) {
		require.NoError(t, err)
	}
	number, err := os.ReadFile(path + ".number")
	require.NoError(t, err)
	require.Equal(t, "30", string(number))
}

func TestAWaitForTheLockEndsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	_, unlock, err := locks(path).Lock(t.Context())
	require.NoError(t, err)

	gone := errors.New("the user closed the window")
	ctx, cancel := context.WithCancelCause(t.Context())
	waiting := make(chan error, 1)
	go func() {
		_, _, err := locks(path).Lock(ctx)
		waiting <- err
	}()
	cancel(gone)
	err = <-waiting
	require.ErrorIs(t, err, gone)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, path+".lock", "so that its owner can look who holds it")

	unlock()
	_, unlock, err = locks(path).Lock(t.Context())
	require.NoError(t, err)
	unlock()
}

// ctx bounds the waiting only.
func TestALockOutlivesItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	ctx, cancel := context.WithCancel(t.Context())
	_, unlock, err := locks(path).Lock(ctx)
	require.NoError(t, err)
	cancel()
	short, end := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer end()
	_, _, err = locks(path).Lock(short)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	unlock()
}

func TestLocksOfOtherFilesDoNotWait(t *testing.T) {
	folder := t.TempDir()
	_, first, err := locks(filepath.Join(folder, "a.json")).Lock(t.Context())
	require.NoError(t, err)
	defer first()
	_, second, err := locks(filepath.Join(folder, "b.json")).Lock(t.Context())
	require.NoError(t, err)
	second()
}
