package tokens_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/tokens"
)

// This file holds locks that are lost while somebody has them, and stores that swap.

// lease is a store whose lock runs out when the test says so.
type lease struct {
	mu      sync.Mutex
	kept    *oauth2.Token
	saves   int
	locks   int
	lockCtx context.Context //nolint:containedctx // it is what the test looks at
	lose    context.CancelFunc
	born    func() // runs under each new lock
}

func (l *lease) Load(context.Context) (*oauth2.Token, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept, nil
}

func (l *lease) Save(_ context.Context, t *oauth2.Token) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept, l.saves = t, l.saves+1
	return nil
}

func (l *lease) put(t *oauth2.Token) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = t
}

func (l *lease) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	l.locks++
	l.lockCtx = ctx
	held, l.lose = context.WithCancel(ctx)
	if l.born != nil {
		l.born()
	}
	return held, l.lose, nil
}

// swapping is a lease that looks and writes in one step.
type swapping struct {
	*lease

	olds []*oauth2.Token
}

func (s *swapping) Swap(ctx context.Context, old, next *oauth2.Token) error {
	s.olds = append(s.olds, old)
	if found, _ := s.Load(ctx); stamp(found) != stamp(old) {
		return tokens.ErrSwapped
	}
	return s.Save(ctx, next)
}

func stamp(t *oauth2.Token) string {
	if tokens.IsEmpty(t) {
		return ""
	}
	return t.AccessToken + " " + t.RefreshToken
}

var errSilent, errDead = errors.New("nobody is there"), errors.New("the refresh token is dead")

// renewing sends refresh tokens; sent counts them.
func renewing(sent *int, meanwhile func()) tokens.Strategy {
	return tokens.Strategy{
		Fetch: func(_ context.Context, old *oauth2.Token) (*oauth2.Token, error) {
			*sent++
			if meanwhile != nil {
				meanwhile()
			}
			return &oauth2.Token{AccessToken: "mine", RefreshToken: "after " + old.RefreshToken}, nil
		},
		IsDead:    func(err error) bool { return errors.Is(err, errDead) },
		IsSilent:  func(err error) bool { return errors.Is(err, errSilent) },
		Check:     func(*oauth2.Token) error { return nil },
		Refreshes: true, Signed: true,
	}
}

func over() *oauth2.Token {
	return &oauth2.Token{AccessToken: "old", RefreshToken: "first", Expiry: time.Now().Add(-time.Hour)}
}

// Somebody else may be renewing the same token.
func TestNothingIsSentUnderALockThatIsLost(t *testing.T) {
	store, sent := &lease{kept: over()}, 0
	store.born = func() {
		if store.locks == 1 {
			store.lose()
		}
	}
	k := tokens.NewKeeper(renewing(&sent, nil), store, nil)
	token, err := k.Fetch(t.Context())
	require.NoError(t, err)
	require.Equal(t, "after first", token.RefreshToken)
	require.Equal(t, []int{2, 1, 1}, []int{store.locks, sent, store.saves})
}

func TestALockThatIsLostAgainAndAgain(t *testing.T) {
	store, sent := &lease{kept: over()}, 0
	store.born = func() { store.lose() }
	_, err := tokens.NewKeeper(renewing(&sent, nil), store, nil).Fetch(t.Context())
	var failed *tokens.Error
	require.ErrorAs(t, err, &failed)
	require.False(t, failed.Lasting)
	require.Equal(t, "the TokenStore could not be locked: the lock was lost again and again", err.Error())
	require.Zero(t, sent)
}

// What was sent is used up, and what came for it is saved, unless somebody else was there first.
func TestALockThatIsLostDuringARenewal(t *testing.T) {
	theirs := &oauth2.Token{AccessToken: "theirs", RefreshToken: "their own"}
	for name, c := range map[string]struct {
		meanwhile *oauth2.Token
		want      string
		saves     int
	}{
		"nobody was there":         {nil, "mine", 1},
		"somebody saved another":   {theirs, "theirs", 0},
		"somebody emptied it":      {&oauth2.Token{}, "mine", 1},
		"somebody saved it anyhow": {&oauth2.Token{AccessToken: "mine", RefreshToken: "after first"}, "mine", 1},
	} {
		t.Run(name, func(t *testing.T) {
			store, sent := &lease{kept: over()}, 0
			k := tokens.NewKeeper(renewing(&sent, func() {
				store.lose()
				if c.meanwhile != nil {
					store.put(c.meanwhile)
				}
			}), store, nil)
			token, err := k.Fetch(t.Context())
			require.NoError(t, err)
			require.Equal(t, c.want, token.AccessToken)
			require.Equal(t, []int{1, c.saves}, []int{sent, store.saves})
			require.Equal(t, c.want, store.kept.AccessToken)
		})
	}
}

func TestASwapNamesWhatWasLoaded(t *testing.T) {
	store, sent := &swapping{lease: &lease{kept: over()}}, 0
	token, err := tokens.NewKeeper(renewing(&sent, nil), store, nil).Fetch(t.Context())
	require.NoError(t, err)
	require.Equal(t, "mine", token.AccessToken)
	require.Len(t, store.olds, 1)
	require.Equal(t, "first", store.olds[0].RefreshToken)
	require.Equal(t, "mine", store.kept.AccessToken)
}

// Also under a lock that was not lost: what is there is what somebody has, and ours is the one too many.
func TestASwapThatFindsAnotherTokenUsesIt(t *testing.T) {
	store, sent := &swapping{lease: &lease{kept: over()}}, 0
	k := tokens.NewKeeper(renewing(&sent, func() {
		store.put(&oauth2.Token{AccessToken: "theirs", RefreshToken: "their own"})
	}), store, nil)
	token, err := k.Fetch(t.Context())
	require.NoError(t, err)
	require.Equal(t, "theirs", token.AccessToken)
	require.Equal(t, "theirs", store.kept.AccessToken)
}

