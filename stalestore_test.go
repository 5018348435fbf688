package oauthclients_test

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file tests stores that are behind, such as a replica or a copy that was restored. What
// the client has used up or was refused must not come back from there, and the store gets what
// is newer.

// replica gives back what was saved a few saves ago.
type replica struct {
	behind int
	note   func(string)
	tokens []*oauth2.Token
}

func (s *replica) Load(context.Context) (*oauth2.Token, error) {
	held := *s.tokens[max(0, len(s.tokens)-1-s.behind)]
	return &held, nil
}

func (s *replica) Save(_ context.Context, t *oauth2.Token) error {
	s.note("save " + t.AccessToken)
	saved := *t
	s.tokens = append(s.tokens, &saved)
	return nil
}

func TestAReplicaThatIsBehindBringsBackNoToken(t *testing.T) {
	for name, behind := range map[string]int{"by one": 1, "by two": 2, "for ever": 1000} {
		for why, lead := range map[string]func(*realm){
			"expired":  func(*realm) { <-time.After(2 * time.Hour) },
			"rejected": func(r *realm) { r.change(func() { r.revoked = true }) },
		} {
			t.Run(name+" "+why, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRealm()
					store := &replica{behind: behind, note: func(string) {}, tokens: []*oauth2.Token{firstToken(inAnHour())}}
					client := r.client(t, noSession(), store)
					for range 5 {
						lead(r)
						require.NoError(t, list(t, client))
					}
					requireEachOnce(t, r.happened())
					require.Equal(t, 5, r.refreshes())
					require.Equal(t, "refresh-6", store.tokens[len(store.tokens)-1].RefreshToken)
				})
			})
		}
	}
}

// requireEachOnce checks that no refresh token went out twice, and no access token again after
// it was replaced.
func requireEachOnce(t *testing.T, happened []string) {
	t.Helper()
	seen := map[string]int{}
	for i, line := range happened {
		last, again := seen[line]
		require.False(t, again && last != i-1, "%s came back: %v", line, happened)
		seen[line] = i
	}
}

func TestARestoredCopyGetsTheNewestToken(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(inAnHour()))
	store.note = r.note
	client := r.client(t, noSession(), store)
	for range 2 {
		r.change(func() { r.revoked = true })
		require.NoError(t, list(t, client))
	}
	store.put(firstToken(inAnHour()))
	r.change(func() { r.revoked = true })
	r.happened()
	require.NoError(t, list(t, client))
	require.Equal(t, []string{
		"call access-3", "save access-3 refresh-3", "refresh_token refresh-3", "save access-4 refresh-4", "call access-4",
	}, r.happened())
	require.NoError(t, list(t, r.client(t, noSession(), store)), "the next program finds it")
}

// With a provider that does not rotate the refresh token says nothing of the token's age.
func TestARejectedAccessTokenOfAStaleStoreIsNotSentAgain(t *testing.T) {
	r := newRealm()
	r.keeps = true
	store := &replica{behind: 1000, note: r.note, tokens: []*oauth2.Token{firstToken(inAnHour())}}
	client := r.client(t, noSession(), store)
	for range 3 {
		r.change(func() { r.revoked = true })
		require.NoError(t, list(t, client))
	}
	calls := 0
	for _, line := range r.happened() {
		if line == "call access-1" {
			calls++
		}
	}
	require.Equal(t, 1, calls)
}

// A sign-out elsewhere is no delay of the store.
func TestAnEmptiedStoreIsNotStale(t *testing.T) {
	r := newRealm()
	store := lockStoreWith(firstToken(anHourAgo()))
	client := r.client(t, noSession(), store)
	require.NoError(t, list(t, client))
	store.put(&oauth2.Token{})
	r.change(func() { r.revoked = true })
	require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
	require.Empty(t, store.held().RefreshToken)
}

// A program that runs for years must not keep every token that was ever refused.
func TestWhatIsRememberedOfRejectedTokensHasABound(t *testing.T) {
	r := newRealm()
	r.refuse = true
	store := storeWith(nil)
	client := r.client(t, noSession(), store)
	refused := func(i int) int {
		store.put(&oauth2.Token{AccessToken: "t0ken-" + strconv.Itoa(i), Expiry: inAnHour()})
		r.Forget()
		require.ErrorIs(t, list(t, client), oauthclients.ErrUnauthenticated)
		return r.calls()
	}
	const tokens = 10_000
	for i := range tokens {
		require.Equal(t, 1, refused(i))
	}
	require.Zero(t, refused(tokens-1), "the newest is known")
	require.Zero(t, refused(tokens-2))
	require.Equal(t, 1, refused(0), "the oldest is forgotten")
}