// Somebody has removed the token while it was renewed: what came for it is the only one that there is.
func TestASwapThatFindsNothing(t *testing.T) {
	for name, left := range map[string]*oauth2.Token{"nothing": nil, "an empty token": {}} {
		store, sent := &swapping{lease: &lease{kept: over()}}, 0
		k := tokens.NewKeeper(renewing(&sent, func() { store.put(left) }), store, nil)
		token, err := k.Fetch(t.Context())
		require.NoError(t, err, name)
		require.Equal(t, "mine", token.AccessToken)
		require.Equal(t, "mine", store.kept.AccessToken)
	}
	path := filepath.Join(t.TempDir(), "token.json")
	store, sent := tokens.FileStore(path), 0
	require.NoError(t, store.Save(t.Context(), over()))
	token, err := tokens.NewKeeper(renewing(&sent, func() { _ = os.Remove(path) }), store, nil).Fetch(t.Context())
	require.NoError(t, err)
	require.Equal(t, "mine", token.AccessToken)
	found, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "after first", found.RefreshToken)
}

// It cannot go out as it is; the next call renews it.
func TestASwapThatFindsATokenToBeRenewed(t *testing.T) {
	for name, theirs := range map[string]*oauth2.Token{
		"a refresh token alone": {RefreshToken: "their own"},
		"one that is over":      {AccessToken: "theirs", RefreshToken: "their own", Expiry: time.Now().Add(-time.Hour)},
	} {
		store, sent := &swapping{lease: &lease{kept: over()}}, 0
		k := tokens.NewKeeper(renewing(&sent, func() {
			if sent == 1 {
				store.put(theirs)
			}
		}), store, nil)
		_, err := k.Fetch(t.Context())
		require.ErrorIs(t, err, tokens.ErrSwapped, name)
		token, err := k.Fetch(t.Context())
		require.NoError(t, err, name)
		require.Equal(t, "after their own", token.RefreshToken)
	}
}

// A new sign-in counts, whatever is there.
func TestASignInIsNotSwapped(t *testing.T) {
	store, sent := &swapping{lease: &lease{kept: over()}}, 0
	k := tokens.NewKeeper(renewing(&sent, nil), store, nil)
	require.NoError(t, k.Replace(t.Context(), &oauth2.Token{AccessToken: "new"}))
	require.Empty(t, store.olds)
	require.Equal(t, "new", store.kept.AccessToken)
}

// The context of the lock may be made from the one that bounds the wait for it.
func TestTheContextOfALockLivesUntilUnlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, sent := &lease{kept: over()}, 0
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		k := tokens.NewKeeper(renewing(&sent, func() {
			leave()
			<-time.After(time.Hour)
			synctest.Wait()
			require.NoError(t, store.lockCtx.Err())
		}), store, nil)
		_, err := k.Fetch(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, store.saves)
		require.ErrorIs(t, store.lockCtx.Err(), context.Canceled, "and no longer")
	})
}

// stuck has a lock that never comes.
type stuck struct {
	*lease

	why chan error
}

func (s stuck) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	<-ctx.Done()
	s.why <- errors.Join(ctx.Err(), context.Cause(ctx))
	return nil, nil, context.Cause(ctx)
}

func TestTheWaitForALockEndsByADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, sent, begin := stuck{&lease{}, make(chan error, 1)}, 0, time.Now()
		_, err := tokens.NewKeeper(renewing(&sent, nil), store, nil).Fetch(t.Context())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, context.Canceled)
		why := <-store.why
		require.ErrorIs(t, why, context.DeadlineExceeded)
		require.NotErrorIs(t, why, context.Canceled)
		require.Equal(t, 5*time.Minute, time.Since(begin))
	})
}

// What was given up does nothing when the lock comes after all: a later sign-in may be there by then.
func TestALockThatComesAfterTheCallerHasLeft(t *testing.T) {
	for range 100 { // the end of a context is heard of in a goroutine
		store, sent := &lease{kept: over()}, 0
		ctx, leave := context.WithCancel(t.Context())
		store.born = func() { leave() }
		k := tokens.NewKeeper(renewing(&sent, nil), store, nil)
		err := k.SignOut(ctx, tokens.End{Do: func(context.Context, *oauth2.Token) error { sent++; return nil }})
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, "old", store.kept.AccessToken)
		require.Equal(t, []int{0, 0, 1}, []int{sent, store.saves, store.locks})
		store.born = nil
		_, err = k.Fetch(t.Context())
		require.NoError(t, err, "the turn was given back")
	}
}

func TestAFileSwaps(t *testing.T) {
	store := tokens.FileStore(filepath.Join(t.TempDir(), "token.json"))
	first, second, third := &oauth2.Token{RefreshToken: "1"}, &oauth2.Token{RefreshToken: "2"}, &oauth2.Token{RefreshToken: "3"}
	require.ErrorIs(t, store.Swap(t.Context(), first, second), tokens.ErrSwapped)
	require.NoError(t, store.Swap(t.Context(), nil, first))
	require.NoError(t, store.Swap(t.Context(), first, second))
	require.NoError(t, store.Swap(t.Context(), first, second), "it is there already")
	require.ErrorIs(t, store.Swap(t.Context(), nil, third), tokens.ErrSwapped)
	require.ErrorIs(t, store.Swap(t.Context(), first, third), tokens.ErrSwapped)
	found, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "2", found.RefreshToken)
}
